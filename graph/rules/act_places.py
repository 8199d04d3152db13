"""Acts that are named by where they stand: in the publisher's notes, on stamps and heading lines,
as the title of the text or of its annex."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from graph.context import Context
from graph.model import ActMention, BodyMention
from graph.normalise import Block
from graph.rules.act_words import FORMS, HEADS, Mark, Marks

_STAMP = re.compile(
    r"\s(?:(?:\d+-\s?|№\s?\d+\s)?қосымша(?:сы)?|(?:бекітілген|мақұлданған|енгізілген)(?:\s+қосымша)?)$"
)
_NUMBERED = re.compile(r"\d+(?:-\d+)*[.)]\s")
_WORD = re.compile(r"[а-яәғқңөұүһі]+")
_BY_SEVERAL = re.compile(r"(?:лар|лер|дар|дер|тар|тер)(?:ы|і)(?:мен|бен|пен)$")
_NAMING = {n for n, kind in HEADS.items() if kind == "treaty"} | {
    *("қағида", "ереже", "нұсқаулық", "баяндама")
}
_TITLED = ("rules", "report", "treaty")
_BESIDE = re.compile(
    r"қазақстан республикасы(?:ның)?|қр(?!\w)|[\w-]+ облысы(?:ның)?"
    r"|міндетін (?:уақытша )?атқарушы(?:ның)?|м\.а\.|бірлескен|нормативтік|конституциялық| және "
)
"""What may stand in an act's name besides its issuer, date, number and kind."""
_NOTED = re.compile(r"\.\s(?=[^.]{0,200}тіркел|күші жойыл)")
"""Where a note begins after an act's name: `... № 254 бұйрығы. ... болып тіркелді`."""
_INSTRUMENTS = ("қаулы", "бұйры", "жарлы", "шешім", "өкім", "заң")
_APPROVED = re.compile(
    r"(?:қаулы|бұйры[ғқ]|жарлы[ғқ]|шешім|өкім|заң)[а-яәғқңөұүһі]*(?:мен|бен|пен)"
    r"(?: \([^()\n]{4,400}\))? бекітілген,? "
)
_RULES = re.compile(
    r" (?P<noun>(?:ереже|қағида|нұсқаулы|регламент|жарғы|талап|стандарт|норматив"
    r"|өзгерістер мен толықтыру|өзгеріс|толықтыру)[а-яәғқңөұүһі]*?)"
    r"(?:[нд][ыі]ң|[ғг][ае]|н[ае]|н?д[ае]|н[ыі]?|д[ыі]|н?[дт][ае]н|мен)?(?=[\s,.;:)])"
)
_CLOSED = re.compile(r"[.;:(]")
_ADOPTS = re.compile(
    r"(?:бекіт|мақұлда|ратификацияла)(?:ілсін|нсын|у туралы|у туралы\s*$)|ратификациялансын"
)
_ENCLOSED = re.compile(r"қоса беріліп отырған")
_ADOPTED = re.compile(
    r" (?:(?:ереже|қағида|нұсқаулы[қғ]|әдістеме|регламент|жарғы)(?:л[ае]р)?(?:с?[ыі])?(?:н[ыі]?)?"
    r"|(?P<treaty>(?:шарт|келісім|конвенция|хаттама|пакт)(?:с?[ыі])?(?:[тд][ыі]|н[ыі]?)?))"
    r"(?= бекіт| ратификацияла| мақұлда| осы |[,;]|$| және )"
)
"""Nouns of what is adopted, in the nominative or accusative."""
_PHRASE = re.compile(
    r"(?:сәйкес|отырған|мынадай|жасалған|қойылған|осы)(?: |,\s)|н(?:,| және) (?=\S+ )"
)
"""Where the name of what is adopted begins: after what leads to it, or after the one before it."""
_SHORTEST_NAME = 12
"""Code points."""
_LONGEST_NAME = 300
"""Code points of a stamp or heading line."""
_LONGEST_LIST = 2000
"""Code points from a number to the noun that serves it and those after it."""
_COUNTRY = "қр "
_NEAR = 24
"""Code points between a number and a noun that still belongs to it: `№ 419-V Заңымен`."""


