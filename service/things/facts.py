"""What the graph says of a thing, as facts in words: a thing in, named values out.

First come those that its kind is about, in the order in which a reader asks for them (`ORDER`); the
rest follows. Numbers with their bounds and units become one fact. Knows the store but not Flask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import vocab
from graph.rdf import ORG, PROV
from service.engine.dataset import EXACT, Dataset, Term
from service.prefixes import DCTERMS, ELI, OA, RDF, RDFS, SCHEMA, SKOS, XSD
from service.things import wording
from service.things.kinds import kind_of
from service.things.naming import NORM_CLASSES, Names
from service.things.terms import Presenter, Shown
from service.things.wording import Words

ACTION = vocab.actionText
BOUNDS = "bounds"
"""Stands in `ORDER` for the bounds of a penalty, an age or a count, which are one fact."""

STATED = vocab.statedIn
ORDER: Mapping[str, tuple[str, ...]] = {
    "norm": (
        vocab.bearer,
        f"{DCTERMS}type",
        ACTION,
        vocab.conditionText,
        vocab.hasAgeThreshold,
        f"{SCHEMA}about",
        f"{SCHEMA}recipient",
        STATED,
        vocab.modalityMarker,
    ),
    "penalty": (
        ACTION,
        vocab.conditionText,
        vocab.penaltyKind,
        BOUNDS,
        vocab.confiscation,
        vocab.penaltyRole,
        vocab.isOptional,
        vocab.addressee,
        vocab.hasAgeThreshold,
        STATED,
    ),
    "age": (BOUNDS, vocab.ageContext, STATED),
    "statistic": (
        BOUNDS,
        f"{DCTERMS}type",
        f"{SCHEMA}observationDate",
        f"{PROV}wasAttributedTo",
        f"{SCHEMA}about",
        f"{DCTERMS}isPartOf",
        STATED,
    ),
    "measure": (
        f"{DCTERMS}title",
        f"{DCTERMS}type",
        f"{PROV}wasAssociatedWith",
        f"{SCHEMA}startDate",
        f"{SCHEMA}location",
        f"{DCTERMS}isPartOf",
        STATED,
    ),
    "act": (
        f"{DCTERMS}title",
        f"{ELI}type_document",
        f"{ELI}number",
        f"{ELI}date_document",
        f"{ELI}passed_by",
        vocab.ratifiedOn,
        f"{SKOS}altLabel",
        f"{DCTERMS}identifier",
        f"{ELI}id_local",
        f"{ELI}is_annex_of",
        f"{ELI}has_annex",
        f"{ELI}amends",
        vocab.givesEffectTo,
        f"{ELI}cites",
        f"{RDFS}seeAlso",
    ),
    "provision": (
        f"{DCTERMS}title",
        vocab.respondsTo,
        vocab.responseStatus,
        vocab.givesEffectTo,
        f"{ELI}amends",
        f"{ELI}cites",
        f"{RDFS}seeAlso",
    ),
    "body": (f"{ORG}classification", f"{SKOS}altLabel", vocab.hasAgeThreshold),
    "citation": (vocab.citing, vocab.cited, f"{DCTERMS}type"),
    "mention": (
        vocab.reading,
        f"{OA}hasTarget",
        f"{OA}hasBody",
        vocab.extractionRule,
        vocab.confidence,
        f"{PROV}wasGeneratedBy",
    ),
    "span": (f"{OA}exact", vocab.start, vocab.end),
    "concept": (
        f"{SKOS}notation",
        f"{SKOS}definition",
        f"{SKOS}scopeNote",
        f"{SKOS}broader",
        f"{SKOS}inScheme",
        f"{RDFS}seeAlso",
    ),
}
"""Kind -> IRIs of the properties that it is about, in order."""

BOUNDING = {
    "penalty": {vocab.minAmount, vocab.maxAmount, vocab.amountUnit},
    "age": {
        vocab.minAge,
        vocab.maxAge,
        vocab.minInclusive,
        vocab.maxInclusive,
        f"{SCHEMA}unitCode",
    },
    "provision": {f"{ELI}number", f"{ELI}type_subdivision"},
    "statistic": {f"{SCHEMA}value", f"{SCHEMA}minValue", vocab.minInclusive},
}
"""Kind -> properties whose values `BOUNDS`, or the name of the thing, says in words."""

ELSEWHERE = {
    f"{RDF}type",
    f"{RDFS}label",
    f"{SKOS}prefLabel",
    f"{SCHEMA}text",
    f"{ELI}is_part_of",
    f"{ELI}has_part",
    f"{OA}motivatedBy",
    f"{SKOS}topConceptOf",
    f"{SKOS}hasTopConcept",
    f"{RDFS}isDefinedBy",
    vocab.evidencedBy,
}
"""Properties that a page shows in another way: as badges, headings, contents, evidence."""

MOST_VALUES = 50
"""Values of one property that are shown; a page says how many there are."""


@dataclass(frozen=True)
class Value:
    """One value of a fact."""

    shown: Shown
    kind: str = ""
    """The kind of the thing that it is, "" for a literal."""
    words: str = ""
    """Where the words stand that carry just this value; "" where those of the whole thing do."""


@dataclass(frozen=True)
class Fact:
    """A property of a thing in the words of the reader."""

    name: str
    property: str
    """IRI of the property, "" for bounds."""
    values: tuple[Value, ...]
    more: int = 0
    """How many values are not shown."""


Carrier = Callable[[NamedNode, str, NamedNode], str]
"""Thing, IRI of a property, value -> the address of the words that carry the statement, or ""."""


class FactReader:
    """Reads the facts of things for one reader."""

    def __init__(self, show: Presenter, words: Words, carrier: Carrier) -> None:
        """Show terms with `show` and name properties with `words`."""
        self.show = show
        self.words = words
        self.names: Names = show.names
        self.dataset: Dataset = show.dataset
        self.carrier = carrier

    def facts(self, node: NamedNode, said: Mapping[NamedNode, list[Term]]) -> list[Fact]:
        """Return the facts of a thing in the order of its kind; `said` is what is said of it."""
        kind = self.kind(node)
        told = ELSEWHERE | BOUNDING.get(kind, set())
        order = ORDER.get(kind, ())
        found = [
            self._bounds(node, kind) if p == BOUNDS else self._fact(node, kind, p, said)
            for p in order
        ]
        rest = sorted(p.value for p in said if p.value not in told and p.value not in order)
        found += [self._fact(node, kind, p, said) for p in rest]
        return [fact for fact in found if fact is not None and fact.values]

    def kind(self, node: NamedNode) -> str:
        """Return the kind of a thing, with those of evidence and codes beside those of kinds.py."""
        classes = self.names.classes(node)
        for name, kind in SPECIAL.items():
            if name in classes:
                return kind
        return kind_of(classes)

    def _bounds(self, node: NamedNode, kind: str) -> Fact | None:
        names = self.names
        read = {"penalty": names.amount, "age": names.age, "statistic": names.count}[kind]
        text = read(node)
        shown = Shown(text, names.language, "", "")
        return Fact(self.words[f"bounds_{kind}"], "", (Value(shown),)) if text else None

    def _fact(
        self, node: NamedNode, kind: str, predicate: str, said: Mapping[NamedNode, list[Term]]
    ) -> Fact | None:
        terms = said.get(NamedNode(predicate), [])
        if not terms:
            return None
        terms = self._readable(terms)
        values = tuple(self._value(node, predicate, term) for term in terms[:MOST_VALUES])
        more = max(0, len(terms) - MOST_VALUES)
        return Fact(self._name(node, kind, predicate), predicate, values, more)

    def _readable(self, terms: list[Term]) -> list[Term]:
        """Of texts in several languages those that the reader reads, if there are any."""
        own: list[Term] = [
            t for t in terms if isinstance(t, Literal) and t.language == self.names.language
        ]
        tagged = all(isinstance(t, Literal) and t.language for t in terms)
        return own if own and tagged else self.show.in_order(terms)

    def _value(self, node: NamedNode, predicate: str, term: Term) -> Value:
        if isinstance(term, Literal):
            return Value(self._literal(term))
        if not isinstance(term, NamedNode):
            return Value(self.show(term))
        kind = kind_of(self.names.classes(term))
        shown = self.show(term)
        if predicate == f"{OA}hasTarget":
            exact = self.dataset.value(term, EXACT)
            text = exact.value if isinstance(exact, Literal) else shown.text
            shown = Shown(text, "kk", shown.href, shown.iri)
        return Value(shown, "" if kind == "other" else kind, self.carrier(node, predicate, term))

    def _literal(self, term: Literal) -> Shown:
        datatype = term.datatype.value
        if datatype in (f"{XSD}date", f"{XSD}gYear"):
            return Shown(wording.date(self.words, term.value), self.names.language, "", "")
        if datatype == f"{XSD}boolean":
            truth = self.words["is_true" if term.value in ("true", "1") else "is_false"]
            return Shown(truth, self.names.language, "", "")
        return self.show(term)

    def _name(self, node: NamedNode, kind: str, predicate: str) -> str:
        """The name of a property: one for the kind, one for all, or the label of the ontology."""
        local = predicate.replace("#", "/").rpartition("/")[2]
        if kind == "norm" and predicate == ACTION:
            classes = self.names.classes(node)
            best = next((c for c in NORM_CLASSES if c in classes), vocab.Norm)
            local = f"action_{best.rpartition('#')[2]}"
        for key in (f"fact_{kind}_{local}", f"fact_{local}"):
            if key in self.words:
                return self.words[key]
        text = self.show(NamedNode(predicate)).text
        return text[:1].upper() + text[1:]


SPECIAL = {
    vocab.Mention: "mention",
    vocab.Span: "span",
    f"{SKOS}Concept": "concept",
    f"{SKOS}ConceptScheme": "scheme",
    f"{PROV}Activity": "run",
    f"{ELI}Format": "text",
    f"{ELI}LegalExpression": "expression",
}
"""Class -> the kind of things that support the others."""
