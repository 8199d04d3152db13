"""A document as it is read: its text, clean and as it was, what is mentioned where, and its pages.

Knows the store but not Flask. In comes the record of a document, out comes a `Reading`, made once
for each version of the data and kept (`Readings`). Offsets are code points, half open; those of
mentions and units are of the original text.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

from pyoxigraph import NamedNode

from graph.iris import CODE
from graph.model import Source
from graph.normalise import Normalised, normalise
from graph.storage.records import DocumentRecord
from service.engine.dataset import BODY, RULE, TARGET, Dataset
from service.engine.kept import Recent
from service.prefixes import RDF
from service.things.kinds import KINDS, ROOT_OF, kind_of

TYPE = NamedNode(f"{RDF}type")
STRUCTURE = f"{CODE}rule/structure-"
"""What the rules begin with that find provisions; the kind of provision follows."""
HEADINGS = {
    "annex": 0,
    "section": 1,
    "report-section": 1,
    "chapter": 2,
    "paragraph": 3,
    "article": 4,
}
"""Kinds of provisions that begin with a heading -> how deep they stand."""
UNITS = (*HEADINGS, "part", "clause", "report-paragraph", "subclause", "indent", "note")
"""Kinds of provisions."""
LEAST, MIDDLE, MOST = 30_000, 45_000, 60_000
"""Characters from which a page may end at a heading, at any provision, at any paragraph."""
KEPT = 4_000_000
"""Characters of the documents that are kept ready, some 80 bytes of memory each with all else."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in which a thing is named or stated."""

    node: NamedNode
    """The thing."""
    kind: str
    """Its kind (`service.things.kinds`)."""
    ranges: tuple[tuple[int, int], ...]
    """Sorted; more than one where the words stand apart."""
    begins: bool = False
    """Whether the thing is a provision that begins here."""

    @property
    def start(self) -> int:
        """The first code point."""
        return self.ranges[0][0]

    @property
    def size(self) -> int:
        """The number of code points."""
        return sum(end - start for start, end in self.ranges)


