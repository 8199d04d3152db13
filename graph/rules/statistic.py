"""Counts of people that a State report tells: `4 769 бала`, `1 мың 200-ден астам оқушы`."""

import re
from dataclasses import replace

from graph.context import Context
from graph.model import BodyMention, StatisticMention
from graph.text.numerals import MONTHS, NUMBER, SCALES, UNITS, value

PERIOD = re.compile(
    rf"(?P<y>(?:19|20)\d{{2}}) жылғы (?P<m>{'|'.join(MONTHS)})|(?P<y2>(?:19|20)\d{{2}}) жылы"
)
_FIGURE = (
    r"(?<![\w,-])(?P<n>\d{1,9}(?:,\d{1,9})? (?:миллион|млн\.?|мың)"
    r"(?: \d{1,9} мың)?(?: \d{1,3}(?![\d-]))?"
    r"|\d{1,3}(?:[ \u00a0]\d{3}){1,4}|\d{1,15})(?![\d,])"
)
"""A count in figures: `15 776 492`, `4 миллион 769 мың`."""
_MORE = r"(?:-?(?:дан|ден|тан|тен|нан|нен))? (?:(?P<more>астам|артық|көп) )?"
_POPULATIONS = (
    (
        "refugees",
        "босқын",
        re.compile(rf"(?P<n>{NUMBER}) босқын(?:дар)? (?:тіркелген|тіркелді|бар)"),
    ),
    (
        "refugee-children",
        "олардың",
        re.compile(r"олардың (?P<n>\d{1,15})-?\s?[iі]?\s?-?\s?бала(?:лар)?"),
    ),
    (
        "children",
        "бала",
        re.compile(rf"{_FIGURE}{_MORE}бала(?!бақша|\w*м)\w{{0,6}}(?: (?P<past>астам))?"),
    ),
    (
        "women",
        "әйел",
        re.compile(rf"{_FIGURE}{_MORE}(?:қыз-келіншек|әйел)\w{{0,6}}(?: (?P<past>астам))?"),
    ),
    ("pupils", "оқушы", re.compile(rf"{_FIGURE}{_MORE}оқушы\w{{0,6}}(?: (?P<past>астам))?")),
    ("students", "студент", re.compile(rf"{_FIGURE}{_MORE}студент\w{{0,6}}(?: (?P<past>астам))?")),
    (
        "adolescents",
        "жасөспірім",
        re.compile(rf"{_FIGURE}{_MORE}жасөспірім\w{{0,6}}(?: (?P<past>астам))?"),
    ),
    ("persons", "адам", re.compile(rf"{_FIGURE}{_MORE}адам(?!и|г)\w{{0,6}}(?: (?P<past>астам))?")),
)
"""Code of kzc:population, a word that must be there, pattern; of overlapping ones the first."""


def _counts(word: str) -> bool:
    """Whether a count may begin with a word."""
    return word[0].isdigit() or word in _IN_WORDS


_IN_WORDS = {"олардың", *UNITS, *SCALES}
_FORUM = "форум"
_REACH = 600
"""Code points before a count of children in which the event that they came to is told."""
_AROUND = 2000
"""Code points before and after a count in which its sentence tells its period and its source."""
_ATTRIBUTED = re.compile(r"(?:деректері|мәліметтері|ақпараты) бойынша")
_SCALES = {"миллион": 1_000_000, "млн": 1_000_000, "млн.": 1_000_000, "мың": 1_000}


def find(context: Context, bodies: list[BodyMention]) -> list[StatisticMention]:
    """Counts of people, in order of their start."""
    found: list[StatisticMention] = []
    structure = context.structure
    if not structure.is_report:
        return found
    ends = {body.end: i for i, body in reversed(list(enumerate(bodies)))}
    counted = bytearray(len(context.low))
    """By code point: whether a count stands there."""
    for population, word, pattern in _POPULATIONS:
        for match in context.matches(pattern, _counts) if word in context.low else ():
            part = structure.parts[structure.part_at(match.start())]
            start, end = match.span()
            if part.type == "report" and 1 not in counted[start:end]:
                found.append(_statistic(context, ends, population, match))
                counted[start:end] = b"\1" * (end - start)
    found.sort(key=lambda s: s.start)
    for i, statistic in enumerate(found):
        if statistic.population == "refugee-children" and i:
            before = found[i - 1]
            found[i] = replace(
                statistic, subset_of=i - 1, date=statistic.date or before.date, body=before.body
            )
    return found


def _statistic(
    context: Context, ends: dict[int, int], population: str, match: re.Match[str]
) -> StatisticMention:
    """One count, with its period and who told it; `ends`: bodies by where their name ends."""
    first, last = context.sentence(match.start())
    first, last = max(first, match.start() - _AROUND), min(last, match.end() + _AROUND)
    period = PERIOD.search(context.low, first, last)
    source = None
    told = _ATTRIBUTED.search(context.low, first, match.start())
    if told:
        source = ends.get(told.start() - 1)
    groups = match.groupdict()
    more = bool(groups.get("more") or groups.get("past"))
    event = (
        population == "children" and _FORUM in context.low[max(0, match.start() - _REACH) : last]
    )
    return StatisticMention(
        match.start(),
        match.end(),
        "statistic-count",
        population="forum-participants" if event else population,
        value=_count(match["n"]),
        more_than=more,
        date=iso_period(period) if period else "",
        body=source,
        event=event,
    )


def _count(words: str) -> int:
    """The value of a count in figures or words: `4 миллион 769 мың` is 4,769,000."""
    total, number = 0.0, ""
    for word in words.replace("\u00a0", " ").split(" "):
        if word in _SCALES:
            if not number:
                return int(value(words))
            total += float(number.replace(",", ".")) * _SCALES[word]
            number = ""
        elif word[0].isdigit():
            number += word
        else:
            return int(value(words))
    return int(total + (float(number.replace(",", ".")) if number else 0))


def iso_period(match: re.Match[str]) -> str:
    """`2005-02` or `2005`."""
    return f"{match['y']}-{MONTHS[match['m']]:02d}" if match["m"] else match["y2"]
