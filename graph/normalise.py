"""From raw text to clean blocks. In: a Source. Out: a Normalised text that can tell, for any range
of its own, the exact ranges of the original.

A block is a paragraph, heading or list item: lines that were wrapped are joined, spaces are single,
letter-spaced words are closed up, look-alike letters are folded, displaced words are back in their
place. Blocks are joined by one line feed. Nothing is lost: what has no letters stays a block.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

from graph import letters
from graph.model import Source
from graph.repair import repair


@dataclass
class Piece:
    """A stretch of one line: `text` as normalised, `start:end` in the original (code points)."""

    text: str
    start: int
    end: int
    glued: bool = False
    """True: no space stands before it in the normalised text."""


@dataclass
class Line:
    """One line of the original, cut where its normalised text departs from it."""

    start: int
    indent: int
    length: int
    """Code points without trailing spaces."""
    trailing: int
    """Number of spaces at the end of the line."""
    pieces: list[Piece] = field(default_factory=list)
    rule: bool = False
    """A line of underscores or dashes."""
    blanks_before: int = 0

    @property
    def text(self) -> str:
        """The normalised line."""
        return join(self.pieces)


@dataclass(frozen=True)
class Block:
    """One paragraph: `start:end` in the normalised text."""

    start: int
    end: int
    indent: int
    after_rule: bool


@dataclass(frozen=True)
class Normalised:
    """The clean text with its way back to the original."""

    source: Source
    text: str
    low: str
    """The text in lower case, same offsets."""
    blocks: tuple[Block, ...]
    _starts: tuple[int, ...]
    _raw: tuple[tuple[int, int], ...]

    def original(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Ranges of the original that the normalised range `start:end` rests on.

        Sorted, half open; one range unless the words stand apart in the original.
        """
        raw = self.source.text
        ranges: list[tuple[int, int]] = []
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(self._starts) and self._starts[at] < end:
            begin, (low, high) = self._starts[at], self._raw[at]
            size = (self._starts[at + 1] if at + 1 < len(self._starts) else len(self.text)) - begin
            at += 1
            if low < 0:  # a space or line feed that the original has in some other form
                continue
            if high - low == size:
                first = low + max(0, start - begin)
                last = low + min(high - low, end - begin)
            else:
                first, last = low, high
            if first < last:
                ranges.append((first, last))
        merged: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if merged and not raw[merged[-1][1] : first].translate(_INVISIBLE).strip():
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return tuple(merged)

    def block_at(self, offset: int) -> Block:
        """The block in which the normalised offset lies."""
        at = bisect_right(self.blocks, offset, key=lambda block: block.start) - 1
        return self.blocks[max(0, at)]


_INVISIBLE = dict.fromkeys(map(ord, letters.IGNORED))
_LINE = re.compile(r"[^\n\r\f\v\u0085\u2028\u2029]*(?:\r\n|[\n\r\f\v\u0085\u2028\u2029]|$)")
_RULE = re.compile(r"[_\-–—=*](?:[ _\-–—=*]){4,}$")
_ODD_SPACING = re.compile(
    rf"  | [.,;:!?)»]|(?<!\S)\S (?=\S(?!\S))|(?<=\S) [iі]|(?<=\w) -\w|[{letters.IGNORED}]|[\u0300-\u036f]"
)
_CHUNK = re.compile(r"\S+(?: \S+)*")
_TOKEN = re.compile(r"\S+")
_UNCOMPOSED = re.compile(rf"[{letters.IGNORED}]+|[^\W_][\u0300-\u036f]+")
_SPACED_RUN = re.compile(r"(?<!\S)(?:\S ){2,}\S(?!\S)")
_TERMINAL = re.compile(r"[.;:!?][\"»”)]*$")
_ITEM = re.compile(r"(?:\d+(?:-\d+)*[.)]|[a-zа-яәғқңөұүһі]\)|[IVX]+\.)\s*\S")
HEADING = re.compile(
    r"(?:\d+(?:-\d+)*-(?:бап|тарау|бөлім|параграф|кіші бөлім)\b(?!-)|[IVXLC]+ (?:бөлім|тарау)\b"
    r"|ескерту\b|\d+-қосымша$|§ ?\d+)",
    re.IGNORECASE,
)
_NOT_A_WORD_START = re.compile(r"і(?!с|ш|з|р|л[еігі]|н[іід]|к)")
_STAMP = re.compile(r"\d{4} (?:жылғы|ж\.)|[№N] ?\d|\d{1,2}\.\d{1,2}\.\d{4}")


def join(pieces: list[Piece]) -> str:
    """The text of pieces, single spaces between those that are not glued."""
    return "".join(p.text if p.glued or not i else " " + p.text for i, p in enumerate(pieces))


