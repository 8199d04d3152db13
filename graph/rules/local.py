"""Local bodies: courts, maslikhats, akims and their departments, named after a place.

Алматы қаласы мәслихаты
Астана және Алматы қалаларының әкімдері
Алматы облысының әкімі ... облыс әкімі
"""

import re
from collections.abc import Iterable, Iterator

from graph.context import Context
from graph.model import BodyMention
from graph.rules.body_context import inside, merged
from graph.rules.institution import genitive
from graph.text.morphology import is_genitive

_L = "[а-яәғқңөұүһі]"
_CASE = r"(?:н[ыі]ң|[дт][ыі]ң|[ғгқк][ае]|н[ае]|н?[дт][ае]н?|н[ае]н|[нд][ыі]|[тн][ыі]?|мен|бен|пен)?"
_LOCAL_TYPES = {
    "мәслихаты": "maslikhat",
    "әкімдігі": "akim",
    "әкімі": "akim",
    "соты": "court",
    "прокуратурасы": "prosecution",
    "прокуроры": "office-holder",
    "департаменті": "department",
    "басқармасы": "department",
    "бөлімі": "department",
    "инспекциясы": "other",
    "комиссиясы": "commission",
    "комитеті": "committee",
}
"""Local bodies and their code of kzc:bodyType."""
_PROPER = "[А-ЯӘҒҚҢӨҰҮҺІ][\\w-]+"
_OPENERS = (
    "Осы|Бұл|Егер|Ал|Аталған|Аталмыш|Көрсетілген|Барлық|Бақылау|Құжат|Жоба|Шешім|Қаулы|Шығыстар"
    "|Қаражат|Мүлік|Сонымен|Сондай-ақ|Онда|Мұнда|Қазіргі|Жоғарыда|Мемлекеттік|Жергілікті|Коммуналдық"
)
"""Words that begin a sentence before a name: `Бақылау Талғар ауданының әкімдігіне жүктелсін`."""
_PLACE_NAME = rf"(?!(?:{_OPENERS}) )(?:{_PROPER} |[«\"]{_PROPER}[»\"] ){{1,3}}"
_LOCAL = re.compile(
    rf"(?<![\w-])({_PLACE_NAME}(?:(?:облысы|қаласы|ауданы|округі|ауылы|кенті)(?:ның|нің)?"
    rf"|облыстық|қалалық|аудандық) (?!мәслихаттың|әкімдіктің)"
    rf"(?:[^\s.,;:()\"«»]+ ){{0,7}}?(?i:({'|'.join(_LOCAL_TYPES)})))"
    rf"(?:ның|нің|на|не|н|нда|нде|нан|нен|мен)?(?!{_L}|-)"
)
_LEVELS = (*("облыс", "қаласы", "ауданы", "округі", "ауылы", "кенті", "қалалық", "аудандық"),)
"""What the word after the name of a place begins with."""
_LONGEST_PLACE = 3
"""Words in the name of a place."""
_PLACE = re.compile(
    r"(?P<place>[А-ЯӘҒҚҢӨҰҮҺІ][\w-]+ (?:(?P<whole>облысы|қаласы|ауданы)|(?P<adjective>облыстық"
    r"|қалалық|аудандық)))"
)
_REGION = re.compile(
    rf"^(?:{_PROPER} ){{1,2}}облысы(?:ның)? (?=(?:{_PROPER} ){{1,2}}(?:аудан|қала))"
)
_WHOLE = {"облыстық": "облысы", "қалалық": "қаласы", "аудандық": "ауданы"}
_LEVEL_OF = {"облысы": "облыс", "қаласы": "қала", "ауданы": "аудан"}
_BY_LEVEL = re.compile(
    rf"(?<![\w-])(?P<level>облыс|қала|аудан) (?P<organ>әкімі|әкімдігі|мәслихаты){_CASE}(?!{_L})"
    rf"|(?<![\w-])(?P<adjective>облыстық|қалалық|аудандық) (?P<bare>мәслихат|әкімдік){_CASE}"
    rf"(?!{_L})",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    rf"(?P<level>облыс|қала|аудан)(?:тары|лары|дары)(?:ның)? (?P<organ>әкім|әкімдік|мәслихат)"
    rf"(?:тері|дері|тары){_CASE}(?!{_L})"
)
_NAMES = re.compile(
    rf"(?:{_PROPER}(?: {_PROPER})?, )*{_PROPER}(?: {_PROPER})? және {_PROPER}(?: {_PROPER})? $"
)
_NAME = re.compile(rf"{_PROPER}(?: {_PROPER})?(?=,| )")
_STANDING = re.compile(
    r"мәслихат(?:ының|тың) (?P<name>(?:[^.;:()\"«»\n]{3,150}? (?:жөніндегі|бойынша)"
    rf"|[\"«][^\"«»\n]{{3,150}}[\"»])) тұрақты комиссиясы{_CASE}(?!{_L}|-)"
)
_LEVEL_ADJECTIVE = re.compile(r"(?:облыстық|қалалық|аудандық) $", re.IGNORECASE)
_GENERAL = ("облыс", "аудан", "қала", "республика")
"""What a word that names no place begins with: `Облыстардың, Астана және Алматы қалаларының`."""
_LONGEST_NAMES = 300
"""Code points."""


