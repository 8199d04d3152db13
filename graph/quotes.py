"""Pairs quotation marks of every kind, also unbalanced and nested in one style."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_MARK = re.compile(r"[\"“”„«»‟]")
_OPENING, _CLOSING = "«„", "»"


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


def pair_quotes(text: str, blocks: list[tuple[int, int]]) -> Quotes:
    """Pair the marks within each block (start, end).

    A mark opens when a word follows and none precedes, closes in the other case; where the shape
    does not tell, it closes what is open. A closing mark too many ends the last outermost
    quotation anew: such titles have an inner quotation whose mark was printed once for two.
    """
    by_end: dict[int, int] = {}
    outer: list[tuple[int, int]] = []
    ends = [end for _, end in blocks]
    at = 0
    stack: list[int] = []
    first_of_block = 0
    for match in _MARK.finditer(text):
        where = match.start()
        while at < len(ends) and where >= ends[at]:
            at, stack, first_of_block = at + 1, [], len(outer)
        if _opens(text, where, bool(stack)):
            stack.append(where)
            continue
        end = where + 1
        if stack:
            start = stack.pop()
            by_end[end] = start
            if not stack:
                outer.append((start, end))
        elif len(outer) > first_of_block and end - outer[-1][0] < 600:
            start, _ = outer.pop()
            by_end[end] = start
            outer.append((start, end))
    return Quotes(by_end, tuple(outer))


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