def normalise(source: Source) -> Normalised:
    """Clean `source`; linear in its length."""
    lines = _lines(source.text.translate(letters.PLAIN))
    repair(lines)
    return _assemble(source, _blocks(lines))


def _lines(text: str) -> list[Line]:
    """Cut the text into its non-empty lines."""
    lines: list[Line] = []
    blanks = 0
    for match in _LINE.finditer(text):
        content = match.group().rstrip("\n\r\f\v\u0085\u2028\u2029")
        if "\f" in match.group():
            blanks += 3  # a page break weighs as the empty lines that stand for one
        stripped = content.strip(" ")
        if not stripped:
            blanks += 1
            continue
        indent = len(content) - len(content.lstrip(" "))
        start = match.start() + indent
        line = Line(start, indent, indent + len(stripped), len(content) - indent - len(stripped))
        line.blanks_before, blanks = blanks, 0
        if _RULE.match(stripped):
            line.rule = True
        line.pieces = _pieces(stripped, start)
        lines.append(line)
    return lines


def _pieces(line: str, start: int) -> list[Piece]:
    """Cut one stripped line into pieces."""
    if not _ODD_SPACING.search(line):
        return [Piece(letters.fold(line), start, start + len(line))]
    tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(line)]
    single = sum(len(t[0]) == 1 for t in tokens)
    if single > 3 and single * 2 > len(tokens) and len(line) > 2 * single:
        cuts = [(m.start(), m.end()) for m in _CHUNK.finditer(line)]
    elif single > 2:
        cuts = [(m.start(), m.end()) for m in _SPACED_RUN.finditer(line) if _wordlike(m.group())]
    else:
        cuts = []
    pieces: list[Piece] = []
    for low, high in _between(cuts, len(line)):
        if (low, high) in cuts:
            pieces += _closed_up(line[low:high], start + low)
        else:
            pieces += _words(line[low:high], start + low)
    return pieces


