"""Bodies that only their text makes particular: short names, departments.

Қазақстан халқы Ассамблеясы (бұдан әрі - ҚХА) ... ҚХА-ның
3. Кадр саясаты департаменті (А. Б. Сериков): ...
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from graph.context import Context
from graph.model import BodyMention
from graph.text.morphology import is_genitive

_L = "[а-яәғқңөұүһі]"
_CASE = r"(?:н[ыі]ң|[дт][ыі]ң|[ғгқк][ае]|н[ае]|н?[дт][ае]н?|н[ае]н|[нд][ыі]|[тн][ыі]?|мен|бен|пен)?"
_ALIAS = re.compile(
    r"(?: құрылсын)?\s?\(\s*бұдан (?:әрі|былай)(?: мәтін бойынша)?\s*[-–—]\s*"
    r"[\"«]?([^()\"«»]{2,60}?)[\"»]?\s*\)"
)
_CAPITAL = re.compile(r"(?<![\w-])(?=[^\W\d_a-zа-яәғқңөұүһі])")
_ENDING = re.compile(rf"{_L}{{0,2}}-?{_L}{{0,5}}(?![\w-])")
_DEPARTMENT = re.compile(
    r"(?P<name>[А-ЯӘҒҚҢӨҰҮҺІ][^.,;:()\n]{8,120}? (?:(?:департаменті|басқармасы|комитеті|бөлімі)"
    r"(?= ?\(| осы | заңнамада| белгіленген | мыналарды| Қазақстан Республикасы)"
    r"|жөніндегі (?:комитет|департамент|агенттік|басқарма)(?= )))"
)


def aliases(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """Later uses of the short names that a text gives to bodies; a capital tells them."""
    named: dict[str, BodyMention] = {}
    for body in bodies:
        match = _ALIAS.match(context.text, body.end) or _ALIAS.match(context.low, body.end)
        if match and context.text[match.start(1)].isupper():
            name = context.text[match.start(1) : match.end(1)].strip()
            named.setdefault(name, body)
    yield from _uses(context, bodies, named, "body-alias")


def again(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """Further mentions of a name that a capital told inside a sentence, where one begins."""
    bare = [body for body in bodies if body.rule == "body-bare"]
    named = {body.label: body for body in reversed(bare)}
    yield from _uses(context, bodies, named, "body-bare")


def _uses(
    context: Context, bodies: Iterable[BodyMention], named: dict[str, BodyMention], rule: str
) -> Iterator[BodyMention]:
    """Mentions of names, in any case, after the bodies that they name."""
    if not named:
        return
    covered = merged(bodies)
    by_stem = {_stem(name): body for name, body in named.items()}
    sizes = sorted({len(stem) for stem in by_stem}, reverse=True)
    for capital in _CAPITAL.finditer(context.text):
        start = capital.start()
        stems = (context.text[start : start + size] for size in sizes)
        known = ((s, _ENDING.match(context.text, start + len(s))) for s in stems if s in by_stem)
        stem, ending = next(((s, e) for s, e in known if e), ("", None))
        if not ending:
            continue
        body, end = by_stem[stem], ending.end()
        if start < body.end or inside(covered, start):
            continue
        yield BodyMention(
            start,
            end,
            rule,
            id=body.id,
            label=body.label,
            type=body.type,
            genitive=is_genitive(context.text[start:end]),
        )


def _stem(name: str) -> str:
    """A short name without the last letter that softens before an ending: `Министрлі(к)`."""
    return name[:-1] if name[-1] in "кқ" and name[-2:].islower() else name


def merged(bodies: Iterable[BodyMention]) -> list[tuple[int, int]]:
    """The ranges in which bodies are named, in order; none overlaps another."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((body.start, body.end) for body in bodies):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def inside(covered: list[tuple[int, int]], at: int) -> bool:
    """Whether an offset lies in one of the ranges."""
    before = bisect_right(covered, (at, 1 << 60)) - 1
    return before >= 0 and at < covered[before][1]


def of_the_issuer(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """A department that a clause of an order addresses without its ministry's name."""
    covered = merged(bodies)
    for unit in context.structure.units:
        if unit.kind not in ("clause", "subclause"):
            continue
        match = _DEPARTMENT.match(context.text, unit.text[0], max(unit.text[0], unit.end))
        if match and not inside(covered, match.start()) and not inside(covered, match.end() - 1):
            yield BodyMention(
                match.start(),
                match.end(),
                "body-department",
                label=match["name"],
                type="department",
            )
