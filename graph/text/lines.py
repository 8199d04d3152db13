"""From raw text to clean lines. In: text. Out: its non-empty lines, cut into pieces.

Within a line: single spaces, letter-spaced words closed up, stray letters put back, look-alike
letters folded. A piece is cut wherever the clean text departs from the original.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from graph.text import letters


@dataclass(slots=True)
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


@dataclass(slots=True)
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
    spaced: bool
    """Some word of it is letter-spaced: wide gaps are its word spaces."""
    pieces: list[Piece]
    page: bool = False
    """A form feed stands before it."""

    @property
    def text(self) -> str:
        """The normalised line."""
        return joined(self.pieces)


def joined(pieces: list[Piece]) -> str:
    """The text of pieces: single spaces between those that are not glued."""
    if len(pieces) == 1:
        return pieces[0].text
    words: list[str] = []
    for piece in pieces:
        if words and not piece.glued:
            words.append(" ")
        words.append(piece.text)
    return "".join(words)


_BREAKS = "\n\r\f\v\u0085\u2028\u2029"
_LINE = re.compile(rf"[^{_BREAKS}]*(?:\r\n|[{_BREAKS}]|$)")
_RULE = re.compile(r"[_\-–—=*](?:[ _\-–—=*]){4,}$")
_MARKS = r"\u0300-\u036f"
"""Combining accents: `й` may be written as two characters."""
_STRAY = r"[iі](?!с|c|ш|з|р|p|л[еeіiги]|н[іiд]|к)"
"""No Kazakh word starts so; `іс`, `ішкі`, `ірі` and their like do not match."""
_SPACE_CUTS = (
    r"(?P<wide>  +)|(?P<closing> (?=[.,;:!?)»]))|(?P<compound> (?<=[^\W\d_] )(?=-[^\W\d_]))"
    rf"|(?P<stray> (?<=[^\W\d_] )(?={_STRAY}))|(?P<after> (?<= [iі] )(?=[^\W\d_]))"
)
_CUT = re.compile(_SPACE_CUTS)
"""Where the clean text departs from the original."""
_CUT_SPECIAL = re.compile(
    rf"{_SPACE_CUTS}|(?P<invisible>[{letters.IGNORED}]+)|(?P<accented>[^\W_][{_MARKS}]+)"
)
"""The same for a text with invisible characters or combining accents: it must look everywhere."""
_SPECIAL = re.compile(rf"[{letters.IGNORED}{_MARKS}]")
_SPACED = re.compile(r"(?<!\S)\S (?=\S(?!\S))")
"""Two single characters side by side: a sign of letter-spacing."""
_LETTER = rf"\S[{_MARKS}]*"
_SPACED_RUN = re.compile(rf"(?<!\S)[\"«“„(]?(?:{_LETTER} )+{_LETTER}[.,;:!?)»\"”]*(?!\S)")
_NEXT_WORD = re.compile(
    r"(?<=\d) (?=[^\W\d_])|(?<=[^\W\d_]) (?=\d)|(?<=[a-zа-яәғқңөұүһі]) (?=[A-ZА-ЯӘҒҚҢӨҰҮҺ])"
    r"|(?<=№) | (?=№)"
)
"""A gap in a run of single characters that parts two words."""
_SINGLE = re.compile(rf"{_LETTER}[.,;:!?)»]*$")
_TOKEN = re.compile(r"\S+")
_FRAGMENT = re.compile(r"[^\W\d_]{1,2}(?![^\W\d_])")
"""What can follow a lone і inside a word; a longer one is a word of its own."""
_VOWELS = "аәеиоөуұүыіэюя"
_PAGE_BREAK = 3
"""A form feed weighs as the empty lines that stand for a page break in plain text."""


def read_lines(text: str) -> list[Line]:
    """Cut the text into its non-empty lines; `text` has plain spaces only (letters.plain)."""
    lines: list[Line] = []
    blanks, page = 0, False
    for match in _LINE.finditer(text):
        content = match.group().rstrip(_BREAKS)
        if "\f" in match.group():
            blanks += _PAGE_BREAK
            page = True
        stripped = content.strip(" ")
        if not stripped:
            blanks += 1
            continue
        indent = len(content) - len(content.lstrip(" "))
        start = match.start() + indent
        length = indent + len(stripped)
        stretches = list(_stretches(stripped)) if _SPACED.search(stripped) else []
        if stretches:
            pieces = [
                piece
                for low, high, spaced in stretches
                for piece in (_closed_up if spaced else _words)(stripped[low:high], start + low)
            ]
        else:
            pieces = _words(stripped, start)
        if pieces:  # a line of invisible characters has none
            rule = _RULE.match(stripped) is not None
            spaced = any(stretch[2] for stretch in stretches)
            trailing = len(content) - length
            lines.append(Line(start, indent, length, trailing, blanks, rule, spaced, pieces, page))
            blanks, page = 0, False
    return lines


def _stretches(line: str) -> Iterator[tuple[int, int, bool]]:
    """Letter-spaced words and what stands between them: (start, end, letter-spaced).

    In a line of mostly single characters any run of them is a word, else it takes three letters.
    """
    tokens = _TOKEN.findall(line)
    single = sum(_SINGLE.match(token) is not None for token in tokens)
    mostly = single > 3 and single * 2 > len(tokens)
    at = 0
    for match in _SPACED_RUN.finditer(line):
        for low, high in _spaced_words(line, *match.span()):
            if mostly or sum(character.isalpha() for character in line[low:high]) >= 3:
                if at < low:
                    yield at, low, False
                yield low, high, True
                at = high
    if at < len(line):
        yield at, len(line), False


def _spaced_words(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words in a run of single characters.

    A word ends where figures begin or end, and before a capital: `N 5 З а ң ы н ы ң 7`.
    """
    for match in _NEXT_WORD.finditer(line, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _closed_up(run: str, start: int) -> list[Piece]:
    """The pieces of a letter-spaced word: glued to each other."""
    pieces: list[Piece] = []
    if not _SPECIAL.search(run):  # nearly all
        word = "".join(map(letters.fold_letter, run.replace(" ", "")))
        word, at = letters.fold(word), 0
        for match in _TOKEN.finditer(run):
            low, high = match.span()
            end = at + high - low
            pieces.append(Piece(word[at:end], start + low, start + high, at > 0))
            at = end
        return pieces
    for match in _TOKEN.finditer(run):
        token = match.group()
        parts = _cut(token, start + match.start(), list(_CUT_SPECIAL.finditer(token)))
        for part in parts:
            part.text = "".join(letters.fold_letter(letter) for letter in part.text)
            part.glued = bool(pieces)
            pieces.append(part)
    return _folded(pieces)


def _words(text: str, start: int) -> list[Piece]:
    """The pieces of an ordinary stretch: cut at wide gaps, stray letters put back."""
    pattern = _CUT_SPECIAL if _SPECIAL.search(text) else _CUT
    cuts = list(pattern.finditer(text))
    if not cuts and text.strip(" ") == text:
        return [Piece(letters.fold(text), start, start + len(text))]
    return _folded(_cut(text, start, cuts))


def _cut(text: str, start: int, cuts: list[re.Match[str]]) -> list[Piece]:
    """Cut a text at the matches of _CUT."""
    pieces: list[Piece] = []
    at, glued = 0, False

    def put(low: int, high: int, composed: str = "") -> None:
        nonlocal glued
        stripped = text[low:high].lstrip(" ")
        glued = glued and len(stripped) == high - low
        low, stripped = high - len(stripped), stripped.rstrip(" ")
        if stripped:
            pieces.append(
                Piece(composed or stripped, start + low, start + low + len(stripped), glued)
            )
            glued = low + len(stripped) == high

    for match in cuts:
        kind, (low, high) = match.lastgroup, match.span()
        if kind in ("stray", "after") and not _is_stray(text, low, high):
            continue
        put(at, low)
        at = high
        if kind == "accented":
            put(low, high, unicodedata.normalize("NFC", match.group()))
        glued = bool(pieces) and kind != "wide"
        if kind == "invisible" and low and text[low - 1] == " ":
            glued = False
    put(at, len(text))
    return pieces


def _is_stray(text: str, low: int, high: int) -> bool:
    """Whether the word after a space is the rest of the word before it, split at the letter і.

    PDF fonts without a Kazakh і print it from another font; the extractor then sees a gap:
    `жүрг i з iлу i`, `өмiр iне`. No Kazakh word is the single letter і, and few start with it.
    """
    if text[low - 1] in "iі":  # `i з`: the one before was a stray letter by itself
        alone = low < 2 or text[low - 2] == " "
        return alone and _FRAGMENT.match(text, high) is not None
    alone = high + 1 == len(text) or not text[high + 1].isalnum()
    return alone or letters.fold_letter(text[low - 1]).lower() not in _VOWELS


def _folded(pieces: list[Piece]) -> list[Piece]:
    """Fold look-alike letters, in words that run over several pieces too."""
    at = 0
    while at < len(pieces):
        after = at + 1
        while after < len(pieces) and pieces[after].glued:
            after += 1
        group = pieces[at:after]
        folded = letters.fold("".join(piece.text for piece in group))
        first = 0
        for piece in group:
            last = first + len(piece.text)
            piece.text, first = folded[first:last], last
        at = after
    return pieces
