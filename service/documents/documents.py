"""A document as a tree of its provisions, each with its text and with what it states.

Knows the store but not Flask.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.iris import ONTOLOGY
from service.engine.dataset import Dataset, Evidence
from service.prefixes import ELI, RDF, SCHEMA

TYPE = NamedNode(f"{RDF}type")
LEGAL_DOCUMENT = NamedNode(f"{ONTOLOGY}LegalDocument")
IS_PART_OF = NamedNode(f"{ELI}is_part_of")
IS_ANNEX_OF = NamedNode(f"{ELI}is_annex_of")
TEXT = NamedNode(f"{SCHEMA}text")
STATED_IN = NamedNode(f"{ONTOLOGY}statedIn")
CITING = NamedNode(f"{ONTOLOGY}citing")

AFTER_ALL = 1 << 62
"""Place of a provision that no text shows."""


@dataclass(frozen=True)
class Statement:
    """A thing that a provision states (a norm, an age, a citation), with its evidence."""

    node: NamedNode
    kind: NamedNode | None
    """The most telling of its classes."""
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Part:
    """A document or provision with what stands below it, in the order of the text."""

    node: NamedNode
    text: str
    """Its own text, without that of its children; "" if the graph has none."""
    language: str
    """Language tag of the text."""
    statements: tuple[Statement, ...]
    parts: tuple["Part", ...]


def find_work(dataset: Dataset, path: str) -> NamedNode | None:
    """Return the legal document at `path` ("kz/law/2002-08-08/345-II", "text/0ea91d24738f")."""
    for candidate in (f"eli/{path}", path):
        try:
            node = NamedNode(dataset.base.id(candidate))
        except ValueError:
            return None
        if LEGAL_DOCUMENT in dataset.values(node, TYPE):
            return node
    return None


def work_path(dataset: Dataset, work: str) -> str:
    """Return the path by which `find_work` finds a work."""
    return work.removeprefix(dataset.base.id("")).removeprefix("eli/")


def read_document(dataset: Dataset, work: NamedNode, *, in_text: bool) -> list[Part]:
    """Return the tree of a work, followed by those of its annexes.

    With `in_text` provisions stand in the order of the text that holds them, else in that of their
    numbers: other documents name them in no order.
    """
    annexes = sorted(set(dataset.subjects(IS_ANNEX_OF, work)), key=natural_order)
    return [read_tree(dataset, root, in_text=in_text) for root in (work, *annexes)]


def read_tree(dataset: Dataset, work: NamedNode, *, in_text: bool) -> Part:
    """Return the tree of the provisions of `work`, each under the nearest of its parents."""
    children = children_of(dataset, work)

    def read(node: NamedNode) -> Part:
        texts = [t for t in dataset.values(node, TEXT) if isinstance(t, Literal)]
        text = min(texts, key=str, default=Literal(""))
        parts = sorted(children[node], key=natural_order)
        if in_text:
            parts.sort(key=lambda child: place_in_text(dataset, child))
        return Part(
            node,
            text.value,
            text.language or "",
            tuple(read_statements(dataset, node)),
            tuple(read(child) for child in parts),
        )

    return read(work)


def children_of(dataset: Dataset, work: NamedNode) -> dict[NamedNode, list[NamedNode]]:
    """Return the provisions below each node of `work`; each provision stands below one node.

    An article is part of its work and of its chapter: it goes below the chapter, which is the
    parent with the most parts above it.
    """
    parents: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    waiting = [work]
    seen = {work}
    while waiting:
        parent = waiting.pop()
        for child in dataset.subjects(IS_PART_OF, parent):
            parents[child].add(parent)
            if child not in seen:
                seen.add(child)
                waiting.append(child)

    def above(node: NamedNode) -> set[NamedNode]:
        found: set[NamedNode] = set()
        rising = list(parents[node]) if node in parents else []
        while rising:
            parent = rising.pop()
            if parent not in found:
                found.add(parent)
                rising += parents.get(parent, ())
        return found

    children: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for child in list(parents):
        nearest = max(parents[child], key=lambda parent: (len(above(parent)), parent.value))
        children[nearest].append(child)
    return children


def place_in_text(dataset: Dataset, node: NamedNode) -> tuple[int, list[tuple[int, str]]]:
    """Return the sort key of a provision: where the text first shows it, then its number."""
    starts = [quote.start for found in dataset.evidence(node) for quote in found.quotes]
    return min(starts, default=AFTER_ALL), natural_order(node)


def natural_order(node: NamedNode) -> list[tuple[int, str]]:
    """Return a sort key that puts `art_9` before `art_10`."""
    pieces = re.split(r"(\d+)", node.value)
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in pieces]


def read_statements(dataset: Dataset, node: NamedNode) -> list[Statement]:
    """Return what the provision or document `node` states itself, in the order of the text."""
    stated = {*dataset.subjects(STATED_IN, node), *dataset.subjects(CITING, node)}
    found = [
        Statement(thing, telling_class(dataset, thing), tuple(dataset.evidence(thing)))
        for thing in stated
    ]
    return sorted(found, key=lambda s: (first_start(s), s.node.value))


def first_start(statement: Statement) -> int:
    """Return the first code point of a statement's evidence."""
    starts = [quote.start for found in statement.evidence for quote in found.quotes]
    return min(starts, default=AFTER_ALL)


def telling_class(dataset: Dataset, node: NamedNode) -> NamedNode | None:
    """Return the class of `node` that says most: of the ontology, and not the general Norm."""
    types = [t for t in dataset.values(node, TYPE) if isinstance(t, NamedNode)]
    general = f"{ONTOLOGY}Norm"
    ranked = [(not t.value.startswith(ONTOLOGY), t.value == general, t.value) for t in types]
    return NamedNode(min(ranked)[2]) if ranked else None
