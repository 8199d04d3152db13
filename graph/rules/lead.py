"""The lead of a list in an amending act: which act, and which provision of it, the items amend.

    1. «Х туралы» Қазақстан Республикасының Заңына (Жаршы, 1998 ж., № 23, 430-құжат):
    1) 10-бапта:
    1-тармақ мынадай редакцияда жазылсын:
The last line speaks of clause 1 of article 10 of that law.
"""

import re
from bisect import bisect_left
from dataclasses import replace

from graph.context import Context
from graph.model import ActMention, Reference

RANKS = {
    "section": 0,
    "chapter": 1,
    "paragraph": 2,
    "article": 3,
    "clause": 4,
    "part": 5,
    "subclause": 6,
    "indent": 7,
}
_DIRECTED = re.compile(r"(?:[ғгқк][ае]|н[ае]|[дт][ае])$")
"""The dative or locative: `Заңына`, `бұйрығында`."""
_AMENDS = re.compile(r"өзгеріс|толықтыру|редакция|ауыстыр|алып таста")
_REGISTERED = re.compile(r"\s*(?:\([^:]*\))?(?:\s*бойынша)?\s*[:;]\s*")
"""Nothing but where it was published stands between the act and the colon."""
_BY = re.compile(r"\s*(?:\([^:;]*\))?\s*бойынша\s*[:;]")
"""After an act in the nominative: `... N 1073 қаулысы бойынша:`."""
_PROVIDED = re.compile(r" (?:көзделген|аталған|белгіленген|көрсетілген)(?![а-яәғқңөұүһі])")
"""After an act whose provisions the items name: `кодексінде көзделген мынадай қылмыстар ...:`."""
_ORDER = r"(?:тасталсын|ауыстырылсын|толықтырылсын|жазылсын|өзгертілсін|жойылсын|деп танылсын)"
_ORDERED = re.compile(rf"[^.;\n]{{0,300}}?{_ORDER}")
_ORDER_BEFORE = re.compile(rf"{_ORDER}[»\"”]?[.;]\s+$")
_INLINE = re.compile(
    r"\s*(?:\([^:;]*\))?(?:\s*бойынша)?"
    r"(?:\s*:|[^.;:\n]{0,120}(?:өзгеріс|өзгерту|толықтыру)[^.;:\n]{0,80}[:.])\s+"
)
"""A lead that goes on in its own line: ` мынадай өзгерістер енгізілсін: `."""

_LONGEST_ORDER = 700
_LONGEST_PARENTHESIS = 400


def opening(low: str, at: int) -> int | None:
    """Where the parenthesis opens that a place stands in; `1)` closes none."""
    depth = 0
    for i in range(at - 1, max(-1, at - _LONGEST_PARENTHESIS), -1):
        if low[i] == "\n":
            return None
        if low[i] == ")" and not low[i - 1].isdigit():
            depth += 1
        elif low[i] == "(":
            depth -= 1
            if depth < 0:
                return i
    return None


