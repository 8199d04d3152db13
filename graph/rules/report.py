"""What State reports tell: who is competent, which measures were taken, where.

Names in quotation marks before a telling noun are measures (`"А", "Б" акцияларын`), so are
sentences with a noun and a verb of doing (`ақпарат ... таратылды`); nouns and verbs are data, in
measures.toml.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph.context import Context
from graph.lexicon import Entry, Lexicon
from graph.matcher import Matcher
from graph.model import (
    BodyMention,
    CompetenceMention,
    DateMention,
    MeasureMention,
    PlaceMention,
    within,
)
from graph.rules.statement import words_start
from graph.rules.statistic import PERIOD, iso_period

_COMPETENT = re.compile(r"құзыр(?:етке|етіне|еттерге)[^.:]{0,80}\bие\s*:")
_IMPLEMENT = re.compile(r"(?<![\w-])(?:іске|жүзеге) асырады(?=\s*[.;])")
_PREPARED = re.compile(r"(?<![\w-])(?:дайындады|әзірледі)(?=\s*[.;])")
_LIST_GAP = re.compile(r"\s?(?:,|және|,\s?және)\s?$|^,\s*$")
_MOREOVER = re.compile(r"^\s*(?:мысалы|атап айтқанда)?,?\s*$")


@dataclass(frozen=True)
class _Names:
    """A list of quoted names: ranges with their marks."""

    ranges: tuple[tuple[int, int], ...]
    before: str
    after: str


def places_matcher(lexicon: Lexicon) -> Matcher:
    """The names of places."""
    return Matcher((name, e) for e in lexicon.places for name in e.surfaces)


def find_places(context: Context) -> list[PlaceMention]:
    """Places that a report names."""
    tokens = context.tokens
    if not context.structure.is_report:
        return []
    return [
        PlaceMention(tokens.starts[first], tokens.ends[after - 1], "place-name", id=entry.id)
        for first, after, entry in context.matchers["places"].find(tokens)
        if _in_report(context, tokens.starts[first])
    ]


_HEADS = ("president", "government")
"""Bodies that stand in another's name without being named for themselves."""


def find_competences(context: Context, bodies: list[BodyMention]) -> list[CompetenceMention]:
    """Bodies that a report calls competent, implementing, or preparing."""
    found: list[CompetenceMention] = []
    if not context.structure.is_report:
        return found
    for pattern, role in (
        (_COMPETENT, "competent"),
        (_IMPLEMENT, "implementing"),
        (_PREPARED, "preparing"),
    ):
        for match in pattern.finditer(context.low):
            if not _in_report(context, match.start()):
                continue
            first, last = context.sentence(match.start())
            low, high = (match.end(), last) if role == "competent" else (first, match.start())
            label = re.match(r"\s*\d+\.\s+", context.low[first:last])
            start = first + (label.end() if label else 0)
            named = [(i, bodies[i]) for i in within(bodies, low, high)]
            named = [(i, b) for i, b in named if b.rule != "body-possessor" or b.id not in _HEADS]
            if role == "preparing":
                named = [(i, b) for i, b in named if b.rule != "body-abbreviation"][-1:]
            for i, body in named:
                statement, mention = (start, match.end()), (body.start, body.end)
                verb = (match.start(), match.end())
                ranges: list[tuple[int, int]] = {
                    "competent": [statement, mention],
                    "implementing": [mention, *body.more, verb],
                    "preparing": [statement],
                }[role]
                found.append(
                    CompetenceMention(
                        *ranges[0], f"competence-{role}", tuple(ranges[1:]), role=role, body=i
                    )
                )
    return sorted(found, key=lambda c: (c.start, c.body))


def find_measures(
    context: Context,
    bodies: list[BodyMention],
    places: list[PlaceMention],
    dates: list[DateMention],
) -> list[MeasureMention]:
    """Measures, in order of their start."""
    found: list[MeasureMention] = []
    if not context.structure.is_report:
        return found
    last_course: int | None = None
    previous = ""
    for first, last in context.sentences:
        if not _in_report(context, first):
            continue
        low = context.low[first:last]
        here = within(bodies, first, last)
        before = len(found)
        for names in _names(context, first, last):
            found += _named(
                context, names, (first, last), low, previous, bodies, here, places, found
            )
        for entry in context.lexicon.measures:
            found += _told(context, entry, (first, last), low, bodies, here, places)
        for i in range(before, len(found)):
            if found[i].type == "course":
                last_course = i
            elif found[i].type == "topic":
                found[i] = replace(found[i], topic_of=last_course)
        previous = low
    return found


def _names(context: Context, first: int, last: int) -> Iterator[_Names]:
    """Lists of quoted names in a sentence, with the words around each."""
    outer = context.quotes.outer
    after, until = (bisect_left(outer, (at, 0)) for at in (first, last))
    quoted = [pair for pair in outer[after:until] if pair[1] <= last]
    group: list[tuple[int, int]] = []
    groups: list[list[tuple[int, int]]] = []
    for start, end in quoted:
        if group and not _LIST_GAP.search(context.low[group[-1][1] : start]):
            groups.append(group)
            group = []
        group.append((start, end))
    if group:
        groups.append(group)
    for k, ranges in enumerate(groups):
        low = groups[k - 1][-1][1] if k else first
        high = groups[k + 1][0][0] if k + 1 < len(groups) else last
        yield _Names(
            tuple(ranges), context.low[low : ranges[0][0]], context.low[ranges[-1][1] : high]
        )