def _between(cuts: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The cuts and the stretches between them, in order."""
    out, at = [], 0
    for low, high in cuts:
        if at < low:
            out.append((at, low))
        out.append((low, high))
        at = high
    if at < length:
        out.append((at, length))
    return out


def _wordlike(run: str) -> bool:
    """Whether a run of single characters is a letter-spaced word, not a row of digits or labels."""
    return sum(c.isalpha() for c in run) >= 3


def _closed_up(run: str, start: int) -> list[Piece]:
    """The pieces of a letter-spaced word: one a character, glued."""
    pieces: list[Piece] = []
    for match in _TOKEN.finditer(run):
        token = match.group()
        text = letters.fold_letter(token) if len(token) == 1 else letters.fold(token)
        at = start + match.start()
        pieces.append(Piece(text, at, at + len(token), glued=bool(pieces)))
    return pieces


def _words(text: str, start: int) -> list[Piece]:
    """The pieces of an ordinarily spaced stretch: cut at wide gaps, stray letters put back."""
    pieces: list[Piece] = []
    before_end = 0
    for match in _TOKEN.finditer(text):
        token, at = match.group(), start + match.start()
        gap = match.start() - before_end if pieces else 0
        before_end = match.end()
        stray = gap == 1 and _stray(pieces[-1].text, token)
        glued = bool(pieces) and (stray or token[0] in ".,;:!?)»" or _tail(pieces[-1].text, token))
        for part in _visible(token, at):
            if stray:
                part.text = letters.fold_letter(part.text)
            part.glued = glued
            glued = True
            last = pieces[-1] if pieces else None
            if last and not part.glued and gap == 1 and _exact(last) and _exact(part):
                last.text = f"{last.text} {part.text}"
                last.end = part.end
            else:
                pieces.append(part)
    return pieces


def _exact(piece: Piece) -> bool:
    """Whether the piece has a character for each of the original's."""
    return len(piece.text) == piece.end - piece.start


def _stray(before: str, token: str) -> bool:
    """Whether `token` is the rest of the word before it, split off at the letter і.

    PDF fonts without a Kazakh і print it from another font; the extractor then sees a gap:
    `жүрг i з iлу i`, `өмiр iне`. No Kazakh word is the single letter і, and few start with it.
    """
    word = letters.fold_letter(token)
    if not before or not before[-1].isalpha() or before[-1] in letters.LATIN.upper():
        return False
    tail = letters.fold_letter(before)
    if tail.endswith("і") and (len(tail) == 1 or tail[-2] == " "):
        return word[0].islower()
    if word.rstrip(".,;:") == "і":
        return True
    return bool(_NOT_A_WORD_START.match(word)) and tail[-1] not in "аәеиоөуұүыіэюя"


def _tail(before: str, token: str) -> bool:
    """Whether a compound was cut before its hyphen: `Тұрмыс -тіршілік`."""
    return token[0] == "-" and token[1:2].islower() and before[-1:].isalpha()


def _visible(token: str, start: int) -> list[Piece]:
    """A token without invisible characters, combining accents composed; folded."""
    pieces: list[Piece] = []
    at = 0
    for match in _UNCOMPOSED.finditer(token):
        if at < match.start():
            pieces.append(Piece(token[at : match.start()], start + at, start + match.start()))
        if match.group()[0] not in letters.IGNORED:
            composed = unicodedata.normalize("NFC", match.group())
            pieces.append(Piece(composed, start + match.start(), start + match.end()))
        at = match.end()
    if at < len(token):
        pieces.append(Piece(token[at:], start + at, start + len(token)))
    folded = letters.fold("".join(p.text for p in pieces))
    position = 0
    for piece in pieces:
        size = len(piece.text)
        piece.text = folded[position : position + size]
        position += size
    return pieces


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Group lines into paragraphs."""
    width = _wrap_width(lines)
    margin = min((line.indent for line in lines), default=0)
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _continues(blocks[-1], line, width, margin):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _wrap_width(lines: list[Line]) -> int:
    """The width at which the text is wrapped, or 0 where one line is one paragraph."""
    lengths = sorted(line.length for line in lines)
    if len(lengths) < 8 or lengths[int(len(lengths) * 0.98) - 1] > 140:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    full = sum(length > 0.8 * width for length in lengths)
    return width if width > 50 and full * 3 > len(lengths) else 0


def _continues(block: list[Line], line: Line, width: int, margin: int) -> bool:
    """Whether `line` goes on with the paragraph `block`."""
    last = block[-1]
    if line.rule or last.rule:
        return False
    before, text = last.text, line.text
    if not text.strip(".,;:!?)»"):
        return True  # punctuation alone
    ended = bool(_TERMINAL.search(before))
    if HEADING.match(text) and not before.endswith((",", "(")):
        return False
    if _ITEM.match(text) and (ended or line.indent > margin or before.endswith((",", "–", "-"))):
        return False
    indented = line.indent - margin >= 2
    lower = text[0].islower() or (text[0] == "(" and text[1:2].islower())
    if line.blanks_before:
        if ended or indented:
            return False
        if last.trailing >= 2 and line.blanks_before == 1:  # a gap left by a displaced word
            return lower or text[0] == "("
        full = max(one.length for one in block) if len(block) > 1 else width
        return bool(width) and (lower or (line.blanks_before >= 3 and last.length > 0.6 * full))
    if indented and (ended or line.indent - margin > 2 or not lower):
        return False
    if HEADING.match(block[0].text) and len(block) == 1 and not lower and not width:
        return False
    if width:
        full = max(one.length for one in block) if len(block) > 1 else width
        return lower or text[0] in '"«(“' or last.length > 0.6 * full
    if last.trailing >= 2 or lower or _STAMP.match(text):
        return not ended
    return not ended and last.length > 60 and text[0].isalnum() and not line.indent


def _assemble(source: Source, blocks: list[list[Line]]) -> Normalised:
    """Lay the blocks out in one text with the map back."""
    parts: list[str] = []
    starts: list[int] = []
    raw: list[tuple[int, int]] = []
    out: list[Block] = []
    size = 0
    after_rule = False
    for lines in blocks:
        if lines[0].rule:
            after_rule = True
            continue
        if out:
            starts.append(size)
            raw.append((-1, -1))
            parts.append("\n")
            size += 1
        begin = size
        first = True
        for line in lines:
            for i, piece in enumerate(line.pieces):
                hyphenated = i == 0 and not first and _hyphenated(parts[-1], piece.text)
                close = piece.glued or (i == 0 and piece.text[0] in ".,;:!?)")
                if not first and not close and not hyphenated:
                    starts.append(size)
                    raw.append((-1, -1))
                    parts.append(" ")
                    size += 1
                first = False
                starts.append(size)
                raw.append((piece.start, piece.end))
                parts.append(piece.text)
                size += len(piece.text)
        out.append(Block(begin, size, lines[0].indent, after_rule))
        after_rule = False
    text = "".join(parts)
    return Normalised(source, text, text.lower(), tuple(out), tuple(starts), tuple(raw))


def _hyphenated(before: str, after: str) -> bool:
    """Whether a line ends inside a word with a hyphen (`соғыс іс-` / `қимылдары`)."""
    return len(before) > 1 and before[-1] == "-" and before[-2].isalnum() and after[0].isalnum()
