"""What an engine answers otherwise, as deviations.toml lists it, with the reason."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

Rows = Sequence[Sequence[str]]
"""Rows of terms in N-Triples; "" is no value."""
LISTED = tomllib.loads((Path(__file__).parent / "deviations.toml").read_text(encoding="utf-8"))
BOOLEAN = "^^<http://www.w3.org/2001/XMLSchema#boolean>"
INTEGER = "^^<http://www.w3.org/2001/XMLSchema#integer>"


def booleans(term: str) -> str:
    """Write a boolean, which may have become a number, as a number."""
    for word, digit in (("true", "1"), ("false", "0")):
        if term in (f'"{word}"{BOOLEAN}', f'"{digit}"{BOOLEAN}'):
            return f'"{digit}"{INTEGER}'
    return term


def joined(term: str) -> str:
    """Put what a GROUP_CONCAT joined in order, and leave its language out."""
    found = re.fullmatch(r'"(.*)"(?:@[a-z]+)?', term)
    return " | ".join(sorted(found[1].split(" | "))) if found else term


TERMS: dict[str, Callable[[str], str]] = {"booleans": booleans, "joined": joined}


def check_rows(engine: str, name: str, found: Rows, wanted: Rows) -> None:
    """Compare the rows of two engines; a listed deviation must be there, and be all of it."""
    kinds = LISTED.get(engine, {}).get(name, {}).get("kinds", [])
    if not kinds:
        assert count(found) == count(wanted)
        return
    for dropped in kinds:  # each of them is needed
        others = [kind for kind in kinds if kind != dropped]
        assert alter(found, others) != alter(wanted, others), f"{name}: {dropped} is no more"
    assert alter(found, kinds) == alter(wanted, kinds)


def alter(rows: Rows, kinds: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Return rows with what deviates made alike."""
    for kind in kinds:
        if kind in TERMS:
            rows = [[TERMS[kind](term) for term in row] for row in rows]
    counted = count(rows)
    return Counter(set(counted)) if "repeated" in kinds else counted


def count(rows: Rows) -> Counter[tuple[str, ...]]:
    """Return how often each row is there."""
    return Counter(tuple(row) for row in rows)
