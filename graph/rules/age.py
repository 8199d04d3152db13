"""Ages: bounds in whole years, in digits or words.

    18 жасқа толмаған, жасы он сегізге дейінгі      under 18
    18 жастан бастап, 18 жасқа толған               from 18
    18-ден 27 жасқа дейінгі                         from 18, under 27
Numbers that count years of something else (терм, мерзім) carry no `жас` and are left alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graph.context import Context
from graph.model import AgeMention
from graph.text.numerals import ABLATIVE, CARDINAL, DATIVE, NUMBER, value

_TO = rf"{DATIVE}"
_FROM = rf"{ABLATIVE}"
_UNTIL = r"(?:дейін(?:гі)?|толғанға дейін(?:гі)?|толғанша)"
_NOT_YET = rf"(?:әлі )?(?:толмаған|толмай|жетпеген|{_UNTIL})"
_REACHED = r"(?:толған|жеткен|толып|толуы)"
_BELOW = r"(?:кіші|төмен|кем)(?! емес| болма)"
_NOT_BELOW = r"(?:кіші|төмен|кем) (?:емес|болма[а-яәғқңөұүһі]*)"
_ABOVE = r"(?:асқан|асатын|(?:жоғары|үлкен)(?! емес))"
_NOT_ABOVE = r"(?:аспа(?:ған|йтын|уға|уы)|(?:көп|артық|үлкен|жоғары) емес)"
_AND_ABOVE = r"және (?:одан|онан|ол жастан) (?:үлкен|жоғары|асқан|ересек)"
_AND_OTHERS = r"(?:,| және| немесе| не) [^.;\n]{0,60}? жасқа "
_PERSON = (
    r"(?=(?: [а-яәғқңөұүһі]+)? (?:адам|бала|азамат|тұлға|жасөспірім|кәмелет|қыз|ұл|ер|әйел|еркек))"
)


@dataclass(frozen=True)
class _Pattern:
    name: str
    regex: re.Pattern[str]
    bounds: Callable[
        [float | None, float | None], tuple[float | None, bool | None, float | None, bool | None]
    ]


def _range(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return low, True, high, False


def _closed(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return low, True, high, True


def _under(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return None, None, low, False


def _at_most(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return None, None, low, True


def _from(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return low, True, None, None


def _over(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return low, False, None, None


def _exactly(
    low: float | None, high: float | None
) -> tuple[float | None, bool | None, float | None, bool | None]:
    return low, True, low, True


_IN_WORDS = r"(?: \([^()\n]{2,40}\))?"
_LOW, _HIGH = rf"(?P<low>{NUMBER}){_IN_WORDS}", rf"(?P<high>{CARDINAL}){_IN_WORDS}"
PATTERNS = tuple(
    _Pattern(name, re.compile(regex), bounds)
    for name, regex, bounds in (
        (
            "age-range",
            rf"{_LOW}(?:{_FROM}| жастан) (?:бастап )?{_HIGH} жасқа (?:толмаған|{_UNTIL})",
            _range,
        ),
        ("age-range", rf"жасы {_LOW}{_FROM} {_HIGH}{_TO} (?:толмаған|{_UNTIL})", _range),
        ("age-range", rf"{_LOW}{_FROM} {_HIGH}{_TO} дейінгі жас(?:тағы|та)", _range),
        ("age-range", rf"{_LOW} ?[-–] ?{_HIGH} жасқа {_UNTIL}", _range),
        (
            "age-range",
            rf"{_LOW} ?(?:-|–|пен|мен|бен) ?{_HIGH} "
            r"жас(?:тағы|\s(?:аралығында(?:ғы)?|арасында(?:ғы)?))",
            _closed,
        ),
        (
            "age-range",
            rf"{_LOW} жастан (?:бастап )?{_HIGH} жасты қоса алған(?:да|ға дейін(?:гі)?)",
            _closed,
        ),
        (
            "age-range",
            rf"{_LOW} жастан {_NOT_BELOW}(?: және|,| бірақ) {_HIGH} жастан {_NOT_ABOVE}",
            _closed,
        ),
        (
            "age-range",
            rf"{_HIGH} жасқа {_NOT_YET}(?:, бірақ| және|,) (?P<low>{NUMBER}) жастан {_NOT_BELOW}",
            _range,
        ),
        (
            "age-range",
            rf"кемінде {_LOW} жастағы(?: және|,| бірақ) {_HIGH} жастан {_NOT_ABOVE}",
            _closed,
        ),
        ("age-from", rf"{_LOW} жасты(?= құра)", _from),
        ("age-under", rf"{_LOW} жасқа{_IN_WORDS} {_NOT_YET}", _under),
        ("age-under", rf"жасы {_LOW}(?: жасқа|{_TO}) {_NOT_YET}", _under),
        ("age-under", rf"{_LOW} жасқа(?={_AND_OTHERS}{_NOT_YET})", _under),
        ("age-under", rf"{_LOW}{_TO} (?:толмаған|жетпеген){_PERSON}", _under),
        ("age-under", rf"{_LOW}{_TO} дейінгі жас(?:тағы|та)", _under),
        ("age-under", rf"{_LOW} жастан {_BELOW}", _under),
        ("age-under", rf"жасы {_LOW}{_FROM} {_BELOW}", _under),
        ("age-at-most", rf"{_LOW} жасты қоса алған(?:да|ға дейін(?:гі)?)", _at_most),
        ("age-at-most", rf"{_LOW} жастан {_NOT_ABOVE}", _at_most),
        ("age-at-most", rf"жасы {_LOW}{_FROM} {_NOT_ABOVE}", _at_most),
        (
            "age-from",
            rf"(?:тек )?{_LOW} жастан бастап(?: {_AND_ABOVE}(?: жастағы)?)?",
            _from,
        ),
        ("age-from", rf"{_LOW} жастан {_NOT_BELOW}", _from),
        ("age-from", rf"жасы {_LOW}{_FROM} {_NOT_BELOW}", _from),
        ("age-from", rf"{_LOW} жас(?:тағы)? {_AND_ABOVE}(?: жастағы)?", _from),
        ("age-from", rf"жасы {_LOW} {_AND_ABOVE}", _from),
        ("age-from", rf"{_LOW}(?:{_TO} толған)? {_AND_ABOVE} жастағы", _from),
        ("age-from", rf"{_LOW} жасқа{_IN_WORDS} {_REACHED}", _from),
        ("age-from", rf"жасы {_LOW}(?: жасқа|{_TO}) {_REACHED}", _from),
        ("age-from", rf"{_LOW}{_TO} толған{_PERSON}", _from),
        ("age-from", rf"{_LOW} жасқа(?={_AND_OTHERS}{_REACHED})", _from),
        ("age-from", rf"кемінде {_LOW} жас(?:тағы|та)", _from),
        ("age-from", rf"{_LOW} жас(?:пен)?(?= (?:болып )?белгілен)", _from),
        ("age-stated", rf"(?:жасы )?[-–] {_LOW} жас(?![а-яәғқңөұүһі])", _from),
        ("age-over", rf"{_LOW} жастан {_ABOVE}", _over),
        ("age-over", rf"жасы {_LOW}{_FROM} (?:{CARDINAL} ай )?{_ABOVE}", _over),
        ("age-exact", rf"{_LOW} жас(?:та(?:ғы)?|ында(?:ғы)?|ар)(?![а-яәғқңөұүһі])", _exactly),
    )
)
_LIMIT = "шекті жас"
_ABOVE_LIST = 1500
"""Code points before an age in a list in which its lead may stand."""
_AROUND = 1000
"""Code points before and after an age in which the words stand that tell what it is for."""
_ANY = re.compile(r"жас(?:қа|тан|та(?:ғы)?|ты|ы|ында(?:ғы)?|ар|)\b|(?:толмаған|жетпеген|толған) ")

# What the age is a bound for, by words nearby: the first that stands in the clause decides.
CONTEXTS = (
    ("direct-participation", re.compile(r"соғыс (?:іс-)?қимыл\S* (?:тікелей )?қатыс")),
    ("armed-group", re.compile(r"қарулы топ")),
    (
        "voluntary-recruitment",
        re.compile(r"ерікті түрде (?:шақыр|қабылда)|ерікті түрде .{0,30}шақыр"),
    ),
    ("special-protection", re.compile(r"ерекше қорғал")),
    ("employment", re.compile(r"жұмысқа (?:тарт|қабылда|орналас)|жалдау|еңбек шарт")),
    (
        "military-school",
        re.compile(r"қарулы күш\S* бақылау.{0,120}оқи|әскери.{0,40}оқу орн\S* (?:қабылда|түс)"),
    ),
    (
        "compulsory-recruitment",
        re.compile(
            r"(?:міндетті түрде |мерзімді |әскери |армия\S* ).{0,60}шақыр|шақыр\S* жатады"
            r"|қатарына.{0,40}шақыр"
        ),
    ),
)


def find(context: Context) -> list[AgeMention]:
    """All ages, in order of their start; of overlapping readings the longest."""
    spots = list(_windows(context))
    found = [mention for low, high in spots for mention in _in_window(context, low, high)]
    found.sort(key=lambda m: (m.start, m.start - m.end))
    kept: list[AgeMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _windows(context: Context) -> Iterator[tuple[int, int]]:
    """Stretches around the word `жас`: only there can an age stand."""
    begin, end = -1, -1
    for match in context.matches(_ANY, lambda word: word.startswith(("жас", "тол", "жет"))):
        first, last = max(0, match.start() - 70), match.end() + 40
        if begin >= 0 and first <= end:
            end = last
            continue
        if begin >= 0:
            yield begin, end
        begin, end = first, last
    if begin >= 0:
        yield begin, end


def _in_window(context: Context, low: int, high: int) -> Iterator[AgeMention]:
    taken = bytearray(high - low)
    """By code point of the window: whether an age stands there."""
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(context.low, low, high):
            start, end = match.start(), match.start() + len(match.group().rstrip())
            if 1 in taken[start - low : end - low]:
                continue
            groups = match.groupdict()
            numbers = [value(groups[k]) if groups.get(k) else None for k in ("low", "high")]
            least, least_in, most, most_in = pattern.bounds(*numbers)
            stated = pattern.name == "age-stated"
            limit = stated and _LIMIT in context.low[max(0, start - _ABOVE_LIST) : start]
            if limit:  # `шекті жас: ... сержанттарға – қырық бес жас`
                least, least_in, most, most_in = None, None, least, True
            if any(n is not None and (n > 120 or n != int(n)) for n in (least, most)):
                continue
            if least is not None and most is not None and least > most:
                continue  # a slip of the text: no age is both
            taken[start - low : end - low] = b"\1" * (end - start)
            yield AgeMention(
                start,
                end,
                pattern.name,
                min=None if least is None else int(least),
                min_inclusive=least_in,
                max=None if most is None else int(most),
                max_inclusive=most_in,
                context=_purpose(context, start, end),
            )


def _purpose(context: Context, start: int, end: int) -> str:
    """The code of kzc:ageContext: by the nearest telling words in the sentence."""
    first, last = context.sentence(start)
    first, last = max(first, start - _AROUND), min(last, end + _AROUND)
    low = context.low[first:last]
    best: tuple[int, int, str] | None = None
    for order, (code, pattern) in enumerate(CONTEXTS):
        for match in pattern.finditer(low):
            at = first + match.start()
            distance = at - end if at >= end else (start - at) * 2
            if best is None or (distance, order) < best[:2]:
                best = (distance, order, code)
    return best[2] if best else "other"
