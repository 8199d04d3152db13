"""Lists of numbers with the noun of a unit: `28 және 29-баптарына`, `2), 4) тармақшалары`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.context import Context
from graph.linking.slugs import transliterate
from graph.text.numerals import ORDINAL, ordinal, roman

_CASE = (
    "(?:н[ыі]ң|[дт][ыі]ң|[ғгқк][ае]|н[ае]|[дт][ыі]|н[ыі]?|н?[дт][ае](?:н|ғы|гі)?|н[ае]н|[мбп]ен)?"
)
_UNITS = {
    "article": rf"(?:ба(?:птар(?:ы)?|п|бы)|статья(?:лар(?:ы)?|сы)?){_CASE}|б\.(?= қараңыз)",
    "subclause": rf"тармақша(?:лар(?:ы)?|сы)?{_CASE}",
    "clause": rf"тарма(?:қтар(?:ы)?|қ|ғы){_CASE}",
    "part": rf"бөлі(?:ктер(?:і)?|к|гі){_CASE}",
    "indent": rf"абзац(?:тар(?:ы)?|ы)?{_CASE}",
    "chapter": rf"тарау(?:лар(?:ы)?|ы)?{_CASE}",
    "section": rf"бөлім(?:дер(?:і)?|і)?{_CASE}",
    "paragraph": rf"параграф(?:тар(?:ы)?|ы)?{_CASE}",
}
_UNIT = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _UNITS.items())
_ARABIC = ("clause", "part", "indent")
"""Units that have no roman numbers themselves: `76-баптың III бөлігі` is part 3."""
_MOST_ELEMENTS = 80
_DIGITS = r"\d{1,9}+(?!\d)"
_GLOSS = r"(?: \([^()\n]{2,200}\))?"
"""What an article is about, in a list: `63 (бандитизм), 76 (ұрлық)`."""
_TH = "(?:[ыі]?нш[ыі]|ш[ыі])"
"""The ending of an ordinal in figures: `17-ші бабына`."""
_ELEMENT = (
    rf"(?:{_DIGITS}(?:-{_DIGITS})*+(?:-?{_TH})?(?:\)|{_GLOSS})|[ivxlc]+|{ORDINAL}"
    r"|[«\"]?[а-яәғқңөұүһі][»\"]?\)|[«\"][а-яәғқңөұүһі][»\"])"
)
_SEPARATOR = (
    r"(?:, |,(?=\d)| және | мен | не | немесе |, сондай-ақ | ?[–—-] ?|(?<=\)) (?=\d+(?:-\d+)?\)))"
)
_LEVEL = re.compile(
    rf"(?<![\w-])(?P<list>{_ELEMENT}(?:{_SEPARATOR}{_ELEMENT}){{0,{_MOST_ELEMENTS}}}+)"
    rf"(?:(?:-|\s| - )(?:{_UNIT})(?![а-яәғқңөұүһі-]))?"
)
"""A list of numbers, and the noun of a unit if one follows."""
_ORDINAL_END = re.compile(rf"(?<=\d)-?{_TH}$")
_ISSUE = re.compile(r"(?<!\w)(?:№|n) $")
_FIRST = re.compile(r"[^\s,;(]+")
THIS = re.compile(rf"(?<![\w-])осы (?:{_UNIT})(?![а-яәғқңөұүһі-])")
_ELEMENTS = re.compile(_ELEMENT)
_PLURAL = re.compile(r"[пқкцф]т[ае]р|л[ае]р|мдер")


@dataclass(frozen=True)
class Level:
    """Numbers of units of one kind, at `start:end`."""

    start: int
    end: int
    kind: str
    numbers: tuple[tuple[str, int], ...]
    """(number, end of the words up to it); the last one ends with the noun."""


def levels(context: Context) -> Iterator[Level]:
    """Every list of numbers with the noun of a unit, headings of the text itself left out."""
    headed = [unit for unit in context.structure.units if unit.kind != "indent"]
    own = {unit.start for unit in headed} | {unit.label[0] for unit in headed}
    for match in _lists(context.low):
        if match.start() in own or _issue(context.low, match.start()):
            continue
        kind = match.lastgroup or ""
        noun = match[kind]
        numbers: list[tuple[str, int]] = []
        elements = list(_ELEMENTS.finditer(match["list"]))
        closing = any(e.group()[-1] in ')"»' for e in elements)
        if closing and kind == "clause":  # `1) және 2) тармақтары`: subclauses by their notation
            kind = "subclause"
        for k, element in enumerate(elements):
            before = match["list"][elements[k - 1].end() : element.start()] if k else ""
            raw = element.group()
            for number in _numbers(
                raw, kind, plural=bool(_PLURAL.search(noun)), last=k == len(elements) - 1
            ):
                if before.strip() in ("-", "–", "—") and numbers:
                    numbers += [
                        (n, match.start("list") + element.end())
                        for n in _between(numbers[-1][0], number)
                    ]
                numbers.append((number, match.start("list") + element.end()))
        if not numbers:
            continue
        numbers[-1] = (numbers[-1][0], match.end())
        yield Level(match.start(), match.end(), kind, tuple(numbers))


def _issue(low: str, at: int) -> bool:
    """Whether a list is the issue and item of a gazette: `1995 ж., N 16, 182-бап`."""
    return _ISSUE.search(low, max(0, at - 3), at) is not None


def _lists(low: str) -> Iterator[re.Match[str]]:
    """The lists with the noun of a unit. Where none follows, none follows the rest of the list."""
    at = 0
    while match := _LEVEL.search(low, at):
        at = match.end()
        if match.lastgroup != "list":
            yield match
        elif "(" in match["list"]:  # what explains a number may name a provision
            first = _FIRST.match(low, match.start())
            at = first.end() if first else at


def _numbers(raw: str, kind: str, *, plural: bool, last: bool) -> list[str]:
    """The numbers of one element: `1-4` before a plural noun is a range, else one number."""
    bare = _ORDINAL_END.sub("", raw.partition(" (")[0].strip('«»")'))
    if bare[0].isdigit():
        low, _, high = bare.rpartition("-")
        gap = int(high) - int(low) if low.isdigit() else 0
        if plural and 0 < gap < 200 and (last or gap > 2):  # `5-2` may be a clause of its own
            return [str(n) for n in range(int(low), int(high) + 1)]
        return [bare]
    if re.fullmatch("[ivxlc]+", bare):
        return [str(roman(bare)) if kind in _ARABIC else bare.upper()]
    if len(bare) == 1:
        return [transliterate(bare)]
    return [str(ordinal(bare))]


def _between(low: str, high: str) -> list[str]:
    """The whole numbers strictly between two."""
    if low.isdigit() and high.isdigit() and int(low) < int(high) < int(low) + 200:
        return [str(n) for n in range(int(low) + 1, int(high))]
    return []