class Leads:
    """What the leads of a text's units point at, found as the references come."""

    def __init__(self, context: Context, acts: list[ActMention]) -> None:
        self._context = context
        self._acts = acts
        self._starts = [act.start for act in acts]
        self._paths: dict[int, tuple[tuple[str, str], ...]] = {}
        """Unit to the provision that its lead names, if it opens a list."""
        self._known: dict[int, int | None] = {}
        """Unit to the act that the nearest lead names."""
        self._nearest: dict[int, int | None] = {}
        """Unit to the one whose lead holds a provision: itself or the nearest above."""
        self._lists: dict[int, bool] = {}
        """Whether a unit's text ends in a colon."""
        self._last: Reference | None = None

    def lead(self, reference: Reference) -> Reference:
        """The reference as an item of its list means it."""
        unit = self._context.structure.unit_at(reference.start)
        if unit is None or reference.act is not None or reference.this:
            return reference
        explained = self._explained(reference)
        if explained is not None:
            return explained
        if self._again(reference):
            return replace(reference, act=self._last.act if self._last else None)
        act = self._act(unit)
        if act is None:
            return self._carried(reference, unit)
        if self._acts[act].start >= reference.start:
            return reference
        rank = RANKS[reference.path[0][0]]
        above = self._before(reference, act, rank) or self._above(unit, rank)
        return replace(reference, act=act, path=(*above, *reference.path))

    def _carried(self, reference: Reference, unit: int) -> Reference:
        """What an amending sentence means by the act of the sentence or lead before it.

        `... қаулысының 1-тармағы алып тасталсын. 2-тармақ мынадай редакцияда жазылсын.`
        """
        low, last = self._context.low, self._last
        if not _ORDERED.match(low, reference.end) or self._context.quotes.inside(reference.start):
            return reference
        known = self._context.structure.units[unit]
        at = bisect_left(self._starts, reference.start) - 1
        if last is not None and last.end > known.start and self._goes_on(last, reference, at):
            rank = RANKS[reference.path[0][0]]
            above = tuple(step for step in last.path if RANKS[step[0]] < rank)
            return replace(reference, act=last.act, path=(*above, *reference.path))
        if at < 0 or self._starts[at] < known.start or not self._is_amended(at):
            return reference
        stop = min(reference.start, self._acts[at].end + _LONGEST_ORDER)
        led = _INLINE.fullmatch(low, self._acts[at].end, stop)
        return replace(reference, act=at) if led and stop == reference.start else reference

    def _goes_on(self, last: Reference, reference: Reference, before: int) -> bool:
        """Whether a reference means the act of `last`; `before`: the act named last before it."""
        named = last.act is not None and last.act >= before and not self._acts[last.act].this
        return named and self._ordered_before(last, reference)

    def _ordered_before(self, last: Reference, reference: Reference) -> bool:
        """Whether a reference begins the sentence after the one that changes what `last` names."""
        start = max(last.end, reference.start - _LONGEST_ORDER)
        return _ORDER_BEFORE.search(self._context.low[start : reference.start]) is not None

    def _is_amended(self, at: int) -> bool:
        """Whether an act stands in the case of what is amended."""
        act = self._acts[at]
        named = not (act.this or act.quoted or act.alias)
        return named and _DIRECTED.search(self._context.low[act.start : act.end]) is not None

    def _explained(self, reference: Reference) -> Reference | None:
        """What goes on with the article that the same parenthesis names.

        `(12-баптың бірінші бөлігі – кеме болған жағдайда, үшінші бөлігі)`
        """
        last, rank = self._last, RANKS[reference.path[0][0]]
        if last is None or last.path[0][0] != "article" or rank <= RANKS["article"]:
            return None
        start = opening(self._context.low, reference.start)
        if start is None or last.start < start:
            return None
        above = tuple(step for step in last.path if RANKS[step[0]] < rank)
        return replace(reference, act=last.act, path=(*above, *reference.path))

    def _again(self, reference: Reference) -> bool:
        """Whether a sentence names an article of another act anew: `21-бабының ..., 21-бабы`."""
        last, sentence = self._last, self._context.sentence
        same = last is not None and last.act is not None and last.path[:1] == reference.path[:1]
        return same and sentence(last.start) == sentence(reference.start) if last else False

    def _before(self, reference: Reference, act: int, rank: int) -> tuple[tuple[str, str], ...]:
        """What a reference before it in the sentence names above it.

        `10-баптың 1-тармағы мынадай мазмұндағы екінші бөлікпен толықтырылсын`
        """
        last, sentence = self._last, self._context.sentence
        if last is None or last.act != act:
            return ()
        if sentence(last.start) != sentence(reference.start):
            unit_at = self._context.structure.unit_at
            same = unit_at(last.start) == unit_at(reference.start) and rank == RANKS["indent"]
            if not same or not self._ordered_before(last, reference):
                return ()  # else `3-тармақтың екінші абзацы алып тасталсын. Үшінші абзацта ...`
        return tuple(step for step in last.path if RANKS[step[0]] < rank)

    def add(self, reference: Reference) -> None:
        """Note a reference that stands in a lead: `10-бапта:`."""
        self._last = reference
        unit = self._context.structure.unit_at(reference.start)
        if unit is None or unit in self._paths or not self._opens_list(unit):
            return
        low = self._context.low
        if _DIRECTED.search(low[reference.start : reference.end]):
            self._paths[unit] = reference.path

    def _opens_list(self, unit: int) -> bool:
        if unit not in self._lists:
            known = self._context.structure.units[unit]
            lead = self._context.low[known.start : known.end]
            self._lists[unit] = lead.rstrip().endswith((":", " бойынша;"))
        return self._lists[unit]

    def _above(self, unit: int, rank: int) -> tuple[tuple[str, str], ...]:
        """The provision named in the nearest lead above, as far as it ranks above `rank`.

        What stands above comes before, so that no lead of it can change any more.
        """
        at = self._before_or_above(unit)
        passed = []
        while at is not None and at not in self._nearest and not self._paths.get(at):
            passed.append(at)
            at = self._before_or_above(at)
        found = self._nearest.get(at, at) if at is not None else None
        self._nearest.update(dict.fromkeys(passed, found))
        path = self._paths[found] if found is not None else ()
        return tuple(step for step in path if RANKS[step[0]] < rank)

    def _before_or_above(self, unit: int) -> int | None:
        """The unit whose lead the unit stands under: an indent's is the indent before it."""
        units = self._context.structure.units
        known, before = units[unit], units[unit - 1] if unit else None
        if known.kind == "indent" and before and before.kind == "indent":
            return unit - 1
        return known.parent

    def _act(self, unit: int | None) -> int | None:
        """Index of the act that the nearest lead names, the unit's own or one above it."""
        passed = []
        while unit is not None and unit not in self._known:
            passed.append(unit)
            own = self._named(unit)
            if own is not None:
                self._known[unit] = own
                break
            unit = self._before_or_above(unit)
        found = None if unit is None else self._known[unit]
        self._known.update(dict.fromkeys(passed, found))
        return found

    def _named(self, unit: int) -> int | None:
        known = self._context.structure.units[unit]
        if not self._opens_list(unit):
            return None
        low = self._context.low
        amends = max((m.start() for m in _AMENDS.finditer(low, known.start, known.end)), default=-1)
        for i in range(bisect_left(self._starts, known.start), len(self._acts)):
            act = self._acts[i]
            if act.start >= known.end:
                break
            directed = _DIRECTED.search(low[act.start : act.end])
            directed = directed or _BY.match(low, act.end, known.end)
            if act.this or act.quoted or act.alias or not directed:
                continue
            registered = _REGISTERED.fullmatch(low, act.end, known.end)
            if amends >= act.end or registered or _PROVIDED.match(low, act.end):
                return i
        return None
