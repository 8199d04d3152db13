"""Whether a name means a thing: a name as somebody wrote it and things with theirs in, scores out.

A score says how likely it is, from 0 to 100. A match is said to be certain only if every telling
word of the name is one of the thing's and the other way round, nothing that is told of it (number,
date, kind) differs, and no other thing would do as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from graph.search.namewords import Reading, alike, may_be, number_key, read_name

LEAST = 30.0
"""Score below which a thing is no candidate."""
_SURE = 0.95
"""Likeness from which a word is a form of another."""
_AMONG_ISSUERS = frozenset({"order", "decision"})
"""Kinds of act that each body numbers for itself: number and date do not tell which act it is."""


@dataclass(frozen=True)
class Thing:
    """An act, a body or another thing that a name may mean."""

    iri: str
    names: tuple[str, ...]
    """Its names in any language, in full."""
    short: tuple[str, ...] = ()
    """Its abbreviations, folded as words are."""
    number: str = ""
    date: str = ""
    kind: str = ""
    """Code of the kind of act; "" for others."""
    codes: tuple[str, ...] = ()
    """Identifiers that stand for it: `Z020000345_`."""
    class_words: tuple[str, ...] = ()
    """Folded words for what it is (`газет`), which a name may have besides."""
    known: bool = True
    """False for a thing that is only known to exist, and is no candidate."""


@dataclass(frozen=True)
class Judged:
    """What is thought of a thing."""

    thing: Thing
    score: float
    """0 to 100."""
    certain: bool
    features: dict[str, float | bool] = field(compare=False)


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a name, and what else is known of the thing."""

    text: str
    number: str = ""
    date: str = ""
    kinds: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    """Identifiers, of which the thing should have one."""

    def read(self) -> Reading:
        """Return what is told of the thing, in the name or beside it."""
        told = read_name(self.text)
        return replace(
            told,
            number=self.number or told.number,
            date=self.date or told.date,
            kinds=self.kinds or told.kinds,
        )


def rank(wanted: Wanted, things: Iterable[Thing], limit: int) -> list[Judged]:
    """Return the likeliest things, best first, at most one of them certain."""
    judged = [one for thing in things if (one := judge(wanted, thing)).score >= LEAST]
    judged.sort(key=lambda one: (-one.score, not one.certain, one.thing.iri))
    rivals = [one for one in judged if one.certain]
    found = [one for one in judged if one.thing.known]
    if len(rivals) != 1 or not found or found[0] is not rivals[0]:
        found = [replace(one, certain=False) for one in found]
    return found[:limit]


def judge(wanted: Wanted, thing: Thing) -> Judged:
    """Return how likely it is that `wanted` means the thing, other things left aside."""
    bare = wanted.text.strip()
    if bare in (thing.iri, *thing.codes) or not wanted.codes.isdisjoint(thing.codes):
        return Judged(thing, 100.0, True, {"identifier": True})
    if wanted.codes and thing.codes:
        return Judged(thing, 0.0, False, {"identifier": False})
    told = wanted.read()
    likeness, whole = _name_likeness(told, thing)
    number, date = _compare_number(told.number, thing), _compare_date(told.date, thing)
    kind = may_be(told.kinds, thing.kind)
    score, certain = 100 * likeness, whole
    if told.number or told.date:
        by_facts = _score_of_facts(number, date, bool(told.kinds and thing.kind) and kind)
        if told.words:
            score = max(
                score, min(score + 15, 100) if by_facts else 0, 0.9 * by_facts + 10 * likeness
            )
        else:
            score, certain = by_facts, True
        facts = (number, date)
        if number == 1 and date == 1 and thing.kind not in _AMONG_ISSUERS:
            certain = True
        elif not (told.words and whole):
            certain = certain and number == 1 and "-" in told.number
            certain = certain or (date == 1 and not told.words and not thing.number and kind)
        certain = certain and all(fact in (None, 1) for fact in facts)
        certain = certain and not (told.number and number is None)
        for fact, factor in ((number, 0.35), (date, 0.5)):
            score *= factor if fact == 0 else 1
        if not thing.kind:  # a body has neither: what is meant is an act of its
            score, certain = score * 0.5, False
    elif not told.words:
        score, certain = min(score, 40), False
    if not kind:
        score, certain = score * 0.6, False
    certain = certain and not wanted.codes
    features: dict[str, float | bool] = {"name": round(100 * likeness, 1)}
    for title, fact in (("number", number), ("date", date)):
        if fact is not None:
            features[title] = fact == 1
    if told.kinds and thing.kind:
        features["kind"] = kind
    return Judged(thing, round(min(score, 100), 1), certain, features)


