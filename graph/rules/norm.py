"""Norms: obligations, prohibitions, permissions and rights, by their modal predicate.

    -уға тиіс, міндетті, -сін, -уға жатады            obligation
    тыйым салынады, -мауға тиіс, -уға болмайды        prohibition
    -а алады, -уға болады, рұқсат етіледі             permission
    құқығы бар, құқылы, кепілдік беріледі             right
The plain present (`шараларды қабылдайды`) obliges where an act addresses a bearer it names. A list
that closes with one predicate is one norm, so are predicates that share modality, bearer and
condition.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from graph.context import Context
from graph.model import BodyMention, NormMention, PenaltyMention
from graph.rules.bearer import Bearers, Candidate
from graph.rules.modality import Predicate, predicates
from graph.rules.statement import Statement, statements, words_start

_JOINT = re.compile(r"\s*[,;.:]?\s*(?:және|сондай-ақ|бірақ|ал|немесе)?\s*")
"""What stands between two clauses."""
_IF = re.compile(r"[^.;]{0,400}?(?:[мбп][ае]с[ае](?<!немесе)|[аеиы]лс[ае]|[рлйкт]с[ае]),\s")
"""A conditional clause at the head: `... өзгеше көзделмесе,`."""
_CONDITION = re.compile(
    r"(?:[^,.;:]{0,160} )?(?:жағдай(?:да|ларда)(?: болсын)?|кезінде|кезде|жолымен|тәртіппен"
    r"|тәртіпте|тәртіп пен түрлер бойынша|шеңберінде|орай|өзгеше көзделмесе)(?= |,)"
)
_ANYTIME = re.compile(r"\s*(?:(?:кез келген (?:сәтте|уақытта)|әрқашан|үнемі)\s+)?")
_SAYS = re.compile(
    r"(?:осы|бұл) (?:[\w-]+ )?(?:заң|кодекс|жарлық|қаулы|бұйрық|шешім|ереже|қағида|нұсқаулық"
    r"|регламент|жарғы|келісім|шарт|хаттама|конвенция|баяндама|бөлім|тарау)(?:[лдт][ае]р)? "
    r"|(?:осы|бұл) [^.;:()\n]{0,300}(?:ереже|қағида|нұсқаулы|регламент|әдістеме)[^.;:()\n]{0,80}"
    r" \(бұдан (?:әрі|былай)"
)
"""The act itself as the subject of a sentence."""
_PRONOUN = re.compile(r"(?:ол|олар)(?= )")
_HUMAN_RIGHTS = re.compile(r"адам(?:ның)? құқықтар")
_ALL = ("әркім", "әрбір азамат", "азаматтар", "әрбір бала")
_NOBODY = "ешкім"
_EXPLICIT_ONLY = {
    "obligation-indicative",
    "obligation-future",
    "obligation-jussive",
    "obligation-need",
    "obligation-subject-to",
    "permission-can",
    "permission-possible",
    "right-enjoys",
    "right-guaranteed",
}
"""Rules that do not hold in a State report: it tells what is done, in the same words."""
_OWNER = {"right-has", "obligation-duty"}
"""Rules whose bearer stands in the genitive: `баланың құқығы бар`."""
_ADDRESSEE = {
    "obligation-imposed",
    "prohibition-no-right",
    "permission-allowed",
    "right-born",
    "right-granted",
    "right-guaranteed",
}
"""Rules whose bearer stands in the dative: `орынбасарына жүктелсін`."""
_IMPERSONAL = {"prohibition-forbidden", "prohibition-inadmissible"}
_JUSSIVE = {"obligation-jussive", "obligation-future"}
"""Two forms of one mood: `бекітсін, қамтамасыз ететін болсын`."""
_CONDITIONS = re.compile(r"егер\s*:")
"""Before a list of conditions, whose last item goes on with the main clause."""
_PUNISHED_WITHIN = 3000
"""Code points that a penalty may begin before a statement and still reach into it."""


def find(
    context: Context, bodies: list[BodyMention], penalties: list[PenaltyMention]
) -> list[NormMention]:
    """All norms, in order of their start. What threatens a penalty is not a norm."""
    bearers = Bearers(context, bodies)
    punished = [(p.start, p.end) for p in penalties]
    found: list[NormMention] = []
    for statement in statements(context):
        if not _punishes(punished, statement):
            found += _Clauses(context, bearers, statement, found[-1:]).norms()
    return found


def _punishes(punished: list[tuple[int, int]], statement: Statement) -> bool:
    low = bisect_left(punished, (statement.start - _PUNISHED_WITHIN, 0))
    high = bisect_left(punished, (statement.end, 0))
    return any(end > statement.start for _, end in punished[low:high])


class _Clauses:
    """The clauses of one statement, each up to its predicate."""

    def __init__(
        self, context: Context, bearers: Bearers, statement: Statement, before: list[NormMention]
    ) -> None:
        self.context = context
        self.low = context.low
        self.bearers = bearers
        self.statement = statement
        self.before = before

    def norms(self) -> list[NormMention]:
        """The norms of the statement."""
        out: list[NormMention] = []
        subject: Candidate | None = None
        start = words_start(self.low, self.statement.start)
        shared: tuple[int, int] | None = None
        found = [
            predicate
            for predicate in predicates(self.low, self.statement.start, self.statement.end)
            if not (self.statement.report and predicate.rule in _EXPLICIT_ONLY)
            or (predicate.rule == "permission-can" and self._everybody(start, predicate))
        ]
        if self.statement.items and _CONDITIONS.match(self.low, start):
            found = [p for p in found if p.start > self.statement.items[-1]]
        describes = _SAYS.match(self.low, start) is not None
        for predicate in found:
            if describes and predicate.rule == "obligation-indicative":
                continue  # `Осы Ереже ... тәртібін белгілейді`
            known = self.statement.items
            items = known[bisect_left(known, start) : bisect_right(known, predicate.start)]
            alone = len(items) == 1 and (self._is_followed(items[0], found) or self._cut(items[0]))
            if items and not out and alone:  # the items share what stands before the list
                shared = (start, items[0])
                subject = self._subject(start, replace(predicate, start=items[0]))
            if items and (out or alone):  # each item of the list has a predicate of its own
                start = words_start(self.low, items[-1])
            own = self._subject(start, predicate)
            if own is None and predicate.rule == "obligation-indicative" and subject is None:
                own = self.bearers.agent(start, predicate.start)
            bearer = own or subject
            if predicate.modality and (bearer or predicate.rule != "obligation-indicative"):
                norm = self._norm(predicate, start, own, bearer)
                if predicate is found[-1] and self.low.startswith(":", predicate.end):
                    norm = replace(norm, end=self._end())  # the list is what it forbids
                if shared and start > shared[1]:
                    norm = replace(norm, more=(self._trimmed(*shared),))
                if out and not own and not items and _goes_on(out[-1], norm):
                    out[-1] = _merged(out[-1], norm)
                else:
                    out.append(norm)
            subject = bearer
            if not predicate.embedded:
                joint = _JOINT.match(self.low, predicate.end)
                start = joint.end() if joint else predicate.end
        return out

    def _end(self) -> int:
        """The end of the statement without its full stop."""
        text = self.low[self.statement.start : self.statement.end]
        return self.statement.start + len(text.rstrip("; .\n"))

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        """A range without the colon and spaces at its end."""
        return start, start + len(self.low[start:end].rstrip(": \n"))

    def _everybody(self, start: int, predicate: Predicate) -> bool:
        """Whether a report tells what everybody may do: `Әркім ... жүгіне алады`."""
        subject = self.bearers.subject(start, predicate.start)
        return subject is not None and subject.label in _ALL

    def _is_followed(self, item: int, found: list[Predicate]) -> bool:
        """Whether an item after this one has a predicate that obliges, forbids or permits."""
        after = bisect_right(self.statement.items, item)
        if after == len(self.statement.items):
            return False
        return any(p.modality and p.start > self.statement.items[after] for p in reversed(found))

    def _cut(self, item: int) -> bool:
        """Whether a numbered item closes its sentence, and the list goes on in another."""
        if self.statement.items != (item,):
            return False
        units, at = self.context.structure.units, self.context.structure.unit_at(item)
        if at is None or units[at].kind != "subclause":
            return False
        later = (units[k] for k in range(at + 1, len(units)))
        after = next((unit for unit in later if unit.start >= self.statement.end), None)
        return after is not None and (after.parent, after.kind) == (units[at].parent, "subclause")

    def _subject(self, start: int, predicate: Predicate) -> Candidate | None:
        """The clause's own subject; `ол` stands for who was named last before."""
        if _PRONOUN.match(self.low, start, predicate.start):
            return self.bearers.nearest(self.statement.start, start)
        return self.bearers.subject(start, predicate.start)

    def _norm(
        self, predicate: Predicate, start: int, own: Candidate | None, bearer: Candidate | None
    ) -> NormMention:
        """Put a norm together from its clause."""
        condition = ""
        begin = None
        if predicate.embedded:
            bearer = self.bearers.owner(start, predicate.start) or bearer
            start = bearer.start if bearer else start
        else:
            lead = _IF.match(self.low, start, predicate.start)
            egers = self.low.find("егер ", start, lead.end()) if lead else -1
            if lead and own and own.end <= egers:  # `бала, егер ... көзделмесе, ... пайдаланады`
                condition = self._words(egers, lead.end()).rstrip(", ")
            elif lead:
                condition = self._words(start, lead.end()).rstrip(", ")
                begin, start = start, lead.end()
            bearer = self._bearer(predicate, start, bearer)
        label, at = self._named(predicate, start, bearer)
        after = own.end if own and own.start >= start and not predicate.embedded else start
        return NormMention(
            start if begin is None else begin,
            predicate.end,
            predicate.rule,
            modality=predicate.modality,
            bearer=label,
            bearer_at=at,
            marker=self._words(predicate.start, predicate.end),
            action=self._words(after, predicate.end).strip(" ,-–"),
            condition=condition or self._condition(after, predicate.start),
        )

    def _words(self, start: int, end: int) -> str:
        return self.context.text[start:end].replace("\n", " ")

    def _bearer(
        self, predicate: Predicate, start: int, bearer: Candidate | None
    ) -> Candidate | None:
        """Who bears the norm, by the case that its predicate asks for."""
        end = predicate.start
        if self.low.startswith(_NOBODY, end):
            return Candidate(end, end + len(_NOBODY), _NOBODY, "nominative")
        if predicate.rule in _OWNER:
            return self.bearers.in_case(start, end, "genitive") or bearer
        if predicate.rule in _ADDRESSEE:
            return self.bearers.in_case(start, end, "dative", "genitive") or bearer
        if bearer or predicate.rule in _IMPERSONAL:
            return bearer
        if predicate.modality in ("Prohibition", "Obligation"):
            return self.bearers.in_case(start, end, "genitive")
        return None

    def _named(
        self, predicate: Predicate, start: int, bearer: Candidate | None
    ) -> tuple[str, tuple[int, int] | None]:
        """Name and place of the bearer; "" where none is told."""
        if bearer:
            return bearer.label, (bearer.start, bearer.end)
        clause = self.low[start : predicate.start]
        if predicate.modality == "Right" and _HUMAN_RIGHTS.search(clause):
            return "әркім", None
        if predicate.rule == "obligation-future" and self.before:
            last, unit_at = self.before[0], self.context.structure.unit_at
            if unit_at(last.start) == unit_at(start):
                return last.bearer, last.bearer_at
        noun = self.bearers.plural_noun(start, predicate.start)
        done = predicate.rule == "obligation-jussive" and noun and noun[1] + 1 == predicate.start
        if noun and not done and predicate.modality != "Prohibition":
            return self.low[noun[0] : noun[1]], noun
        return "", None

    def _condition(self, start: int, end: int) -> str:
        """The words that limit a norm: `... жағдайда`, `... жолымен`, `... тәртіппен`."""
        skipped = _ANYTIME.match(self.low, start, end)
        begin = skipped.end() if skipped else start
        match = _CONDITION.match(self.low, begin, end)
        return self._words(begin, match.end()) if match else ""


def _goes_on(last: NormMention, norm: NormMention) -> bool:
    """Whether a predicate belongs to the norm before it: one modality, bearer and condition."""
    same = (last.modality, last.bearer) == (norm.modality, norm.bearer)
    alike = last.rule == norm.rule or {last.rule, norm.rule} == _JUSSIVE
    return same and alike and not norm.condition


def _merged(last: NormMention, norm: NormMention) -> NormMention:
    return replace(
        last,
        end=norm.end,
        marker=f"{last.marker}; {norm.marker}",
        action=f"{last.action}; {norm.action}",
    )
