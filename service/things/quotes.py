"""The words of a text that carry what the graph says: things in, quotes with their place out.

Knows the store but not Flask. The cost is bounded: of a thing that is named everywhere, the first
`MOST` mentions count.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from graph import vocab
from graph.iris import CODE
from service.documents.reading import beginning
from service.engine.dataset import BODY, RULE, START, TARGET, Dataset, Evidence
from service.prefixes import ELI
from service.things.naming import CITED, CITING, short
from service.things.terms import Presenter, Shown

MOST = 300
"""Mentions of a thing that are put in order and counted."""
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
        spans: dict[str, list[tuple[str, int]]] = {}
        some = f"{{ SELECT ?a {{ ?a {BODY} {node} }} LIMIT {MOST + 1} }}"
        for mention, span in self.dataset.pairs(f"{some} OPTIONAL {{ ?a {TARGET} ?b }}"):
            spans.setdefault(mention, []).extend([start_of(span)] if span else ())
        complete = len(spans) <= MOST
        places: dict[tuple[tuple[str, int], ...], list[str]] = {}
        for mention in list(spans)[:MOST]:
            places.setdefault(tuple(sorted(spans[mention])), []).append(mention)
        ordered = [min(places[at]) for at in sorted(places)]
        shown = ordered[offset : offset + limit]
        # From the last on: what stands before it in its text is read with it.
        read = [self.quoted(NamedNode(mention)) for mention in reversed(shown)]
        return read[::-1], len(ordered), complete

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

    def href(self, node: NamedNode) -> str:
        """Return the address of the words that `words` quotes, "" if there are none."""
        mention = next(self.dataset.subjects(BODY, node), None)
        targets = self.dataset.values(mention, TARGET) if mention else ()
        spans = [target.value for target in targets if isinstance(target, NamedNode)]
        return self.show.link(min(spans, key=start_of)) if spans else ""

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

    def place(self, text: str, offset: int) -> NamedNode | None:
        """Return the provision in which a code point of a source text stands."""
        known = self.dataset.known_places
        if text not in known or known[text][0] < offset:
            if len(known) >= REMEMBERED:
                known.clear()
            known[text] = (offset, *self._read_places(text, offset))
        _, starts, nodes = known[text]
        at = bisect_right(starts, offset) - 1
        return nodes[at] if at >= 0 else None

    def _read_places(self, text: str, last: int) -> Places:
        """Where provisions begin up to a code point, from the mentions of their headings."""
        rows: list[tuple[int, int, str]] = []
        for record in self.dataset.store.records.of_text(text):
            evidence = self.dataset.base.graph(f"evidence/{record.doc}")
            table = self.dataset.table(beginnings_query(evidence, last))
            rows += [
                (int(start), int(unit), thing[1:-1])
                for thing, start, unit in table
                if start.isdecimal()
            ]
        # Of those that begin together, the deepest is the place.
        found = {start: NamedNode(thing) for start, _, thing in sorted(rows)}
        return list(found), list(found.values())


def beginnings_query(evidence: str, last: int) -> str:
    """Return the query for the provisions that begin up to a code point, in a graph of evidence.

    The rows have the provision, its first code point and the place of its kind in `UNITS`.
    """
    graph = f"GRAPH <{evidence}>"
    return f"""SELECT ?thing ?start ?unit WHERE {{
        {{ {beginning(graph)} }}
        {{ SELECT ?mention ?thing {{ {graph} {{ ?mention {BODY} ?thing }} }} }}
        {{ SELECT ?mention ?span {{ {graph} {{ ?mention {TARGET} ?span }} }} }}
        {{ SELECT ?span ?start {{ {graph} {{ ?span {START} ?start }}
            FILTER(?start <= {last}) }} }}
    }}"""


def start_of(span: str) -> tuple[str, int]:
    """Return the source text of a span and its first code point, both from its IRI."""
    text, _, place = span.strip("<>").partition("#char=")
    start = place.partition(",")[0]
    return text, int(start) if start.isdecimal() else 0
