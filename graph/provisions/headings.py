"""How blocks of legal text begin and end: headings, numbers, stamps, signatures, notes.

Patterns over lower-cased, normalised text, and the small questions asked of them.
"""

import re

_L = "[а-яәғқңөұүһі]"
_N = r"\d{1,9}"
"""Digits of one number; what is longer is none."""

ARTICLE = re.compile(
    rf"({_N}(?:-{_N})*(?=-| (?:бап|статья)\s*(?:\.|$))|[ivxlc]+)"
    rf"[ -](?:бап|статья)(?!{_L}|-)\s*\.?\s*"
)
"""`162-бап. Жалдау`, `IV бап`, `7 бап` on a line of its own: group 1 is the number."""
WORDING = re.compile(r"[\"«“][^\n]{1,400}?[\"»”] ?деген (?:сөз|цифр|сан)")
"""`5-бап "..." деген сөздермен толықтырылсын`: it is amended, and no heading."""
GROUP = re.compile(
    rf"(?:({_N}(?:-{_N})*|[ivxlc]+)\s?-?\s?(бөлім|тарау|параграф|кіші бөлім)"
    rf"|(бөлім|тарау|параграф)\s+({_N}|[ivxlc]+))(?!{_L})\s*[.:]?\s*"
)
"""`1-тарау. Жалпы ережелер`, `II бөлім`: number and noun, or noun and number."""
GROUPS: dict[str, tuple[str, str, frozenset[str]]] = {
    "бөлім": ("section", "sec", frozenset()),
    "кіші бөлім": ("section", "subsec", frozenset({"section"})),
    "тарау": ("chapter", "chp", frozenset({"section"})),
    "параграф": ("paragraph", "prg", frozenset({"section", "chapter"})),
}
"""Noun of a group of articles: its unit kind, eId prefix, and the kinds it stands in."""
CLAUSE = re.compile(
    rf"({_N}(?:-{_N})*)\.\s+(?=\S)(?!\d{{1,2}}\.)|(\d{{1,3}}(?:\.\d{{1,3}}){{1,3}})\.?\s+(?=\S)"
)
"""`5. ...`, `12-1. ...`; group 2: `1.4. ...`, numbered within its chapter."""
SUBCLAUSE = re.compile(rf"({_N}(?:-{_N})*|{_L})\)\s*")
NOTE = re.compile(rf"ескерт(?:у|пе)(?!{_L})\s*(?:[.:–-]|$)")
INTRODUCTION = re.compile(r"кіріспе$")
FOOTER = re.compile(r"©")
LIST_ITEM_END = re.compile(r"[;,:]$")
ENACTS = re.compile(
    r"(?:етеді|бұйырамын|бұйырамыз|шешті|шешім (?:қабылдады|шығарды)|етемін|еттім|етті)\s*:?$"
)
"""The enacting formula: `ҚАУЛЫ ЕТЕДІ:`."""
SIGNATURE = re.compile(
    r"(?:премьер-министрі|президенті|министрі|әкімі|хатшысы|төрағасы|төрайымы|прокуроры|басшысы"
    r"|спикері|орынбасары)(?:\s+\S{1,3}\.?\s?\S+(?:\s\S+)?)?(?<!\w\w\.)$"
)
ANNEX = re.compile(
    r"(?:қаулысына|бұйрығына|шешіміне|жарлығына|заңына|кодексіне|өкіміне|келісімге|қағидаларына"
    rf"|ережесіне|нұсқаулығына)\s+(?:(?:№\s?)?({_N})[-\s]\s?)?қосымша(?:сы)?$"
    rf"|^(?:({_N})-\s?)?қосымша(?:сы)?$"
)
"""The stamp of an annex: `... қаулысына 1-қосымша`."""
APPROVED = re.compile(
    r"(?:қаулы(?:сы)?мен|бұйры(?:ғымен|қпен)|шешім(?:і)?мен|жарлы(?:ғымен|қпен)|заңы?мен|өкімі?мен)"
    r"\s+(?:бекітілген|мақұлданған)(?:\s+(?:\d+-)?қосымша)?$"
)
"""The stamp of an approved act: `... бұйрығымен бекітілген`."""
ADOPTS = re.compile(r"(?:бекітілсін|ратификациялансын|мақұлдансын)\b")
"""What an act without clauses does with a treaty."""
REPORT_TITLE = re.compile(r"баяндама(?:сы)?$")
_EDITORIAL = re.compile(
    r"өзгеріс|редакцияда|алып таста|толықтырыл|жойыл|енгізілді|қолданысқа енгізіл|заңымен"
    r"|заңдарымен|бұйрығымен|қаулысымен|шешімімен|жарлығымен|алдын ала|тақырып|преамбула"
    r"|ресми болып табылмайды|қоса тіркел"
)
_ANNEX_TYPES = (
    (REPORT_TITLE, "report"),
    (
        re.compile(
            r"(?:қағида(?:лар)?|ереже(?:лер)?|нұсқаулық|нұсқаулығы|әдістеме|тәртіп|тәртібі)(?:ы|і|сы|сі)?$"
        ),
        "rules",
    ),
    (
        re.compile(r"(?:конвенция|келісім|шарт|хаттама|пакт|декларация|меморандум)(?:ы|і|сы|сі)?$"),
        "treaty",
    ),
)


def is_editorial(low: str) -> bool:
    """Whether a note is the publisher's, about amendments, rather than a part of the law."""
    return _EDITORIAL.search(low[:600]) is not None


def annex_type(title: str) -> str | None:
    """kzc:docType of an act by the last words of its title; None where they do not tell."""
    for pattern, code in _ANNEX_TYPES:
        if pattern.search(title.rstrip(".")):
            return code
    return None


def is_title(rest: str) -> bool:
    """Whether what follows an article's number is its title rather than its text."""
    prose = rest[-1:] in tuple(".:;,–-") or len(rest) > 400
    return bool(rest) and not prose and not CLAUSE.match(rest)


def opens_provision(low: str) -> bool:
    """Whether a block begins with the number of a provision."""
    return any(pattern.match(low) for pattern in (ARTICLE, GROUP, CLAUSE, SUBCLAUSE))
