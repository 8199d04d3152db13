"""Norms: obligations, prohibitions, permissions and rights, by their modal predicate.

    -уға тиіс, міндетті, -сін, -уға жатады            obligation
    тыйым салынады, -мауға тиіс, -уға болмайды        prohibition
    -а алады, -уға болады, рұқсат етіледі             permission
    құқығы бар, құқылы, кепілдік беріледі             right
The plain present (`шараларды қабылдайды`) obliges where an act addresses a bearer it names. A list
that closes with one predicate is one norm; predicates that share modality, bearer and condition too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph.context import Context
from graph.model import BodyMention, NormMention, PenaltyMention
from graph.rules.bearer import Bearers, Candidate

_END = r"(?=\s*[.,;:!?)»\"]|\s+(?:және|сондай-ақ|немесе|бірақ|ал|не)\s|\s*$|\n)"
_W = r"[а-яәғқңөұүһі-]"
_PREDICATES = (
    (
        "Prohibition",
        "prohibition-negated-must",
        rf"(?:{_W}+[мбп][ае]у[ғг][ае](?: (?:және|немесе|не) (?:{_W}+ ){{0,3}}?{_W}+[мбп][ае]у[ғг][ае])*|{_W}+[мбп][ае]у[ғг][ае]) (?:тиіс|міндетті){_END}",
    ),
    ("Prohibition", "prohibition-not-must", rf"{_W}+у[ғг][ае] тиіс емес{_END}"),
    ("Prohibition", "prohibition-forbidden", rf"тыйым салын(?:ады|сын){_END}"),
    ("Prohibition", "prohibition-inadmissible", rf"жол берілме(?:йді|сін){_END}"),
    ("Prohibition", "prohibition-may-not", rf"{_W}+у[ғг][ае] болмайды{_END}"),
    (
        "Prohibition",
        "prohibition-cannot",
        rf"(?:ешкім(?:ді|ге|нің)? )?{_W}+(?:а|е|й|я) алмайды{_END}",
    ),
    (
        "Prohibition",
        "prohibition-no-right",
        rf"(?:құқығы жоқ|құқылы емес|рұқсат (?:етілмейді|берілмейді)){_END}",
    ),
    ("Obligation", "obligation-must", rf"(?:{_W}+ )?тиіс(?: болады)?{_END}"),
    (
        "Obligation",
        "obligation-bound",
        rf"(?:{_W}+у[ғг][ае] )?міндетті(?: болады| болып табылады)?{_END}",
    ),
    ("Obligation", "obligation-undertakes", rf"міндеттен(?:еді|сін){_END}"),
    (
        "Obligation",
        "obligation-duty",
        r"(?:(?:қасиетті|басты|тікелей|негізгі) )*(?:парызы|міндеті)(?: және (?:парызы|міндеті))*(?: болып табылады)?(?=\s*\.)",
    ),
    ("Obligation", "obligation-subject-to", rf"{_W}+у[ғг][ае] жатады{_END}"),
    ("Obligation", "obligation-imposed", rf"жүктел(?:еді|сін){_END}"),
    (
        "Obligation",
        "obligation-future",
        rf"(?:(?:жүзеге|іске|қамтамасыз|хабардар) )?{_W}+(?:атын|етін|йтын|йтін) болады{_END}",
    ),
    (
        "Obligation",
        "obligation-jussive",
        rf"(?:(?:қамтамасыз|жүзеге|іске|хабардар|назарға|есепке|қабылдап|жүктеп|алып|беріп) )?{_W}+(?:сын|сін){_END}",
    ),
    (
        "Permission",
        "permission-allowed",
        rf"рұқсат (?:етіледі|беріледі|етілсін|берілсін){_END}|жол беріледі{_END}",
    ),
    ("Permission", "permission-possible", rf"{_W}+у[ғг][ае] болады{_END}"),
    (
        "Permission",
        "permission-can",
        rf"(?!ақша|баға|жаза|пара|виза|шара|несие){_W}+(?:а|е|й|я) алады{_END}",
    ),
    ("Right", "right-has", rf"құқы(?:ғы|қтары) бар(?:{_END}|(?= екен))"),
    ("Right", "right-entitled", rf"құқылы(?: болады)?{_END}"),
    ("Right", "right-granted", rf"құқы(?:қ|қтар|ғы|қтары) (?:беріледі|тиесілі){_END}"),
    ("Right", "right-guaranteed", rf"(?:танылады және (?:{_W}+ )?)?кепілдік беріледі{_END}"),
    ("Right", "right-possesses", rf"құқы(?:ққа|ғына|қтарға|қтарына) ие(?: болады| болып)?{_END}"),
    ("Right", "right-born", rf"тумысынан (?:жазылған|тиесілі){_END}"),
)
_MODAL = tuple((modality, name, re.compile(pattern)) for modality, name, pattern in _PREDICATES)
_HINT = re.compile(
    r"тиіс|міндет|тыйым|жол бер|бол|алады|алмайды|құқы|рұқсат|жатады|жүктел|сын|сін|кепілдік|парыз|тумысынан"
)
_COMPOUND = (
    r"(?:(?:қамтамасыз|жүзеге|іске|хабардар|назарға|есепке|сақтауға|кепілдіктер|кепілдік|міндеттер|міндеттерін|мүмкіндік|"
    r"жәрдем|көмек|ықпал|қорытынды|рұқсат|келісім|шешім) )?"
)
_INDICATIVE = re.compile(rf"{_COMPOUND}(?P<verb>{_W}{{2,}}(?:[ае]ды|[ае]ді|йды|йді|яды)){_END}")
_PASSIVE = re.compile(r"(?:ыл|іл|л[ае]н|д[ае]н|т[ае]н|ын|ін|[аеө]л)[ае]д[ыі]$")
_ACTIVE = re.compile(r"(?:ұсын|жүгін|ұстан|өтін|пайдалан)[ае]д[ыі]$")
_DESCRIPTIVE = re.compile(
    r"^(?:ал|бол|кел|жат|тұр|отыр|жүр|ен|кір|білдір|ретте|құра|айқында|мүмкін|табыл|болмай|көзде|тарала|таратыл|"
    r"қамты|сақтал|қолдан|туындат|аяқтал|бастал|түсін|таны|көрсетіл|қара|жасал|ата|айтыл)(?:[ае]ды|[ае]ді|йды|йді)$"
)
_NEGATIVE = re.compile(r"[мбп][ае]й(?:ды|ді)$")
_ENACTING = re.compile(
    r"^(?:бекіт|мақұлда|таны|енгіз|толықтыр|жаз|алып таста|өзгерт|мазмұнда|ауыстыр|қабылда|жарияла|жой|бол|алын|алмастыр)"
)
_RIGHTS_USED = re.compile(r"құқықтар\S*(?: мен бостандықтар\S*)? (?:\S+ )?$")
_HAVING = re.compile(r"\s*(?:,|;|\.|:)?\s*(?:және|сондай-ақ|бірақ|ал|немесе)?\s*")
_LABEL = re.compile(r"\s*(?:\d+(?:-\d+)*[.)]|[а-яәғқңөұүһі]\))\s+")
_IF = re.compile(
    r"(?:[^.;]{0,400}?(?:[мбп][ае]с[ае](?<!немесе)|[аеиы]лс[ае]|[рлйкт]с[ае]|жағдай(?:да|ларда)|кезінде|болған кезде)),\s"
)
_CONDITION = re.compile(
    r"(?:^|(?<= ))(?P<condition>(?:қажет болған |тиісті |ерекше )?(?:[^,.;:]{0,140}? )?"
    r"(?:жағдай(?:да|ларда)(?: болсын)?|кезінде|кезде|жолымен|тәртіппен|тәртіпте|тәртіп пен түрлер бойынша|шеңберінде|орай|өзгеше көзделмесе))(?= |,)"
)
_ANYTIME = re.compile(r"^(?:кез келген (?:сәтте|уақытта)|әрқашан|үнемі)\s+")
_PRONOUN = re.compile(r"(?:ол|олар)(?= )")
_DEFINITIONS = re.compile(r"(?:ұғымдар|терминдер|анықтамалар)")


@dataclass(frozen=True)
class _Predicate:
    start: int
    end: int
    modality: str
    """Empty for a finite verb that obliges nobody."""
    rule: str
    embedded: bool = False


@dataclass(frozen=True)
class _Statement:
    """A sentence, with the items of the list it opens."""

    start: int
    end: int
    report: bool
    items: tuple[int, ...]
    """Starts of the list's items."""


