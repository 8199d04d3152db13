"""Liability without a stated sanction: `... үшін әкімшілік жауапкершілік көзделген`."""

import re
from collections.abc import Iterator

from graph.context import Context
from graph.model import ActMention, PenaltyMention

_CAUSES = ("үшін", "бұзған", "кінәлі")
_WORDS = ("жауап", "әкімшілік", "қылмыстық", "тәртіптік")
_END = r"(?![а-яәғқңөұүһі])"
_BY_LAW = r"(?:сәйкес|белгіленген|көзделген|тәртіппен|тәртіп бойынша)"
_BEARS = (
    r"(?:(?:әкімшілік|қылмыстық|тәртіптік) )?"
    rf"жауап(?:ты болады|тылықта болады|тылық көтереді){_END}"
)
_LIABILITY = re.compile(
    r"үшін (?:(?:әкімшілік|қылмыстық|тәртіптік) )?жауап(?:кершілік|тылық)(?:тар)? "
    rf"(?:көзделген|белгіленген|көзделеді|белгіленеді){_END}"
    r"|үшін (?:[^.;]{0,160} )?"
    rf"(?<!дербес )(?<!-дара )жауап(?:ты болады| береді|тылықта болады|тылық көтереді){_END}"
    rf"|(?:бұзған|кінәлі) [^.;]{{0,140}}{_BY_LAW} (?:{_BEARS}|жауап береді{_END})"
    rf"|(?:заң|кодекс)[а-яәғқңөұүһі]*(?: [^.;,]{{0,60}})? {_BY_LAW} {_BEARS}"
)
_LED_TO_LIABILITY = re.compile(
    r"(?:(?:әкімшілік|қылмыстық|тәртіптік) )?жауап(?:кершілікке|тылыққа|қа)(?: тарт(?:ыл)?уға)? "
    rf"(?:әкеп (?:соғады|соқтырады)|әкеліп соғады|алып келеді|тартылады){_END}"
)


_ADMINISTRATIVE = re.compile("әкімшілік (?:және өзге(?:ше)? )?жауап")


def liabilities(context: Context, acts: list[ActMention]) -> Iterator[PenaltyMention]:
    """Liability without a stated sanction: `... үшін жауапкершілік көзделген`."""
    low = context.low
    for pattern, begins in (
        (_LIABILITY, lambda word: word in _CAUSES or word.startswith(("заң", "кодекс"))),
        (_LED_TO_LIABILITY, lambda word: word.startswith(_WORDS)),
    ):
        for match in context.matches(pattern, begins):
            if context.structure.in_note(match.start()):
                continue
            first, _ = context.sentence(match.start())
            unit = context.structure.unit_at(match.start())
            if unit is not None and context.structure.units[unit].text[0] <= match.start():
                first = max(first, context.structure.units[unit].text[0])
            cited = [a for a in acts if first <= a.start and a.end < match.end() and not a.quoted]
            named = [a for a in cited if a.end < match.start()]
            start = first
            if named and re.search(r"[дт][ае]$", low[named[-1].start : named[-1].end]):
                start = named[-1].end + 1
            joint = low.rfind("көзделген және ", start, match.start())
            if joint >= 0:
                start = joint + len("көзделген және ")
            code = cited[-1].slug if cited else ""
            kind = "liability-unspecified"
            if _ADMINISTRATIVE.search(match.group()) or code.startswith("administrative-offences"):
                kind = "administrative-liability"
            yield PenaltyMention(
                start,
                match.end(),
                "liability",
                kind=kind,
                offence=context.text[start : match.start()].strip(),
            )
