"""Acts that are named by where they stand: in the publisher's notes, on stamps and heading lines,
as the title of the text or of its annex."""

import re
from collections.abc import Iterator

from graph.context import Context
from graph.model import ActMention
from graph.normalise import Block
from graph.rules.act_words import FORMS, HEADS, Mark, Marks

_STAMP = re.compile(r"\s(?:(?:\d+-\s?)?қосымша|бекітілген|мақұлданған|енгізілген)$")
_NUMBERED = re.compile(r"\d+(?:-\d+)*[.)]\s")
_HEADING = re.compile(r"(?:қазақстан республикасы|қр\b).*[^.;:,]$", re.DOTALL)
_WORD = re.compile(r"[а-яәғқңөұүһі]+")
_BY_SEVERAL = re.compile(r"(?:лар|лер|дар|дер|тар|тер)(?:ы|і)(?:мен|бен|пен)$")
_TITLES = ("қағида", "ереже", "нұсқаулық", "баяндама")
_NEAR = 24
"""Code points between a number and a noun that still belongs to it: `№ 419-V Заңымен`."""


def notes(context: Context, marks: Marks) -> Iterator[ActMention]:
    """Acts in editorial notes: a date and a number each, one noun for several.

    `Ескерту. 12-бапқа өзгеріс енгізілді - ҚР 2004.12.20 N 13, 2011.12.26 N 517-IV Заңдарымен.`
    """
    low = context.low
    for note in context.structure.notes:
        for number in marks.numbers_in(note.start, note.end):
            before = number.start - (low[number.start - 1] == " ")
            date = marks.dates.get(before)
            noun = _instrument(low[number.end : note.end])
            if date is None or noun is None:
                continue
            kind, close = noun
            start = date.start - 3 if low.startswith("қр ", date.start - 3) else date.start
            end = number.end + close if 0 < close < _NEAR else number.end
            yield ActMention(
                start, end, "act-note", type=kind, number=number.value, date=date.value
            )


def _instrument(text: str) -> tuple[str, int] | None:
    """Kind of the act named next in a note (`Заңымен`), and where its noun ends.

    The end is 0 where the noun is a plural or does not follow at once: it serves several acts.
    """
    for match in _WORD.finditer(text):
        word = match.group()
        noun = FORMS.get(word)
        if noun and word.endswith(("мен", "бен", "пен")):
            near = not text[: match.start()].strip() and not _BY_SEVERAL.search(word)
            return HEADS[noun], match.end() if near else 0
    return None


def stamps(context: Context, marks: Marks) -> Iterator[ActMention]:
    """The heading line of an act and the stamp of an annex, which name the act the text is of.

    `Қазақстан Республикасы Үкіметінің 2022 жылғы 5 мамырдағы № 5 қаулысына 1-қосымша`
    """
    for block in context.normalised.blocks:
        if block.end - block.start > 300:
            continue
        low = context.low[block.start : block.end]
        stamp = None if _NUMBERED.match(low) else _STAMP.search(low)
        if stamp or _HEADING.match(low):
            yield from _named_by(context, marks, block, stamp)


def _named_by(
    context: Context, marks: Marks, block: Block, stamp: re.Match[str] | None
) -> Iterator[ActMention]:
    """The act that a heading or stamp names, if its last word is a kind of act."""
    tokens = context.tokens
    stop = block.start + stamp.start() if stamp else block.end
    last = tokens.index(stop) - 1
    if last < 0 or tokens.starts[last] < block.start:
        return
    noun, end = FORMS.get(tokens.words[last]), tokens.ends[last]
    issuers = [body for body in marks.bodies.values() if block.start <= body.start < end]
    if noun is None or not issuers:
        return
    date = _first(marks.dates_in(block.start, end))
    number = _first(marks.numbers_in(block.start, end))
    if not stamp and not (date or number):
        return
    issuer = max(issuers, key=lambda body: body.start)
    yield ActMention(
        block.start,
        end,
        "act-stamp" if stamp else "act-heading",
        type=HEADS[noun],
        number=number,
        date=date,
        issuer=issuer.id or issuer.label,
        this=True,
        heading=True,
    )


def _first(found: list[Mark]) -> str:
    return found[0].value if found else ""


def titles(context: Context) -> Iterator[ActMention]:
    """The title of the approved or annexed act, wherever it is repeated."""
    seen: set[int] = set()
    for part in context.structure.parts:
        if part.kind != "annex" or part.type not in ("rules", "report") or part.number != 1:
            continue
        title = _title_of(context, part.start, part.end)
        if not title:
            continue
        core, last = context.low[title[0] : title[1]].rsplit(" ", 1)
        for match in re.finditer(re.escape(core) + r" (\w+)", context.low):
            if FORMS.get(match.group(1)) != FORMS[last] or match.start() in seen:
                continue
            seen.add(match.start())
            this = context.low.endswith("осы ", 0, match.start())
            yield _own_annex(match.start() - 4 * this, match.end(), "act-title", part.type)


def _title_of(context: Context, start: int, end: int) -> tuple[int, int] | None:
    """The title of a part: the last block before its first unit that ends in a kind of act."""
    limit = next((u.start for u in context.structure.units if start <= u.start < end), end)
    best = None
    for block in context.normalised.blocks:
        if start <= block.start < limit and block.end - block.start > 20:
            words = context.low[block.start : block.end].rsplit(" ", 1)
            if len(words) == 2 and FORMS.get(words[1]) in _TITLES:
                best = (block.start, block.end)
    return best


def reports(context: Context) -> Iterator[ActMention]:
    """`... шаралар туралы баяндаманы`: the report that the text holds, its title in other words."""
    if not context.structure.is_report:
        return
    tokens = context.tokens
    for i, word in enumerate(tokens.words):
        if i and tokens.words[i - 1] == "туралы" and FORMS.get(word) == "баяндама":
            yield _own_annex(tokens.starts[i - 1], tokens.ends[i], "act-report", "report")


def _own_annex(start: int, end: int, rule: str, kind: str) -> ActMention:
    """A mention of the text itself as the annexed act."""
    return ActMention(start, end, rule, type=kind, this=True, annex=True, heading=True)
