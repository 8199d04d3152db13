"""What OpenRefine asks, by the Reconciliation Service API 0.2: JSON in, questions out.

Knows neither Flask nor the store. Whatever is wrong is a 400 or 413 that says where and what to do.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.search.namewords import LONGEST_NAME, plain_number, read_name
from graph.search.reconcile import Wanted
from service.http.problem import Problem, bad_request
from service.search.candidates import DEFAULT_TYPES, TYPES
from service.search.reconcile_properties import Property, property_of

MOST_BYTES = 1_000_000
"""Longest body or parameter, in bytes of UTF-8."""
MOST_QUERIES = 100
"""Queries of one batch."""
MOST_CANDIDATES = 50
"""Candidates of one query."""
CANDIDATES = 5
"""Candidates of a query that sets no limit."""
MOST_IDS = 500
"""Things of one data extension."""
MOST_PROPERTIES = 20
"""Properties of one query or data extension."""


@dataclass(frozen=True)
class Question:
    """One query of a batch."""

    wanted: Wanted
    types: tuple[str, ...]
    limit: int


def read_queries(text: str) -> dict[str, Question]:
    """Read a batch of queries: their keys, each with what it asks."""
    batch = _object(_json(text, "queries"), "queries", '{"q0": {"query": "ІІМ"}}')
    if len(batch) > MOST_QUERIES:
        raise _too_many("queries", "queries", len(batch), MOST_QUERIES)
    return {key: _question(f"queries.{key}", value) for key, value in batch.items()}


def read_extension(text: str) -> tuple[list[str], dict[str, Property]]:
    """Read a data extension: ids of things; and properties by the ids they are asked by."""
    asked = _object(_json(text, "extend"), "extend", '{"ids": [], "properties": []}')
    ids = _strings(asked.get("ids"), "extend.ids")
    wanted = asked.get("properties")
    if not isinstance(wanted, list):
        raise bad_request('extend.properties is no list: write [{"id": "number"}]')
    if len(ids) > MOST_IDS:
        raise _too_many("extend.ids", "things", len(ids), MOST_IDS)
    if len(wanted) > MOST_PROPERTIES:
        raise _too_many("extend.properties", "properties", len(wanted), MOST_PROPERTIES)
    found: dict[str, Property] = {}
    for place, one in enumerate(wanted):
        where = f"extend.properties[{place}]"
        id = _object(one, where, '{"id": "number"}').get("id")
        known = property_of(id) if isinstance(id, str) else None
        if not isinstance(id, str) or known is None:
            raise bad_request(f"{where}.id: there is no such property: see /reconcile/properties")
        found[id] = known
    return ids, found


def known_types(asked: Sequence[str]) -> tuple[str, ...]:
    """Return those of the classes that there are; the default ones if none is asked for."""
    return tuple(kind for kind in asked if kind in TYPES) if asked else DEFAULT_TYPES


def _question(where: str, value: object) -> Question:
    asked = _object(value, where, '{"query": "ІІМ"}')
    name, conditions = asked.get("query", ""), asked.get("properties", [])
    if not isinstance(name, str):
        raise bad_request(f"{where}.query is no text: write a name")
    if len(name) > LONGEST_NAME:
        raise _too_many(f"{where}.query", "characters", len(name), LONGEST_NAME)
    if not isinstance(conditions, list):
        raise bad_request(f'{where}.properties is no list: write [{{"pid": "date", "v": ""}}]')
    if len(conditions) > MOST_PROPERTIES:
        raise _too_many(f"{where}.properties", "properties", len(conditions), MOST_PROPERTIES)
    if "query" not in asked and not conditions:
        raise bad_request(f"{where} has no query: write the name to look for")
    kinds = asked.get("type", [])
    types = known_types([kinds] if isinstance(kinds, str) else _strings(kinds, f"{where}.type"))
    limit = asked.get("limit", CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit < 1e9:
        raise bad_request(f"{where}.limit: write a number from 1 to {MOST_CANDIDATES}")
    wanted = _with_conditions(name, conditions, where)
    return Question(wanted, types, min(int(limit), MOST_CANDIDATES))


def _with_conditions(name: str, conditions: list[Any], where: str) -> Wanted:
    """Return what is wanted: the name, and of the properties those that are compared."""
    told: dict[str, list[str]] = {}
    for place, one in enumerate(conditions):
        here = f"{where}.properties[{place}]"
        condition = _object(one, here, '{"pid": "date", "v": "2002-08-08"}')
        pid, value = condition.get("pid"), condition.get("v")
        if not isinstance(pid, str) or value is None:
            raise bad_request(f'{here}: write {{"pid": PROPERTY, "v": VALUE}}')
        known = property_of(pid)
        for single in value if isinstance(value, list) else [value]:
            text = single.get("id", "") if isinstance(single, dict) else single
            if known and str(text).strip():
                told.setdefault(known.id, []).append(str(text).strip()[:LONGEST_NAME])
    kinds: set[str] = set()
    for text in told.get("kind", []):
        kinds |= read_name(text).kinds or {text.rpartition("/")[2]}
    day = told.get("date", [""])[0]
    codes = frozenset([*told.get("adilet", []), *told.get("identifier", [])])
    return Wanted(
        name,
        plain_number(told.get("number", [""])[0]),
        read_name(day[:10] if day[4:5] == "-" else day).date or (day if _is_year(day) else ""),
        frozenset(kinds),
        codes,
    )


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()


def _json(text: str, where: str) -> object:
    if len(text.encode("utf-8", errors="replace")) > MOST_BYTES:
        raise _too_many(where, "bytes", len(text), MOST_BYTES)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"{where} is no JSON ({error}): send one JSON object") from error


def _object(value: object, where: str, example: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request(f"{where} is no JSON object: write for example {example}")
    return value


def _strings(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise bad_request(f'{where} is no list of texts: write ["A", "B"]')
    return value


def _too_many(where: str, what: str, count: int, most: int) -> Problem:
    return Problem(
        413,
        "too-much-to-reconcile",
        "Too much to reconcile",
        f"{where} has {count} {what}, and at most {most} are accepted: send fewer at a time",
    )
