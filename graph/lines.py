"""From raw text to clean lines. In: text. Out: its non-empty lines, cut into pieces.

Within a line: single spaces, letter-spaced words closed up, stray letters put back, look-alike
letters folded. A piece is cut wherever the clean text departs from the original.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from graph import letters


@dataclass
class Piece:
    """A stretch of one line: `text` as normalised, `start:end` in the original (code points)."""

    text: str
    start: int
    end: int
    glued: bool = False
    """True: no space stands before it in the normalised text."""

    @property
    def exact(self) -> bool:
        """Whether it has one character for each of the original's."""
        return len(self.text) == self.end - self.start


@dataclass
class Line:
    """One line of the original."""

    start: int
    indent: int
    length: int
    """Code points up to the last that is no space, the indent included."""
    trailing: int
    """Spaces at the end."""
    blanks_before: int
    """Empty lines before it."""
    rule: bool
    """A line of underscores or dashes."""
    pieces: list[Piece]

    @property
    def text(self) -> str:
        """The normalised line."""
        return "".join(
            p.text if p.glued or not i else " " + p.text for i, p in enumerate(self.pieces)
        )


_BREAKS = "\n\r\f\v\u0085\u2028\u2029"
_LINE = re.compile(rf"[^{_BREAKS}]*(?:\r\n|[{_BREAKS}]|$)")
_RULE = re.compile(r"[_\-–—=*](?:[ _\-–—=*]){4,}$")
_MARKS = r"\u0300-\u036f"
"""Combining accents: `й` may be written as two characters."""
_ODD = re.compile(
    r"  | [.,;:!?)»]|(?<!\S)\S (?=\S(?!\S))|(?<=\S) [iі](?!с|ш|з|р|л[еіiги]|н[іiд]|к)|(?<=\w) -\w"
    rf"|[{letters.IGNORED}]|[{_MARKS}]"
)
"""Signs that a line is not plain words with single spaces."""
_CHUNK = re.compile(r"\S+(?: \S+)*")
_TOKEN = re.compile(r"\S+")
_SPECIAL = re.compile(rf"[{letters.IGNORED}]+|[^\W_][{_MARKS}]+")
_SPACED_RUN = re.compile(r"(?<!\S)(?:\S ){2,}\S(?!\S)")
_NOT_A_WORD_START = re.compile(r"і(?!с|ш|з|р|л[еігі]|н[іід]|к)")
"""No Kazakh word starts with this; `іс`, `ішкі`, `ірі` and their like do."""
_PUNCTUATION = ".,;:!?)»"
_PAGE_BREAK = 3
"""A form feed weighs as the empty lines that stand for a page break in plain text."""


def read_lines(text: str) -> list[Line]:
    """Cut the text into its non-empty lines; `text` has plain spaces only (letters.PLAIN)."""
    lines: list[Line] = []
    blanks = 0
    for match in _LINE.finditer(text):
        content = match.group().rstrip(_BREAKS)
        if "\f" in match.group():
            blanks += _PAGE_BREAK
        stripped = content.strip(" ")
        if not stripped:
            blanks += 1
            continue
        indent = len(content) - len(content.lstrip(" "))
        start = match.start() + indent
        length = indent + len(stripped)
        pieces = _pieces(stripped, start)
        if pieces:  # a line of invisible characters has none
            rule = _RULE.match(stripped) is not None
            lines.append(Line(start, indent, length, len(content) - length, blanks, rule, pieces))
            blanks = 0
    return lines


def _pieces(line: str, start: int) -> list[Piece]:
    """Cut one stripped line into pieces."""
    if not _ODD.search(line):
        return [Piece(letters.fold(line), start, start + len(line))]
    pieces: list[Piece] = []
    for low, high, spaced in _stretches(line):
        cut = _closed_up if spaced else _words
        pieces += cut(line[low:high], start + low)
    return pieces