def notes(context: Context, marks: Marks) -> Iterator[ActMention]:
    """Acts in the manner of editorial notes: a date and a number each, one noun for several.

    `Ескерту. 12-бапқа өзгеріс енгізілді - ҚР 2004.12.20 N 13, 2011.12.26 N 517-IV Заңдарымен.`
    Outside of notes (`алып тасталды - ҚР 17.02.2012 № 566-IV Заңымен`) the date is in figures.
    """
    low = context.low
    before: tuple[int, str, BodyMention | None] = (-1, "", None)
    for number in marks.numbers_in_order:
        date = _date_before(low, number, marks)
        if date is None:
            continue
        in_note = context.structure.in_note(number.start)
        if not in_note and not low[date.start : date.start + 10].replace(".", "").isdigit():
            continue
        block = context.normalised.block_at(number.start)
        noun = _instrument(low[number.end : min(block.end, number.end + _LONGEST_LIST)])
        if noun is None:
            continue
        kind, close = noun
        issuer = marks.bodies.get(date.start - 1)
        start = issuer.start if issuer else date.start
        if issuer is None and low.startswith(_COUNTRY, date.start - 3):
            start = date.start - 3
        elif issuer is None and context.country_before(date.start) < date.start:
            start = context.country_before(date.start)
        elif issuer is None and before[:2] == (block.start, kind):
            issuer = before[2]
        before = (block.start, kind, issuer)
        end = number.end + close if 0 < close < _NEAR else number.end
        yield ActMention(
            start,
            end,
            "act-note",
            type=kind,
            number=number.value,
            date=date.value,
            issuer=(issuer.id or issuer.label) if issuer else "",
        )


def _date_before(low: str, number: Mark, marks: Marks) -> Mark | None:
    """The date that a number belongs to: just before it, or before a parenthesis."""
    at = number.start - (low[number.start - 1] == " ")
    if low[at - 1 : at] == ")":
        opening = low.rfind("(", max(0, at - _LONGEST_NAME), at)
        at = opening - (low[opening - 1] == " ") if opening > 0 else at
    return marks.dates.get(at) or (marks.dates.get(at - 1) if low[at - 1 : at] == "." else None)


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
        reach = min(block.end, block.start + 2 * _LONGEST_NAME)
        noted = _NOTED.search(context.low, block.start, reach)
        if noted:
            block = replace(block, end=noted.start() + 1)
        if block.end - block.start > _LONGEST_NAME:
            continue
        low = context.low[block.start : block.end]
        if _NUMBERED.match(low):
            continue  # a clause
        stamp = _STAMP.search(low)
        if stamp:
            yield from _stamped(context, marks, block, block.start + stamp.start())
        elif marks.dates_in(block.start, block.end):
            yield from _headed(context, marks, block)


def _stamped(context: Context, marks: Marks, block: Block, stop: int) -> Iterator[ActMention]:
    """The act that a stamp names, if the last word before `stop` is a kind of act.

    An issuer that the lexicon lacks does no harm where date and number are told.
    """
    tokens = context.tokens
    last = tokens.index(stop) - 1
    noun = FORMS.get(tokens.words[last]) if last >= 0 else None
    issuers = marks.bodies_in(block.start, block.end)
    told = marks.dates_in(block.start, block.end) and marks.numbers_in(block.start, block.end)
    if noun is None or tokens.starts[last] < block.start or not (issuers or told):
        return
    yield _own(marks, block.start, tokens.ends[last], "act-stamp", noun, issuers)


def _headed(context: Context, marks: Marks, block: Block) -> Iterator[ActMention]:
    """A block that is an act's name and no more: issuer or country, date, number, kind.

    A note, of registration or of repeal, may follow it.

    `Қазақстан Республикасы Үкіметінің 2005 жылғы 15 қазандағы N 1033 Қаулысы`
    `Қазақстан Республикасының Заңы 2000 жылғы 13 желтоқсан N 113-II`
    """
    tokens = context.tokens
    words = range(tokens.index(block.start), tokens.index(block.end))
    nouns = [i for i in words if tokens.words[i] in FORMS]
    numbers = marks.numbers_in(block.start, block.end)
    issuers = marks.bodies_in(block.start, block.end)
    if len(nouns) != 1 or not numbers:
        return
    dates = marks.dates_in(block.start, block.end)
    told = [(mark.start, mark.end) for mark in (*dates, *numbers)]
    told += [(body.start, body.end) for body in issuers]
    told += [(tokens.starts[nouns[0]], tokens.ends[nouns[0]])]
    rest = list(context.low[block.start : block.end])
    for start, end in told:
        rest[start - block.start : end - block.start] = " " * (end - start)
    if any(c.isalpha() for c in _BESIDE.sub(" ", "".join(rest))):
        return
    yield _own(marks, block.start, block.end, "act-heading", FORMS[tokens.words[nouns[0]]], issuers)


def _own(
    marks: Marks, start: int, end: int, rule: str, noun: str, issuers: list[BodyMention]
) -> ActMention:
    """A mention of the act that the text is of; of a joint order the first issuer's."""
    dates = marks.dates_in(start, end)
    before = [body for body in issuers if dates and body.start < dates[0].start]
    issuers = before or issuers
    return ActMention(
        start,
        end,
        rule,
        type=HEADS[noun],
        number=_first(marks.numbers_in(start, end)),
        date=_first(dates),
        issuer=(issuers[-1].id or issuers[-1].label) if issuers else "",
        this=True,
        heading=True,
    )


def _first(found: list[Mark]) -> str:
    return found[0].value if found else ""


