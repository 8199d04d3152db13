"""Statements: the sentences that can hold norms, each with the items of the list it opens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.context import Context
from graph.structure import Unit

_LABEL = re.compile(r"\s*(?:\d+(?:-\d+)*[.)]|[а-яәғқңөұүһі]\))\s+")
_DEFINITIONS = re.compile(r"ұғымдар|терминдер|анықтамалар")
_ITEMS = ("subclause", "indent")


@dataclass(frozen=True)
class Statement:
    """A sentence: normalised range, half open."""

    start: int
    end: int
    report: bool
    """Stands in a State report, which describes more than it obliges."""
    items: tuple[int, ...]
    """Starts of the items of its list."""


def statements(context: Context) -> Iterator[Statement]:
    """All statements of a text.

    Left out: what is in no provision (preambles, titles), headings, the publisher's notes,
    quotations, definitions.
    """
    held: list[tuple[int, int]] = []
    defining: int | None = None
    for start, end in context.sentences:
        at = context.structure.unit_at(start)
        unit = None if at is None else context.structure.units[at]
        text = context.low[start:end].rstrip()
        if unit and unit.kind not in _ITEMS:
            defining = at if text.endswith(":") and _DEFINITIONS.search(text) else None
        defined = unit is not None and defining is not None and defining in (at, unit.parent)
        quoted = unit is None and context.structure.in_quoted_part(start)
        usable = unit is not None and not defined and _usable(context, unit, start, end)
        if quoted:
            yield _joined(context, [(start, end)])
        if held and not (usable and unit and _continues(unit, start)):
            yield _joined(context, held)
            held = []
        if not usable:
            continue
        held.append((start, end))
        alone = len(held) == 1 and not text.endswith(":")
        if alone or (len(held) > 1 and text.endswith((".", "!"))):
            yield _joined(context, held)
            held = []
    if held:
        yield _joined(context, held)


def _usable(context: Context, unit: Unit, start: int, end: int) -> bool:
    """Whether a sentence is the text of a provision."""
    heading = unit.title is not None and end <= unit.text[0]
    footer = context.structure.parts[unit.part].kind == "footer"
    noted = context.structure.in_note(start)
    quoted = context.quotes.inside(start) and not context.structure.in_quoted_part(start)
    return not (heading or footer or noted or quoted)


def _continues(unit: Unit, start: int) -> bool:
    """Whether a sentence goes on with an open list: an item, or more text of the same unit."""
    return unit.kind in _ITEMS or unit.start != start


def _joined(context: Context, held: list[tuple[int, int]]) -> Statement:
    start, end = held[0][0], held[-1][1]
    part = context.structure.parts[context.structure.part_at(start)]
    items = tuple(first for first, _ in held[1:])
    return Statement(start, end, part.type == "report", items)


def words_start(low: str, start: int) -> int:
    """Where the words of a sentence begin, after the number of its provision."""
    label = _LABEL.match(low, start)
    return label.end() if label else start
