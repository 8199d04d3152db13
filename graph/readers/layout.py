"""Lays out a printed page as lines of text. In: words with their places. Out: lines from top to
bottom, words from left to right; and a document without its running heads and page numbers.

Places are in points, the origin at the lower left corner of the page.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

_SPACE = 0.18
"""Of the height of the letters: a gap as wide is a space, though none was drawn."""
_CELLS = 2.5
"""A gap as wide stands between columns."""
_NEAR = 0.05
"""A drawn space ends a word only where the next is at least this far: it may stand elsewhere."""
_APART = 1.35
"""Of the usual distance of lines: what stands further apart is another paragraph."""
_RAISED = 0.8
"""A raised letter is at most as high as this, of the letters of its line."""
_MARGIN_LINES = 3
"""Lines that begin at one place show the margin."""
_EDGE = 2
"""Lines at the top and bottom of a page that may be running heads."""
_NUMBER = re.compile(r"[-–—\s]*\d{1,4}[-–—\s]*(?:бет)?$")
_DIGITS = re.compile(r"\d+")


@dataclass
class Word:
    """Letters that follow each other closely, and their box."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    target: tuple[str, str] | None = None
    """Adilet code and anchor that the word leads to."""
    spaced: bool = False
    """A space was drawn after it."""
    gap: str = ""
    """What stands between it and the word before it in its line."""
    raised: bool = False

    @property
    def height(self) -> float:
        """Height of its letters, never nought."""
        return max(self.top - self.bottom, 0.1)

    def goes_on(self, left: float, bottom: float, top: float) -> bool:
        """Whether a letter with this box is the next of the word."""
        height = self.height
        level = abs(bottom - self.bottom) < 0.1 * height and top - bottom > _RAISED * height
        return level and -0.5 * height < left - self.right < _SPACE * height

    def add(self, letter: str, right: float, bottom: float, top: float) -> None:
        """Add the next letter."""
        self.text += letter
        self.right = max(right, self.right)
        self.bottom, self.top = min(bottom, self.bottom), max(top, self.top)


@dataclass
class Line:
    """One printed line."""

    words: list[Word]
    indent: int = 0
    """Spaces that stand for the distance from the margin."""
    apart: bool = False
    """More room than usual is left above it."""
    bottom: float = field(init=False)
    top: float = field(init=False)

    def __post_init__(self) -> None:
        """Take the box of the tallest word."""
        tallest = max(self.words, key=lambda word: word.height)
        self.bottom, self.top = tallest.bottom, tallest.top

    @property
    def text(self) -> str:
        """Its words with what stands between them."""
        return "".join(word.gap + word.text for word in self.words)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """The lines of a page."""
    rows: list[list[Word]] = []
    boxes: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda word: (-(word.bottom + word.top), word.left)):
        for at in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            bottom, top = boxes[at]
            shared = min(top, word.top) - max(bottom, word.bottom)
            if shared > 0.5 * min(top - bottom, word.height):
                rows[at].append(word)
                if word.height > top - bottom:
                    boxes[at] = word.bottom, word.top
                break
        else:
            rows.append([word])
            boxes.append((word.bottom, word.bottom + word.height))
    lines = [Line(sorted(row, key=lambda word: word.left)) for row in rows]
    lines.sort(key=lambda line: -line.bottom)
    for line in lines:
        _space(line)
    _place(lines)
    return lines


def _space(line: Line) -> None:
    """Tell what stands between the words of a line."""
    height = line.top - line.bottom
    for before, word in pairwise(line.words):
        room = word.left - before.right
        if room > _CELLS * height:
            word.gap = "\t"
        elif room > _SPACE * height or (before.spaced and room > _NEAR * height):
            word.gap = " "
        small = word.height <= _RAISED * height and word.bottom > line.bottom + 0.1 * height
        word.raised = small and not word.gap and not before.raised


def _place(lines: list[Line]) -> None:
    """Tell indents and gaps between the lines of a page."""
    if not lines:
        return
    begins = Counter(round(line.words[0].left / 3) for line in lines)
    common = [place for place, count in begins.items() if count >= _MARGIN_LINES]
    margin = 3 * min(common or begins)
    steps = [a.bottom - b.bottom for a, b in pairwise(lines)]
    usual = median(steps) if steps else 0.0
    for line in lines:
        width = 0.5 * (line.top - line.bottom)
        line.indent = max(0, round((line.words[0].left - margin) / width))
    for line, step in zip(lines[1:], steps, strict=True):
        line.apart = step > _APART * usual


def without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Leave out what stands at the same place at the top or bottom of most pages, and numbers.

    A page that has nothing else keeps it: there it is the text.
    """
    full = [page for page in pages if page]
    if len(full) < 2:
        return pages
    seen: Counter[tuple[str, int, int]] = Counter()
    for number, page in enumerate(pages):
        seen.update({key for line in _edges(page) for key in _keys(line, number)})
    least = max(2, 0.5 * len(full))
    kept = []
    for number, page in enumerate(pages):
        edges = {
            id(line)
            for line in _edges(page)
            if any(seen[key] >= (least if key[0] == "#" else max(3, least))
                   for key in _keys(line, number))
        }  # fmt: skip
        kept.append([line for line in page if id(line) not in edges] or page)
    return kept


def _edges(page: list[Line]) -> list[Line]:
    return page if len(page) <= 2 * _EDGE else page[:_EDGE] + page[-_EDGE:]


def _keys(line: Line, page: int) -> set[tuple[str, int, int]]:
    """What a running head has in common on all pages: its words, and its height on the page.

    A number in it may count the pages: `#` stands for it, and its distance from the page's index
    is the same on all.
    """
    text, height = " ".join(line.text.split()), round(line.bottom / 6)
    keys = {(text, 0, height)} if not _NUMBER.match(text) else set()
    for found in _DIGITS.finditer(text):
        if len(found[0]) < 5:
            pattern = text[: found.start()] + "#" + text[found.end() :]
            bare = "#" if _NUMBER.match(text) else pattern
            keys.add((bare, int(found[0]) - page, height))
    return keys