def _stretches(line: str) -> Iterator[tuple[int, int, bool]]:
    """Letter-spaced words and what stands between them: (start, end, letter-spaced)."""
    tokens = _TOKEN.findall(line)
    single = sum(len(token) == 1 for token in tokens)
    if single > 3 and single * 2 > len(tokens):
        spaced = [match.span() for match in _CHUNK.finditer(line)]
    elif single > 2:
        spaced = [m.span() for m in _SPACED_RUN.finditer(line) if _is_word(m.group())]
    else:
        spaced = []
    at = 0
    for low, high in spaced:
        if at < low:
            yield at, low, False
        yield low, high, True
        at = high
    if at < len(line):
        yield at, len(line), False


def _is_word(run: str) -> bool:
    """Whether a run of single characters is a word, not a row of digits or labels."""
    return sum(character.isalpha() for character in run) >= 3


def _closed_up(run: str, start: int) -> list[Piece]:
    """The pieces of a letter-spaced word: glued to each other."""
    pieces: list[Piece] = []
    for match in _TOKEN.finditer(run):
        for part in _visible(match.group(), start + match.start()):
            if len(match.group()) == 1:
                part.text = letters.fold_letter(part.text)
            part.glued = bool(pieces)
            pieces.append(part)
    return pieces


def _words(text: str, start: int) -> list[Piece]:
    """The pieces of an ordinary stretch: cut at wide gaps, stray letters put back."""
    pieces: list[Piece] = []
    end = 0
    for match in _TOKEN.finditer(text):
        token, gap = match.group(), match.start() - end
        end = match.end()
        last = pieces[-1] if pieces else None
        stray = last is not None and gap == 1 and _is_stray(last.text, token)
        glued = stray or (last is not None and _closes(last.text, token))
        for part in _visible(token, start + match.start()):
            if stray:
                part.text = letters.fold_letter(part.text)
            if last and not glued and gap == 1 and last.exact and part.exact:
                last.text, last.end = f"{last.text} {part.text}", part.end
            else:
                part.glued = glued
                pieces.append(part)
            last, gap, glued = pieces[-1], 0, True
    return pieces


def _closes(before: str, token: str) -> bool:
    """Whether no space belongs before a token: punctuation, a compound cut at its hyphen."""
    compound = token[0] == "-" and token[1:2].islower() and before[-1:].isalpha()
    return token[0] in _PUNCTUATION or compound


def _is_stray(before: str, token: str) -> bool:
    """Whether `token` is the rest of the word before it, split off at the letter і.

    PDF fonts without a Kazakh і print it from another font; the extractor then sees a gap:
    `жүрг i з iлу i`, `өмiр iне`. No Kazakh word is the single letter і, and few start with it.
    """
    if not before[-1:].isalpha():
        return False
    if token[0] not in "iі" and before[-1] not in "iі":
        return False
    word, tail = letters.fold_letter(token), letters.fold_letter(before[-2:])
    if tail == "і" or tail.endswith(" і"):
        return word[0].islower()
    if word.rstrip(_PUNCTUATION) == "і":
        return True
    return bool(_NOT_A_WORD_START.match(word)) and tail[-1] not in "аәеиоөуұүыіэюя"


def _visible(token: str, start: int) -> list[Piece]:
    """A token without invisible characters, accents composed, letters folded."""
    pieces: list[Piece] = []
    at = 0
    for match in _SPECIAL.finditer(token):
        low, high = match.span()
        if at < low:
            pieces.append(Piece(token[at:low], start + at, start + low))
        if match.group()[0] not in letters.IGNORED:
            composed = unicodedata.normalize("NFC", match.group())
            pieces.append(Piece(composed, start + low, start + high))
        at = high
    if at < len(token):
        pieces.append(Piece(token[at:], start + at, start + len(token)))
    folded = letters.fold("".join(piece.text for piece in pieces))
    for piece in pieces:
        piece.text, folded = folded[: len(piece.text)], folded[len(piece.text) :]
    return pieces
