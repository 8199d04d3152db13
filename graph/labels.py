"""Kazakh names of nodes, made from type, number and date: the same in every text."""

from collections.abc import Mapping

from graph import vocab as v
from graph.lexicon import Lexicon
from graph.linking.works import Work
from graph.model import AgeMention, PenaltyMention

_TYPES = {
    "law": "Заң",
    "code": "Кодекс",
    "constitution": "Конституция",
    "decree": "Жарлық",
    "decree-force-of-law": "Заң күші бар Жарлық",
    "resolution": "қаулы",
    "order": "бұйрық",
    "decision": "шешім",
    "rules": "қағидалар",
    "address": "Жолдау",
    "declaration": "декларация",
    "report": "баяндама",
    "annex": "қосымша",
    "treaty": "халықаралық шарт",
    "other": "мәтін",
}
MONTHS = [
    "қаңтардағы",
    "ақпандағы",
    "наурыздағы",
    "сәуірдегі",
    "мамырдағы",
    "маусымдағы",
    "шілдедегі",
    "тамыздағы",
    "қыркүйектегі",
    "қазандағы",
    "қарашадағы",
    "желтоқсандағы",
]
_UNITS = {
    "article": "{}-бап",
    "clause": "{}-тармақ",
    "part": "{}-бөлік",
    "subclause": "{}) тармақша",
    "indent": "{}-абзац",
    "chapter": "{}-тарау",
    "section": "{}-бөлім",
    "paragraph": "{}-параграф",
    "report-paragraph": "{}-тармақ",
    "report-section": "{}-бөлім",
    "note": "ескерту",
    "annex": "{}-қосымша",
}

_UP_TO = {
    "year": "жылға",
    "month": "айға",
    "day": "тәулікке",
    "hour": "сағатқа",
    "mci": "айлық есептік көрсеткішке",
    "wage-month": "айлық жалақыға",
    "tenge": "теңгеге",
    "percent": "пайызға",
}
"""Units in the dative, before `дейін`."""


def work_label(work: Work, works: Mapping[str, Work], lexicon: Lexicon) -> str:
    """`2002 жылғы 8 тамыздағы № 345-II Заң`, or the name the lexicon gives a code or treaty."""
    if work.annex_of:
        act = work_label(works[work.annex_of], works, lexicon)
        return f"{act}, {_TYPES.get(work.type, 'қосымша')}"
    if work.slug:
        entry = lexicon.authority(work.slug)
        if entry:
            return entry.kk
    words = []
    if work.date:
        year, month, day = work.date.split("-")
        words.append(f"{year} жылғы {int(day)} {MONTHS[int(month) - 1]}")
    if work.number:
        words.append(f"№ {work.number}")
    words.append(_TYPES.get(work.type, "мәтін"))
    if len(words) == 1 and work.title:
        return f"«{work.title.replace(chr(34), '')}» {words[0]}"
    text = " ".join(words)
    return text[0].upper() + text[1:]


def unit_label(kind: str, number: str) -> str:
    """`162-бап`, `3-бөлік`, `1) тармақша`."""
    if number == "intro":
        return "Кіріспе"
    return _UNITS.get(kind, "{}").format(number)


def age_label(age: AgeMention) -> str:
    """`18 жастан бастап, 27 жасқа дейін`, `18 жасқа дейін`, `16 жастан асқан`."""
    words = []
    if age.min is not None:
        words.append(f"{age.min} жастан {'бастап' if age.min_inclusive else 'асқан'}")
    if age.max is not None:
        words.append(f"{age.max} жасқа дейін" + (" (қоса алғанда)" if age.max_inclusive else ""))
    return f"{', '.join(words)}: {v.CODES['ageContext'][age.context]}"


def penalty_label(penalty: PenaltyMention) -> str:
    """`бас бостандығынан айыру, 4-8 жыл`."""
    kind = v.CODES["penaltyKind"][penalty.kind]
    if not penalty.unit:
        return kind
    if penalty.min is None:
        return f"{kind}, {penalty.max:g} {_UP_TO[penalty.unit]} дейін"
    same = penalty.max is None or penalty.min == penalty.max
    amount = f"{penalty.min:g}" if same else f"{penalty.min:g}-{penalty.max:g}"
    return f"{kind}, {amount} {v.CODES['amountUnit'][penalty.unit]}"
