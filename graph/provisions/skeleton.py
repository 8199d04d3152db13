"""The skeleton of a text under construction: parts, units, and the stack of open units."""

from bisect import bisect_right
from dataclasses import replace

from graph.normalise import Block, Normalised
from graph.structure import Note, Part, Structure, Unit

GROUP_KINDS = frozenset({"section", "chapter", "paragraph"})


class Skeleton:
    """Parts and units as the blocks of a text come; `outline` says which block is what."""

    def __init__(self, text: Normalised) -> None:
        self.text = text
        self.parts: list[Part] = []
        self.units: list[Unit] = []
        self.notes: list[Note] = []
        self.stack: list[int] = []
        self.part = -1
        self.listing = False

    def structure(self) -> Structure:
        """What was built; parts and units end where the next ones begin."""
        if not self.parts:  # an empty text
            self._open_part(Part("self", 0, 0))
        size = len(self.text.text)
        divided = {unit.part for unit in self.units}
        starts = [
            part.start
            for i, part in enumerate(self.parts)
            if i in divided or not (part.kind == "quoted" or part.resumed is not None)
        ]
        """Where a unit's text ends at the latest: words that are only quoted belong to it."""
        units = []
        for i, unit in enumerate(self.units):
            after = bisect_right(starts, unit.start)
            limit = starts[after] if after < len(starts) else size
            following = self.units[i + 1].start if i + 1 < len(self.units) else size
            units.append(replace(unit, end=min(limit, following)))
        ends = [*(part.start for part in self.parts[1:]), size]
        parts = [replace(part, end=end) for part, end in zip(self.parts, ends, strict=True)]
        return Structure(tuple(parts), tuple(units), tuple(self.notes))

    def _open_part(self, part: Part) -> None:
        self.part = len(self.parts)
        self.parts.append(part)
        self.stack = []
        self.listing = False

    def _add(
        self,
        kind: str,
        number: str,
        eid: str,
        block: Block,
        *,
        start: int | None = None,
        label: tuple[int, int] | None = None,
        title: tuple[int, int] | None = None,
        text: tuple[int, int] | None = None,
    ) -> int:
        """Add a unit below the innermost open one; return its index."""
        start = block.start if start is None else start
        parent = self.stack[-1] if self.stack else None
        label = label or (start, block.end)
        text = text or (block.end, block.end)
        self.units.append(
            Unit(kind, number, eid, self.part, parent, start, block.end, label, title, text)
        )
        return len(self.units) - 1

    def _close_to(self, kinds: frozenset[str]) -> None:
        """Close open units until the innermost is of one of `kinds`."""
        while self.stack and self.units[self.stack[-1]].kind not in kinds:
            self.stack.pop()

    def _prefix(self) -> str:
        """eId of the innermost open article and what follows it, ready for a further step."""
        for at in reversed(self.stack):
            if self.units[at].kind == "article":
                return f"{self.units[at].eid}__"
        return ""

    def _end_of_words(self, start: int, end: int) -> int:
        """End of the first two words of a range."""
        first = self.text.text.find(" ", start + 1, end)
        second = self.text.text.find(" ", first + 1, end) if first >= 0 else -1
        return second if second >= 0 else end
