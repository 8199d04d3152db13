"""The words of a text that carry what the graph says: things in, quotes with their place out.

Knows the store but not Flask. The cost is bounded: of a thing that is named everywhere, the first
`MOST` mentions count.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from graph import vocab
from graph.iris import CODE
from service.dataset import BODY, RULE, TARGET, Dataset, Evidence
from service.naming import CITED, CITING, short
from service.prefixes import ELI, SKOS
from service.terms import Presenter, Shown

MOST = 300
"""Mentions of a thing that are put in order and counted."""
STRUCTURE = f"{CODE}rule/structure-"
"""IRIs of the rules whose mentions are the headings and numbers of provisions begin so."""
REMEMBERED = 200
"""Texts whose provisions are kept in memory."""
CITES = f"{ELI}cites"
AMENDS = f"{ELI}amends"
DERIVED = NamedNode(f"{CODE}rule/derived-heading")

Places = tuple[list[int], list[NamedNode]]
"""Where the provisions of a text begin, in code points and in order, and which they are."""


@dataclass(frozen=True)
class Quoted:
    """A mention, and where it stands."""

    evidence: Evidence
    document: Shown | None
    """The document, with the address of the quote in it."""
    place: Shown | None
    """The provision that the quote stands in."""


@dataclass(frozen=True)
class Words:
    """The words that carry one statement."""

    text: str
    """Their beginning, for a list."""
    href: str


NONE = Words("", "")


class Quotes:
    """Finds the words behind statements for one reader."""

    def __init__(self, show: Presenter) -> None:
        """Show documents and provisions with `show`."""
        self.show = show
        self.dataset: Dataset = show.dataset

    def page(self, node: NamedNode, offset: int, limit: int) -> tuple[list[Quoted], int, bool]:
        """Return the mentions of a thing from `offset`, how many there are, and if that is all.

        Of several mentions that rest on the same words, by different rules, one is returned.
        """
        mentions = list(islice(self.dataset.subjects(BODY, node), MOST + 1))
        complete = len(mentions) <= MOST
        places: dict[tuple[tuple[str, int], ...], list[NamedNode]] = {}
        for mention in mentions[:MOST]:
            places.setdefault(self._place_of(mention), []).append(mention)
        ordered = [min(places[at], key=str) for at in sorted(places)]
        read = [self.quoted(m) for m in ordered[offset : offset + limit]]
        return read, len(ordered), complete

    def quoted(self, mention: NamedNode) -> Quoted:
        """Return a mention with the document and the provision that it stands in."""
        evidence = self.dataset.read_mention(mention)
        if not evidence.quotes:
            return Quoted(evidence, None, None)
        first = evidence.quotes[0]
        text = first.span.partition("#")[0]
        place = self.place(text, first.start)
        document = None
        for record in self.dataset.store.records.of_text(text):
            name = self.show.names(NamedNode(record.work))
            document = Shown(name.text, name.language, self.show.link(first.span), record.work)
        if place is None:
            return Quoted(evidence, document, None)
        name = self.show.names(place)
        return Quoted(
            evidence, document, Shown(name.text, name.language, self.show.link(place.value), "")
        )

    def words(self, node: NamedNode) -> Words:
        """Return the first words of some mention of a thing: of a statement, its only one."""
        mention = next(self.dataset.subjects(BODY, node), None)
        return self.of_mention(mention) if mention else NONE

    def of_mention(self, mention: NamedNode) -> Words:
        """Return the first words of a mention."""
        spans = [t for t in self.dataset.values(mention, TARGET) if isinstance(t, NamedNode)]
        if not spans:
            return NONE
        quotes = [self.dataset.read_span(span) for span in spans]
        first = min(quotes, key=lambda quote: quote.start)
        return Words(short(first.exact), self.show.link(first.span))

    def carrier(self, node: NamedNode, predicate: str, value: NamedNode) -> str:
        """Return the address of the words that carry one statement of several, or ""."""
        if predicate in (CITES, AMENDS):
            return self.citation(node, value).href
        if predicate == vocab.givesEffectTo:
            return self.derived(node).href
        if predicate in (f"{ELI}has_annex", f"{ELI}has_part"):
            return self.words(value).href
        return ""

    def derived(self, node: NamedNode) -> Words:
        """Return the words from which it follows that a thing gives effect to an article."""
        for mention in islice(self.dataset.subjects(BODY, node), MOST):
            if self.dataset.value(mention, RULE) == DERIVED:
                return self.of_mention(mention)
        return NONE

    def citation(self, citing: NamedNode, cited: NamedNode) -> Words:
        """Return the words by which one thing cites another."""
        for one in islice(self.dataset.subjects(CITING, citing), MOST):
            if self.dataset.value(one, CITED) == cited:
                return self.words(one)
        return NONE

    def _place_of(self, mention: NamedNode) -> tuple[tuple[str, int], ...]:
        """The text and the first code point of each span of a mention."""
        spans = [t.value for t in self.dataset.values(mention, TARGET) if isinstance(t, NamedNode)]
        return tuple(sorted(start_of(span) for span in spans))

    def place(self, text: str, offset: int) -> NamedNode | None:
        """Return the provision in which a code point of a source text stands."""
        places = self.dataset.known_places.get(text)
        if places is None:
            if len(self.dataset.known_places) >= REMEMBERED:
                self.dataset.known_places.clear()
            places = self.dataset.known_places[text] = self._read_places(text)
        starts, nodes = places
        at = bisect_right(starts, offset) - 1
        return nodes[at] if at >= 0 else None

    def _read_places(self, text: str) -> Places:
        """Where the provisions of a text begin, from the mentions of their headings."""
        found: dict[int, NamedNode] = {}
        dataset = self.dataset
        rules = list(self._structure_rules())
        for record in dataset.store.records.of_text(text):
            graph = NamedNode(dataset.base.graph(f"evidence/{record.doc}"))
            for rule in rules:
                begun = f"GRAPH {graph} {{ ?m {RULE} {rule} ; {BODY} ?a ; {TARGET} ?b }}"
                for name, span in dataset.pairs(begun):
                    found[start_of(span)[1]] = NamedNode(name)
        starts = sorted(found)
        return starts, [found[start] for start in starts]

    def _structure_rules(self) -> Iterator[NamedNode]:
        scheme = NamedNode(f"{CODE}rule")
        for rule in self.dataset.subjects(NamedNode(f"{SKOS}inScheme"), scheme):
            if rule.value.startswith(STRUCTURE):
                yield rule


def start_of(span: str) -> tuple[str, int]:
    """Return the source text of a span and its first code point, both from its IRI."""
    text, _, place = span.strip("<>").partition("#char=")
    start = place.partition(",")[0]
    return text, int(start) if start.isdecimal() else 0
