"""A page of a document in one of its two views. In: a `Reading`, a page, a look. Out: a `Sheet`.

The original view has the characters as they were read; the repaired view has the clean text that
the rules read. The texts of all pieces joined are the text of the view, character for character.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from pyoxigraph import NamedNode

from service.documents.highlight import Highlighter, Placed
from service.documents.reading import HEADINGS, Page, Reading, Unit, line_start
from service.engine.dataset import Label

VIEWS = ("repaired", "original")
"""The views of a text; the first is shown if none is asked for."""
STATED = ("norm", "penalty", "age", "measure", "statistic", "citation")
"""Kinds of things that a provision states, rather than names."""

Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Look:
    """How a page is to be shown."""

    view: str
    kinds: frozenset[str]
    """Kinds that are highlighted."""
    marked: Places
    """Ranges of the original that the reader was sent to."""
    words: Mapping[str, str]
    label: Callable[[NamedNode], Label]
    link: Callable[[str], str]


@dataclass
class Piece:
    """A heading or paragraph of the page."""

    start: int
    """Offsets in the text of the view."""
    end: int
    level: int = 0
    """Level of a heading, 2 to 6; 0 for text."""
    units: list[Unit] = field(default_factory=list)
    """Provisions that begin in it."""
    html: Markup = field(default_factory=Markup)
    stated: list["Entry"] = field(default_factory=list)
    """What the provision that ends with this piece states."""


@dataclass(frozen=True)
class Entry:
    """A thing that the page mentions, and where."""

    node: NamedNode
    kind: str
    places: list[str]
    """Ids of the elements at which its mentions begin, in the order of the text."""


@dataclass(frozen=True)
class Sheet:
    """A page ready for its template."""

    pieces: list[Piece]
    entries: dict[str, list[Entry]]
    """Kind -> things in the order of the text."""


def text_of(reading: Reading, view: str) -> str:
    """Return the whole text of a view."""
    return reading.text.text if view == "repaired" else reading.original


def places_of(reading: Reading, view: str, ranges: Places) -> Places:
    """Return where ranges of the original are in a view; none where nothing of them is left."""
    if view == "original":
        return ranges
    if len(ranges) == 1:
        return reading.text.clean_parts(*ranges[0])
    text = reading.text.text
    merged: list[tuple[int, int]] = []
    for start, end in sorted(part for one in ranges for part in reading.text.clean_parts(*one)):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def lay_out(reading: Reading, page: Page, look: Look) -> Sheet:
    """Return a page as pieces of HTML, with what it mentions."""
    window = window_of(page, look.view)
    pieces = cut(reading, page, look.view, window)
    placed = place(reading, page, look, window)
    marks = [
        (start, end, f"char={one[0]},{one[1]}")
        for one in look.marked
        for start, end in places_of(reading, look.view, (one,))
    ]
    writer = Highlighter(text_of(reading, look.view), placed, look.kinds, marks, look.words)
    starts = [piece.start for piece in pieces]
    written: list[list[str]] = [[] for _ in pieces]
    for start, html in writer.write(*window, starts):
        written[bisect_right(starts, start) - 1].append(html)
    for piece, parts in zip(pieces, written, strict=True):
        piece.html = Markup("".join(parts))
    entries: dict[NamedNode, Entry] = {}
    for i in sorted(writer.ids):
        mention = reading.mentions[i]
        entry = entries.setdefault(mention.node, Entry(mention.node, mention.kind, []))
        entry.places.append(writer.ids[i])
    state(reading, page, pieces, writer.ids)
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries.values():
        by_kind.setdefault(entry.kind, []).append(entry)
    return Sheet(pieces, by_kind)


def window_of(page: Page, view: str) -> tuple[int, int]:
    """Return the stretch of a view that a page shows."""
    if view == "repaired":
        return page.clean_start, page.clean_end
    return page.start, page.end


def place(reading: Reading, page: Page, look: Look, window: tuple[int, int]) -> list[Placed]:
    """Return the mentions of a page where they stand in the view."""
    placed = []
    links: dict[NamedNode, tuple[str, str]] = {}
    for i in page.mentions:
        mention = reading.mentions[i]
        parts = places_of(reading, look.view, mention.ranges)
        if any(start < window[1] and end > window[0] for start, end in parts):
            if mention.node not in links:
                links[mention.node] = look.link(mention.node.value), look.label(mention.node).text
            placed.append(Placed(i, mention.kind, parts, *links[mention.node], mention.begins))
    return placed


def cut(reading: Reading, page: Page, view: str, window: tuple[int, int]) -> list[Piece]:
    """Cut a page at its headings and provisions, and the repaired view at its paragraphs."""
    text = text_of(reading, view)
    low, high = window
    starts = {low}
    if view == "repaired":
        blocks = reading.text.blocks
        first = bisect_left(blocks, low, key=lambda block: block.start)
        last = bisect_left(blocks, high, key=lambda block: block.start)
        starts |= {block.start for block in blocks[first:last]}
    levels: dict[int, int] = {}
    begun: list[tuple[int, Unit]] = []
    above: list[int] = []
    for unit in (reading.units[i] for i in page.units):
        found = places_of(reading, view, ((unit.start, unit.end),))
        start = max(low, found[0][0]) if found else high
        if start >= high:
            continue
        line = max(low, line_start(text, start))
        # In the original, what begins inside a line must not break the line.
        apart = view == "repaired" or line == low or text[line - 1] == "\n"
        start = line if apart else start
        begun.append((start, unit))
        if apart:
            starts.add(start)
        if apart and unit.is_heading and start not in levels:
            rank = HEADINGS[unit.kind]
            above = [other for other in above if other < rank] + [rank]
            levels[start] = min(len(above) + 1, 6)
            end = min(found[-1][1], high)
            newline = text.find("\n", end, high)
            after = high if newline < 0 else newline + 1
            starts.add(end if text[end:after].strip() else after)
    ordered = sorted(start for start in starts if start < high)
    pieces = [
        Piece(start, end, levels.get(start, 0))
        for start, end in zip(ordered, [*ordered[1:], high], strict=True)
    ]
    for start, unit in begun:
        pieces[bisect_right(ordered, start) - 1].units.append(unit)
    return pieces


def state(reading: Reading, page: Page, pieces: list[Piece], ids: Mapping[int, str]) -> None:
    """Put under each provision what is stated in it before the next one begins."""
    starts = [reading.units[i].start for i in page.units]
    found: dict[int, dict[NamedNode, Entry]] = {}
    for i in ids:
        mention = reading.mentions[i]
        if mention.kind in STATED:
            at = bisect_right(starts, mention.start) - 1
            things = found.setdefault(at, {})
            entry = things.setdefault(mention.node, Entry(mention.node, mention.kind, []))
            entry.places.append(ids[i])
    owner = -1
    order = {reading.units[i].anchor: at for at, i in enumerate(page.units)}
    for number, piece in enumerate(pieces):
        owner = max([owner, *(order[unit.anchor] for unit in piece.units)])
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        if following is None or following.units:
            for at in sorted(at for at in found if at <= owner):
                piece.stated += found.pop(at).values()
    if found and pieces:
        pieces[-1].stated += [entry for at in sorted(found) for entry in found[at].values()]


@dataclass(frozen=True)
class Mended:
    """How the repaired view differs from the original."""

    letters: int
    """Letters that look like those they stand for, put right."""
    spaced: int
    """Stretches with l e t t e r - s p a c i n g, closed up."""
    moved: int
    """Words that stand in another place."""


def mended(reading: Reading, start: int, end: int) -> Mended:
    """Return what was mended in a stretch of the repaired text."""
    letters = spaced = moved = 0
    clean, original = reading.text.text, reading.original
    last = (start, 0)
    in_word = False
    for begin, after, low, high in reading.text.pieces(start, end):
        here, there = clean[begin:after], original[low:high]
        if here != there and len(here) == len(there):
            letters += sum(a != b and b.isalnum() for a, b in zip(here, there, strict=True))
        gap = original[last[1] : low] if low > last[1] > 0 else ""
        closed = begin == last[0] and gap != "" and not gap.strip(" ")
        spaced += (closed and not in_word) or len(here) != len(there)
        in_word = closed
        moved += low < last[1]
        last = after, high
    return Mended(letters, spaced, moved)
