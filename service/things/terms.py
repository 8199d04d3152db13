"""Terms as a reader sees them: an RDF term in, its words, language and link out."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.iris import CODE, DEFAULT_BASE, ONTOLOGY
from service.engine.dataset import LANGUAGES, Dataset, Label, Term
from service.http.language import messages
from service.prefixes import XSD, abbreviate
from service.things.naming import Names

SPAN = re.compile(
    r"(?P<work>.+)/kaz@[^/]+/original-(?P<hash>[0-9a-f]{12})\.txt#char=(?P<range>\d+,\d+)"
)
"""The IRI of a range of a source text."""
PLAIN_TYPES = {f"{XSD}{name}" for name in ("string", "integer", "decimal", "boolean", "date")}
"""Datatypes that a value shows by itself."""
SAFE = "/:@!$&'()*+,;=~-._%"
"""Characters that stand as they are in the path of a link."""


@dataclass(frozen=True)
class Shown:
    """A term ready for a page."""

    text: str
    """What to read."""
    language: str
    """Language tag of the text; "" if it is in none."""
    href: str
    """Where it leads: a local path, a web address, or "" for nowhere."""
    iri: str
    """The IRI of a named node, "" for others."""
    note: str = ""
    """What the text leaves out: the datatype of a literal."""


@cache
def reused_labels() -> Mapping[str, Mapping[str, str]]:
    """Return the names of reused terms: prefixed name -> language -> text."""
    text = files("service").joinpath("labels.toml").read_text(encoding="utf-8")
    labels: dict[str, dict[str, str]] = tomllib.loads(text)
    return labels


class Presenter:
    """Shows terms in one language."""

    def __init__(self, dataset: Dataset, language: str) -> None:
        """Show terms of `dataset` to a reader of `language`."""
        self.dataset = dataset
        self.language = language
        self.names = Names(dataset, language, messages()[language])
        self._texts: dict[str, int] = {}
        """Work -> how many texts of it the store has, for those asked for."""

    def __call__(self, term: Term | str) -> Shown:
        """Return a term as a reader sees it; a string is an IRI."""
        if isinstance(term, str):
            term = NamedNode(term)
        if isinstance(term, NamedNode):
            label = self.label(term)
            return Shown(label.text, label.language, self.link(term.value), term.value)
        if isinstance(term, Literal):
            datatype = term.datatype.value
            plain = term.language or datatype in PLAIN_TYPES
            note = "" if plain else abbreviate(datatype)
            return Shown(term.value, term.language or "", "", "", note)
        text = f"_:{term.value}" if isinstance(term, BlankNode) else str(term)
        return Shown(text, "", "", "")

    def label(self, node: NamedNode) -> Label:
        """Return the name of `node`: a label, one made of facts, the end of its IRI."""
        label = self.names(node)
        if not label.language:
            names = reused_labels().get(abbreviate(node.value), {})
            if self.language in names:
                return Label(names[self.language], self.language)
        return label

    def in_order(self, terms: list[Term]) -> list[Term]:
        """Return values with those in the reader's language first, then kk, ru, en, others."""
        order = (self.language, *LANGUAGES)

        def place(term: Term) -> tuple[int, str]:
            language = term.language if isinstance(term, Literal) else None
            return (order.index(language) if language in order else len(order), str(term))

        return sorted(terms, key=place)

    def link(self, iri: str) -> str:
        """Return where `iri` leads: the page of this service about it, or the web address.

        A range of a source text leads to its characters in the reader.
        """
        span = SPAN.fullmatch(iri)
        if span and iri.startswith(base := self.dataset.base.id("")):
            return self.place(span["work"], span["hash"], span["range"], base)
        return local_path(iri, self.dataset.base.iri) or external(iri)

    def place(self, work: str, digits: str, characters: str, base: str) -> str:
        """Return the address of a range of the text of a work in the reader."""
        if work not in self._texts:
            self._texts[work] = len(self.dataset.store.records.of_work(work))
        path = quote(work.removeprefix(base).removeprefix("eli/"), safe=SAFE)
        which = f"text={digits}&" if self._texts[work] > 1 else ""
        return f"/documents/{path}?{which}char={characters}#char={characters}"

    def text_path(self, text_iri: str) -> str:
        """Return the path on this service of a source text itself."""
        return f"/id/{quote(text_iri.removeprefix(self.dataset.base.id('')), safe=SAFE)}"


def local_path(iri: str, base: str) -> str:
    """Return the path on this service that shows `iri`, or "" if it is not one of ours."""
    bare, hash_mark, fragment = iri.partition("#")
    tail = hash_mark + quote(fragment, safe=SAFE)
    if iri.startswith(f"{base}id/"):
        # A range of a source text leads to the text, which has no page of its own.
        kind = "id" if fragment else "doc"
        return f"/{kind}/{quote(bare.removeprefix(f'{base}id/'), safe=SAFE)}{tail}"
    if iri.startswith(f"{base}graph/"):
        return f"/graph/{quote(bare.removeprefix(f'{base}graph/'), safe=SAFE)}"
    if iri.startswith(ONTOLOGY):
        return f"/ontology{tail}"
    if iri.startswith(CODE) or iri == CODE.rstrip("/"):
        return f"/{quote(bare.removeprefix(DEFAULT_BASE), safe=SAFE)}"
    return ""


def external(iri: str) -> str:
    """Return `iri` if it is a web address that a page may link to, else ""."""
    return iri if iri.startswith(("https://", "http://")) else ""
