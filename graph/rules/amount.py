"""Amounts with a unit: terms, monthly calculation indices (АЕК), tenge, percent; old roubles."""

import re
from dataclasses import dataclass, replace

from graph.model import PenaltyMention
from graph.text.numerals import ABLATIVE, DATIVE, NUMBER, value

_UNITS = {"жыл": "year", "ай": "month", "тәулік": "day", "күн": "day", "сағат": "hour"}
_TIME = r"(?:жыл|ай|тәулік|күн|сағат)"
_MCI = r"(?:айлық есептік көрсеткіш[а-яәғқңөұүһі]*|аек(?:-?[а-яәғқңөұүһі]+)?)"
_OF_MCI = r"(?:айлық есептік көрсеткіштің|аек-тің)"
_PERCENT = r"(?:пайыз|процент)"
_LO, _HI = rf"(?P<lo>{NUMBER})", rf"(?P<hi>{NUMBER})"
_UP_TO = rf"{DATIVE} дейін(?:гі)?"
_FROM_MCI = rf"{_LO}(?:{ABLATIVE}| айлық есептік көрсеткіштен) (?:бастап )?{_HI}"
_TO_MCI = r"(?:айлық есептік көрсеткішке|аек-ке) дейін"
_SHARE = rf"(?P<share>{NUMBER}){ABLATIVE} бір(?: бөлігі|і)"
"""A fraction: `екіден бірі`, `үштен бір бөлігі`."""
_OF_PERCENT = rf"{_PERCENT}[ыі]?н?"


def _money(unit: str, word: str) -> tuple[tuple[str, str], ...]:
    """Patterns of sums; the roubles of old acts have no unit of their own."""
    return (
        (unit, rf"{_LO}(?:{ABLATIVE}| {word}[дн][ае]н) {_HI} {word}[ғг][ае] дейін"),
        (unit, rf"{_HI} {word}[ғг][ае] дейін"),
        (unit, rf"{_LO} {word}(?!а)"),
    )


AMOUNTS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "time",
            rf"{_LO}(?:{ABLATIVE}| (?P<u1>{_TIME}){ABLATIVE}) (?:бастап )?"
            rf"{_HI} (?P<u2>{_TIME}){DATIVE} дейін",
        ),
        ("time", rf"{_HI} (?P<u2>{_TIME}){DATIVE} дейін"),
        ("time", rf"{_LO} (?P<u2>{_TIME}){DATIVE}?(?![а-яәғқңөұүһі])(?! дейін)"),
        ("mci", rf"{_OF_MCI} {_SHARE}(?:нен|ден) {_HI} айлық есептік көрсеткішке дейін"),
        ("mci", rf"{_OF_MCI} {_SHARE}(?P<limit>не дейін(?:гі)?)?"),
        ("mci", rf"{_OF_MCI} {_LO}{ABLATIVE} (?:бастап )?{_HI}{_UP_TO}"),
        ("mci", rf"{_OF_MCI} {_HI}{_UP_TO}"),
        ("mci", rf"{_FROM_MCI}{_UP_TO} (?:мөлшерде(?:гі)? )?{_MCI}"),
        ("mci", rf"{_FROM_MCI} {_TO_MCI}"),
        ("mci", rf"{_HI}(?:{_UP_TO}(?: мөлшерде(?:гі)?)? {_MCI}| {_TO_MCI})"),
        ("mci", rf"{_LO} {_MCI}"),
        *_money("tenge", "теңге"),
        *_money("", "(?:сом|рубль)"),
        (
            "percent",
            rf"{_LO}(?:{ABLATIVE}| {_OF_PERCENT}{ABLATIVE}) {_HI} {_OF_PERCENT}{DATIVE} дейін",
        ),
        ("percent", rf"{_HI} {_OF_PERCENT}{DATIVE} дейін"),
        ("percent", rf"{_LO} {_PERCENT}[а-яәғқңөұүһі]*"),
    )
)
"""Units and patterns of amounts (`lo`, `hi`); of overlapping readings the first counts."""

_SAME = re.compile(r"(?:дәл |нақ )?(?:сол|осы|сондай) (?P<what>мерзім|мөлшер)[а-яәғқңөұүһі]*")


@dataclass(frozen=True)
class Amount:
    """A number or a range with its unit, at `start:end`."""

    start: int
    end: int
    least: float | None
    most: float | None
    unit: str
    """Code of kzc:amountUnit."""

    @property
    def term(self) -> bool:
        """Whether it is a length of time."""
        return self.unit in ("year", "month", "day", "hour")


def find_amounts(low: str, start: int, end: int) -> list[Amount]:
    """All amounts in a range; of overlapping readings the first that matched."""
    found: list[Amount] = []
    taken = bytearray(end - start)
    """By code point of the range: whether an amount stands there."""
    for name, pattern in AMOUNTS:
        for match in pattern.finditer(low, start, end):
            first, last = match.start() - start, match.end() - start
            if 1 in taken[first:last]:
                continue
            taken[first:last] = b"\1" * (last - first)
            groups = match.groupdict()
            least = value(groups["lo"]) if groups.get("lo") else None
            most = value(groups["hi"]) if groups.get("hi") else None
            if groups.get("share"):
                least = round(1 / value(groups["share"]), 2)
                most = least if most is None else most
                least = None if groups.get("limit") else least
            unit = name
            if name == "time":
                unit = _UNITS[groups["u2"]]
                lesser = groups.get("u1")
                if lesser and least is not None and most is not None and _UNITS[lesser] != unit:
                    least, most, unit = _smaller(least, _UNITS[lesser], most, unit)
            if "hi" not in match.re.groupindex and not groups.get("share"):
                most = least
            found.append(Amount(match.start(), match.end(), least, most, unit))
    return sorted(found, key=lambda a: a.start)


def _smaller(least: float, first: str, most: float, second: str) -> tuple[float, float, str]:
    """Both bounds in the smaller unit: `6 айдан 3 жылға` is 6 to 36 months."""
    per_year = {"year": 1, "month": 12, "day": 365}
    if first not in per_year or second not in per_year:
        return least, most, second
    return least, most * per_year[first] / per_year[second], first


def same_amount(low: str, start: int, end: int, last: dict[bool, Amount]) -> Amount | None:
    """`сол мерзімге`, `дәл сол мөлшерде`: the amount named before."""
    match = _SAME.search(low, start, end)
    if not match:
        return None
    return last.get(match["what"] == "мерзім")


def with_amount(base: PenaltyMention, amount: Amount | None) -> PenaltyMention:
    """The sanction with its amount."""
    if amount is None:
        return base
    return replace(base, min=amount.least, max=amount.most, unit=amount.unit)