def _score_of_facts(number: float | None, date: float | None, kind: bool) -> float:
    """The score of number and date alone."""
    if number == 1:
        return 100 if date == 1 else 85 + 5 * kind
    if number == 0.5:
        return 90 if date == 1 else 60 + 5 * kind
    if date == 1:
        return 70 + 15 * kind
    return 25 + 10 * kind if date == 0.5 else 0


def _name_likeness(told: Reading, thing: Thing) -> tuple[float, bool]:
    """How like a name is to the likeliest one of the thing, 0 to 1; whether all its words are."""
    if not told.words and not told.small:
        return 0.0, False
    joined = "".join(told.words) if len(told.words) == 1 else ""
    if joined and joined in thing.short:
        return 1.0, True
    best = (0.0, False)
    for name in thing.names:
        reading = read_name(name)
        if told.words and reading.words:
            best = max(best, _likeness(told, reading, thing))
        elif not told.words and not reading.words and not (told.number or told.date):
            # A name of common words alone: `Ата Заң` has others, `Заң` means nothing.
            best = max(best, (0.4, False))
    return best


def _likeness(told: Reading, name: Reading, thing: Thing) -> tuple[float, bool]:
    """Compare telling words, each with one of the other side, whatever their order."""
    left = list(name.words)
    common, pairs, extra, sure = 0.0, 0, 0, True
    for word in told.words:
        best = max(left, key=lambda other: alike(word, other), default="")
        value = alike(word, best) if best else 0.0
        if value:
            left.remove(best)
            pairs += 1
            common += 1.0 if value >= _SURE else value
            sure = sure and value >= _SURE
        elif not any(alike(word, other) >= _SURE for other in (*thing.class_words, *name.small)):
            extra += 1
            sure = False
    left = [
        word
        for word in left
        if not any(alike(word, other) >= _SURE for other in (*told.small, *thing.class_words))
    ]
    if not pairs:
        return 0.0, False
    likeness = 2 * common / (2 * pairs + extra + len(left))
    # The small words break ties: of two laws on a subject, the one with the words of the name.
    said = sum(any(alike(word, other) >= _SURE for other in name.small) for word in told.small)
    if thing.kind and name.small and not told.kinds and not said:
        sure = False  # `Қылмыстық` alone is not the code, `Үкімет` not the law on it
    share = said / len(told.small) if told.small else 1.0
    return likeness * (0.98 + 0.02 * share), sure and not left


def _compare_number(told: str, thing: Thing) -> float | None:
    """1 the same number, 0.5 the same without its convocation, 0 another, None not told."""
    if not told or not thing.number:
        return None
    mine, other = number_key(told).split(), number_key(thing.number).split()
    if mine == other:
        return 1
    return 0.5 if mine[:1] == other[:1] and 1 in (len(mine), len(other)) else 0


def _compare_date(told: str, thing: Thing) -> float | None:
    """1 the same date, 0.5 the same year, 0 another, None not told."""
    if not told or not thing.date:
        return None
    if told == thing.date:
        return 1
    return 0.5 if len(told) == 4 and thing.date.startswith(told) else 0
