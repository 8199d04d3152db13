"""Kazakh names of works and provisions, made from type, number and date: the same in every text."""

from graph.lexicon import Lexicon
from graph.works import Work

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
_MONTHS = [
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


def work_label(work: Work, lexicon: Lexicon) -> str:
    """`2002 жылғы 8 тамыздағы № 345-II Заң`, or the name the lexicon gives a code or treaty."""
    if work.slug:
        entry = lexicon.authority(work.slug)
        if entry:
            return entry.kk
    words = []
    if work.date:
        year, month, day = work.date.split("-")
        words.append(f"{year} жылғы {int(day)} {_MONTHS[int(month) - 1]}")
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
