"""Which law a citation means that lacks its number or date. In: what the text tells. Out: an entry.

Kazakh acts cite most laws by title alone; a title may be that of several laws, one after another.
"""

import re
from collections.abc import Iterable
from functools import cache

from graph.lexicon import Entry, Lexicon
from graph.linking.adilet import told
from graph.linking.slugs import fold_title
from graph.model import ActMention

_LAST_DECREE = "1996-01-30"
"""No decree having the force of law is younger; those of 1995 are called laws since."""
_COUNTRY = re.compile(r"қазақстан республикасы(?:ның|нда|ндағы)? ")
_WORDS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


class Laws:
    """The lexicon of laws by title and by date."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_title: dict[str, list[Entry]] = {}
        self._by_date: dict[str, list[Entry]] = {}
        for entry in sorted(entries, key=lambda entry: entry.date):
            self._by_date.setdefault(entry.date, []).append(entry)
            keys = dict.fromkeys(key for name in entry.surfaces for key in _keys(name))
            for key in keys:
                self._by_title.setdefault(key, []).append(entry)

    def numbered(self, act: ActMention) -> Entry | None:
        """The law of a date and number; a numeral may be left out: `148` for 148-II."""
        told = self._by_date.get(act.date, ()) if act.number else ()
        return next((e for e in told if _fits(e, act)), None)

    def titled(self, act: ActMention, own: set[str], period: str, dated: bool) -> Entry | None:
        """The law of a title, and of a date or a number if the text tells one.

        `own`: dates of the text itself. `period`: the day it was written if `dated`, else a day
        before which it was not written, or "".
        """
        for key in _keys(act.title):
            editions = [e for e in self._by_title.get(key, ()) if _fits(e, act)]
            if editions and (act.date or act.number):
                return editions[-1]
            entry = _edition(editions, own, period, dated)
            if entry:
                return entry
        return None


@cache
def _codes(lexicon: Lexicon) -> tuple[dict[str, Entry], dict[tuple[str, str, str], Entry | None]]:
    """Laws and codes by the code itself, and by its letter with year and digits of the number.

    None stands for what two acts have in common.
    """
    known: dict[str, Entry] = {}
    told_of: dict[tuple[str, str, str], Entry | None] = {}
    for letter, entries in (("Z", lexicon.laws), ("K", lexicon.codes)):
        for entry in entries:
            if entry.adilet:
                known[entry.adilet] = entry
            digits = _DIGITS.match(entry.number)
            if digits:
                key = (letter, entry.date[:4], digits.group())
                told_of[key] = None if key in told_of else entry
    return known, told_of


def by_code(lexicon: Lexicon, code: str) -> Entry | None:
    """The law or code that a code of adilet.zan.kz means: `Z010000267_` is № 267 of 2001."""
    known, told_of = _codes(lexicon)
    if code in known:
        return known[code]
    what = told(code)
    return told_of.get((code[0], what.year, what.number)) if what else None


_MOST_WORDS = 24
"""In a title that is looked for without its quotes."""


@cache
def titles(lexicon: Lexicon) -> frozenset[str]:
    """The titles of all laws in small letters."""
    return frozenset(name.lower() for entry in lexicon.laws for name in entry.surfaces)


def title_before(lexicon: Lexicon, low: str, at: int) -> int | None:
    """Where the longest title of a law begins that ends at an offset."""
    known, found, start = titles(lexicon), None, at
    for _ in range(_MOST_WORDS):
        start = low.rfind(" ", 0, max(0, start - 1)) + 1
        if low[start:at] in known:
            found = start
        if not start:
            break
    return found


@cache
def laws(lexicon: Lexicon) -> Laws:
    """The laws of a lexicon, once a process."""
    return Laws(lexicon.laws)


def _keys(title: str) -> list[str]:
    """What a title is found by: its words, and its words without the country's name."""
    words = _WORDS.sub(" ", fold_title(title)).strip()
    without = _COUNTRY.match(words)
    # The mark keeps the two apart: a title told in full is looked for before a shortened one.
    return [words, f"… {words[without.end() :] if without else words}"]


def _fits(entry: Entry, act: ActMention) -> bool:
    """Whether nothing that the text tells contradicts the entry."""
    if act.type == "law" and entry.type != "law":
        return False
    if act.type == "decree-force-of-law" and entry.date > _LAST_DECREE:
        return False
    if act.date and act.date != entry.date:
        return False
    return not act.number or _same_number(entry.number, act.number)


def _edition(editions: list[Entry], own: set[str], period: str, dated: bool) -> Entry | None:
    """The text itself, else the last in force at that time, else the last adopted by then."""
    itself = next((e for e in editions if e.date in own), None)
    if itself or not editions:
        return itself
    adopted = [e for e in editions if e.date <= period]
    in_force = [e for e in adopted if e.valid_from <= period]
    if in_force or adopted:
        return (in_force or adopted)[-1]
    return None if dated else editions[-1]


def _same_number(known: str, told: str) -> bool:
    """Whether the digits agree; the roman numeral of the parliament is often left out."""
    one, other = _DIGITS.match(known), _DIGITS.match(told)
    return bool(one and other and one.group() == other.group())
