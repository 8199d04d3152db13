"""What an act or a provision consists of and states: its node in, counted and paged parts out.

Knows the store but not Flask. Only the parts of one page are counted, so that a code of a thousand
articles costs as much as a law of fifty.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Literal, NamedNode

from graph import vocab
from graph.iris import CODE
from service.documents.documents import natural_order
from service.engine.dataset import Dataset, lexical
from service.prefixes import DCTERMS, SCHEMA
from service.things.kinds import kind_of
from service.things.naming import CITED, CITING, IS_PART_OF, NUMBER, STATED_IN, SUBDIVISION
from service.things.quotes import Quotes
from service.things.relations import Item, Relations
from service.things.terms import Presenter, Shown

PAGE = 50
"""Parts on a page."""
FIRST = 15
"""Statements of each kind on the page of a provision."""
DEEPEST = 200
"""Provisions below one that are looked through for what they state."""
REMEMBERED = 50
"""Acts whose parts are kept in order."""
MOST = 1000
"""Statements of a provision or citations of it that are counted."""
CONTAINERS = {f"{CODE}unit/{name}" for name in ("section", "chapter", "paragraph")}
"""Kinds of provisions that hold articles, which are numbered through the act all the same."""
ORDER = ("norm", "penalty", "age", "measure", "statistic", "citation", "cites", "cited")
"""What a provision states, the most asked for first."""
TITLE = NamedNode(f"{DCTERMS}title")
TEXT = NamedNode(f"{SCHEMA}text")


@dataclass(frozen=True)
class Part:
    """A provision as the contents of the one above show it."""

    shown: Shown
    """Its short name and its page."""
    title: str
    text: str
    """Its words, "" where it has parts of its own with words."""
    words: str
    """The address of its heading or number in the text, "" if no text shows it."""
    counts: dict[str, int]
    """Kind -> how many such things it and its parts state; "cites" and "cited" for citations."""


@dataclass(frozen=True)
class Contents:
    """The parts of an act or a provision, from `offset`."""

    containers: list[Part]
    """Sections and chapters; none from the second page on."""
    parts: list[Part]
    total: int
    offset: int


@dataclass(frozen=True)
class Stated:
    """What a provision and its parts state of one kind."""

    kind: str
    total: int
    items: tuple[tuple[Item, Shown], ...]
    """The first of them, each with the name of the provision that states it."""


class ContentsReader:
    """Reads contents for one reader."""

    def __init__(self, show: Presenter, quotes: Quotes, relations: Relations) -> None:
        """Show provisions with `show`, quote with `quotes`."""
        self.show = show
        self.names = show.names
        self.dataset: Dataset = show.dataset
        self.quotes = quotes
        self.relations = relations

    def contents(self, node: NamedNode, offset: int) -> Contents:
        """Return the parts of an act or a provision, in the order of their numbers."""
        containers, parts = self._below(node)
        holders, shown = [] if offset else containers, parts[offset : offset + PAGE]
        self.names.read_ahead([*holders, *shown], NUMBER, SUBDIVISION, TITLE, TEXT)
        return Contents(
            [self._part(p, False) for p in holders],
            [self._part(p, True) for p in shown],
            len(parts),
            offset,
        )

    def _below(self, node: NamedNode) -> tuple[list[NamedNode], list[NamedNode]]:
        """The containers and the other parts of a thing; those of long acts are kept."""
        known = self.dataset.known_parts
        if node.value not in known:
            kinds = " ".join(f"<{kind}>" for kind in sorted(CONTAINERS))
            holding = f"VALUES ?b {{ {kinds} }} ?a {IS_PART_OF} {node} ; {SUBDIVISION} ?b"
            holders = {a for a, _ in self.dataset.rows(holding, 0, MOST)}
            below = sorted(set(self.dataset.subjects(IS_PART_OF, node)), key=natural_order)
            found = [p for p in below if p in holders], [p for p in below if p not in holders]
            if len(below) < PAGE:
                return found
            if len(known) >= REMEMBERED:
                known.clear()
            known[node.value] = found
        return known[node.value]

    def _part(self, node: NamedNode, counted: bool) -> Part:
        name = self.names.short(node)
        below = self.below(node) if counted else [node]
        return Part(
            Shown(name.text, name.language, self.show.link(node.value), node.value),
            lexical(self.dataset.value(node, TITLE)),
            self.text(node) if counted and len(below) == 1 else "",
            self.quotes.href(node),
            self._counts(below) if counted else {},
        )

    def text(self, node: NamedNode) -> str:
        """Return the words of a provision, "" if the graph has none."""
        texts = [t for t in self.dataset.values(node, TEXT) if isinstance(t, Literal)]
        return min((t.value for t in texts), default="")

    def below(self, node: NamedNode) -> list[NamedNode]:
        """Return a provision and all that are part of it, at most `DEEPEST`, in order."""
        found = [node]
        for one in found:
            children = sorted(set(self.dataset.subjects(IS_PART_OF, one)), key=natural_order)
            found += [child for child in children if child not in found]
            if len(found) >= DEEPEST:
                break
        return found[:DEEPEST]

    def _counts(self, nodes: list[NamedNode]) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for node in nodes:
            for thing in islice(self.dataset.subjects(STATED_IN, node), MOST):
                counts[kind_of(self.names.classes(thing))] += 1
            counts["cites"] += sum(1 for _ in islice(self.dataset.subjects(CITING, node), MOST))
            counts["cited"] += sum(1 for _ in islice(self.dataset.subjects(CITED, node), MOST))
        ranked = sorted(counts, key=lambda k: ORDER.index(k) if k in ORDER else len(ORDER))
        return {kind: counts[kind] for kind in ranked if counts[kind] and kind != "other"}

    def stated(self, node: NamedNode) -> list[Stated]:
        """Return what a provision and its parts state, by kind, in the order of the parts."""
        found: dict[str, list[tuple[NamedNode, NamedNode]]] = {}
        for place in self.below(node):
            things = islice(self.dataset.subjects(STATED_IN, place), MOST)
            for thing in sorted(things, key=natural_order):
                kind = kind_of(self.names.classes(thing))
                found.setdefault(kind, []).append((thing, place))
        ranked = sorted(found, key=lambda k: ORDER.index(k) if k in ORDER else len(ORDER))
        return [
            Stated(
                kind, len(found[kind]), tuple(self._stated(*pair) for pair in found[kind][:FIRST])
            )
            for kind in ranked
        ]

    def _stated(self, thing: NamedNode, place: NamedNode) -> tuple[Item, Shown]:
        name = self.names.short(place)
        shown = Shown(name.text, name.language, self.show.link(place.value), place.value)
        return self.relations.item(thing, vocab.statedIn), shown