def find(
    context: Context, bodies: list[BodyMention], penalties: list[PenaltyMention]
) -> list[NormMention]:
    """All norms, in order of their start."""
    bearers = Bearers(context, bodies)
    punished = [(p.start, p.end) for p in penalties]
    found: list[NormMention] = []
    for statement in _statements(context):
        if any(
            start < statement.end and statement.start < end
            for start, end in _near(punished, statement)
        ):
            continue
        found += _norms(context, bearers, statement, found)
    return found


def _near(ranges: list[tuple[int, int]], statement: _Statement) -> list[tuple[int, int]]:
    from bisect import bisect_left

    low = bisect_left(ranges, (statement.start - 3000, 0))
    high = bisect_left(ranges, (statement.end, 0))
    return ranges[low:high]


def _statements(context: Context) -> Iterator[_Statement]:
    """The sentences that can hold norms: no headings, notes, quotations, definitions, preambles."""
    structure = context.structure
    held: list[tuple[int, int, bool]] = []
    defining: int | None = None
    for start, end in context.sentences:
        unit = structure.unit_at(start)
        part = structure.parts[structure.part_at(start)]
        text = context.low[start:end].rstrip()
        skip = (
            unit is None
            or part.kind == "footer"
            or structure.in_note(start)
            or context.quotes.inside(start)
        )
        if unit is not None and not skip:
            own = structure.units[unit]
            skip = end <= own.text[0] and own.title is not None  # a heading
            if defining is not None and structure.units[unit].parent == defining:
                skip = True
            elif own.kind not in ("subclause", "indent"):
                defining = None
            if _DEFINITIONS.search(text) and text.endswith(":"):
                defining, skip = unit, True
        if held and (
            skip
            or (
                unit is not None
                and structure.units[unit].kind not in ("subclause", "indent")
                and structure.units[unit].start == start
            )
        ):
            yield _joined(held)
            held = []
        if skip:
            continue
        held.append((start, end, part.type == "report" or part.kind == "footer"))
        if (len(held) == 1 and not text.endswith(":")) or (len(held) > 1 and text.endswith((".", "!"))):
            yield _joined(held)
            held = []
    if held:
        yield _joined(held)


