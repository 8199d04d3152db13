"""From raw text to clean blocks. In: a Source. Out: a Normalised text that can tell, for any range
of its own, the exact ranges of the original.

A block is a paragraph, heading or list item: lines that were wrapped are joined, displaced words
are back in their place. Blocks are joined by one line feed. Nothing is lost: what has no letters
stays a block.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graph.model import Source
from graph.text import letters
from graph.text.lines import Line, read_lines
from graph.text.pages import goes_on, page_numbers
from graph.text.repair import repair
from graph.text.stamps import join_stamps


@dataclass(frozen=True)
class Block:
    """One paragraph: `start:end` in the normalised text."""

    start: int
    end: int
    indent: int
    """Spaces before its first line in the original."""
    after_rule: bool
    """A line of underscores stands before it."""


@dataclass(frozen=True)
class Normalised:
    """The clean text with its way back to the original."""

    source: Source
    text: str
    low: str
    """The text in lower case, same offsets."""
    blocks: tuple[Block, ...]
    _starts: tuple[int, ...]
    """Where each piece begins."""
    _raw: tuple[tuple[int, int], ...]
    """The original range of each piece; (-1, -1) for a space that stands for a line end."""

    def original(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Ranges of the original that the normalised range `start:end` rests on.

        Sorted, half open; one range unless the words stand apart, or in another order, in the
        original.
        """
        merged: list[tuple[int, int]] = []
        first = max(0, bisect_right(self._starts, start) - 1)
        for at in range(first, bisect_left(self._starts, end, first)):
            low, high = self._raw[at]
            if low < 0:
                continue
            begin = self._starts[at]
            after = self._starts[at + 1] if at + 1 < len(self._starts) else len(self.text)
            if start >= after:
                continue
            if high - low == after - begin:  # character for character
                if end < after:
                    high = low + end - begin
                if start > begin:
                    low += start - begin
            if merged and merged[-1][1] <= low and self._nothing_between(merged[-1][1], low):
                merged[-1] = (merged[-1][0], high)
            elif low < high:
                merged.append((low, high))
        return tuple(sorted(merged))

    def clean(self, start: int, end: int) -> tuple[int, int] | None:
        """The normalised range that rests on a range of the original; None where none does."""
        parts = self.clean_parts(start, end)
        return (parts[0][0], parts[-1][1]) if parts else None

    def clean_parts(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Ranges of the normalised text that rest on a range of the original.

        Sorted, half open; one range unless the words stand apart, or in another order, here.
        """
        found: list[tuple[int, int]] = []
        at = max(0, bisect_right(self._raw_starts, start) - 1)
        while at < len(self._by_raw) and self._by_raw[at][0] < end:
            low, high, piece = self._by_raw[at]
            begin = self._starts[piece]
            after = self._starts[piece + 1] if piece + 1 < len(self._starts) else len(self.text)
            if high > start:
                if high - low == after - begin:  # character for character
                    after -= max(0, high - end)
                    begin += max(0, start - low)
                found.append((begin, after))
            at += 1
        merged: list[tuple[int, int]] = []
        for begin, after in sorted(found):
            if merged and not self.text[merged[-1][1] : begin].strip():
                merged[-1] = (merged[-1][0], max(after, merged[-1][1]))
            else:
                merged.append((begin, after))
        return tuple(merged)

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """The stretches that begin in a range: where each is here, and in the original."""
        for at in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            after = self._starts[at + 1] if at + 1 < len(self._starts) else len(self.text)
            if self._raw[at][0] >= 0:
                yield self._starts[at], after, *self._raw[at]

    @cached_property
    def _by_raw(self) -> list[tuple[int, int, int]]:
        """The original range of each piece and its index, in order of the original."""
        ranges = ((low, high, i) for i, (low, high) in enumerate(self._raw) if low >= 0)
        return sorted(ranges)

    @cached_property
    def _raw_starts(self) -> list[int]:
        return [low for low, _, _ in self._by_raw]

    def _nothing_between(self, start: int, end: int) -> bool:
        between = self.source.text[start:end]
        return not between or between.isspace() or not between.translate(_INVISIBLE).strip()

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def block_at(self, offset: int) -> Block:
        """The block in which the normalised offset lies."""
        at = bisect_right(self._block_starts, offset) - 1
        return self.blocks[max(0, at)]


_INVISIBLE = dict.fromkeys(map(ord, letters.IGNORED))
_TERMINAL = re.compile(r"[.;:!?][\"»”)]*$")
_ITEM = re.compile(r"(?!\d+\.\d\d\.\d)(?:\d+(?:-\d+)*[.)]|[a-zа-яәғқңөұүһі]\)|[IVX]+\.)\s*\S")
_HEADING = re.compile(
    r"(?:\d+(?:-\d+)*-(?:бап|статья|тарау|бөлім|параграф|кіші бөлім)\b(?!-)"
    r"|[IVXLC]+ (?:бөлім|тарау)\b|ескерту\b|\d+-қосымша$|§ ?\d+)",
    re.IGNORECASE,
)
_STAMP = re.compile(r"\d{4} (?:жылғы|ж\.)|[№N] ?\d|\d{1,2}\.\d{1,2}\.\d{4}")
_INSTRUMENT = re.compile(
    r"(?:заң|қаулы|бұйры[қғ]|жарлы[қғ]|шешім|өкім)[а-яәғқңөұүһі]*(?:мен|бен|пен)\b"
)
_PROVISION = re.compile(r"\d+(?:-\d+)*-(?:ба[бп]|тарма[қғ])[а-яәғқңөұүһі]")
_OWNING = re.compile(
    r"(?:заң|кодекс|жарлық|қаулы|бұйрық|\d-(?:бабы|тарма))[а-яәғқңөұүһі]*[нтд][ыі]ң$", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}\.\d\d\.\d\d |\d\d\.\d\d\.\d{4} ")
_CUT_NUMBER = re.compile(r"\d-$")
_NUMBERED = re.compile(r"[№N] ?\d[\w/-]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"(?<![\w-])((?:\d+(?:-\d+)*-)?[^\W\d_]+)-$")
_COMPOUND = frozenset(
    (
        *("іс", "ата", "әке", "көші", "қарым", "сауда", "жер", "су", "ауыл", "оқу", "тәрбие"),
        *("мал", "қаржы", "әлеуметтік", "экономикалық", "құқықтық", "баспасөз", "эфир", "интернет"),
        *("онлайн", "бірін", "өз", "бір", "әлде", "тең", "ара", "өндірістік", "ғылыми", "вице"),
        *("техникалық", "тұрғын", "санитариялық", "эпидемиологиялық", "медициналық", "мәдени"),
        *("тарихи", "азаматтық", "қылмыстық", "әкімшілік", "экс", "теле", "радио", "аудио"),
        *("бейне", "фото"),
    )
)
"""First halves of compounds written with a hyphen."""
_BROKEN = 60
"""Code points of a line from which a following line in small letters goes on with it."""
_LONGEST_WRAPPED = 140
"""A text with longer lines is not wrapped: each line is a paragraph."""

_SHAPE = 8
"""Lines of a paragraph that tell how wide it is set."""


def normalise(source: Source) -> Normalised:
    """Clean `source`; linear in its length."""
    lines = read_lines(letters.plain(source.text))
    repair(lines)
    return _assemble(source, join_stamps(_paragraphs(lines)))


def _paragraphs(lines: list[Line]) -> list[list[Line]]:
    """Group lines into paragraphs."""
    width = _wrap_width(lines)
    margin = min((line.indent for line in lines), default=0)
    paragraphs: list[list[Line]] = []
    before = ""
    numbers = page_numbers(lines)
    held: list[list[Line]] = []
    """Numbers of pages inside the last paragraph: they come after it."""
    for at, line in enumerate(lines):
        if at in numbers:
            held.append([line])
            continue
        text, paged = line.text, at - 1 in numbers
        if paragraphs and _continues(
            paragraphs[-1], line, before, text, width, margin, paged=paged
        ):
            paragraphs[-1].append(line)
        else:
            paragraphs += [*held, [line]]
            held = []
        before = text
    return paragraphs + held


def _wrap_width(lines: list[Line]) -> int:
    """The width at which the text is wrapped, or 0 where one line is one paragraph."""
    lengths = sorted(line.length for line in lines)
    if len(lengths) < 8 or lengths[int(len(lengths) * 0.98) - 1] > _LONGEST_WRAPPED:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    full = sum(length > 0.8 * width for length in lengths)
    return width if width > 50 and full * 3 > len(lengths) else 0


def _continues(
    paragraph: list[Line],
    line: Line,
    before: str,
    text: str,
    width: int,
    margin: int,
    *,
    paged: bool,
) -> bool:
    """Whether `line`, reading `text`, goes on with the paragraph, whose last line is `before`.

    `paged`: the number of a page stands between them.
    """
    last = paragraph[-1]
    if line.rule or last.rule:
        return False
    if not text.strip(".,;:!?)»"):
        return True  # punctuation alone
    ended = _TERMINAL.search(before) is not None
    open_list = before.endswith((",", "("))
    if _HEADING.match(text) and not open_list:
        return False
    if not ended and _INSTRUMENT.match(text) and _NUMBERED.search(before):
        return True  # `... 1999.08.02. N 1093`, a break, `қаулысымен.`
    if before.endswith(",") and _DATE.match(text):
        return True  # `2004.12.20 № 13-III,`, a break, `2011.12.05 № 502-IV`
    if not ended and _PROVISION.match(text) and _OWNING.search(before):
        return True  # `Заңның`, a break, `14-бабына сәйкес`
    if not line.blanks_before and _CUT_NUMBER.search(before) and text[0].isalnum():
        return True  # `N 13-`, a break, `III`; `38-`, a break, `бабы`
    indent = line.indent - margin
    if _ITEM.match(text) and (ended or indent > 0 or before.endswith((",", "–", "-"))):
        return False
    lower = text[0].islower() or (text[0] == "(" and text[1:2].islower())
    if (line.page or paged) and lower and not _ITEM.match(text) and goes_on(before):
        return True
    longest = max(one.length for one in paragraph[:_SHAPE]) if len(paragraph) > 1 else width
    full = last.length > 0.6 * longest
    if line.blanks_before:
        if ended or indent >= 2:
            return False
        if last.trailing >= 2 and line.blanks_before == 1:  # a gap left by a displaced word
            return lower or text[0] == "("
        if lower and before[-1].isalnum() and last.length > _BROKEN and not _ITEM.match(text):
            return True
        return bool(width) and (lower or (line.blanks_before >= 3 and full))
    if indent >= 2 and (ended or indent > 2 or not lower):
        return False
    if width:
        return lower or text[0] in '"«(“' or full
    if _HEADING.match(paragraph[0].text) and len(paragraph) == 1 and not lower:
        return False
    if last.trailing >= 2 or lower or _STAMP.match(text):
        return not ended
    return not ended and last.length > 60 and text[0].isalnum() and not line.indent


def _assemble(source: Source, paragraphs: list[list[Line]]) -> Normalised:
    """Lay the paragraphs out in one text with the map back."""
    parts: list[str] = []
    starts: list[int] = []
    raw: list[tuple[int, int]] = []
    blocks: list[Block] = []
    size = 0

    def put(text: str, low: int = -1, high: int = -1) -> None:
        nonlocal size
        starts.append(size)
        raw.append((low, high))
        parts.append(text)
        size += len(text)

    words = _words(paragraphs)
    after_rule = False
    for lines in paragraphs:
        if lines[0].rule:
            after_rule = True
            continue
        if blocks:
            put("\n")
        begin = size
        for line in lines:
            for i, piece in enumerate(line.pieces):
                first_of_line = i == 0 and size > begin
                joined = first_of_line and _joins(parts[-1], piece.text)
                if joined and _broken(parts[-1], piece.text, words):
                    parts[-1], size = parts[-1][:-1], size - 1
                    raw[-1] = (raw[-1][0], raw[-1][1] - 1)
                if size > begin and not piece.glued and not joined:
                    put(" ")
                put(piece.text, piece.start, piece.end)
        blocks.append(Block(begin, size, lines[0].indent, after_rule))
        after_rule = False
    text = "".join(parts)
    return Normalised(source, text, text.lower(), tuple(blocks), tuple(starts), tuple(raw))


def _words(paragraphs: list[list[Line]]) -> frozenset[str]:
    """The words of a text that breaks words at line ends; empty for one that breaks none."""
    lines = [line for paragraph in paragraphs for line in paragraph]
    if not any(line.pieces[-1].text.endswith("-") for line in lines):
        return frozenset()
    return frozenset(word for line in lines for word in _WORD.findall(line.text.lower()))


def _broken(before: str, after: str, words: frozenset[str]) -> bool:
    """Whether a hyphen at a line end only breaks a word: `министр-` and `лігінің`.

    It stays in a compound: `іс-` and `шаралар`, `5-` and `бабы`, `Премьер-` and `Министр`; where
    the rest of the text has the word whole or with its hyphen, that decides.
    """
    if before[-1] != "-" or not after[:1].islower():
        return False
    last, first = _LAST.search(before), _WORD.match(after.lower())
    if last is None or first is None:
        return False
    left, right = last.group(1).lower(), first.group()
    if f"{left}{right}" in words:
        return True
    return f"{left}-{right}" not in words and left not in _COMPOUND and len(left) > 1


def _joins(before: str, after: str) -> bool:
    """Whether two lines meet without a space: at a hyphen inside a word, before punctuation."""
    hyphen = len(before) > 1 and before[-1] == "-" and before[-2].isalnum() and after[0].isalnum()
    return hyphen or after[0] in ".,;:!?)"
