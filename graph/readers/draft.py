"""The text that a reader takes from a page or file, while it is put together.

In: words, breaks and links in reading order. Out: a Reading.
"""

import re
from dataclasses import dataclass

from graph.model import Link

PARAGRAPH = "\n\n"
LINE = "\n"
CELL = "\t"
"""Between the cells of a row: one space to the rules, never a wide gap that repairs could use."""
_WEIGHT = {"": 0, " ": 1, CELL: 2, LINE: 3, PARAGRAPH: 4}
_WHITE = re.compile(r"[ \t\r\n\f]+")
"""What HTML collapses; a no-break space stays as it is."""


class SourceError(ValueError):
    """An input that cannot be read as text; the message is one line and says what to do."""


@dataclass(frozen=True)
class Reading:
    """What a reader found: the text, its links, the adilet code of the page itself."""

    text: str
    links: tuple[Link, ...] = ()
    code: str = ""


class Draft:
    """A growing text. No line begins or ends in a space or a break that it was only promised."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._last = ""
        self._due = ""
        """The space or break that stands before whatever comes next."""
        self._links: list[Link] = []
        self._target: tuple[str, str] | None = None
        self._start = -1

    def reading(self, code: str = "") -> Reading:
        """The finished text; it ends in a line feed unless it is empty."""
        self.unlink()
        text = "".join(self._parts)
        return Reading(text and text + "\n", tuple(self._links), code)

    def due(self, gap: str) -> None:
        """Promise a space, CELL, LINE or PARAGRAPH; the strongest promise holds."""
        if _WEIGHT[gap] > _WEIGHT[self._due]:
            self._due = gap

    def flow(self, text: str) -> None:
        """Append running text: white space of any length is one space."""
        words = _WHITE.sub(" ", text)
        if words.startswith(" "):
            self.due(" ")
        if words.strip(" "):
            self.put(words.strip(" "))
            if words.endswith(" "):
                self.due(" ")

    def put(self, text: str) -> None:
        """Append text exactly as it is."""
        if not text:
            return
        gap = self._due if self._size else ""
        self._due = ""
        if self._target and self._start < 0:
            self._start = self._size + len(gap)
        self._parts += [gap, text]
        self._size += len(gap) + len(text)
        self._last = text[-1]

    def lines(self, text: str) -> None:
        """Append preformatted text: its line ends and spaces stay."""
        for number, line in enumerate(text.splitlines()):
            if number:
                self.due(PARAGRAPH if self._due == LINE else LINE)
            self.put(line.rstrip())
        if text.endswith("\n"):
            self.due(LINE)

    def superscript(self, text: str) -> None:
        """Append raised characters: a raised number goes on with a number, `12¹` is `12-1`."""
        raised = text.strip()
        if raised.isdecimal() and not self._due and self._last.isdecimal():
            self.put(f"-{raised}")
        else:
            self.flow(text)

    def link(self, target: tuple[str, str] | None) -> None:
        """What comes next, up to `unlink`, is a link to (adilet code, anchor)."""
        self.unlink()
        self._target, self._start = target, -1

    def unlink(self) -> None:
        """End the link, if there is one."""
        if self._target and 0 <= self._start < self._size:
            self._links.append(Link(self._start, self._size, *self._target))
        self._target = None
