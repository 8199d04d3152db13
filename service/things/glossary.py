"""The pages of the ontology and of the code lists: what the graph says of its own terms, in words.

In: the dataset, and the counts of the data if there are any. Out: classes as a tree, properties by
the class that they belong to, codes with how often they are used. Knows the store but not Flask.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import Literal, NamedNode

from graph.iris import ONTOLOGY
from service.engine.dataset import DEFAULT, Dataset, Term, lexical
from service.engine.statistics import Statistics
from service.prefixes import OWL, RDF, RDFS, SCHEMA, SKOS
from service.things.naming import TYPE
from service.things.terms import Presenter, Shown

SUBCLASS = NamedNode(f"{RDFS}subClassOf")
COMMENT = NamedNode(f"{RDFS}comment")
IN_SCHEME = NamedNode(f"{SKOS}inScheme")
NOTATION = NamedNode(f"{SKOS}notation")
DEFINITIONS = (NamedNode(f"{SKOS}definition"), NamedNode(f"{SKOS}scopeNote"), COMMENT)
DOMAINS = (NamedNode(f"{RDFS}domain"), NamedNode(f"{SCHEMA}domainIncludes"))
RANGES = (NamedNode(f"{RDFS}range"), NamedNode(f"{SCHEMA}rangeIncludes"))
PROPERTY_CLASSES = (
    f"{OWL}ObjectProperty",
    f"{OWL}DatatypeProperty",
    f"{OWL}AnnotationProperty",
    f"{RDF}Property",
)
VOCABULARY = {f"{SKOS}inScheme", f"{SKOS}topConceptOf", f"{SKOS}hasTopConcept", f"{SKOS}broader"}
"""Properties that bind codes to each other: they are no use of a code."""
MOST = 100
"""Uses of one code that are counted."""


@dataclass(frozen=True)
class Text:
    """A definition and the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True)
class TermEntry:
    """A class or a property as the page of the ontology shows it."""

    name: str
    """The end of its IRI, which is its anchor too."""
    shown: Shown
    labels: list[Shown]
    """Its names in the other languages."""
    definition: Text
    parents: list[Shown]
    domains: list[Shown]
    ranges: list[Shown]
    count: int | None
    """Things of the class or statements with the property; None while that is not known."""
    example: tuple[Shown, ...]
    """A thing of the class, or the subject and the object of a statement; or nothing."""
    below: list["TermEntry"] = field(default_factory=list)


@dataclass(frozen=True)
class Code:
    """A code of a list."""

    shown: Shown
    notation: str
    definition: Text
    uses: int
    """Statements that use it, at most `MOST` + 1: more are not counted."""


