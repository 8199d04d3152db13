"""Kazakh numbers: digits, words, ordinals, dates. Patterns for the rules, and their values."""

import re
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
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
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

_PLAIN = str.maketrans("қңүұәө", "кнууао")
"""Letters that old texts lack: `қантар`, `кыркуйек`."""
_MONTH_OF = {name.translate(_PLAIN): number for name, number in MONTHS.items()}
_MONTH = "|".join(
    "".join({"қ": "[қк]", "ң": "[ңн]", "ү": "[үу]", "ә": "[әа]"}.get(c, c) for c in name)
    for name in MONTHS
)

_ONES = re.compile("[iі]")
_WORD = "|".join(sorted([*UNITS, *SCALES], key=len, reverse=True))
WORDS = rf"(?:{_WORD})(?: (?:{_WORD}|{HALF})){{0,15}}"
DIGITS = r"\d{1,3}(?:[  ]\d{3}){1,6}(?:,\d{1,9})?|\d{1,15}(?!\d)(?:,\d{1,9})?"
CARDINAL = rf"(?:{DIGITS}|{WORDS})"
NUMBER = rf"(?<![\w-]){CARDINAL}"
"""A cardinal, without an ending: `18`, `1 000`, `он сегіз`; CARDINAL may follow a hyphen."""
ABLATIVE = r"(?:[- ]?(?:дан|ден|тан|тен|нан|нен))"
DATIVE = r"(?:-?(?:ға|ге|қа|ке|на|не))"
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
ORDINAL = rf"(?:(?:{_WORD}) ){{0,3}}(?:{_ORDINAL})"
"""An ordinal in words: `үшінші`, `жиырма бірінші`."""
DATE = re.compile(
    r"(?P<y>\d{4}) ?(?:жылғы|жылдың|ж\.) ?[«\"“]?(?P<d>\d{1,2}|[iі]{1,2})[»\"”]?[ -]"
    rf"(?P<m>{_MONTH})(?P<end>[а-яәғқңөұүһі]*)"
    rf"|(?P<y4>\d{{4}})(?: (?:жылғы|жылдың|ж\.))? (?P<m4>{_MONTH})[нтд][ыі]ң "
    r"(?P<d4>\d{1,2})(?!\d)(?:-[а-яәғқңөұүһі]+)?"
    r"|(?P<y2>\d{4})\.(?P<m2>\d{2})\.(?P<d2>\d{2})(?!\d)"
    r"|(?P<d3>\d{2})(?<![\d.]\d\d)\.(?P<m3>\d{2})\.(?P<y3>\d{4})(?!\d)"
    r"|(?P<y5>\d{4}) ?(?:жылғы|ж\.) ?(?P<d5>\d{1,2})\.(?P<m5>\d{2})(?!\.?\d)"
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


def roman(numeral: str) -> int:
    """Value of a roman numeral in small letters: `iii` is 3, `iv` is 4. Raises KeyError."""
    digits = [_ROMAN[letter] for letter in numeral]
    following = [*digits[1:], 0]
    return sum(-d if d < after else d for d, after in zip(digits, following, strict=True))


def iso_date(match: re.Match[str]) -> str | None:
    """ISO date of a DATE match, or None where the numbers are no date."""
    year = match["y"] or match["y2"] or match["y3"] or match["y4"] or match["y5"]
    day = match["d"] or match["d2"] or match["d3"] or match["d4"] or match["d5"]
    name, figures = match["m"] or match["m4"], match["m2"] or match["m3"] or match["m5"]
    month = _MONTH_OF[name.translate(_PLAIN)] if name else int(figures)
    day = _ONES.sub("1", day)  # `1996 жылғы II қарашадағы`, typed on a machine without figures
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None
