"""What a name may mean in the data: a name in, acts, bodies or codes out, the likeliest first.

Knows the store, the text index and the lexicons, but not Flask.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from graph.iris import CODE, ONTOLOGY
from graph.search.gazetteer import gazetteer
from graph.search.reconcile import Judged, Thing, Wanted, rank
from graph.search.searchwords import words_in
from graph.search.textindex import TextIndex
from service.engine.dataset import LANGUAGES, Dataset, lexical
from service.prefixes import DCTERMS, ELI, RDF, SKOS

TYPE = NamedNode(f"{RDF}type")
NUMBER = NamedNode(f"{ELI}number")
DATE = NamedNode(f"{ELI}date_document")
KIND = NamedNode(f"{ELI}type_document")
CLASSIFICATION = NamedNode("http://www.w3.org/ns/org#classification")
PASSED_BY = NamedNode(f"{ELI}passed_by")
NAMES = (
    NamedNode(f"{SKOS}prefLabel"),
    NamedNode(f"{SKOS}altLabel"),
    NamedNode(f"{DCTERMS}title"),
)
CODES = (NamedNode(f"{ELI}id_local"), NamedNode(f"{DCTERMS}identifier"))
READ = (NUMBER, DATE, KIND, CLASSIFICATION, PASSED_BY, *NAMES, *CODES)
"""Properties that tell what a thing is called."""

ACT = f"{ONTOLOGY}LegalDocument"
BODY = "http://www.w3.org/ns/org#Organization"
CONCEPT = f"{SKOS}Concept"
DEFAULT_TYPES = (ACT, BODY)
"""What a name means if its kind is not told."""
TYPES: dict[str, str] = {
    ACT: "",
    f"{ONTOLOGY}Law": ACT,
    f"{ONTOLOGY}Treaty": ACT,
    BODY: "",
    f"{ONTOLOGY}Ministry": BODY,
    CONCEPT: "",
}
"""Classes whose things may be asked for, each with the one above it."""

MOST = 60
"""Things that are looked at for one name."""


class Candidates:
    """The things that names may mean in one version of the data."""

    def __init__(self, dataset: Dataset) -> None:
        """Look in `dataset`."""
        self.dataset = dataset
        self.read = lru_cache(maxsize=20_000)(self._read)
        self._own = dataset.base.id("")

    def rank(
        self, index: TextIndex, wanted: Wanted, types: Sequence[str], limit: int
    ) -> list[Judged]:
        """Return the likeliest things of one of the classes, best first."""
        accept = self.accepts(types)
        iris = dict.fromkeys(self._told(wanted, accept))
        iris |= dict.fromkeys(index.near(wanted.text, accept, MOST))
        self.dataset.read_ahead(map(NamedNode, iris), READ)
        things = {iri: self.read(iri) for iri in iris}
        if any(kind != CONCEPT for kind in types):
            for known in gazetteer().find(wanted.text):
                iri = self._own + known.path
                if iri in things:
                    continue
                if accept(iri):
                    things[iri] = self.read(iri)
                elif self._may_be(known.path, types) and not self.types(iri):
                    things[iri] = Thing(
                        iri,
                        known.names,
                        known.short,
                        known.number,
                        known.date,
                        known.kind,
                        known=False,
                    )
        return rank(wanted, things.values(), limit)

    def accepts(self, types: Sequence[str]) -> Callable[[str], bool]:
        """Return what tells whether an IRI is one of a thing of these classes."""
        wanted = frozenset(types)

        def accept(iri: str) -> bool:
            # Most labels are of provisions and norms: their IRIs alone rule them out.
            if not iri.startswith((f"{self._own}eli/", f"{self._own}org/", f"{self._own}text/")):
                return CONCEPT in wanted and iri.startswith(CODE) and CONCEPT in self.types(iri)
            return not wanted.isdisjoint(self.types(iri))

        return accept

    def types(self, iri: str) -> list[str]:
        """Return the classes of a thing that may be asked for, the most special first."""
        found = self.dataset.values(NamedNode(iri), TYPE)
        named = {kind.value for kind in found if isinstance(kind, NamedNode)}
        return sorted(named & TYPES.keys(), key=lambda kind: (not TYPES[kind], kind))

    def _may_be(self, path: str, types: Sequence[str]) -> bool:
        """Tell whether a thing of the lexicons may be of one of the classes."""
        group = BODY if path.startswith("org/") else ACT
        return any(group in (kind, TYPES[kind]) for kind in types)

    def _told(self, wanted: Wanted, accept: Callable[[str], bool]) -> Iterator[str]:
        """Yield the acts with the identifier, or else the number or the date that is told."""
        bare = wanted.text.strip()
        if bare.startswith((self._own, CODE)) and bare.isascii() and " " not in bare:
            yield from (iri for iri in (bare,) if _is_iri(iri) and accept(iri))
        quads = self.dataset.quads
        told = wanted.read()
        values = [(one, Literal(code)) for one in CODES for code in {bare, *wanted.codes}]
        values += [(NUMBER, Literal(told.number))] if told.number else []
        if len(told.date) == 10:
            day = NamedNode("http://www.w3.org/2001/XMLSchema#date")
            values.append((DATE, Literal(told.date, datatype=day)))
        for property, value in values:
            found = quads.quads_for_pattern(None, property, value, None)
            for quad, _ in zip(found, range(MOST), strict=False):
                if isinstance(quad.subject, NamedNode) and accept(quad.subject.value):
                    yield quad.subject.value

    def _read(self, iri: str) -> Thing:
        """Read a thing with its names in the graph and in the lexicons."""
        node = NamedNode(iri)
        known = gazetteer().by_path.get(iri.removeprefix(self._own))
        kind = self.dataset.value(node, KIND)
        classes = [kind, *(self.dataset.value(node, one) for one in (CLASSIFICATION, PASSED_BY))]
        labels = [
            self.dataset.label(one, language).text
            for one in classes
            if isinstance(one, NamedNode)
            for language in LANGUAGES
        ]
        names = [lexical(value) for name in NAMES for value in self.dataset.values(node, name)]
        return Thing(
            iri,
            tuple(dict.fromkeys([*names, *(known.names if known else ())])),
            known.short if known else (),
            lexical(self.dataset.value(node, NUMBER)),
            lexical(self.dataset.value(node, DATE)),
            kind.value.rpartition("/")[2] if isinstance(kind, NamedNode) else "",
            tuple(lexical(v) for code in CODES for v in self.dataset.values(node, code)),
            tuple(word.folded for label in labels for word in words_in(label)),
        )


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