def _joined(held: list[tuple[int, int, bool]]) -> _Statement:
    return _Statement(held[0][0], held[-1][1], held[0][2], tuple(start for start, _, _ in held[1:]))


def _predicates(context: Context, statement: _Statement) -> list[_Predicate]:
    """Every finite predicate of a statement, in order."""
    low = context.low
    found: list[_Predicate] = []
    if _HINT.search(low, statement.start, statement.end):
        for modality, name, pattern in _MODAL:
            for match in pattern.finditer(low, statement.start, statement.end):
                if any(match.start() < p.end and p.start < match.end() for p in found):
                    continue
                if name == "obligation-jussive" and _ENACTING.match(
                    match.group().rsplit(" ", 1)[-1]
                ):
                    found.append(_Predicate(match.start(), match.end(), "", "enacting"))
                    continue
                embedded = low.startswith(" екен", match.end())
                found.append(_Predicate(match.start(), match.end(), modality, name, embedded))
    for match in _INDICATIVE.finditer(low, statement.start, statement.end):
        if any(match.start() < p.end and p.start < match.end() for p in found):
            continue
        verb = match["verb"]
        passive = _PASSIVE.search(verb) and not _ACTIVE.search(verb)
        plain = not passive and not _DESCRIPTIVE.match(verb) and not _NEGATIVE.search(verb)
        modality, rule = ("Obligation", "obligation-indicative") if plain else ("", "indicative")
        if verb == "пайдаланады":
            used = _RIGHTS_USED.search(
                low[max(statement.start, match.start() - 80) : match.start()]
            )
            modality, rule = ("Right", "right-enjoys") if used else ("", "indicative")
        found.append(_Predicate(match.start(), match.end(), modality, rule))
    return sorted(found, key=lambda p: p.start)


def _norms(
    context: Context, bearers: Bearers, statement: _Statement, before: list[NormMention]
) -> list[NormMention]:
    """The norms of one statement."""
    low = context.low
    begin = _text_start(context, statement)
    subject: Candidate | None = None
    out: list[NormMention] = []
    clause = begin
    for predicate in _predicates(context, statement):
        if statement.report and predicate.rule in _WEAK:
            continue
        items = [i for i in statement.items if clause < i <= predicate.start]
        if (
            items and out and predicate.rule != ""
        ):  # each item of the list has a predicate of its own
            clause = _after_label(low, items[-1])
        start = clause if not predicate.embedded else clause
        own = bearers.subject(start, predicate.start)
        pronoun = _PRONOUN.match(low, start, predicate.start)
        if pronoun:
            own = bearers.nearest(statement.start, start)
        bearer = own or subject
        if predicate.modality and (bearer or predicate.rule != "obligation-indicative"):
            norm = _norm(context, bearers, predicate, start, own, bearer, before, statement)
            merged = out and not own and _same(out[-1], norm, low, start)
            if merged:
                out[-1] = replace(
                    out[-1],
                    end=norm.end,
                    marker=f"{out[-1].marker}; {norm.marker}",
                    action=f"{out[-1].action}; {norm.action}",
                )
            else:
                out.append(norm)
        subject = own or subject
        if not predicate.embedded:
            step = _HAVING.match(low, predicate.end)
            clause = step.end() if step else predicate.end
    return out


