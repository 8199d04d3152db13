"""Codes of acts on adilet.zan.kz. In: addresses and pages. Out: codes, and what a code tells.

A code is a letter for the kind of act, two digits of the year, and the number padded to seven
characters and `_`, or to eight: `Z980000219_`, `K1400000226`. Codes are read, never made up.
"""

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

DOCS = "https://adilet.zan.kz/kaz/docs/"
_CODE = r"[A-Z]\d\d(?:[0-9A-Z]{7}_|[0-9A-Z]{8})"
_PATH = re.compile(rf"(?:^|/)(?:kaz|rus|eng)/docs/({_CODE})(?:/\d\d\.\d\d\.\d{{4}})?/?$")
_HOST = re.compile(r"(?:^|\.)adilet\.zan\.kz$")
_ABOUT = re.compile(rf"/(?:kaz|rus|eng)/docs/({_CODE})/(?:info|history|links|download|compare)\b")
_SAVED = re.compile(rf"adilet\.zan\.kz/(?:kaz|rus|eng)/docs/({_CODE})(?=[\s\"'#?]|$)")
_DIGITS = re.compile(r"([KZUP])(\d\d)(\d{7}_|\d{8})$")
_FIRST_YEAR = 30
"""Two-digit years from here on are of the twentieth century."""
_KINDS = {
    "K": ("code", "constitution"),
    "Z": ("law",),
    "U": ("decree", "decree-force-of-law"),
    "P": ("resolution",),
}
_WHOLE = "UP"
"""Kinds whose code holds the whole number: a law's lacks the convocation (`345-II`)."""

_CONVOCATIONS = (
    ("1996-05-01", "1999-11-30", "I"),
    ("2000-03-01", "2004-10-31", "II"),
    ("2005-01-01", "2007-07-31", "III"),
    ("2007-12-01", "2012-01-31", "IV"),
    ("2012-06-01", "2016-02-29", "V"),
    ("2016-07-01", "2020-12-31", "VI"),
    ("2021-04-01", "2023-03-31", "VII"),
    ("2023-07-01", "2026-06-30", "VIII"),
)
"""When every law had the numeral of a convocation; between them stand laws of two."""


def target(address: str, own: str = "") -> tuple[str, str] | None:
    """The (code, anchor) that an address leads to; `own` is the code of the page it stands on.

    None for every other address, the pages about an act (`/info`, `/history`) among them.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # `http://[`
        return None
    if not parts.path and not parts.netloc and not parts.scheme:
        return (own, parts.fragment) if own and parts.fragment else None
    if parts.netloc and not _HOST.search(parts.hostname or ""):
        return None
    found = _PATH.search(unquote(parts.path))
    return (found[1], unquote(parts.fragment)) if found else None


def page_code(page: str) -> str:
    """The code of the page itself, by the links to the pages about it or where it was saved."""
    about: Counter[str] = Counter(_ABOUT.findall(page.replace("%5F", "_")))
    if about:
        return max(about, key=lambda code: (about[code], code))
    saved = _SAVED.search(page[:2000])
    return saved[1] if saved else ""


@dataclass(frozen=True)
class Told:
    """What a code tells of its act."""

    types: tuple[str, ...]
    """Codes of kzc:docType."""
    year: str
    number: str
    """Its digits; empty where it is one that the site invented."""
    whole: bool
    """Whether nothing is missing from the number: a law's lacks the convocation."""


def told(code: str) -> Told | None:
    """What the code tells, for the kinds whose numbers it holds; None for all others.

    The number in a `V` code is that of the registration. Acts without a number got one that ends
    in 000 (`K950001000_`).
    """
    found = _DIGITS.match(code)
    if not found:
        return None
    kind, year, digits = found.groups()
    number = digits.rstrip("_").lstrip("0")
    if number.endswith("000"):
        number = ""
    century = "19" if int(year) >= _FIRST_YEAR else "20"
    return Told(_KINDS[kind], century + year, number, kind in _WHOLE)


def numbered(code: str, date: str) -> str:
    """The whole number of the act of a code that was adopted on a day; empty if in doubt.

    What a law's number lacks in the code is the numeral of the parliament of that day.
    """
    known = told(code)
    if not known or not known.number or known.whole:
        return known.number if known else ""
    numeral = next((n for first, last, n in _CONVOCATIONS if first <= date <= last), "")
    return f"{known.number}-{numeral}" if numeral and date[:4] == known.year else ""
