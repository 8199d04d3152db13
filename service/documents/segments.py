"""Cuts a text at every boundary of the ranges over it. In: ranges, outermost first. Out: segments.

A segment knows all ranges that cover it, so that ranges which overlap in any way can be shown side
by side: the segments of a stretch are its characters, each once and in order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """The characters `start:end` of a text, all under the same ranges."""

    start: int
    end: int
    over: tuple[int, ...]
    """Keys of the ranges that cover it, outermost first."""


Range = tuple[int, int, int]
"""Start and end in the text, half open, and the key of what the range belongs to."""


def segments(
    start: int, end: int, ranges: Sequence[Range], cuts: Iterable[int] = ()
) -> Iterator[Segment]:
    """Yield the segments of `start:end` in order; none is empty.

    Which of two ranges is the outer one is told by their order in `ranges`. Ranges are clipped to
    the stretch. `cuts` are further places to cut at.
    """
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    places = {start, end, *(cut for cut in cuts if start < cut < end)}
    for order, (low, high, _) in enumerate(ranges):
        low, high = max(low, start), min(high, end)
        if low < high:
            opening.setdefault(low, []).append(order)
            closing.setdefault(high, []).append(order)
            places |= {low, high}
    active: set[int] = set()
    here = start
    over: tuple[int, ...] = ()
    for place in sorted(places):
        if place > here:
            yield Segment(here, place, over)
        changed = False
        if place in closing:
            active.difference_update(closing[place])
            changed = True
        if place in opening:
            active.update(opening[place])
            changed = True
        if changed:
            # A key counts once, where its innermost range puts it.
            keys = dict.fromkeys(ranges[order][2] for order in sorted(active, reverse=True))
            over = tuple(reversed(keys))
        here = place
