"""What scanning, converting and publishing do to a text, as changes that keep track of places.

A change is a function from a text and a source of randomness to edits: (start, end, replacement),
half open, in order, none overlapping. `Noisy` applies them and tells where a place has gone.
"""

import random
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

Edit = tuple[int, int, str]
Change = Callable[[str, random.Random], Iterator[Edit]]

TO_LATIN = dict(zip("іеорсхауІЕОРСХАВНКМТ", "ieopcxayIEOPCXABHKMT", strict=True))
TO_CYRILLIC = {"I": "І", "X": "Х", "C": "С", "M": "М", "i": "і", "N": "N"}
NOTE = "Ескерту. 5-бапқа өзгеріс енгізілді - ҚР 2011.12.26 № 517-IV Заңымен."
_L = "[а-яәғқңөұүһі]"
_SPACED = re.compile(r"(?<!\S)\S \S(?!\S)")
_WORD = re.compile(r"(?<![\w-])[^\W\d_]{4,}(?![\w-])")
_LONG_WORD = re.compile(r"[^\W\d_]{8,}")


@dataclass(frozen=True)
class Noisy:
    """A changed text and the way from the places of the one it was made of."""

    text: str
    _ends: tuple[int, ...]
    """Where each edit ends in the original."""
    _shifts: tuple[int, ...]
    """How far what follows each edit has moved; the first stands for no edit."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a range of the original text stands."""
        return self._moved(start), max(self._moved(start) + 1, self._moved(end - 1) + 1)

    def _moved(self, offset: int) -> int:
        return max(0, offset + self._shifts[bisect_right(self._ends, offset)])


