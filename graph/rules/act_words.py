"""The words that acts are named with: nouns of kinds, numbers, dates, issuers."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from graph.context import Context
from graph.model import BodyMention
from graph.text.morphology import CASES, PLURALS, POSSESSIVES
from graph.text.numerals import DATE, iso_date

HEADS = {
    "заң": "law",
    "кодекс": "code",
    "жарлық": "decree",
    "указ": "decree",
    "қаулы": "resolution",
    "бұйрық": "order",
    "өкім": "order",
    "шешім": "decision",
    "жолдау": "address",
    "конституция": "constitution",
    "декларация": "declaration",
    "баяндама": "report",
    "қағида": "rules",
    "ереже": "rules",
    "нұсқаулық": "rules",
    "әдістеме": "rules",
    "регламент": "rules",
    "жарғы": "rules",
    "конвенция": "treaty",
    "хаттама": "treaty",
    "хартия": "treaty",
    "пакт": "treaty",
    "келісім": "treaty",
    "шарт": "treaty",
}
"""Nouns that name a kind of act, and its code of kzc:docType."""


_AFTER_CONSONANTS = ("т", "ды", "ді", "қ", "к")
"""Beginnings of the endings that no vowel stands before."""


def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for noun in HEADS:
        softened = noun[:-1] + {"қ": "ғ", "к": "г"}.get(noun[-1], noun[-1])
        for stem, plurals in ((noun, ["", *PLURALS]), (softened, [""])):
            for plural in plurals:
                for owner in ("", *POSSESSIVES):
                    vowel = not plural and not owner and noun[-1] in "аеыі"
                    for case in ("", *CASES):
                        if vowel and case.startswith(_AFTER_CONSONANTS):
                            continue  # `қағидаты` is a principle, not a rule
                        forms[stem + plural + owner + case] = noun
    return forms


FORMS = _forms()
"""Every inflected form of a head noun to the noun."""
NUMBER = re.compile(
    r"(?<![a-zа-яәғқңөұүһі])(?:№|nо|no|n ?№|n|n°)\s?"
    r"((?:қр\s)?[а-яәғқңөұүһіa-z]{0,4}-?\d[\w/.-]*?)(?=[\s,;:)\"»]|\.?(?:\s|$))(\s?(?:қрз|қбпү?|дсп|нқ)(?!\w))?"
)
"""`N 345-II`, `№ ҚР ДСМ-32/2020`, `N 74-III ҚРЗ`: group 1 is the number."""
UNOWNED = re.compile(
    r"\s?(?:заң|кодекс|жарлық|қаулы|бұйрық|шешім)"
    r"(?:[мбп]ен|[дт][ае]н?|[ғгқк][ае]|[дт][ыі]|[ндт][ыі]ң)?(?!\w)"
)
"""A kind without the ending that a country before it asks for: `... бюджет туралы заңмен`."""
OTHER_STATE = re.compile(
    r"(?:[А-ЯӘҒҚҢӨҰҮҺІ][\w-]+ ){1,3}(?:Республикасы|Федерациясы|Корольдігі|Штаттары)"
    r"(?:(?:ның|нің)? Үкіметі)? (?:мен|және) $"
)
"""The State that a treaty names before Kazakhstan."""
_PARENTHESIS = re.compile(r"\s?\(([^()]{4,80})\)")
_OF_REGISTRATION = re.compile(r"[^,]*тірке[лум]")
"""After the day of a registration: `(2014 жылғы 20 желтоқсанда № 9934 болып тіркелген)`."""
_BRACKET = re.compile(r"[()\n]")
OFFICE = r"(?:төра(?:ғасының|йымының)|бас(?:тығының|шысының|қарушысының)|директорының)"
"""Who signs for the body that issues an act: `агенттігі төрағасының 2009 жылғы ... бұйрығы`."""


def number_of(context: Context, match: re.Match[str], at: int = 0) -> str:
    """The number of a NUMBER match as it is written; `at`: where the searched text begins."""
    start, end = match.span(1)
    return context.text[at + start : at + end].strip(" .-/")


def dated_parenthesis(context: Context, at: int) -> tuple[str, str, int] | None:
    """Date, number and end of brackets: `(2005 жылғы 8 шілдедегі N 74-III ҚРЗ)`.

    The number may lack, then it is empty.
    """
    match = _PARENTHESIS.match(context.low, at)
    if not match:
        return None
    inside = match.group(1)
    date, number = DATE.match(inside), NUMBER.search(inside)
    iso = iso_date(date) if date else None
    if not date or not iso or not (number or not inside[date.end() :].strip()):
        return None
    if _OF_REGISTRATION.match(inside, date.end()):
        return None
    return iso, number_of(context, number, match.start(1)) if number else "", match.end()


def parentheses(low: str) -> dict[int, int]:
    """Closing parentheses to the opening ones, within a block."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for match in _BRACKET.finditer(low):
        if match.group() == "(":
            stack.append(match.start())
        elif match.group() == "\n":
            stack.clear()
        elif stack:
            pairs[match.start()] = stack.pop()
    return pairs


@dataclass(frozen=True)
class Mark:
    """A date or a number: range and value."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Marks:
    """Dates, numbers and issuers of a text, to be found by where they end."""

    dates: dict[int, Mark]
    numbers: dict[int, Mark]
    bodies: dict[int, BodyMention]
    """By end; of several the longest."""
    _dates: list[Mark]
    numbers_in_order: list[Mark]
    _body_ends: list[int]

    def bodies_in(self, start: int, end: int) -> list[BodyMention]:
        """Bodies inside a range, in order of their start."""
        first, last = bisect_right(self._body_ends, start), bisect_right(self._body_ends, end)
        found = [self.bodies[at] for at in self._body_ends[first:last]]
        return sorted((b for b in found if b.start >= start), key=lambda body: body.start)

    def dates_in(self, start: int, end: int) -> list[Mark]:
        """Dates inside a range, in order."""
        return _inside(self._dates, start, end)

    def numbers_in(self, start: int, end: int) -> list[Mark]:
        """Numbers inside a range, in order."""
        return _inside(self.numbers_in_order, start, end)


def marks(context: Context, bodies: list[BodyMention]) -> Marks:
    """Find all marks of a text."""
    dates = [Mark(*date) for date in context.dates]
    numbers = [
        Mark(match.start(), match.end(), number_of(context, match))
        for match in context.matches(NUMBER, lambda word: word[0] in "№n")
    ]
    by_end: dict[int, BodyMention] = {}
    for body in bodies:
        known = by_end.get(body.end)
        if not body.more and (known is None or body.start < known.start):
            by_end[body.end] = body
    dated, numbered = ({mark.end: mark for mark in found} for found in (dates, numbers))
    return Marks(dated, numbered, by_end, dates, numbers, sorted(by_end))


def _inside(found: list[Mark], start: int, end: int) -> list[Mark]:
    first = bisect_left(found, start, key=lambda mark: mark.start)
    last = bisect_left(found, end, key=lambda mark: mark.start)
    return [mark for mark in found[first:last] if mark.end <= end]
