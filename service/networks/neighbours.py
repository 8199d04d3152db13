"""The surroundings of a thing in the graph: its IRI in, its links by property and direction out.

Knows the store but not Flask. The cost is bounded however many links a thing has: they are counted
inside the engine, which takes some 0.4 µs a link, up to `COUNTED`; beyond, a count is the least
that there are. Links between names only: literals and blank nodes are not neighbours.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal as OneOf
from typing import cast

from pyoxigraph import Literal, NamedNode, QuerySolutions

from graph import vocab
from graph.rdf import PROV
from service.engine.dataset import BODY, DEFAULT, LABELS, Dataset, Evidence, Term
from service.prefixes import ELI, OA, RDF
from service.things.kinds import kind_of

Direction = OneOf["out", "in"]

COUNTED = 150_000
"""Links of a thing, in each direction, that are counted and can be paged through."""
FILTERED = 5_000
"""Links of which what is no thing is taken out one by one: that takes five times as long."""
SORTED = 1_000
"""Links of one property that are put in order; more of them come as the store has them."""
MENTIONS = 50
"""Mentions of a thing that are read to find those to show."""

TYPE = NamedNode(f"{RDF}type")
EVIDENCE_PROPERTIES = frozenset(
    {
        vocab.evidencedBy,
        vocab.extractionRule,
        f"{OA}hasBody",
        f"{OA}hasTarget",
        f"{OA}motivatedBy",
        f"{PROV}wasGeneratedBy",
    }
)
"""Properties that lead to and from mentions and spans."""
EVIDENCE_CLASSES = frozenset({vocab.Mention, vocab.Span, f"{PROV}Activity"})


@dataclass(frozen=True)
class Group:
    """The links of a thing by one property in one direction."""

    property: str
    direction: Direction
    """`out`: the thing is the subject; `in`: it is the object."""
    total: int
    exact: bool
    """Whether `total` is all of them, and not only the least there are."""


def classes(dataset: Dataset, node: NamedNode) -> list[str]:
    """Return the IRIs of the classes of a thing."""
    return [value.value for value in dataset.values(node, TYPE) if isinstance(value, NamedNode)]


def kind(dataset: Dataset, node: NamedNode) -> str:
    """Return the kind of a thing (service.things.kinds)."""
    return kind_of(classes(dataset, node))


def groups(
    dataset: Dataset, node: NamedNode, *, details: bool, properties: Iterable[str] = ()
) -> list[Group]:
    """Return the links of a thing, outgoing first, then by property.

    Classes, mentions and spans are left out unless `details` asks for them or the thing is of their
    level itself. `properties` are those of the data, to be looked for where there are too many
    links to see all.
    """
    details = details or not EVIDENCE_CLASSES.isdisjoint(classes(dataset, node))
    found = [*counts(dataset, node, "out", properties), *counts(dataset, node, "in", properties)]
    if not details:
        found = [group for group in found if not is_detail(group)]
    return found


def is_detail(group: Group) -> bool:
    """Tell whether links are about evidence, or say the class, which the kind of a thing shows."""
    is_class = group.property == TYPE.value and group.direction == "out"
    return is_class or group.property in EVIDENCE_PROPERTIES


def counts(
    dataset: Dataset, node: NamedNode, direction: Direction, properties: Iterable[str]
) -> list[Group]:
    """Return the links of a thing in one direction, by property."""
    numbers = count(dataset, node, direction, "")
    if sum(numbers.values()) <= FILTERED:
        numbers = count(dataset, node, direction, "FILTER(isIRI(?other))")
    else:
        # What a property leads to is told by the first of its values.
        named = (iri for iri in numbers if linked(dataset, node, direction, NamedNode(iri), 0, 1))
        numbers = {iri: numbers[iri] for iri in named}
    exact = sum(numbers.values()) <= COUNTED
    if not exact:
        for iri in set(properties) - numbers.keys():
            if linked(dataset, node, direction, NamedNode(iri), 0, 1):
                numbers[iri] = 1
    return [Group(iri, direction, n, exact) for iri, n in sorted(numbers.items())]


def count(
    dataset: Dataset, node: NamedNode, direction: Direction, condition: str
) -> dict[str, int]:
    """Return the properties of at most `COUNTED` + 1 links, each with its number."""
    query = f"""SELECT ?property (COUNT(*) AS ?n) WHERE {{
        SELECT ?property ?other WHERE {{ {pattern(node, direction, "?property")} {condition} }}
        LIMIT {COUNTED + 1}
    }} GROUP BY ?property"""
    rows = cast(QuerySolutions, dataset.quads.query(query))
    return {
        cast(NamedNode, row["property"]).value: int(cast(Literal, row["n"]).value) for row in rows
    }


def pattern(node: NamedNode, direction: Direction, middle: str) -> str:
    """Return the triple pattern of the links of a thing."""
    return f"{node} {middle} ?other" if direction == "out" else f"?other {middle} {node}"


def linked(
    dataset: Dataset, node: NamedNode, direction: Direction, by: NamedNode, offset: int, limit: int
) -> list[NamedNode]:
    """Return the things that a property links, in the order of the store: those with an IRI."""
    query = f"""SELECT ?other WHERE {{ {pattern(node, direction, str(by))} }}
        OFFSET {offset} LIMIT {limit}"""
    rows = cast(QuerySolutions, dataset.quads.query(query))
    return [other for row in rows if isinstance(other := row["other"], NamedNode)]


def part(
    dataset: Dataset, node: NamedNode, group: Group, offset: int, limit: int
) -> list[NamedNode]:
    """Return the things of a group from `offset` on, in the natural order of their IRIs if few."""
    by = NamedNode(group.property)
    if group.total > SORTED:
        return linked(dataset, node, group.direction, by, offset, limit)
    found = linked(dataset, node, group.direction, by, 0, SORTED)
    return sorted(found, key=natural)[offset : offset + limit]


def natural(node: NamedNode) -> list[tuple[int, str]]:
    """Return the key that puts art_9 before art_10."""
    pieces = re.split(r"(\d+)", node.value)
    return [(int(p) if p.isdigit() else -1, "" if p.isdigit() else p) for p in pieces]


def shares(found: list[Group], limit: int, most: int) -> list[int]:
    """Return how many of each group to show: at most `limit` of each and `most` in all.

    No group that there is room for is left empty because another is large.
    """
    each = max(1, min(limit, most // len(found))) if found else 0
    taken = [min(each, group.total) for group in found]
    left = most - sum(taken)
    for place, group in enumerate(found):
        more = max(0, min(limit, group.total) - taken[place])
        taken[place] += min(more, max(0, left))
        left -= min(more, max(0, left))
    return taken


def facts(dataset: Dataset, node: NamedNode, most: int) -> dict[NamedNode, list[Term]]:
    """Return the literals and classes of a thing, by property; of many, the first `most`.

    Its names are left out: they are its label.
    """
    found: dict[NamedNode, list[Term]] = {}
    # An act of 5,000 articles has as many links, and what is said in words stands among them.
    quads = islice(dataset.quads.quads_for_pattern(node, None, None, DEFAULT), COUNTED // 10)
    told = (
        quad
        for quad in quads
        if (isinstance(quad.object, Literal) and quad.predicate not in LABELS)
        or quad.predicate == TYPE
    )
    for quad in sorted(islice(told, most), key=str):
        found.setdefault(quad.predicate, []).append(quad.object)
    return found


def evidence(dataset: Dataset, node: NamedNode, most: int) -> tuple[list[Evidence], bool]:
    """Return at most `most` mentions of a thing in the order of the text, and if they are all."""
    mentions = list(islice(dataset.subjects(BODY, node), MENTIONS + 1))
    found = [dataset.read_mention(mention) for mention in mentions[:MENTIONS]]
    found.sort(key=lambda each: (each.quotes[0].start if each.quotes else 0, each.mention))
    return found[:most], len(mentions) <= most


@dataclass(frozen=True)
class Told:
    """Where the words of a statement stand."""

    by: str
    """Whose words they are: `citation`, `subject` or `object`; "" if there are none."""
    mentions: list[Evidence]
    complete: bool
    """Whether these are all of its mentions."""


def statement_evidence(
    dataset: Dataset, subject: NamedNode, by: NamedNode, other: NamedNode, most: int
) -> Told:
    """Return the words that a statement rests on.

    Those of a citation are the citation's. Those of another are the words of its subject (a norm
    and all that is said of it stand in one place); of a subject that no text mentions, those of
    the object.
    """
    if by.value in (f"{ELI}cites", f"{ELI}amends"):
        for citation in citations(dataset, subject, other):
            found, complete = evidence(dataset, citation, most)
            if found:
                return Told("citation", found, complete)
    found, complete = evidence(dataset, subject, most)
    if found:
        return Told("subject", found, complete)
    found, complete = evidence(dataset, other, most)
    return Told("object" if found else "", found, complete)


def citations(dataset: Dataset, citing: NamedNode, cited: NamedNode) -> list[NamedNode]:
    """Return the citations of one thing by another."""
    query = f"""SELECT ?c WHERE {{ ?c <{vocab.citing}> {citing} ; <{vocab.cited}> {cited} }}
        ORDER BY ?c LIMIT 5"""
    return [cast(NamedNode, row["c"]) for row in cast(QuerySolutions, dataset.quads.query(query))]


def says(dataset: Dataset, subject: NamedNode, by: NamedNode, other: NamedNode) -> bool:
    """Tell whether the default graph holds a statement."""
    found = dataset.quads.quads_for_pattern(subject, by, other, DEFAULT)
    return next(found, None) is not None
