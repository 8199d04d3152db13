"""Units of the region, city or district whose act the text is: `облыстық қаржы басқармасы`."""

import re
from collections.abc import Iterable, Iterator

from graph.context import Context
from graph.model import BodyMention
from graph.rules.body_context import inside, merged
from graph.text.morphology import is_genitive

_L = "[а-яәғқңөұүһі]"
_LEVEL = "облыстық|қалалық|аудандық"
_LEVELS = frozenset(_LEVEL.split("|"))
_HEADS = {
    "басқармасы": "department",
    "бөлімі": "department",
    "департаменті": "department",
    "дирекциясы": "other",
    "комиссиясы": "commission",
    "инспекциясы": "other",
    "агенттігі": "agency",
    "бірлестігі": "other",
}
"""Heads of the names of units and their code of kzc:bodyType."""
_UNPOSSESSED = {"басқарма": "department", "департамент": "department", "комиссия": "commission"}
_OTHER = (
    rf"(?:{_LEVEL}|республикалық|жергілікті|тиісті|барлық|мәслихат|әкім|бюджет|маңызы|бағыныс"
    r"|сот|прокур|министр|осы|деп|болып)"
)
"""How a word begins that no name of a unit holds."""
_WORD = rf"(?!{_OTHER})(?:{_L}+-)?{_L}+(?<!{_L}{_L}с[ыі]н)"
_UNIT = re.compile(
    rf"(?P<name>(?:{_LEVEL}) (?:{_WORD}(?:,| және| мен)? ){{1,9}}?(?:(?P<head>{'|'.join(_HEADS)})"
    rf"|(?<=жөніндегі )(?P<bare>{'|'.join(_UNPOSSESSED)})))"
    rf"(?P<case>(?:н[ыі]ң|на|не|н?д[ае]н?|н[ае]н|н|мен|[ғг][ае]|[тд][ыі]ң)?)(?!{_L}|-)"
)
_OF_REGION = re.compile(
    r"(?:облыс|қала|аудан) (?:әкімі|әкімдігі|мәслихаты)(?!\w*(?:лар|лер))"
    rf"|(?:{_LEVEL}) (?:мәслихат|әкімдік)(?!т[аы]р|т[ае]р)|(?:облысы|қаласы|ауданы)(?:ның)? әкім"
)
"""What only an act of a region, city or district says at its head."""
_HEAD_OF_TEXT = 3000
_SEVERAL = re.compile(rf"(?:(?:{_LEVEL}),? ?(?:және )?|[лдт][ае]р )$")
"""Before a level that is one of several: `аудандық, қалалық ... бөлімі`."""


def own_level(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """A unit named by its level alone, in an act of that level."""
    if not _OF_REGION.search(context.low, 0, _HEAD_OF_TEXT):
        return
    covered = merged(bodies)
    low = context.low
    for match in context.matches(_UNIT, _LEVELS.__contains__):
        start, end = match.span()
        if inside(covered, start) or inside(covered, end - 1):
            continue
        if _SEVERAL.search(low, max(0, start - 20), start):
            continue
        yield BodyMention(
            start,
            end,
            "body-level",
            label=match["name"],
            type=_HEADS[match["head"]] if match["head"] else _UNPOSSESSED[match["bare"]],
            genitive=is_genitive(match["case"]),
        )
