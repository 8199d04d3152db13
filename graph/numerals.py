"""Kazakh numbers: digits, words, ordinals, dates, amounts with a unit. Patterns for the rules, and
their values."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

UNITS = {
    "нөл": 0,
    "бір": 1,
    "екі": 2,
    "үш": 3,
    "төрт": 4,
    "бес": 5,
    "алты": 6,
    "жеті": 7,
    "сегіз": 8,
    "тоғыз": 9,
    "он": 10,
    "жиырма": 20,
    "отыз": 30,
    "қырық": 40,
    "елу": 50,
    "алпыс": 60,
    "жетпіс": 70,
    "сексен": 80,
    "тоқсан": 90,
}
SCALES = {"жүз": 100, "мың": 1_000, "миллион": 1_000_000, "миллиард": 1_000_000_000}
HALF = "жарым"
"""A half after a whole number: `бір жарым жыл`."""
ORDINALS = {
    "бірінші": 1,
    "екінші": 2,
    "үшінші": 3,
    "төртінші": 4,
    "бесінші": 5,
    "алтыншы": 6,
    "жетінші": 7,
    "сегізінші": 8,
    "тоғызыншы": 9,
    "оныншы": 10,
    "жиырмасыншы": 20,
    "отызыншы": 30,
    "қырқыншы": 40,
    "елуінші": 50,
    "алпысыншы": 60,
    "жетпісінші": 70,
    "сексенінші": 80,
    "тоқсаныншы": 90,
    "жүзінші": 100,
}
MONTHS = {
    "қаңтар": 1,
    "ақпан": 2,
    "наурыз": 3,
    "сәуір": 4,
    "мамыр": 5,
    "маусым": 6,
    "шілде": 7,
    "тамыз": 8,
    "қыркүйек": 9,
    "қазан": 10,
    "қараша": 11,
    "желтоқсан": 12,
}

_WORD = "|".join(sorted([*UNITS, *SCALES], key=len, reverse=True))
WORDS = rf"(?:{_WORD})(?: (?:{_WORD}|{HALF}))*"
DIGITS = r"\d{1,3}(?:[  ]\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
CARDINAL = rf"(?:{DIGITS}|{WORDS})"
NUMBER = rf"(?<![\w-]){CARDINAL}"
"""A cardinal, without an ending: `18`, `1 000`, `он сегіз`; CARDINAL may follow a hyphen."""
ABLATIVE = r"(?:-?(?:дан|ден|тан|тен|нан|нен))"
DATIVE = r"(?:-?(?:ға|ге|қа|ке|на|не))"
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
ORDINAL = rf"(?:(?:{_WORD}) ){{0,3}}(?:{_ORDINAL})"
"""An ordinal in words: `үшінші`, `жиырма бірінші`."""
DATE = re.compile(
    r"(?P<y>\d{4}) ?(?:жылғы|жылдың|ж\.) ?[«\"“]?(?P<d>\d{1,2})[»\"”]? "
    rf"(?P<m>{'|'.join(MONTHS)})(?P<end>[а-яәғқңөұүһі]*)"
    r"|(?P<y2>\d{4})\.(?P<m2>\d{2})\.(?P<d2>\d{2})(?!\d)"
    r"|(?<![\d.])(?P<d3>\d{2})\.(?P<m3>\d{2})\.(?P<y3>\d{4})(?!\d)"
)


@lru_cache(maxsize=4096)
def value(number: str) -> float:
    """Value of a cardinal in digits or words: `1 000` is 1000, `екі жүз елу` 250, `бір жарым` 1.5.

    Raises ValueError for anything else.
    """
    if number[:1].isdigit():
        return float(re.sub(r"[  ]", "", number).replace(",", "."))
    total = 0.0
    current = 0.0
    for word in number.split():
        if word in UNITS:
            current += UNITS[word]
        elif word == HALF:
            current += 0.5
        elif word == "жүз":
            current = (current or 1) * 100
        elif word in SCALES:
            total += (current or 1) * SCALES[word]
            current = 0
        else:
            raise ValueError(f"not a number: {number!r}")
    return total + current


def ordinal(words: str) -> int:
    """Value of an ordinal in words: `үшінші` is 3, `жиырма бірінші` is 21. Raises KeyError."""
    *tens, last = words.split()
    return int(value(" ".join(tens))) + ORDINALS[last] if tens else ORDINALS[last]


def iso_date(match: re.Match[str]) -> str | None:
    """ISO date of a DATE match, or None where the numbers are no date."""
    year = match["y"] or match["y2"] or match["y3"]
    day = match["d"] or match["d2"] or match["d3"]
    month = MONTHS[match["m"]] if match["m"] else int(match["m2"] or match["m3"])
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


_UNITS = {"жыл": "year", "ай": "month", "тәулік": "day", "күн": "day", "сағат": "hour"}
_TIME = r"(?:жыл|ай|тәулік|күн|сағат)"
_MCI = r"(?:айлық есептік көрсеткіш[а-яәғқңөұүһі]*|аек(?:-?[а-яәғқңөұүһі]+)?)"
_OF_MCI = r"(?:айлық есептік көрсеткіштің|аек-тің)"
_PERCENT = r"(?:пайыз|процент)"
_LO, _HI = rf"(?P<lo>{NUMBER})", rf"(?P<hi>{NUMBER})"
_UP_TO = rf"{DATIVE} дейін(?:гі)?"
_FROM_MCI = rf"{_LO}(?:{ABLATIVE}| айлық есептік көрсеткіштен) (?:бастап )?{_HI}"
_TO_MCI = r"(?:айлық есептік көрсеткішке|аек-ке) дейін"
_OF_PERCENT = rf"{_PERCENT}[ыі]?н?"
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
        ("mci", rf"{_OF_MCI} {_LO}{ABLATIVE} (?:бастап )?{_HI}{_UP_TO}"),
        ("mci", rf"{_OF_MCI} {_HI}{_UP_TO}"),
        ("mci", rf"{_FROM_MCI}{_UP_TO} (?:мөлшерде(?:гі)? )?{_MCI}"),
        ("mci", rf"{_FROM_MCI} {_TO_MCI}"),
        ("mci", rf"{_HI}(?:{_UP_TO}(?: мөлшерде(?:гі)?)? {_MCI}| {_TO_MCI})"),
        ("mci", rf"{_LO} {_MCI}"),
        ("tenge", rf"{_LO}(?:{ABLATIVE}| теңгеден) {_HI} теңгеге дейін"),
        ("tenge", rf"{_HI} теңгеге дейін"),
        ("tenge", rf"{_LO} теңге"),
        (
            "percent",
            rf"{_LO}(?:{ABLATIVE}| {_OF_PERCENT}{ABLATIVE}) {_HI} {_OF_PERCENT}{DATIVE} дейін",
        ),
        ("percent", rf"{_HI} {_OF_PERCENT}{DATIVE} дейін"),
        ("percent", rf"{_LO} {_PERCENT}[а-яәғқңөұүһі]*"),
    )
)
"""Units and patterns of amounts (`lo`, `hi`); of overlapping readings the first counts."""


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
    for name, pattern in AMOUNTS:
        for match in pattern.finditer(low, start, end):
            if any(match.start() < a.end and a.start < match.end() for a in found):
                continue
            groups = match.groupdict()
            least = value(groups["lo"]) if groups.get("lo") else None
            most = value(groups["hi"]) if groups.get("hi") else None
            unit = name
            if name == "time":
                unit = _UNITS[groups["u2"]]
                first = groups.get("u1")
                if first and least is not None and most is not None and _UNITS[first] != unit:
                    least, most, unit = _smaller(least, _UNITS[first], most, unit)
            if "hi" not in match.re.groupindex:
                most = least
            found.append(Amount(match.start(), match.end(), least, most, unit))
    return sorted(found, key=lambda a: a.start)


def _smaller(least: float, first: str, most: float, second: str) -> tuple[float, float, str]:
    """Both bounds in the smaller unit: `6 айдан 3 жылға` is 6 to 36 months."""
    per_year = {"year": 1, "month": 12, "day": 365}
    if first not in per_year or second not in per_year:
        return least, most, second
    return least, most * per_year[first] / per_year[second], first
