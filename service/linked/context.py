"""The JSON-LD context: short names for the terms of the graph, made of the ontology and prefixes.

In: `ontology/kzop.ttl`, `service/context.toml`, the usual prefixes. Out: which name a term has, how
its values are written, and the context as JSON. Knows neither Flask nor the store.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.files import data_folder
from graph.iris import ONTOLOGY
from service.prefixes import OWL, PREFIXES, RDF, RDFS

THING = "@id"
WORDS = "@language"
PLAIN = ""

KEYWORDS = {"id": "@id", "type": "@type"}
"""Names of keywords that are easier on a program than `@`."""

_TYPE = NamedNode(f"{RDF}type")
_RANGE = NamedNode(f"{RDFS}range")
_LANG_STRING = f"{RDF}langString"
_CLASS = f"{OWL}Class"
_OBJECT_PROPERTY = f"{OWL}ObjectProperty"
_DATATYPE_PROPERTY = f"{OWL}DatatypeProperty"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class ContextTerm:
    """A short name."""

    name: str
    iri: str
    kind: str | None
    """How the values of a property are written: THING, WORDS, PLAIN, or the IRI of their datatype;
    None for a class."""

    def definition(self) -> object:
        """Return what the context says of the name."""
        iri = shorten(self.iri)
        if self.kind is None or self.kind == PLAIN:
            return iri
        if self.kind == WORDS:
            return {"@id": iri, "@container": WORDS}
        return {"@id": iri, "@type": THING if self.kind == THING else shorten(self.kind)}


@cache
def terms() -> Mapping[str, ContextTerm]:
    """Return the terms with a name of their own by IRI, in the order of their names."""
    by_name: dict[str, ContextTerm] = {}
    for term in (*own_terms(), *reused_terms()):
        if term.name not in PREFIXES and term.name not in KEYWORDS:
            by_name.setdefault(term.name, term)
    return {term.iri: term for _, term in sorted(by_name.items())}


def own_terms() -> Iterable[ContextTerm]:
    """Yield the classes and properties of the ontology."""
    kinds: dict[str, str] = {}
    ranges: dict[str, str] = {}
    for quad in parse(path=data_folder("ontology") / "kzop.ttl", format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            if quad.predicate == _TYPE:
                kinds[quad.subject.value] = quad.object.value
            elif quad.predicate == _RANGE:
                ranges[quad.subject.value] = quad.object.value
    for iri, kind in kinds.items():
        name = iri.removeprefix(ONTOLOGY)
        if not iri.startswith(ONTOLOGY):
            continue
        if kind == _CLASS:
            yield ContextTerm(name, iri, None)
        elif kind == _OBJECT_PROPERTY:
            yield ContextTerm(name, iri, THING)
        elif kind == _DATATYPE_PROPERTY:
            datatype = ranges.get(iri, PLAIN)
            written = {_LANG_STRING: WORDS, _XSD_STRING: PLAIN}.get(datatype, datatype)
            yield ContextTerm(name, iri, written)


@cache
def table() -> dict[str, Any]:
    """Return what context.toml says."""
    text = files("service").joinpath("context.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def many() -> frozenset[str]:
    """Return the IRIs of the properties that have a list even of one value."""
    return frozenset(expand(curie) for curie in table()["many"])


def reused_terms() -> Iterable[ContextTerm]:
    """Yield the terms of other vocabularies."""
    names: dict[str, str] = table()["names"]
    for key, kind in (("thing", THING), ("words", WORDS), ("plain", PLAIN)):
        yield from (named(curie, kind, names) for curie in table()[key])
    for datatype, curies in table()["typed"].items():
        yield from (named(curie, expand(datatype), names) for curie in curies)
    yield from (named(curie, None, names) for curie in table()["classes"]["reused"])


def named(curie: str, kind: str | None, names: Mapping[str, str]) -> ContextTerm:
    """Return a term under its local name, or the one that `names` gives it."""
    return ContextTerm(names.get(curie, curie.partition(":")[2]), expand(curie), kind)


def expand(curie: str) -> str:
    """Return the IRI of prefix:name. Raises KeyError for an unknown prefix."""
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


def shorten(iri: str) -> str:
    """Return `iri` as prefix:name where that cannot be misread, else whole."""
    for prefix, namespace in PREFIXES.items():
        name = iri.removeprefix(namespace)
        if name != iri and name and not name.startswith("//"):
            return f"{prefix}:{name}"
    return iri


def context(used: Iterable[str] | None = None) -> dict[str, object]:
    """Return the context with all prefixes and terms, or with those that the names `used` need."""
    every = {term.name: term for term in terms().values()}
    chosen = list(every) if used is None else sorted(name for name in set(used) if name in every)
    definitions = {name: every[name].definition() for name in chosen}
    prefixes = {prefix_of(name) for name in used or ()} | {
        prefix_of(text) for value in definitions.values() for text in texts(value)
    }
    return {
        "@version": 1.1,
        **KEYWORDS,
        **{name: iri for name, iri in PREFIXES.items() if used is None or name in prefixes},
        **definitions,
    }


def texts(definition: object) -> Iterable[str]:
    """Yield the strings of a definition."""
    if isinstance(definition, dict):
        yield from (str(value) for value in definition.values())
    else:
        yield str(definition)


def prefix_of(name: str) -> str:
    """Return the part of prefix:name before the colon."""
    return name.partition(":")[0]
