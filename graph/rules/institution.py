"""Institutions by the pattern of their name: foreign, attached to another body, quoted.

Монғолияның Әділет министрлігі
Қазақстан Республикасы Бас прокуратурасының жанындағы Құқық қорғау органдары академиясы
«Қаржы полициясы академиясы» мемлекеттік мекемесі
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.context import Context
from graph.lexicon import Lexicon
from graph.matcher import Matcher
from graph.model import BodyMention
from graph.text.morphology import is_genitive, nominative

_KAZAKHSTAN = re.compile(r"(?:қазақстан|қр|қазақ [кс]ср)(?![а-яәғқңөұүһі])")
_STATE = re.compile(
    r"((?:[А-ЯӘҒҚҢӨҰҮҺІ][\w-]+ ){1,3}(?:Республикасы|Федерациясы|Корольдігі|Патшалығы|Мемлекеті"
    r"|Штаттары|Әмірліктері|Княздігі)(?:ның|нің)?) $"
)
_LONGEST_STATE = 70
"""Code points of a State's name."""
_HEADS = {
    "академия": "school",
    "университет": "school",
    "институт": "other",
    "мектеп": "school",
    "мектеб": "school",
    "орталық": "centre",
    "орталығ": "centre",
    "комиссия": "commission",
    "комитет": "committee",
    "кеңес": "commission",
    "қор": "other",
    "кеңсе": "other",
    "агенттіг": "agency",
    "агенттік": "agency",
    "палата": "other",
    "бюро": "other",
    "департамент": "department",
    "басқарма": "department",
    "бөлім": "department",
}
"""Heads of the names of institutions, and their code of kzc:bodyType."""
_HEAD = "|".join(_HEADS)
_CASE = r"(?:н[ыі]ң|[ғгқк][ае]|н[ае]|н?[дт][ае]н?|н[ае]н|[нд][ыі]|н|мен|бен|пен)?"
_ATTACHED = re.compile(
    rf"(?:н[ыі]ң)? жан(?:ындағы|ынан) ((?:[^\s.;:()\"«»]+ ){{0,14}}?({_HEAD})(?:с?[ыі])?){_CASE}"
    r"(?![а-яәғқңөұүһі-])"
)
_INSTITUTION = re.compile(
    r"(?: \(бұдан әрі [^()]{1,60}\))?"
    r" (?:(?:(?:шаруашылық жүргізу құқығындағы|республикалық|мемлекеттік|коммуналдық|қазыналық"
    r"|қоғамдық|халықаралық|жабық|ашық|акционерлік|ұлттық|дербес|автономды|жауапкершілігі шектеулі"
    r"|коммерциялық емес|үкіметтік емес|діни|саяси) )*)"
    r"(?:мекемесі|кәсіпорны|қоғамы|серіктестігі|қоры|ұйымы|орталығы|бірлестігі|корпорациясы"
    r"|(?:авиа)?компаниясы|холдингі|банкі|одағы|қауымдастығы|партиясы|академиясы|университеті|институты)"
    rf"{_CASE}(?![а-яәғқңөұүһі-])"
)
_OF_PLACE = re.compile(r"(?<=облысы|қаласы|ауданы)ның |(?<=округі)нің ")
"""`Талғар ауданының әкімі` before another possessive: `Талғар ауданы әкімінің аппараты`."""
_PERIODICAL = re.compile(
    rf"(?:газет|журнал)(?P<several>т[ае]р|д[ае]р)?[ыі]{_CASE}(?![а-яәғқңөұүһі-])"
)
_BETWEEN = re.compile(r"(?:,| және| мен)(?: [^\"«»“”\n]{0,50})? $")
"""Between periodicals of a list, the second with its date and number."""
_LONGEST_PERIODICAL = 60
"""Code points."""
_LETTERS = re.compile(
    r" ?(?:(?:ҰК|ҰӘҚ|ҰАҚ|КДҚ)»? )?(?:АҚ|ААҚ|ЖАҚ|КеАҚ|ЖШС|РМК|РМҚК|РММ|КММ|МКҚК|КМҚК|ММ)"
    r"(?:-?[а-яәғқңөұүһі]{2,4})?(?![\w-])"
)
"""Kinds in letters: `«Арай» ЖШС-не`."""
_NAMED_BY_HEAD = re.compile(
    rf"(?:{_HEAD}|аппарат|инспекция|театр|кітапхана|мұражай|музей|мұрағат|архив|колледж|аурухана"
    r"|емхана|диспансер|балабақша|филармония|станция)(?:с?[ыі])?$"
)