_WEAK = {
    "obligation-indicative",
    "obligation-future",
    "obligation-jussive",
    "right-guaranteed",
    "permission-can",
    "permission-possible",
    "indicative",
    "obligation-subject-to",
    "right-enjoys",
}


def _text_start(context: Context, statement: _Statement) -> int:
    """Where the words of a statement begin, after the number of its provision."""
    label = _LABEL.match(context.low, statement.start, statement.end)
    return label.end() if label else statement.start


def _after_label(low: str, start: int) -> int:
    label = _LABEL.match(low, start)
    return label.end() if label else start


def _same(last: NormMention, norm: NormMention, low: str, start: int) -> bool:
    """Whether a further predicate belongs to the norm before it: one modality, bearer and condition."""
    return (
        last.modality == norm.modality
        and last.bearer == norm.bearer
        and last.rule == norm.rule
        and not norm.condition
    )


def _norm(
    context: Context,
    bearers: Bearers,
    predicate: _Predicate,
    start: int,
    own: Candidate | None,
    bearer: Candidate | None,
    before: list[NormMention],
    statement: _Statement,
) -> NormMention:
    """Put a norm together from its clause."""
    low, text = context.low, context.text
    end = predicate.end
    condition = ""
    if predicate.embedded:
        owner = bearers.nearest(start, predicate.start)
        genitive = [c for c in bearers.between(start, predicate.start) if c.case == "genitive"]
        owner = genitive[-1] if genitive else owner
        bearer, start = owner, owner.start if owner else start
    else:
        lead = _IF.match(low, start, predicate.start)
        if lead and lead.group().endswith(("са, ", "се, ")):
            condition = text[start : lead.end()].rstrip(", ")
            start = lead.end()
    if (
        predicate.rule in ("right-has", "right-granted", "obligation-duty")
        and not predicate.embedded
    ):
        bearer = bearers.in_case(start, predicate.start, "genitive") or bearer
    elif predicate.rule in (
        "obligation-imposed",
        "prohibition-no-right",
        "permission-allowed",
        "right-born",
    ):
        bearer = bearers.in_case(start, predicate.start, "dative", "genitive") or bearer
    elif bearer is None and predicate.modality in ("Prohibition", "Obligation"):
        bearer = bearers.in_case(start, predicate.start, "genitive")
        if predicate.rule in ("prohibition-forbidden", "prohibition-inadmissible"):
            bearer = None
    if low.startswith("ешкім", predicate.start):
        bearer = Candidate(predicate.start, predicate.start + len("ешкім"), "ешкім", "nominative")
    label, at = _bearer_words(context, bearers, predicate, start, bearer, before)
    first = max(start, own.end) if own and own.start >= start and not predicate.embedded else start
    condition = condition or _condition(text, low, first, predicate.start)
    return NormMention(
        start,
        end,
        predicate.rule,
        modality=predicate.modality,
        bearer=label,
        bearer_at=at,
        marker=text[predicate.start : end].replace("\n", " "),
        action=text[first : predicate.start].replace("\n", " ").strip(" ,-–"),
        condition=condition,
    )


def _bearer_words(
    context: Context,
    bearers: Bearers,
    predicate: _Predicate,
    start: int,
    bearer: Candidate | None,
    before: list[NormMention],
) -> tuple[str, tuple[int, int] | None]:
    """Name and place of the bearer; `` where none is told."""
    if bearer:
        return bearer.label, (bearer.start, bearer.end)
    if predicate.modality == "Right" and re.search(
        r"адам(?:ның)? құқықтар", context.low[start : predicate.start]
    ):
        return "әркім", None
    unit = context.structure.unit_at(start)
    if (
        predicate.rule == "obligation-future"
        and before
        and context.structure.unit_at(before[-1].start) == unit
    ):
        return before[-1].bearer, before[-1].bearer_at
    if predicate.modality != "Prohibition":
        noun = bearers.plural_noun(start, predicate.start)
        if noun:
            return context.text[noun[0] : noun[1]], noun
    return "", None


def _condition(text: str, low: str, start: int, end: int) -> str:
    """The words that limit a norm: `... жағдайда`, `... жолымен`, `... тәртіппен`."""
    skip = _ANYTIME.match(low[start:end].lstrip())
    begin = start + (len(low[start:end]) - len(low[start:end].lstrip()))
    if skip:
        begin += skip.end()
    match = _CONDITION.match(low[begin:end])
    if not match:
        return ""
    return text[begin + match.start("condition") : begin + match.end("condition")].replace(
        "\n", " "
    )
