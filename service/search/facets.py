"""By what a list of found things can be narrowed: things in, counted values of four facets out.

The facets are the kind of a thing, the act that states it or that it is, the bodies it is about and
the year of its act. Knows the store but not Flask.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from graph import vocab
from graph.rdf import PROV
from service.documents.documents import natural_order
from service.engine.dataset import Dataset, lexical
from service.prefixes import ELI
from service.things.kinds import KINDS, ROOT_OF, kind_of
from service.things.naming import CITING, DATE, IS_ANNEX_OF, IS_PART_OF, STATED_IN, TYPE

FACETS = ("kind", "act", "body", "year")
"""Names of the facets, which are those of the parameters too."""
MOST = 1000
"""Things that the values of facets are counted over."""
LISTED = 10_000
"""Things of one kind that can be paged through."""
REMEMBERED = 50_000
"""Things whose facets are kept in memory for a version of the data."""

BODIES = {
    "norm": (vocab.bearer,),
    "act": (f"{ELI}passed_by",),
    "measure": (f"{PROV}wasAssociatedWith",),
    "statistic": (f"{PROV}wasAttributedTo",),
}
"""Kind -> properties that lead to the bodies that a thing is about."""
OF_BODY = tuple(dict.fromkeys(p for properties in BODIES.values() for p in properties))

SAID = (TYPE, STATED_IN, CITING, DATE, *map(NamedNode, OF_BODY))
"""Properties that tell the values of a thing, and the date of an act."""

STATEMENTS = ("norm", "penalty", "age", "measure", "statistic")
"""Kinds of what provisions state."""
PART = re.compile(r"/(?:annex|art|chp|indent|para|prg|sec|sub)_[^/]*$")
"""The last segment of the IRI of an annex or a provision (docs/iris.md)."""
DATED = re.compile(r"/(\d{4})-\d\d-\d\d(?:/|$)")
"""The date in the IRI of an act that has one (docs/iris.md)."""

Values = Mapping[str, frozenset[str]]
"""Facet -> the values that a thing has in it."""


@dataclass(frozen=True)
class Choice:
    """One value of a facet."""

    value: str
    """What the parameter says: a kind, an IRI, a year."""
    count: int
    chosen: bool


class Facets:
    """Counts and narrows things by what a request has chosen."""

    def __init__(self, dataset: Dataset, chosen: Mapping[str, str]) -> None:
        """Narrow things of `dataset` to those with the `chosen` values: facet -> value."""
        self.dataset = dataset
        self.chosen = {name: value for name, value in chosen.items() if value}
        self.choices: dict[str, list[Choice]] = {name: [] for name in FACETS}
        """Facet -> its values, the most frequent first; known when `choose` has been called."""

    def choose(self, iris: Sequence[str]) -> list[str]:
        """Return those of the first things that have the chosen values, and count all values.

        The values of a facet are counted over the things that have the chosen values of all other
        facets, so that a page can offer to change a choice.
        """
        self._read_ahead(iris[:MOST])
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        kept = []
        for iri in iris[:MOST]:
            values = self.values(iri)
            missed = [n for n, value in self.chosen.items() if value not in values[n]]
            for name in FACETS if not missed else missed if len(missed) == 1 else ():
                counts[name].update(values[name])
            if not missed:
                kept.append(iri)
        for name, counted in counts.items():
            ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
            chosen = self.chosen.get(name)
            if chosen and chosen not in counted:
                ranked.insert(0, (chosen, 0))
            self.choices[name] = [Choice(value, n, value == chosen) for value, n in ranked]
        self.choices["year"].sort(key=lambda choice: choice.value, reverse=True)
        return kept

    def _read_ahead(self, iris: Iterable[str]) -> None:
        """Read what the values of all these things are made of, if it is not known."""
        nodes = [NamedNode(iri) for iri in iris if iri not in self.dataset.known_facets]
        self.dataset.read_ahead(nodes, SAID)
        acts = {act for node in nodes for act in self._acts(node, self._kind(node))}
        undated = (act for act in acts - self.dataset.known_years.keys() if not DATED.search(act))
        self.dataset.read_ahead(map(NamedNode, sorted(undated)), (DATE,))

    def values(self, iri: str) -> Values:
        """Return the values that a thing has."""
        known = self.dataset.known_facets.get(iri)
        if known is None:
            known = self._read(NamedNode(iri))
            if len(self.dataset.known_facets) >= REMEMBERED:
                self.dataset.known_facets.clear()
            self.dataset.known_facets[iri] = known
        return known

    def _read(self, node: NamedNode) -> Values:
        kind = self._kind(node)
        bodies = {
            body.value
            for predicate in BODIES.get(kind, ())
            for body in self.dataset.values(node, NamedNode(predicate))
            if isinstance(body, NamedNode)
        }
        acts = set(self._acts(node, kind))
        years = {year for act in acts for year in [self._year(act)] if year}
        return {
            "kind": frozenset([kind]),
            "act": frozenset(acts),
            "body": frozenset({node.value} if kind == "body" else bodies),
            "year": frozenset(years),
        }

    def _kind(self, node: NamedNode) -> str:
        return kind_of(t.value for t in self.dataset.values(node, TYPE) if isinstance(t, NamedNode))

    def _acts(self, node: NamedNode, kind: str) -> Iterable[str]:
        """The acts that a thing is in; an annex counts as its act."""
        if kind in ("act", "provision"):
            return [act_of(node.value)]
        predicate = CITING if kind == "citation" else STATED_IN
        return (
            act_of(where.value)
            for where in self.dataset.values(node, predicate)
            if isinstance(where, NamedNode)
        )

    def _year(self, act: str) -> str:
        if act not in self.dataset.known_years:
            told = DATED.search(act.removeprefix(self.dataset.base.id("")))
            date = told[1] if told else lexical(self.dataset.value(NamedNode(act), DATE))
            self.dataset.known_years[act] = date[:4]
        return self.dataset.known_years[act]

    def browse(self) -> list[str]:
        """Return the things that the choice alone names, of more than `MOST` the first and one.

        They are those of an act, else those about a body, else those of a kind (or acts).
        """
        if "act" in self.chosen:
            return self._sorted(self._within(NamedNode(self.chosen["act"])))
        if "body" in self.chosen:
            body = NamedNode(self.chosen["body"])
            return self._sorted(
                thing for p in OF_BODY for thing in self.dataset.subjects(NamedNode(p), body)
            )
        known, kind = self.dataset.known_lists, self._kind_pattern
        if kind not in known:
            known[kind] = self._sorted(NamedNode(iri) for iri, _ in self._of_kind(0, MOST + 1))
        return known[kind]

    def of_kind(self, offset: int, limit: int) -> tuple[int, list[str]]:
        """Return how many things there are of the chosen kind, and those of one page.

        They come as the store has them: they are too many to be put in order.
        """
        return self.dataset.number(self._kind_pattern), [
            iri for iri, _ in self._of_kind(offset, min(limit, max(0, LISTED - offset)))
        ]

    def _of_kind(self, offset: int, limit: int) -> Iterator[tuple[str, str]]:
        return self.dataset.pairs(self._kind_pattern, offset, limit)

    @property
    def _kind_pattern(self) -> str:
        root = ROOT_OF.get(self.chosen.get("kind", "act"), vocab.LegalDocument)
        return f"?a {TYPE} <{root}>"

    def _sorted(self, nodes: Iterable[NamedNode]) -> list[str]:
        """Put things in the order of their IRIs, if they are not too many for it."""
        found = list(dict.fromkeys(islice(nodes, MOST + 1)))
        if len(found) <= MOST:
            found.sort(key=natural_order)
        return [node.value for node in found]

    def _within(self, act: NamedNode) -> Iterable[NamedNode]:
        """An act, its parts and annexes and all that they state; only what the kind may be."""
        kind = self.chosen.get("kind")
        wanted = [
            p
            for p, kinds in ((STATED_IN, STATEMENTS), (CITING, ("citation",)))
            if kind is None or kind in kinds
        ]
        places, seen = [act], {act}
        for place in places:
            if kind in (None, "act", "provision"):
                yield place
            for predicate in wanted:
                yield from self.dataset.subjects(predicate, place)
            for predicate in (IS_PART_OF, IS_ANNEX_OF):
                below = set(self.dataset.subjects(predicate, place)) - seen
                seen |= below
                places += sorted(below, key=natural_order)


def act_of(iri: str) -> str:
    """Return the IRI of the act that a provision or an annex belongs to, or `iri` itself."""
    while PART.search(iri):
        iri = PART.sub("", iri)
    return iri


def in_order(kinds: Iterable[Choice]) -> list[Choice]:
    """Return choices of kinds in the order of `KINDS`."""
    order = (*KINDS, "other")
    return sorted(kinds, key=lambda choice: order.index(choice.value))
