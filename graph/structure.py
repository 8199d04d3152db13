"""The skeleton of a text: its parts and their provisions, with ranges.

A part is what carries provisions of its own: the act itself, an annex, the text of a treaty that a
State report answers, an article of another act that is reproduced, the new wording of a provision
that is quoted. Whose articles those last three are is told later, by `graph.link`. A provision
("unit") owns the text from its start to the start of the next one. `graph.provisions.outline`
builds the skeleton.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Part:
    """A run of the text with its own numbering; `start:end` in the normalised text."""

    kind: str
    """self, signature, annex, treaty, reproduced, quoted or footer."""
    start: int
    end: int
    type: str | None = None
    """kzc:docType of an annex, or "report" for a text that is one."""
    within: int | None = None
    """Index of the unit that quotes or reproduces, or that answers a treaty's article."""
    number: int = 1
    """Number of an annex."""
    resumed: int | None = None
    """Index of the unit that goes on where the part begins, after a quotation."""


@dataclass(frozen=True)
class Unit:
    """A provision. Ranges are normalised offsets, half open."""

    kind: str
    """Code of kzc:unit."""
    number: str
    eid: str
    """Identifier within the work: `art_162__para_4`."""
    part: int
    parent: int | None
    start: int
    end: int
    """The end of the text it owns, without the units below it."""
    label: tuple[int, int]
    """The range that names it: number and first words, or the heading."""
    title: tuple[int, int] | None
    text: tuple[int, int]
    """Its own text, without number and heading."""


@dataclass(frozen=True)
class Note:
    """An editorial note of the publisher: `Ескерту. ... өзгеріс енгізілді - ...`."""

    start: int
    end: int


@dataclass(frozen=True)
class Structure:
    """Parts, units and editorial notes, each in text order."""

    parts: tuple[Part, ...]
    units: tuple[Unit, ...]
    notes: tuple[Note, ...]

    @cached_property
    def _unit_starts(self) -> list[int]:
        return [unit.start for unit in self.units]

    @cached_property
    def _part_starts(self) -> list[int]:
        return [part.start for part in self.parts]

    def unit_at(self, offset: int) -> int | None:
        """Index of the innermost unit that owns the offset; None before the first of its part."""
        at = bisect_right(self._unit_starts, offset) - 1
        part = self.part_at(offset)
        if at >= 0 and self.units[at].part == part:
            return at
        return self.parts[part].resumed if self.parts else None

    def part_at(self, offset: int) -> int:
        """Index of the part in which the offset lies."""
        return max(0, bisect_right(self._part_starts, offset) - 1)

    def in_quoted_part(self, offset: int) -> bool:
        """Whether the offset lies in the quoted wording of another act's provision."""
        return bool(self.parts) and self.parts[self.part_at(offset)].kind == "quoted"

    def in_note(self, offset: int) -> bool:
        """Whether the offset lies in an editorial note."""
        at = bisect_right(self.notes, offset, key=lambda note: note.start) - 1
        return at >= 0 and offset < self.notes[at].end

    @property
    def is_report(self) -> bool:
        """Whether the text is, or annexes, a State report."""
        return any(part.type == "report" for part in self.parts)