@dataclass(frozen=True, slots=True)
class Unit:
    """A provision where its text begins: its number or heading is at `start:end`."""

    node: NamedNode
    kind: str
    """Code of the kind of provision: `article`, `clause`."""
    start: int
    end: int
    anchor: str
    """Its name within the document, unique: `art_41`, `kz.constitution.art_12`."""

    @property
    def is_heading(self) -> bool:
        """Whether a heading names it."""
        return self.kind in HEADINGS


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the text: `start:end` of the original is `clean_start:clean_end` repaired."""

    start: int
    end: int
    clean_start: int
    clean_end: int
    mentions: tuple[int, ...]
    """Indices of the mentions that have a part in it."""
    units: tuple[int, ...]
    """Indices of the provisions that begin in it."""


@dataclass(frozen=True)
class Reading:
    """A document ready to be read."""

    record: DocumentRecord
    text: Normalised
    mentions: tuple[Mention, ...]
    """In order of start."""
    units: tuple[Unit, ...]
    """In order of start."""
    pages: tuple[Page, ...]
    """In the order of the text; at least one."""
    counts: Counter[str]
    """Kind -> number of mentions in the whole document."""
    anchors: dict[str, int]
    """Anchor -> index of the unit."""

    @property
    def original(self) -> str:
        """The text exactly as it was read."""
        return self.text.source.text

    def page_at(self, offset: int) -> int:
        """Return the index of the page that holds a code point of the original."""
        return max(0, bisect_right(self.pages, offset, key=lambda page: page.start) - 1)

    def at(self, ranges: tuple[tuple[int, int], ...]) -> list[Mention]:
        """Return the mentions that rest on exactly these ranges, or on one of them alone."""
        wanted = {(one,) for one in ranges} | {ranges}
        near = {i for start, _ in ranges for i in self.pages[self.page_at(start)].mentions}
        return [self.mentions[i] for i in sorted(near) if self.mentions[i].ranges in wanted]


def read(dataset: Dataset, record: DocumentRecord, cleaned: Recent[Normalised]) -> Reading | None:
    """Make a document ready; None if the store has no text of it any more.

    `cleaned` are clean texts, which stay right when the data changes.
    """
    clean = cleaned.get(record.sha256)
    if clean is None:
        text = dataset.store.source_text(record.text_iri)
        if text is None:
            return None
        clean = normalise(Source(record.source, text, record.sha256))
        cleaned.put(record.sha256, clean, len(text))
    mentions, units = read_mentions(dataset, record, len(clean.source.text))
    return Reading(
        record,
        clean,
        mentions,
        units,
        tuple(divide(clean, mentions, units)),
        Counter(mention.kind for mention in mentions),
        {unit.anchor: i for i, unit in enumerate(units)},
    )


def read_mentions(
    dataset: Dataset, record: DocumentRecord, size: int
) -> tuple[tuple[Mention, ...], tuple[Unit, ...]]:
    """Return the mentions of a document and where its provisions begin."""
    ranges: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    starting: dict[tuple[str, str], str] = {}
    told: dict[str, int] = {}
    for mention, thing, span, unit, kind in dataset.table(mentions_query(dataset, record.doc)):
        place = place_of(span[1:-1])
        if place and place[1] <= size:
            ranges[mention, thing].append(place)
            if unit:
                starting[mention, thing] = UNITS[int(unit)]
            if kind:
                told[thing] = min(told.get(thing, len(KINDS)), int(kind))
    kinds: dict[str, tuple[NamedNode, str]] = {}
    mentions, units = [], []
    for (mention, thing), places in ranges.items():
        if thing not in kinds:
            node = NamedNode(thing[1:-1])
            known = KINDS[told[thing]] if thing in told else kind_of(types_of(dataset, node))
            kinds[thing] = node, known
        node, kind = kinds[thing]
        unit = starting.get((mention, thing), "")
        ordered = tuple(sorted(set(places)) if len(places) > 1 else places)
        mentions.append(Mention(node, kind, ordered, bool(unit)))
        if unit:
            units.append((ordered[0][0], ordered[-1][1], node, unit))
    mentions.sort(key=lambda one: (one.ranges, one.node.value))
    units.sort(key=lambda unit: (unit[0], -unit[1], unit[2].value))
    return tuple(mentions), tuple(named(units, record.work, dataset.base.id("")))


def mentions_query(dataset: Dataset, doc: str) -> str:
    """Return the query for all mentions of a document, with a row for each of their spans.

    The rows have the mention, the thing, the span, and the places in `UNITS` and `KINDS` of the
    provision that begins there and of the kind of the thing, where the document tells them. Each
    property is read from end to end, in a SELECT of its own, and then joined: to look each mention
    up would take three times as long.
    """
    evidence = f"GRAPH <{dataset.base.graph(f'evidence/{doc}')}>"
    content = f"GRAPH <{dataset.base.graph(f'doc/{doc}')}>"
    kinds = " ".join(f"(<{ROOT_OF[kind]}> {i})" for i, kind in enumerate(KINDS))
    return f"""SELECT ?mention ?thing ?span ?unit ?kind WHERE {{
        {{ SELECT ?mention ?thing {{ {evidence} {{ ?mention {BODY} ?thing }} }} }}
        {{ SELECT ?mention ?span {{ {evidence} {{ ?mention {TARGET} ?span }} }} }}
        OPTIONAL {{ {beginning(evidence)} }}
        OPTIONAL {{ SELECT ?thing ?kind {{
            VALUES (?class ?kind) {{ {kinds} }} {content} {{ ?thing {TYPE} ?class }} }} }}
    }}"""


def beginning(evidence: str) -> str:
    """Return the SELECT for the mentions at which provisions begin, with their places in `UNITS`.

    `evidence` is the part of the query that says which graph is meant.
    """
    units = " ".join(f"(<{STRUCTURE}{unit}> {i})" for i, unit in enumerate(UNITS))
    return f"""SELECT ?mention ?unit {{
        VALUES (?rule ?unit) {{ {units} }} {evidence} {{ ?mention {RULE} ?rule }} }}"""


def types_of(dataset: Dataset, node: NamedNode) -> set[str]:
    """Return the IRIs of the classes of a thing, whichever graph tells them."""
    return {value.value for value in dataset.values(node, TYPE) if isinstance(value, NamedNode)}


def place_of(span: str) -> tuple[int, int] | None:
    """Return the range that the IRI of a span names, None if it names none."""
    start, _, end = span.rpartition("#char=")[2].partition(",")
    if not (start.isdecimal() and end.isdecimal()) or int(start) >= int(end):
        return None
    return int(start), int(end)


def named(found: list[tuple[int, int, NamedNode, str]], work: str, root: str) -> Iterator[Unit]:
    """Yield provisions with a name for each."""
    used: Counter[str] = Counter()
    for start, end, node, kind in found:
        name = node.value.removeprefix(f"{work}/").removeprefix(root).removeprefix("eli/")
        name = name.replace("/", ".")
        used[name] += 1
        anchor = name if used[name] == 1 else f"{name}~{used[name]}"
        yield Unit(node, kind, start, end, anchor)


def divide(
    text: Normalised, mentions: tuple[Mention, ...], units: tuple[Unit, ...]
) -> Iterator[Page]:
    """Yield the pages of a text: they begin with a heading where they can."""
    size = len(text.source.text)
    cuts = [(0, 0), *page_starts(text, units), (size, len(text.text))]
    starts = [start for start, _ in cuts[:-1]]
    within: list[list[int]] = [[] for _ in starts]
    for i, mention in enumerate(mentions):
        for start, end in mention.ranges:
            for page in range(bisect_right(starts, start) - 1, bisect_right(starts, end - 1)):
                if within[page][-1:] != [i]:
                    within[page].append(i)
    begun: list[list[int]] = [[] for _ in starts]
    for i, unit in enumerate(units):
        begun[bisect_right(starts, unit.start) - 1].append(i)
    for page, ((start, clean), (end, clean_end)) in enumerate(pairwise(cuts)):
        yield Page(start, end, clean, clean_end, tuple(within[page]), tuple(begun[page]))


def page_starts(text: Normalised, units: tuple[Unit, ...]) -> Iterator[tuple[int, int]]:
    """Yield where a new page begins: in the original and in the clean text, both rising."""
    if len(text.source.text) <= MOST:
        return
    heads = {unit.start: unit.is_heading for unit in reversed(units)}
    last = 0
    for clean in places_to_cut(text):
        ranges = text.original(clean, clean + 1)
        if not ranges:
            continue
        start = ranges[0][0]
        least = MOST if start not in heads else LEAST if heads[start] else MIDDLE
        # A page that a cut at the end would leave without text is no page.
        if start - last >= least and len(text.source.text) - start > LEAST // 10:
            last = line_start(text.source.text, start)
            yield last, clean


def places_to_cut(text: Normalised) -> Iterator[int]:
    """Yield where a page of the clean text may begin: blocks, and spaces in very long ones."""
    for block in text.blocks:
        yield block.start
        at = block.start + MIDDLE
        while at < block.end:
            space = text.text.find(" ", at, block.end)
            at = space + 1 if 0 <= space < at + LEAST else at
            yield at
            at += MIDDLE


def line_start(text: str, offset: int) -> int:
    """Return where the line of `offset` begins if only spaces stand before it, else `offset`."""
    start = text.rfind("\n", 0, offset) + 1
    return offset if text[start:offset].strip() else start


class Readings:
    """The documents of one version of the data that were read last. Threads may share it."""

    def __init__(self, cleaned: Recent[Normalised], most: int = KEPT) -> None:
        """Keep texts of `most` characters together, and their clean texts in `cleaned`."""
        self._cleaned = cleaned
        self._kept = Recent[Reading](most)
        self._lock = Lock()
        self._reading: dict[str, Lock] = {}
        """Locks of the documents that are being read."""

    def get(self, dataset: Dataset, record: DocumentRecord) -> Reading | None:
        """Return a document, read now if it is not kept; None if its text is gone."""
        with self._lock:
            turn = self._reading.setdefault(record.doc, Lock())
        with turn:  # so that many who ask for a long document wait for one reading, others not
            reading = self._kept.get(record.doc)
            if reading is None:
                reading = read(dataset, record, self._cleaned)
                if reading is not None:
                    self._kept.put(record.doc, reading, record.characters)
        with self._lock:
            self._reading.pop(record.doc, None)
        return reading