def apply(text: str, edits: Iterable[Edit]) -> Noisy:
    """Make the edits."""
    kept = list(edits)
    parts, at = [], 0
    for start, end, new in kept:
        parts += [text[at:start], new]
        at = end
    sizes = [len(new) - (end - start) for start, end, new in kept]
    shifts = (0, *accumulate(sizes))
    return Noisy("".join([*parts, text[at:]]), tuple(end for _, end, _ in kept), shifts)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line and its start."""
    for match in re.finditer(r"[^\n]+", text):
        yield match.start(), match.group()


def _ends(text: str) -> Iterator[int]:
    """Where paragraphs end for certain: a full stop, and an empty line or a capital after it."""
    for match in re.finditer(r"\. *\n(?=[ \n]|[А-ЯӘҒҚҢӨҰҮҺІ0-9])", text):
        yield match.end() - 1


def _spaces(text: str, share: float, choice: random.Random) -> Iterator[int]:
    """Single spaces between words, in lines where spaces do not tell letter-spaced words apart."""
    for start, line in _lines(text):
        if not _SPACED.search(line):
            for match in re.finditer(r"(?<=\S) (?=\S)", line):
                if choice.random() < share:
                    yield start + match.start()


def look_alike(share: float) -> Change:
    """Cyrillic letters printed as the Latin letters that look the same."""

    def change(text: str, choice: random.Random) -> Iterator[Edit]:
        for at, letter in enumerate(text):
            if letter in TO_LATIN and choice.random() < share:
                yield at, at + 1, TO_LATIN[letter]

    return change


def cyrillic_numerals(text: str, choice: random.Random) -> Iterator[Edit]:
    """Half of the Latin letters of numerals printed as Cyrillic ones: `345-ІІ`."""
    for at, letter in enumerate(text):
        if letter in TO_CYRILLIC and choice.random() < 0.5:
            yield at, at + 1, TO_CYRILLIC[letter]


def spaced_words(text: str, choice: random.Random) -> Iterator[Edit]:
    """Single words set wide: `т ы й ы м  салынады`, one in thirty."""
    for start, line in _lines(text):
        after = -1
        for match in _WORD.finditer(line) if not _SPACED.search(line) else ():
            if choice.random() < 1 / 30 and match.start() > after + 1:
                after = match.end()
                yield start + match.start(), start + after, " ".join(match.group())


def spaced_headings(text: str, choice: random.Random) -> Iterator[Edit]:
    """Half of the headings set wide, with wider gaps between words."""
    for start, line in _lines(text):
        heading = re.match(r"\d+-(?:бап|тарау)\b", line) and len(line) < 90
        if heading and not _SPACED.search(line) and choice.random() < 0.5:
            words = [" ".join(word) for word in line.split()]
            yield start, start + len(line), "   ".join(words)


def wrapped(text: str, choice: random.Random) -> Iterator[Edit]:
    """Lines broken at a width of 70 to 90, unless wide gaps tell of displaced words."""
    yield from _wrapped(text, choice.randint(70, 90), re.compile(r"  | $"))


def wrapped_again(text: str, choice: random.Random) -> Iterator[Edit]:
    """The same of every line: displaced words too are cut off from where they ended up."""
    yield from _wrapped(text, choice.randint(70, 90), re.compile("\0"))


def _wrapped(text: str, width: int, spared: re.Pattern[str]) -> Iterator[Edit]:
    """Breaks at spaces and after hyphens inside words."""
    for start, line in _lines(text):
        if _SPACED.search(line) or spared.search(line):
            continue
        begin = 0
        while len(line) - begin > width:
            places = [
                m.end() for m in re.finditer(r" |(?<=\w)-(?=\w)", line[begin : begin + width])
            ]
            if not places:
                break
            at = begin + places[-1]
            space = line[at - 1] == " "
            yield start + at - space, start + at, "\n"
            begin = at


def form_feeds(text: str, choice: random.Random) -> Iterator[Edit]:
    """Pages that end between paragraphs and inside them."""
    yield from _pages(text, choice, lambda: "\f")


def page_numbers(text: str, choice: random.Random) -> Iterator[Edit]:
    """Pages that end in a number on a line of its own, with empty lines around it."""
    numbers = iter(range(1, len(text)))
    yield from _pages(text, choice, lambda: f"\n\n{next(numbers)}\n\n\n")


def pages_anywhere(text: str, choice: random.Random) -> Iterator[Edit]:
    """Page numbers where no page ends: after any word, on a short line too."""
    at, number = 0, 0
    for match in re.finditer(rf"(?<={_L}|,) (?={_L}{_L})", text):
        if match.start() - at > choice.randint(600, 1800):
            at, number = match.end(), number + 1
            yield match.start(), match.end(), f"\n\n\n{number}\n\n\n"


def _pages(text: str, choice: random.Random, mark: Callable[[], str]) -> Iterator[Edit]:
    """A page about every 1,200 code points: after a paragraph, or after a full line inside one.

    Where paragraphs are single lines, a full line is any 60 code points of them.
    """
    paragraphs = set(_ends(text))
    at = 0
    for match in re.finditer(rf"(?<={_L}|,)[ \n](?={_L}{_L})|(?<=\.)(?=\n)", text):
        start, end = match.span()
        first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        wide = _SPACED.search(text[first:last]) or "  " in text[first:last]
        inside = start - first > 60 and not wide
        if start - at > choice.randint(600, 1800) and (start in paragraphs or inside):
            at = end
            yield start, end, "\n" + mark()


def doubled_spaces(text: str, choice: random.Random) -> Iterator[Edit]:
    """One space in five doubled."""
    for at in _spaces(text, 0.2, choice):
        yield at, at + 1, "  "


def other_spaces(text: str, choice: random.Random) -> Iterator[Edit]:
    """One space in three without a break, or thin."""
    for at in _spaces(text, 0.33, choice):
        yield at, at + 1, choice.choice("\u00a0\u2009\u202f")


def soft_hyphens(text: str, choice: random.Random) -> Iterator[Edit]:
    """One long word in three with a soft hyphen."""
    for match in _LONG_WORD.finditer(text):
        if choice.random() < 0.33:
            at = choice.randint(match.start() + 2, match.end() - 2)
            yield at, at, "\u00ad"


def notes(text: str, choice: random.Random) -> Iterator[Edit]:
    """A note of the publisher's after one paragraph in eight."""
    for at in _ends(text):
        if choice.random() < 1 / 8:
            gap = "\n\n" if text.startswith("\n\n", at) else "\n"
            yield at, at, gap + NOTE


def windows_lines(text: str, choice: random.Random) -> Iterator[Edit]:
    """Line ends of Windows."""
    for match in re.finditer("\n", text):
        yield match.start(), match.end(), "\r\n"


CHANGES: dict[str, Change] = {
    "look-alike letters, one in ten": look_alike(0.1),
    "look-alike letters, one in three": look_alike(0.33),
    "look-alike letters, two in three": look_alike(0.66),
    "Cyrillic letters in numerals": cyrillic_numerals,
    "letter-spaced words": spaced_words,
    "letter-spaced headings": spaced_headings,
    "lines broken": wrapped,
    "lines broken again": wrapped_again,
    "form feeds": form_feeds,
    "page numbers": page_numbers,
    "page numbers after any word": pages_anywhere,
    "doubled spaces": doubled_spaces,
    "other spaces": other_spaces,
    "soft hyphens": soft_hyphens,
    "notes of the publisher": notes,
    "line ends of Windows": windows_lines,
}
"""Name of a change to what makes its edits."""
