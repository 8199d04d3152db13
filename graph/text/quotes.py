"""Pairs quotation marks of every kind, also unbalanced and nested in one style."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_MARK = re.compile(r"[\"“”„«»‟]")
_OPENING, _CLOSING = "«„", "»"
_CLOSED = re.compile(r"[»”\"]\s*[.;,:]*$")
_LONG_OPENING = ("«", "“", '"')
_MOST_BLOCKS = 400
"""Blocks of the longest quotation that is looked for."""
_LONGEST_REOPENED = 600
"""Code points of a title that a closing mark too many may end anew."""


@dataclass(frozen=True)
class Quotes:
    """Quoted ranges of a text, marks included, outermost and nested, by their end."""

    by_end: dict[int, int]
    """End of a quotation (after its mark) to its start (at its mark)."""
    outer: tuple[tuple[int, int], ...]
    """The outermost quotations, in order."""

    def inside(self, offset: int) -> bool:
        """Whether the offset lies strictly inside an outermost quotation."""
        at = bisect_right(self.outer, offset, key=lambda pair: pair[0]) - 1
        return at >= 0 and self.outer[at][0] < offset < self.outer[at][1]


def quoted_blocks(text: str, blocks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Quotations of whole blocks, as (index of the first block, index of the last).

    That is how an amending act sets out the new wording of a provision. The first block begins
    with a mark that is closed at the end of the last.
    """
    found: list[tuple[int, int]] = []
    closing = _closing_blocks(text, blocks)
    at = 0
    while at < len(blocks):
        opens = text[blocks[at][0] : blocks[at][0] + 1] in _LONG_OPENING
        last = closing[at] if opens else None
        if last is not None and _CLOSED.search(text, blocks[last][0], blocks[last][1]):
            found.append((at, last))
            at = last
        at += 1
    return found


def _closing_blocks(text: str, blocks: Sequence[tuple[int, int]]) -> list[int | None]:
    """For each block the first one, itself or a later, by which all it opens is closed again.

    That is where no more marks are open than before it, and as many plain marks, but for pairs.
    """
    closing: list[int | None] = [None] * len(blocks)
    depth, odd = 0, 0
    waiting: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    """By whether the plain marks before are odd: (depth before, index) of the blocks not closed
    yet, the deepest last."""
    for at, (start, end) in enumerate(blocks):
        waiting[odd].append((depth, at))
        depth += text.count("«", start, end) + text.count("“", start, end)
        depth -= text.count("»", start, end) + text.count("”", start, end)
        odd ^= text.count('"', start, end) % 2
        same = waiting[odd]
        while same and same[-1][0] >= depth:
            first = same.pop()[1]
            closing[first] = at if at - first < _MOST_BLOCKS else None
    return closing


def pair_quotes(text: str, blocks: list[tuple[int, int]]) -> Quotes:
    """Pair the marks within each block (start, end).

    A mark opens when a word follows and none precedes, closes in the other case; where the shape
    does not tell, it closes what is open. A closing mark too many ends the last outermost
    quotation anew: such titles have an inner quotation whose mark was printed once for two.
    """
    by_end: dict[int, int] = {}
    outer: list[tuple[int, int]] = []
    marks = _MARK.finditer(text)
    mark = next(marks, None)
    for _, block_end in blocks:
        pairs: list[tuple[int, int]] = []
        stack: list[int] = []
        while mark and mark.start() < block_end:
            where, end = mark.start(), mark.end()
            mark = next(marks, None)
            if _opens(text, where, bool(stack)):
                stack.append(where)
            elif stack:
                pairs.append((stack.pop(), end))
            elif pairs and end - pairs[-1][0] < _LONGEST_REOPENED:
                pairs.append((pairs[-1][0], end))
        by_end.update((end, start) for start, end in pairs)
        outer += _outermost(pairs)
    long = [(blocks[a][0], blocks[b][1]) for a, b in quoted_blocks(text, blocks) if b > a]
    return Quotes(by_end, tuple(_outermost([*outer, *long]) if long else outer))


def _outermost(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges that lie in no other, in order."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def _opens(text: str, at: int, open_now: bool) -> bool:
    """Whether the mark at `at` opens a quotation."""
    mark = text[at]
    if mark in _OPENING:
        return True
    if mark in _CLOSING:
        return False
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    free_before = before.isspace() or before in '([«"“–-'
    free_after = after.isspace() or after in ')],.;:!?»"”–-'
    if free_before and not free_after:
        return True
    if free_after and not free_before:
        return False
    if free_before and free_after:
        return not open_now and after not in ",.;:)"
    return not open_now
