"""References to provisions: `9-бабының 12-1-тармағы`, `28 және 29-баптарына`, `осы бап`.

A reference is a run of levels, each a list of numbers and the noun of a unit. Levels nest when one
follows another (`9-бабының 2-тармағы`), and are coordinated when a comma or `және` stands between.
Coordinated provisions give one reference each, all growing from the common head.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice

from graph.context import Context
from graph.model import ActMention, Reference
from graph.rules.lead import RANKS, Leads, opening
from graph.rules.levels import THIS, Level, levels
from graph.text.morphology import is_genitive

_JOINS = re.compile(r"(?:,|,? (?:және|мен|не|немесе|сондай-ақ))? ?$")
_NAMED = re.compile(r"\s(?:деген|атты)\s$")
_OF_SOMETHING = re.compile(r"[нтд][ыі]ң\s$")
_DESCRIPTION = re.compile(r" [^.,;:()\n]{4,}(?:[тғқ][ыіае]н|йтын|йтін) ")
_LONGEST_DESCRIPTION = 120
_LONGEST_PUBLICATION = 600
_LONGEST_RUN = 2000
"""Code points from the head that coordinated provisions share to the last of them."""
_MOST_REFERENCES = 400
"""References of one list, which may name every clause of every article of a range."""
_LONGEST_GLOSS = 400
_GLOSS = re.compile(r" ?\([^()\n]+\)(?:[,;]|,? (?:және|мен|сондай-ақ)) ")
_OPEN = re.compile(r"\s*\([^()]*")
_LOCATIVE = re.compile(r"[дт][ае]$")
PREFIX = {
    "section": "sec",
    "chapter": "chp",
    "paragraph": "prg",
    "article": "art",
    "clause": "para",
    "part": "para",
    "subclause": "sub",
    "indent": "indent",
}


def find(context: Context, acts: list[ActMention]) -> list[Reference]:
    """All references, in order of their start."""
    leads = Leads(context, acts)
    found: list[Reference] = []
    end, act = 0, None
    for run in _runs(context, list(levels(context))):
        goes_on = act is not None and _goes_on(context.low, end, run[0])
        end, act = run[-1].end, act if goes_on else None
        for reference in _references(context, run, acts, act):
            led = leads.lead(reference)
            found.append(led)
            leads.add(led)
            act = led.act
    heads = {r.start for r in found}
    covered = sorted((r.start, r.end) for r in found)
    for match in context.matches(THIS, "осы".__eq__):
        at = bisect_right(covered, (match.start(), 1 << 60)) - 1
        if (at >= 0 and covered[at][1] > match.start()) or match.start() in heads:
            continue
        found.append(
            Reference(match.start(), match.end(), "provision-this", this=match.lastgroup or "")
        )
    found += _headings(context)
    return sorted(found, key=lambda r: (r.start, r.end))


def _runs(context: Context, levels: list[Level]) -> Iterator[list[Level]]:
    """Levels that stand together."""
    run: list[Level] = []
    for level in levels:
        if run:
            gap = context.low[run[-1].end : level.start]
            nested = gap == " " and RANKS[level.kind] > RANKS[run[-1].kind]
            listed = gap.strip() != "" and _JOINS.fullmatch(gap) is not None
            if not nested and not listed:
                yield run
                run = []
        run.append(level)
    if run:
        yield run


def _goes_on(low: str, end: int, level: Level) -> bool:
    """Whether an article goes on with a list after what explains the provision before it.

    `Қылмыстық кодексінің 96-бабы (кісі өлтіру), 125-бабы (адам ұрлау)`
    """
    near = level.kind == "article" and level.start - end < _LONGEST_GLOSS
    return near and _GLOSS.fullmatch(low, end, level.start) is not None


def _references(
    context: Context, run: list[Level], acts: list[ActMention], inherited: int | None
) -> Iterator[Reference]:
    """One reference for each provision that a run names.

    `inherited`: index of the act that the run goes on with, if it names none itself.
    """
    article = run[0].kind == "article"
    start, act, this = _head(context, run[0].start, acts, article=article)
    if act is None and not this:
        act = inherited
    if (
        act is None
        and not this
        and _OF_SOMETHING.search(context.low, max(0, run[0].start - 4), run[0].start)
    ):
        return  # `шарттың 5-тармағы`: of something that is no act
    path: list[tuple[str, str]] = []
    for k, level in enumerate(run):
        path = [(kind, number) for kind, number in path if RANKS[kind] < RANKS[level.kind]]
        if this and RANKS[level.kind] <= RANKS[this]:
            start, this = level.start, ""  # `осы баптың 2-тармағына, 15-баптың ...`
        after = run[k + 1] if k + 1 < len(run) else None
        if after and context.low[level.end : after.start] == " ":
            path.append((level.kind, level.numbers[-1][0]))
            tails = list(islice(_tails(context, run, k + 1), _MOST_REFERENCES))
            before = ((number, tail) for number in level.numbers[:-1] for tail in tails)
            for (number, end), tail in islice(before, _MOST_REFERENCES):
                # `4-бабы 1 және 3-тармақтарының 1) тармақшасында`
                steps = (*path[:-1], (level.kind, number), *tail)
                yield Reference(start, end, "provision-reference", path=steps, act=act, this=this)
            continue
        if level.end - start > _LONGEST_RUN:
            start = level.start
        for number, end in level.numbers[:_MOST_REFERENCES]:
            yield Reference(
                start,
                end,
                "provision-reference",
                path=(*path, (level.kind, number)),
                act=act,
                this=this,
                cue=context.low[level.end : level.end + 40],
            )
        path.append((level.kind, level.numbers[-1][0]))


def _tails(context: Context, run: list[Level], k: int) -> Iterator[tuple[tuple[str, str], ...]]:
    """What the levels from `k` on add below a number before them: nested levels, each number."""
    level = run[k]
    after = run[k + 1] if k + 1 < len(run) else None
    nested = after is not None and context.low[level.end : after.start] == " "
    for number, _ in level.numbers:
        for tail in _tails(context, run, k + 1) if nested else ((),):
            yield ((level.kind, number), *tail)


def _head(
    context: Context, start: int, acts: list[ActMention], *, article: bool
) -> tuple[int, int | None, str]:
    """What a run hangs on: (start of the whole, index of the act, unit kind after `осы`)."""
    low = context.low
    for match in THIS.finditer(low, max(0, start - 40), start):
        if match.end() == start - 1:
            return match.start(), None, match.lastgroup or ""
    index = _act_ending(acts, start, low)
    if index is not None:
        return acts[index].start, index, ""
    named = _NAMED.search(low, max(0, start - 8), start)
    if named:
        quoted = context.quotes.by_end.get(named.start())
        index = _act_ending(acts, quoted, low) if quoted is not None else None
        if index is not None:
            return acts[index].start, index, ""
    index = _published(acts, start, low)
    if index is not None:
        return acts[index].start, index, ""
    index = _noted(context, acts, start)
    if index is not None:
        return start, index, ""
    if low[start - 1 : start] == "(" or (article and opening(low, start) is not None):
        block = context.normalised.block_at(start)
        index = _heading_list(acts, block.start, start)
        if index is not None and acts[index].end == start - 2:
            return acts[index].start, index, ""  # `Конституциясы (14-баптың 2-тармағы)`
        if index is not None and _LOCATIVE.search(low, acts[index].start, acts[index].end):
            return start, index, ""
    index = _described(context, acts, start)
    if index is not None:
        return acts[index].start, index, ""
    return start, None, ""


def _published(acts: list[ActMention], start: int, low: str) -> int | None:
    """Index of the act whose place of publication stands before a provision of it.

    `№ 151 қаулысының (Қазақстан Республикасының ПҮКЖ-ы, 2001 ж., № 4-5, 45-құжат) 1-тармағының`
    """
    bracket = low.rfind("(", max(0, start - _LONGEST_PUBLICATION), start)
    if bracket < 0 or low.find(")", bracket, start) != start - 2:
        return None
    index = _act_ending(acts, bracket, low)
    owns = index is not None and is_genitive(low[acts[index].start : acts[index].end])
    return index if owns else None


def _described(context: Context, acts: list[ActMention], start: int) -> int | None:
    """Index of the act whose provision is described first.

    `Қылмыстық кодексінің заңның кері күші белгіленетін 5-бабына`
    """
    i = bisect_left(acts, start, key=lambda a: a.start) - 1
    if i < 0 or not 0 < start - acts[i].end < _LONGEST_DESCRIPTION or acts[i].alias:
        return None
    between = context.low[acts[i].end : start]
    owns = is_genitive(context.low[acts[i].start : acts[i].end])
    return i if owns and _DESCRIPTION.fullmatch(between) else None


def _noted(context: Context, acts: list[ActMention], start: int) -> int | None:
    """Index of the amending act in whose parenthesis a note refers to an article.

    `2010.06.14 № 289-IV (қолданысқа енгізілу тәртібін 2-баптан қараңыз)`
    """
    if not context.structure.in_note(start):
        return None
    i = bisect_left(acts, start, key=lambda a: a.start) - 1
    if i < 0 or not acts[i].date or acts[i].this:
        return None
    inside = acts[i].start < start < acts[i].end
    return i if inside or _OPEN.fullmatch(context.low, acts[i].end, start) else None


def _heading_list(acts: list[ActMention], block: int, start: int) -> int | None:
    """Index of the last act before `start` in a block: `кодексінде көзделген: ... (50-бап)`."""
    for i in range(bisect_left(acts, start, key=lambda a: a.start) - 1, -1, -1):
        if acts[i].start < block:
            break
        if acts[i].end < start and not acts[i].quoted:
            return i
    return None


def _act_ending(acts: list[ActMention], start: int, low: str) -> int | None:
    """Index of the act whose name ends just before `start`."""
    at = bisect_left(acts, start, key=lambda a: a.start)
    for i in range(at - 1, max(-1, at - 8), -1):
        end = acts[i].end
        if end <= start and not low[end:start].strip() and start - end <= 1 and not acts[i].alias:
            return i
        if acts[i].alias and end in (
            start - 1,
            start,
        ):  # `... Кодексінің (бұдан әрі - Кодекс) 5-бабы`
            for k in range(i - 1, max(-1, i - 4), -1):
                if acts[k].end == acts[i].start - 1:
                    return k
    return None


def _headings(context: Context) -> Iterator[Reference]:
    """The heading of an article of another act that a report shows; new wording is no mention."""
    structure = context.structure
    shown = ("reproduced", "quoted") if structure.is_report else ("reproduced",)
    for unit in structure.units:
        if unit.kind == "article" and structure.parts[unit.part].kind in shown:
            yield Reference(
                unit.label[0],
                unit.label[1],
                "provision-heading",
                path=(("article", unit.number),),
                heading=True,
            )