def titles(context: Context) -> Iterator[ActMention]:
    """The title of the approved or annexed act, wherever it is repeated."""
    known: dict[tuple[str, str], str] = {}
    sizes: dict[str, set[int]] = {}
    """Lengths of the titles without their noun, by the word before it."""
    for part in context.structure.parts:
        own = part.kind == "self" and part.type == "report"
        if not (own or (part.kind == "annex" and part.type in _TITLED)):
            continue
        title = _title_of(context, part.start, part.end)
        if title:
            core, last = context.low[title[0] : title[1]].rsplit(" ", 1)
            known.setdefault((core, FORMS[last]), part.type or "")
            sizes.setdefault(_last_word(core), set()).add(len(core))
    tokens, low = context.tokens, context.low
    for i in tokens.spots(FORMS.keys()) if known else ():
        stop, noun = tokens.starts[i] - 1, FORMS[tokens.words[i]]
        if stop < 0 or low[stop] != " ":
            continue
        for size in sizes.get(_last_word(low[max(0, stop - _LONGEST_NAME) : stop]), ()):
            kind = known.get((low[max(0, stop - size) : stop], noun))
            if kind is not None:
                start = stop - size
                this = low.endswith("осы ", 0, start)
                yield _own_annex(start - 4 * this, tokens.ends[i], "act-title", kind)


def _last_word(text: str) -> str:
    return text.rsplit(" ", 1)[-1].rsplit("\n", 1)[-1]


def _title_of(context: Context, start: int, end: int) -> tuple[int, int] | None:
    """The title of a part: the last block before its first unit that ends in a kind of act."""
    units, blocks = context.structure.units, context.normalised.blocks
    first = bisect_left(units, start, key=lambda unit: unit.start)
    limit = min(units[first].start, end) if first < len(units) else end
    best = None
    for at in range(bisect_left(blocks, start, key=lambda block: block.start), len(blocks)):
        block = blocks[at]
        if block.start >= limit:
            break
        if block.end - block.start > 20:
            words = context.low[block.start : block.end].rsplit(" ", 1)
            if len(words) == 2 and FORMS.get(words[1]) in _NAMING:
                best = (block.start, block.end)
    return best


def approved(context: Context) -> Iterator[ActMention]:
    """Rules that an act approved, by name: `көрсетілген қаулымен бекітілген Х ережесінде`."""
    for match in context.matches(_APPROVED, lambda word: word.startswith(_INSTRUMENTS)):
        end = match.end()
        stop = context.normalised.block_at(match.start()).end
        sentence = context.low[end : min(stop, end + _LONGEST_NAME)]
        noun = _RULES.search(sentence)
        if noun and not _CLOSED.search(sentence[: noun.start()]):
            lead = len(sentence) - len(sentence.lstrip(" ,"))
            title = context.text[end + lead : end + noun.end("noun")]
            yield ActMention(
                end + lead, end + noun.end(), "act-approved", type="rules", title=title
            )


def adopted(context: Context) -> Iterator[ActMention]:
    """What the act adopts, by name: `Қоса беріліп отырған Х қағидалары бекітілсін`.

    In its title (`Х қағидаларын бекіту туралы`), its clauses, and the items of their lists.
    """
    structure = context.structure
    for block in context.normalised.blocks:
        part = structure.parts[structure.part_at(block.start)]
        if part.kind != "self" or part.type == "report":
            continue
        if not _ADOPTS.search(context.low, block.start, block.end):
            unit = structure.unit_at(block.start)
            above = None if unit is None else structure.units[unit].parent
            lead = None if above is None else structure.units[above]
            if lead is None or not _ENCLOSED.search(context.low, lead.start, lead.end):
                continue
        yield from _adopted_in(context, block)


def _adopted_in(context: Context, block: Block) -> Iterator[ActMention]:
    """The names of what a block adopts, each from where its phrase begins to its noun."""
    label = _NUMBERED.match(context.low, block.start, block.end)
    begin = label.end() if label else block.start
    for noun in _ADOPTED.finditer(context.low, begin, block.end):
        if context.quotes.inside(noun.start()):
            continue
        for lead in _PHRASE.finditer(context.low, begin, noun.start()):
            begin = lead.end()
        name = noun["treaty"]
        kind = "treaty" if name else "rules"
        if noun.start() - begin > _SHORTEST_NAME:
            yield _own_annex(begin, noun.end(), "act-adopted", kind)
        begin = noun.end()


def reports(context: Context) -> Iterator[ActMention]:
    """`... шаралар туралы баяндаманы`: the report that the text holds, its title in other words."""
    if not context.structure.is_report:
        return
    tokens = context.tokens
    for i in tokens.spots(FORMS.keys()):
        named = FORMS[tokens.words[i]] == "баяндама"
        if named and i and tokens.words[i - 1] == "туралы":
            yield _own_annex(tokens.starts[i - 1], tokens.ends[i], "act-report", "report")


def _own_annex(start: int, end: int, rule: str, kind: str) -> ActMention:
    """A mention of the text itself as the annexed act."""
    return ActMention(start, end, rule, type=kind, this=True, annex=True, heading=True)