class Glossary:
    """Reads the ontology and the code lists for one reader."""

    def __init__(self, show: Presenter, statistics: Statistics | None) -> None:
        """Show terms with `show`; `statistics` are the counts of the data."""
        self.show = show
        self.dataset: Dataset = show.dataset
        self.classes: Mapping[str, int] = dict(statistics.classes) if statistics else {}
        self.properties = {p.iri: p.triples for p in statistics.properties} if statistics else {}
        self.is_counted = statistics is not None

    def class_tree(self) -> list[TermEntry]:
        """Return the classes that have no class of the ontology above them, with those below."""
        names = [n for n in self.dataset.instances(f"{OWL}Class") if n.value.startswith(ONTOLOGY)]
        below: defaultdict[NamedNode, list[NamedNode]] = defaultdict(list)
        tops = []
        for name in names:
            above = [p for p in self.dataset.values(name, SUBCLASS) if p in names]
            for parent in above:
                if isinstance(parent, NamedNode):
                    below[parent].append(name)
            if not above:
                tops.append(name)

        def read(node: NamedNode) -> TermEntry:
            entry = self._entry(node, self.classes)
            entry.below.extend(read(child) for child in below[node] if child != node)
            return entry

        return [read(top) for top in tops]

    def property_groups(self) -> list[tuple[Shown | None, list[TermEntry]]]:
        """Return properties by the class of the things that have them; None: of several kinds."""
        found = {
            node
            for kind in PROPERTY_CLASSES
            for node in self.dataset.instances(kind)
            if node.value.startswith(ONTOLOGY)
        }
        groups: defaultdict[str, list[TermEntry]] = defaultdict(list)
        for node in sorted(found, key=str):
            domains = self._values(node, DOMAINS)
            key = domains[0].value if len(domains) == 1 else ""
            groups[key].append(self._entry(node, self.properties))
        keys = sorted(groups, key=lambda key: (not key, key))
        return [(self.show(key) if key else None, groups[key]) for key in keys]

    def _entry(self, node: NamedNode, counts: Mapping[str, int]) -> TermEntry:
        label = self.show(node)
        others = [
            Shown(value.value, value.language or "", "", "")
            for value in sorted(self.dataset.values(node, NamedNode(f"{RDFS}label")), key=str)
            if isinstance(value, Literal) and value.language != label.language
        ]
        return TermEntry(
            node.value.removeprefix(ONTOLOGY),
            label,
            others,
            self.definition(node),
            [self.show(p) for p in self._values(node, (SUBCLASS,))],
            [self.show(d) for d in self._values(node, DOMAINS)],
            [self.show(r) for r in self._values(node, RANGES)],
            counts.get(node.value, 0) if self.is_counted else None,
            self._example(node, counts is self.classes),
        )

    def _values(self, node: NamedNode, predicates: Iterable[NamedNode]) -> list[NamedNode]:
        found = {v for p in predicates for v in self.dataset.values(node, p)}
        return sorted((v for v in found if isinstance(v, NamedNode)), key=str)

    def _example(self, node: NamedNode, is_class: bool) -> tuple[Shown, ...]:
        if is_class:
            thing = next(self.dataset.subjects(TYPE, node), None)
            return (self.show(thing),) if thing else ()
        quads = self.dataset.quads.quads_for_pattern(None, node, None, DEFAULT)
        quad = next(quads, None)
        if quad is None or not isinstance(quad.subject, NamedNode):
            return ()
        return self.show(quad.subject), self.show(cut(quad.object))

    def definition(self, node: NamedNode) -> Text:
        """Return what a term means, in the reader's language if the graph has that."""
        for predicate in DEFINITIONS:
            texts = [v for v in self.dataset.values(node, predicate) if isinstance(v, Literal)]
            if texts:
                first = self.show.in_order(list(texts))[0]
                return Text(lexical(first), getattr(first, "language", None) or "")
        return Text("", "")

    def schemes(self) -> list[tuple[Shown, int]]:
        """Return the code lists with their numbers of codes."""
        lists = self.dataset.instances(f"{SKOS}ConceptScheme")
        return [
            (self.show(one), sum(1 for _ in self.dataset.subjects(IN_SCHEME, one))) for one in lists
        ]

    def codes(self, scheme: NamedNode) -> list[Code]:
        """Return the codes of a list in the order of their notations."""
        found = sorted(set(self.dataset.subjects(IN_SCHEME, scheme)), key=str)
        return [
            Code(
                self.show(code),
                lexical(self.dataset.value(code, NOTATION)),
                self.definition(code),
                self.uses(code),
            )
            for code in found
        ]

    def uses(self, code: NamedNode) -> int:
        """Return how many statements use a code, at most `MOST` + 1."""
        quads = self.dataset.quads.quads_for_pattern(None, None, code, DEFAULT)
        used = (quad for quad in quads if quad.predicate.value not in VOCABULARY)
        return sum(1 for _ in islice(used, MOST + 1))


def cut(term: Term) -> Term:
    """Return a term without the tail of a long text."""
    if isinstance(term, Literal) and len(term.value) > 120:
        text = f"{term.value[:117]}…"
        return Literal(text, language=term.language) if term.language else Literal(text)
    return term