def _named(
    context: Context,
    names: _Names,
    sentence: tuple[int, int],
    low: str,
    previous: str,
    bodies: list[BodyMention],
    here: list[int],
    places: list[PlaceMention],
    found: list[MeasureMention],
) -> Iterator[MeasureMention]:
    """The measures that a list of names stands for."""
    entry = _kind(context, names, low, previous)
    if entry is None:
        return
    first, last = names.ranges[0][0], names.ranges[-1][1]
    if (not entry.more.get("each") and len(names.ranges) > 1) or (
        entry.id == "press" and "атты" not in names.after
    ):
        inside = tuple(i for i in here if first <= bodies[i].start and bodies[i].end <= last)
        end = (
            context.low.find(entry.more["heads"][1] if entry.id == "press" else "", last)
            if inside
            else last
        )
        yield MeasureMention(first, max(last, end), "measure-named", type=entry.id, bodies=inside)
        return
    near = tuple(
        i for i in here if not _within(bodies[i], names.ranges) and bodies[i].start < first
    )
    period = PERIOD.search(low)
    for start, end in names.ranges:
        title = context.text[start + 1 : end - 1].strip()
        span = (start, end)
        date = place = ""
        if entry.id == "forum":
            head = context.low.find("форум", end)
            span = (sentence[0], head + len("форум") if head > 0 else end)
            date = iso_period(period) if period else ""
            place = next((p.id for p in places if sentence[0] <= p.start < start), "")
        yield MeasureMention(
            *span,
            "measure-named",
            type=entry.id,
            title=title,
            date=date,
            place=place,
            bodies=near if entry.id in ("forum", "radio", "press") else (),
        )


def _within(body: BodyMention, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a body's name is one of the names itself (a newspaper), not one that runs over."""
    return any(start <= body.start and body.end <= end for start, end in ranges)


def _kind(context: Context, names: _Names, low: str, previous: str) -> Entry | None:
    """Which kind of measure a list of names is, by the noun after it."""
    best: tuple[int, Entry] | None = None
    for entry in context.lexicon.measures:
        near = entry.more.get("near")
        if near and not any(word in low for word in near):
            continue
        for head in entry.more.get("heads", ()):
            at = names.after.find(head)
            if 0 <= at < 90 and (best is None or at < best[0]):
                best = (at, entry)
        for topic in entry.more.get("topics", ()):
            if topic in previous and _MOREOVER.match(names.before) and best is None:
                best = (1000, entry)
    return best[1] if best else None


def _told(
    context: Context,
    entry: Entry,
    sentence: tuple[int, int],
    low: str,
    bodies: list[BodyMention],
    here: list[int],
    places: list[PlaceMention],
) -> Iterator[MeasureMention]:
    """A measure that a sentence tells without a name."""
    first = sentence[0]
    for verb in entry.more.get("with_body", ()):
        at = low.find(verb)
        partners = [
            i
            for i in here
            if bodies[i].start < first + at
            and context.low[bodies[i].end - 3 : bodies[i].end] in ("мен", "бен", "пен")
        ]
        if at >= 0 and partners:
            start = bodies[partners[0]].start
            yield MeasureMention(
                start, first + at + len(verb), "measure-told", type=entry.id, bodies=tuple(partners)
            )
            return
    nouns = [at for noun in entry.more.get("nouns", ()) if (at := low.find(noun)) >= 0]
    verbs = [(at, verb) for verb in entry.more.get("verbs", ()) if (at := low.find(verb)) >= 0]
    if not nouns or not verbs:
        return
    at, verb = verbs[0]
    begin = min(nouns)
    if begin > at:
        return
    if entry.more.get("list_before"):
        begin = _list_start(low, at)
    named = (
        [p.id for p in places if first <= p.start < first + at] if entry.id == "facility" else []
    )
    place = named[-1] if named else ""  # where it stands, next to the verb
    involved = tuple(i for i in here if bodies[i].end <= first + at) if entry.id == "policy" else ()
    if involved or place or "жұмыс" in verb:  # what was done is all that stands before
        begin = words_start(context.low, first) - first
    yield MeasureMention(
        first + begin,
        first + at + len(verb),
        "measure-told",
        type=entry.id,
        place=place,
        bodies=involved,
    )


def _list_start(low: str, end: int) -> int:
    """Where the list that ends at `end` begins: after the plural noun that governs it."""
    comma = low.rfind(",", 0, end)
    while comma > 0:
        earlier = low.rfind(",", 0, comma)
        if earlier < 0 or comma - earlier > 60:
            break
        comma = earlier
    subject = None
    for match in re.finditer(r"(?:лар|лер|дар|дер|тар|тер) ", low[: max(comma, 0)]):
        subject = match
    return subject.end() if subject else 0


def _in_report(context: Context, offset: int) -> bool:
    return context.structure.parts[context.structure.part_at(offset)].type == "report"
