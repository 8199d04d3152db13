"""What the name of an act or a body says: a name as somebody wrote it in, its parts out.

The parts are the words that tell it from others, and, of an act, its number, date and kinds. The
words that help are data: namewords.toml.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graph.search.searchwords import fold_word, stems_of, words_in
from graph.text.letters import ROMAN_TO_LATIN, plain

LONGEST_NAME = 1000
"""Characters of a name that are read."""

_NUMBERED = re.compile(
    r"(?:№|\bN(?=[\s°º.\d])|\bNo\b\.?)[°º.]?\s*"
    r"(?P<sign>[\w-]*\d[\w/-]*)|(?<![\w./-])(?P<bare>\d{1,5}-[IVXІХ]+)(?![\w-])"
)
_DATES = (
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_TAIL = 3
"""Letters of a Russian or English ending, at most."""
_BARE = str.maketrans("әғқңөұүһ", "агкноуух")
"""Kazakh letters as they are typed on a Russian keyboard."""


@dataclass(frozen=True)
class Reading:
    """What a name says."""

    words: tuple[str, ...]
    """Folded words that tell the thing from others, in order."""
    small: tuple[str, ...] = ()
    """Folded words that tell little: `туралы`, `Заң`. The name of the country is in neither."""
    number: str = ""
    """Number of the act, as its IRI or the graph would have it: `345-II`."""
    date: str = ""
    """`2002-08-08`, or `2002` if only the year is told."""
    kinds: frozenset[str] = frozenset()
    """Codes of the kinds of act that its words tell."""


@cache
def _data() -> Any:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1 << 14)
def read_name(text: str) -> Reading:
    """Read a name; one that says nothing has no words, number, date or kinds."""
    text = plain(text[:LONGEST_NAME])
    number, text = _cut_number(text)
    day, text = _cut_numeric_date(text)
    words = [word.folded for word in words_in(text)]
    if not day:
        day, words = _cut_date(words)
    words = _without_country(words)
    kinds = frozenset().union(*map(_kinds, words))
    small = tuple(word for word in words if _is_small(word))
    telling = tuple(word for word in words if not _is_small(word))
    return Reading(telling, small, number, day, kinds)


def may_be(kinds: frozenset[str], kind: str) -> bool:
    """Tell whether words of these kinds may mean an act of `kind`; no kind is any."""
    if not kinds or not kind:
        return True
    also = _data()["also"]
    return any(kind == said or kind in also.get(said, ()) for said in kinds)


def plain_number(text: str) -> str:
    """Return the number of an act as the graph has it: `№ 345-ІІ` is `345-II`."""
    head, hyphen, tail = text.lstrip("№N° ").strip("-/ ").partition("-")
    return head + hyphen + tail.upper().translate(ROMAN_TO_LATIN)


def number_key(number: str) -> str:
    """Return a number without differences of alphabet, case and signs: `345 іі`."""
    return " ".join(word.folded for word in words_in(number))


@lru_cache(maxsize=1 << 16)
def alike(one: str, other: str) -> float:
    """How much a folded word is like another: 1 equal, 0.95 and more another form, 0 different.

    In between, a word with a slip of the pen, but not in its first letter. Kazakh endings are
    known; of other words the ends may differ by a few letters.
    """
    if one == other:
        return 1.0
    if one[0] != other[0] and one[0].translate(_BARE) != other[0].translate(_BARE):
        return 0.0
    if not stems_of(one).isdisjoint(stems_of(other)):
        return 0.99
    first, second = one.translate(_BARE), other.translate(_BARE)
    if first == second:
        return 0.97
    if one.isdigit() or other.isdigit():
        return 0.0
    if _same_beginning(one, other):
        return 0.95
    short = min(len(one), len(other))
    allowed = 0 if short < 5 else 1 if short < 9 else 2
    return 0.8 if allowed and distance(first, second, allowed) <= allowed else 0.0


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters must be put, left out, changed or swapped; more than `most` if so."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and wanted == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def initials(name: str) -> str:
    """Return the folded initials of a name of two to eight words, "" of another."""
    words = [word.folded for word in words_in(name) if not _is_function(word.folded)]
    return "".join(word[0] for word in words) if 2 <= len(words) <= 8 else ""


def _same_beginning(one: str, other: str) -> bool:
    """Tell whether two words without Kazakh letters differ in their ends alone."""
    if one.translate(_BARE) != one or other.translate(_BARE) != other or "і" in one + other:
        return False
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    longest = max(len(one), len(other))
    return common >= 4 and longest - common <= _TAIL and common >= 0.6 * longest


def _begins(word: str, start: str) -> bool:
    folded = _fold(start.removeprefix("="))
    return word == folded if start.startswith("=") else word.startswith(folded)


_fold = lru_cache(maxsize=1024)(fold_word)


@lru_cache(maxsize=1 << 14)
def _is_function(word: str) -> bool:
    return any(_begins(word, start) for start in _data()["small"])


@lru_cache(maxsize=1 << 14)
def _kinds(word: str) -> frozenset[str]:
    """The kinds of act that a word tells."""
    kinds = _data()["kinds"].items()
    return frozenset(kind for kind, starts in kinds if any(_begins(word, s) for s in starts))


def _is_small(word: str) -> bool:
    return _is_function(word) or bool(_kinds(word))


def _cut_number(text: str) -> tuple[str, str]:
    found = _NUMBERED.search(text)
    if not found:
        return "", text
    number = plain_number(found["sign"] or found["bare"])
    return number, f"{text[: found.start()]} {text[found.end() :]}"


def _cut_numeric_date(text: str) -> tuple[str, str]:
    for pattern in _DATES:
        found = pattern.search(text)
        if found and (day := _iso(found["y"], found["m"], found["d"])):
            return day, f"{text[: found.start()]} {text[found.end() :]}"
    return "", text


def _cut_date(words: list[str]) -> tuple[str, list[str]]:
    """Return the date in words, or the year alone, and the words without it."""
    for place, word in enumerate(words):
        month = _month(word)
        if not month:
            continue
        near = range(max(0, place - 3), min(len(words), place + 4))
        year = next((i for i in near if _YEAR.fullmatch(words[i])), None)
        days = (i for i in (place - 1, place + 1) if i in near and i != year)
        day = next((i for i in days if words[i].isdigit()), None)
        if year is None or day is None:
            continue
        if found := _iso(words[year], str(month), words[day]):
            return found, [w for i, w in enumerate(words) if i not in (place, year, day)]
    for place, word in enumerate(words):
        follows = words[place + 1 : place + 2]
        if _YEAR.fullmatch(word) and follows and follows[0] in ("жылғы", "года", "г"):
            return word, [w for i, w in enumerate(words) if i != place]
    return "", words


@lru_cache(maxsize=1 << 14)
def _month(word: str) -> int:
    for number, starts in enumerate(_data()["months"], 1):
        if any(_begins(word, start) for start in starts):
            return number
    return 0


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _without_country(words: list[str]) -> list[str]:
    """Return the words without the name of the country, if any others are left."""
    left: list[str] = []
    place = 0
    while place < len(words):
        size = _country(tuple(words[place : place + 3]))
        left += words[place : place + (not size)]
        place += size or 1
    return left or words


@lru_cache(maxsize=1 << 14)
def _country(words: tuple[str, ...]) -> int:
    """How many of three words are the name of the country."""
    for phrase in _data()["country"]:
        if len(words) >= len(phrase) and all(map(_begins, words, phrase)):
            return len(phrase)
    return 0