def local(context: Context) -> Iterator[BodyMention]:
    """Local bodies, named after their place: `Алматы қаласы мәслихаты`."""
    tokens = context.tokens
    after = 0
    for i in tokens.where(lambda word: word.startswith(_LEVELS)):
        starts = (tokens.starts[k] for k in range(max(0, i - _LONGEST_PLACE), i))
        tried = (_LOCAL.match(context.text, start) for start in starts if start >= after)
        match = next((found for found in tried if found), None)
        if match is None:
            continue
        after = match.end()
        yield BodyMention(
            match.start(),
            match.end(),
            "body-local",
            label=_owned(match.group(1)),
            type=_LOCAL_TYPES[match.group(2).lower()],
            genitive=is_genitive(match.group()),
        )


def _owned(label: str) -> str:
    """`Астана қаласы мәслихаты` as a label: `Астана қаласының мәслихаты`.

    The region of a district is left out: `Алматы облысы Талғар аудандық мәслихаты`.
    """
    label = _REGION.sub("", label)
    place, _, head = label.rpartition(" ")
    if place.endswith(("облысы", "қаласы", "ауданы")):
        return f"{place}ның {head}"
    return f"{place}нің {head}" if place.endswith(("округі", "кенті")) else label


def several(context: Context) -> Iterator[BodyMention]:
    """Akims or maslikhats of several places: `Астана және Алматы қалаларының әкімдері`."""
    text = context.text
    for match in context.matches(_SEVERAL, lambda word: word.startswith(_GENERAL)):
        head = match.start()
        names = _NAMES.search(text, max(0, head - _LONGEST_NAMES), head)
        if names is None:
            continue
        places = [
            place
            for place in _NAME.finditer(text, names.start(), head)
            if not place.group().lower().startswith(_GENERAL)
        ]
        whole = {"облыс": "облысының", "қала": "қаласының", "аудан": "ауданының"}[match["level"]]
        organ = {"әкімдік": "әкімдігі"}.get(match["organ"])
        organ = organ or match["organ"] + ("і" if match["organ"] == "әкім" else "ы")
        for place in places:
            last = place is places[-1]
            yield BodyMention(
                place.start(),
                match.end() if last else place.end(),
                "body-local",
                more=() if last else (match.span(),),
                label=f"{place.group()} {whole} {organ}",
                type="maslikhat" if organ == "мәслихаты" else "akim",
                genitive=is_genitive(match.group()),
            )


def standing(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """Standing commissions of a maslikhat: `аудандық мәслихаттың бюджет жөніндегі ...`."""
    ends = {body.end: body for body in bodies}
    text = context.text
    for match in context.matches(_STANDING, lambda word: word.startswith("мәслихат")):
        head = match.start("name") - 1
        owner = ends.get(head)
        adjective = _LEVEL_ADJECTIVE.search(text, max(0, match.start() - 9), match.start())
        if match.end() in ends or not (owner or adjective):
            continue
        start = owner.start if owner else adjective.start() if adjective else head
        of = genitive(owner.label) if owner else text[start:head].lower()
        yield BodyMention(
            start,
            match.end(),
            "body-local",
            label=f"{of} {text[slice(*match.span('name'))]} тұрақты комиссиясы",
            type="commission",
            genitive=is_genitive(match.group()),
        )


def by_level(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """`Облыс әкімі` of an act of a region: the region's that the act names itself by."""
    places: dict[str, str] = {}
    for body in sorted(bodies, key=lambda body: body.start):
        match = _PLACE.match(body.label) if body.rule == "body-local" else None
        if match:
            place = match["place"].rsplit(" ", 1)[0]
            whole = match["whole"] or _WHOLE[match["adjective"]]
            places.setdefault(_LEVEL_OF[whole], f"{place} {whole}")
    if not places:
        return
    covered = merged(bodies)
    for match in context.matches(_BY_LEVEL, (*_LEVEL_OF.values(), *_WHOLE).__contains__):
        level = match["level"] or _LEVEL_OF[_WHOLE[match["adjective"]]]
        place = places.get(level)
        if place is None or inside(covered, match.start()):
            continue
        organ = match["organ"] or {"мәслихат": "мәслихаты", "әкімдік": "әкімдігі"}[match["bare"]]
        regional = place.replace("облысы", "облыстық").replace("қаласы", "қалалық")
        label = f"{place}ның {organ}"
        if organ == "мәслихаты":
            label = f"{regional.replace('ауданы', 'аудандық')} {organ}"
        yield BodyMention(
            match.start(),
            match.end(),
            "body-local",
            label=label,
            type="maslikhat" if organ == "мәслихаты" else "akim",
            genitive=is_genitive(match.group()),
        )