def countries(lexicon: Lexicon) -> Matcher:
    """The names of other States."""
    return Matcher((name, entry) for entry in lexicon.countries for name in entry.surfaces)


def foreign(context: Context, bodies: list[BodyMention]) -> list[BodyMention]:
    """The bodies, those of another State named after it: `Түрік Республикасының Үкіметі`."""
    tokens = context.tokens
    ends: dict[int, tuple[int, str]] = {}
    for first, after, _ in context.matchers["countries"].find(tokens):
        start, end = tokens.starts[first], tokens.ends[after - 1]
        if not _KAZAKHSTAN.match(context.low, start):
            named = context.text[start:end]
            ends[end] = (start, named if is_genitive(named) else genitive(named))
    out = []
    for body in bodies:
        country = ends.get(body.start - 1) or _state_before(context, body.start)
        own = body.type != "igo" and not _KAZAKHSTAN.match(context.low, body.start)
        if country and own:
            words = context.text[body.start : body.end].split(" ")
            name = " ".join([*words[:-1], nominative(words[-1])])
            label = f"{country[1]} {name}"
            body = replace(body, start=country[0], id="", label=label, rule="body-foreign")
        out.append(body)
    return out


def _state_before(context: Context, start: int) -> tuple[int, str] | None:
    """A State that the lexicon lacks, just before a body: `Исландия Республикасының`."""
    match = _STATE.search(context.text, max(0, start - _LONGEST_STATE), start)
    if match is None or _KAZAKHSTAN.match(context.low, match.start()):
        return None
    named = match.group(1)
    return match.start(), named if is_genitive(named) else genitive(named)


def attached(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """A body attached to another: `Х жанындағы Y комиссиясы`."""
    for body in list(bodies):
        match = _ATTACHED.match(context.low, body.end)
        if body.more or not match or not context.text[match.start(1)].isupper():
            continue
        name = context.text[match.start(1) : match.end(1)]
        founded = "жанынан" in match.group()
        yield BodyMention(
            match.start(1) if founded else body.start,
            match.end(),
            "body-attached",
            label=name if founded else f"{genitive(body.label)} жанындағы {name}",
            type=_HEADS[match.group(2)],
            genitive=is_genitive(match.group()),
        )


def quoted(context: Context) -> Iterator[BodyMention]:
    """A quoted name and the kind of institution after it; none inside another."""
    covered = 0
    pairs = ((start, -end) for end, start in context.quotes.by_end.items())
    for start, end in ((start, -minus) for start, minus in sorted(pairs)):
        match = _INSTITUTION.match(context.low, end) or _LETTERS.match(context.text, end)
        name = context.text[start + 1 : end - 1]
        if not match or "\n" in name or len(name) > 300 or start < covered:
            continue
        covered = match.end()
        *words, last = match.group().rpartition(")")[2].split()
        last = last.partition("-")[0] if last[0].isupper() else nominative(last)
        kind = " ".join([*words, last])
        whole = _NAMED_BY_HEAD.search(name.lower()) is not None
        yield BodyMention(
            start + 1 if whole else start,
            end - 1 if whole else match.end(),
            "body-quoted",
            label=name if whole else f"{context.text[start:end]} {kind}",
            type="other",
            genitive=is_genitive(match.group()),
        )


def periodicals(context: Context) -> Iterator[BodyMention]:
    """Newspapers and magazines: `"Таң" және "Жұлдыз" газеттерінде`."""
    by_end, text = context.quotes.by_end, context.text
    for match in context.matches(_PERIODICAL, lambda word: word.startswith(("газет", "журнал"))):
        end = match.start() - 1
        while (start := by_end.get(end)) is not None and end - start < _LONGEST_PERIODICAL:
            yield BodyMention(
                start,
                end,
                "body-periodical",
                label=text[start + 1 : end - 1].strip(),
                type="newspaper",
            )
            joint = match["several"] and _BETWEEN.search(text, max(0, start - 60), start)
            end = joint.start() if joint else -1


def genitive(label: str) -> str:
    """A name in the genitive: `Бас прокуратураның`, `Қазақстан Республикасы Президентінің`."""
    label = label.replace("Қазақстан Республикасының ", "Қазақстан Республикасы ", 1)
    label = _OF_PLACE.sub(" ", label, count=1)
    last, vowels = label[-1], [c for c in label.lower() if c in "аәеёиоөуұүыіэюя"]
    soft = bool(vowels) and vowels[-1] in "әеөүіэ"
    first = "н" if last in "аәеёиоөуұүыіэюямнң" else "д" if last in "бвгғджзйлр" else "т"
    return f"{label}{first}{'ің' if soft else 'ың'}"
