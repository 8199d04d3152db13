"""Penalties: one for each alternative sanction, and for each addressee of a fine.

    ... - 4 жылдан 8 жылға дейінгі мерзімге бас бостандығынан айыруға жазаланады
    ... жеке тұлғаларға - он, лауазымды адамдарға - жиырма айлық есептік көрсеткіш мөлшерінде
        айыппұл салуға әкеп соғады
A sanction clause ends in a verb of punishing and begins after the dash that ends the offence.
Sanctions are found by the noun of their kind; the amount is the last one before it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from graph.context import Context
from graph.model import ActMention, PenaltyMention
from graph.rules.amount import Amount, find_amounts, same_amount, with_amount
from graph.rules.fine import DASH, PERSON, fines, shares_end
from graph.rules.liability import liabilities
from graph.text.numerals import NUMBER

_END = r"(?![а-яәғқңөұүһі])"
_VERB = re.compile(
    r"(?:жазалан(?:ады|уға тиіс)|жазаға тартылады|әкеп (?:соғады|соқтырады)|әкеліп соғады"
    r"|алып келеді|айыппұл (?:салын(?:ады|ып(?=,))|өндір(?:іледі|іп ал(?:ады|ынады))|төлейді)"
    r"|(?:айыру|шектеу|салу|тарту|жұмыстар|қамақ|алу)(?:ды)?(?: түріндегі)?"
    r"(?: (?:жаза|санкция)(?:сы|ны)?)?"
    r" (?:көзделген|көздейді|көзделеді|қарастырылған|тағайындалады))" + _END
)
_VERBS = (
    *("жазалан", "жазаға", "жазасы", "әкеп", "әкеліп", "алып", "айыппұл"),
    *("айыру", "шектеу", "салу", "тарту", "жұмыстар", "қамақ", "алу"),
)
"""What the words of _VERB begin with."""
KINDS = (
    ("life-imprisonment", r"өмір бойы(?:на)? бас бостандығынан айыр[а-яәғқңөұүһі]*"),
    ("death", r"өлім жазасы[а-яәғқңөұүһі]*(?: кес[а-яәғқңөұүһі]*)?"),
    ("imprisonment", r"бас бостандығынан айыр[а-яәғқңөұүһі]*"),
    ("restriction-of-liberty", r"бас бостандығын шекте[а-яәғқңөұүһі]*"),
    ("administrative-arrest", r"әкімшілік қама[а-яәғқңөұүһі]*(?: ал[а-яәғқңөұүһі]*)?"),
    ("arrest", r"қама(?:ққа|уға)(?: ал[а-яәғқңөұүһі]*)?"),
    ("community-service", r"қоғамдық жұмыс[а-яәғқңөұүһі]*(?: тарт[а-яәғқңөұүһі]*)?"),
    ("correctional-labour", r"түзеу жұмыс[а-яәғқңөұүһі]*"),
    (
        "deprivation-of-right",
        r"(?:құқы|куәліг|лицензия|рұқсат|аттестат|сертификат|атағ|шен|дәреже|сыныптық)"
        r"(?:[а-яәғқңөұүһі]*[нтд][ае]н)(?: [^.;–]{0,70}?)? ?айыр[а-яәғқңөұүһі]*(?: отырып)?",
    ),
    ("confiscation", r"тәркіле[а-яәғқңөұүһі]*(?: отырып)?"),
    ("expulsion", r"(?:әкімшілік жолмен )?[^,.;–]{0,60}?шығарып жібер[а-яәғқңөұүһі]*(?: отырып)?"),
    (
        "suspension",
        r"тоқтат(?:ыл)?а (?:тұр[а-яәғқңөұүһі]*(?: отырып)?|отырып)"
        r"|(?:лицензия|қолданы|қызмет)[а-яәғқңөұүһі]* тоқтат(?!а |ыла )[а-яәғқңөұүһі]*",
    ),
    (
        "other",
        r"әскери қызмет(?:і)? бойынша шекте[а-яәғқңөұүһі]*"
        r"|(?:әскери тәртіптік|тәртіптік(?: әскери)?) (?:бөлім|батальон)[а-яәғқңөұүһі]*"
        r" (?:ұста|жібер)[а-яәғқңөұүһі]*"
        r"|мәжбүрлеп бұз[а-яәғқңөұүһі]*|білу(?:ін|ді) тексер[а-яәғқңөұүһі]*"
        r"|сөгіс (?:бер|жариялау)[а-яәғқңөұүһі]*",
    ),
    ("warning", r"ескерту(?:ге|(?: жаса[а-яәғқңөұүһі]*)|(?= ?,|$))"),
    ("fine", r"айыппұл[а-яәғқңөұүһі]*(?: сал[а-яәғқңөұүһі]*| төле[а-яәғқңөұүһі]*)?"),
)
_KIND = re.compile("|".join(f"(?P<k{i}>{pattern})" for i, (_, pattern) in enumerate(KINDS)))
_KIND_OF_CONFISCATION = re.compile(r"тәркіле")
_ATTACHED = {"deprivation-of-right", "expulsion", "suspension"}
_WITH_FINES = {*_ATTACHED, "confiscation"}
"""Sanctions that may stand among the addressees of a fine."""
_CONVERB = re.compile(r"(?:ып|іп|[ае] отырып)$")
_OPTIONAL = re.compile(r",? ?(?:немесе|не|я) (?:он[ыі]?сыз|оларсыз|мұнсыз)")
_AMOUNT = re.compile(rf"\s?{NUMBER}")
_NEAR = 200
"""Code points after a dash in which the first sanction is named."""
_ALTERNATIVE = re.compile(r"\s*(?:,\s*)?(?:(?:не(?:месе)?|я болмаса|болмаса|я)\s+)?")
_BACK_REFERENCE = re.compile(
    r"^(?:егер [^–]{0,200}?[мпб][ае]с[ае], )?"
    r"(?:осы (?:баптың|кодекстің)[^,]{0,120}?(?:көзделген|аталған|көрсетілген),? )?"
    r"(?:адам өзінің )?(?P<condition>.{4,}?(?:ған|ген|қан|кен)),? "
    r"(?:дәл сол |нақ сол |осындай |сол )?(?:іс-)?әрекет(?:тер|тің|тері)?$",
    re.DOTALL,
)


def find(context: Context, acts: list[ActMention]) -> list[PenaltyMention]:
    """All sanctions that a provision threatens, in order of their start."""
    found: list[PenaltyMention] = []
    begin = 0
    for verb in context.matches(_VERB, lambda word: word.startswith(_VERBS)):
        at = verb.start()
        quoted = context.quotes.inside(at) and not context.structure.in_quoted_part(at)
        if quoted or context.structure.in_note(at):
            continue
        zone = _zone(context, begin, verb)
        if zone is not None:
            found += _sanctions(context, *zone, verb.end())
        begin = verb.end()
    found += liabilities(context, acts)
    return sorted(found, key=lambda p: (p.start, p.end))


def _zone(context: Context, begin: int, verb: re.Match[str]) -> tuple[int, int, int] | None:
    """(start of the offence, its end, start of the sanctions) before a verb of punishing."""
    low = context.low
    unit = context.structure.unit_at(verb.start())
    first = (
        context.structure.units[unit].text[0]
        if unit is not None
        else context.sentence(verb.start())[0]
    )
    while unit is not None and first >= verb.start():
        first = context.structure.units[unit].start
        break
    first = max(first, begin)
    kinds = [kind.span() for kind in _KIND.finditer(low, first, verb.end())]
    for dash in DASH.finditer(low, first, verb.end()):
        if not kinds or kinds[-1][0] < dash.end():
            break
        after = kinds[bisect_left(kinds, (dash.end(), 0))]
        if kinds[0][1] <= dash.start() and after[1] > dash.end() + _NEAR:
            continue
        person = PERSON.search(low, max(first, dash.start() - _NEAR), dash.start())
        if person and _AMOUNT.match(low, dash.end()):
            break  # `жеке тұлғаларға - он`: a dash inside the sanctions
        return first, dash.start(), dash.end()
    block = context.normalised.block_at(verb.start())
    start = max(block.start, first, context.sentence(verb.start())[0])
    if _KIND.search(low, start, verb.start()):
        return first, start, start
    if low.startswith("айыппұл", verb.start()):  # the verb names the sanction itself
        for amount in find_amounts(low, start, verb.start())[:1]:
            return first, amount.start, amount.start
    return None


def _sanctions(
    context: Context, offence: int, offence_end: int, start: int, end: int
) -> Iterator[PenaltyMention]:
    """The sanctions of one clause, in order."""
    low = context.low
    criminal = low[start:end].rstrip().endswith(("жазаланады", "тиіс", "тартылады"))
    told = context.text[offence:offence_end].strip(" ,–-\n").replace("\n", " ")
    condition = _condition(context.text[offence:offence_end].strip(" ,–-\n"))
    amounts = find_amounts(low, start, end)
    starts = [amount.start for amount in amounts]
    anchors = _KIND.finditer(low, start, end)
    at = start
    confiscation, taken = "", start
    leading = False
    """Confiscation is told once, before all the sanctions: it goes with each."""
    out: list[PenaltyMention] = []
    last: dict[bool, Amount] = {}
    waiting: int | None = None
    """Where a fine began whose word comes only after the sanctions attached to a share of it."""
    for anchor in anchors:
        kind = KINDS[int((anchor.lastgroup or "k0")[1:])][0]
        optional = _OPTIONAL.match(low, anchor.end())
        stop = optional.end() if optional else anchor.end()
        lead = _ALTERNATIVE.match(low, at, anchor.end())
        begin = lead.end() if lead else at
        shared = shares_end(low, begin, anchor.start()) if kind in _WITH_FINES else None
        if shared:
            waiting, begin = begin if waiting is None else waiting, shared
        elif kind == "fine" and waiting is not None:
            begin, waiting = waiting, None
        after = bisect_left(starts, begin)
        until = bisect_left(starts, anchor.end(), after)
        stretch = [a for a in amounts[after:until] if a.end <= anchor.end()]
        base = PenaltyMention(begin, stop, "sanction", kind=kind, offence=told, condition=condition)
        if kind == "confiscation":
            confiscation, taken = "optional" if optional else "mandatory", begin
            leading = not out and not _KIND_OF_CONFISCATION.search(low, anchor.end(), end)
            if not criminal:
                out.append(replace(base, additional=True, optional=bool(optional)))
                at = stop
            continue  # in a criminal code it belongs to the punishment after it
        additional = kind in _ATTACHED and (
            bool(optional) or _CONVERB.search(anchor.group()) is not None
        )
        if kind == "fine":
            items = list(fines(context, base, stretch, begin, anchor, last))
        else:
            amount = stretch[-1] if stretch else same_amount(low, begin, anchor.end(), last)
            items = [with_amount(base, amount)]
            if amount and not (additional and amount.term in last):
                last[amount.term] = amount
        for item in items:
            attribute = confiscation if confiscation and item.end > taken else "none"
            out.append(
                replace(
                    item,
                    confiscation="none" if additional else attribute,
                    additional=additional,
                    optional=bool(optional),
                )
            )
        at = stop
        if criminal and not additional and not leading:
            confiscation = ""
    if out and low[out[-1].end : end].strip():
        tail = low[out[-1].end : end]
        if not _KIND.search(tail) and len(tail) < 60:
            out[-1] = replace(out[-1], end=end)
    yield from out


def _condition(offence: str) -> str:
    """What aggravates an offence that refers back to another: `... жасаған дәл сол әрекеттер`."""
    low = offence.lower()
    match = _BACK_REFERENCE.match(low)
    return offence[match.start("condition") : match.end("condition")] if match else ""
