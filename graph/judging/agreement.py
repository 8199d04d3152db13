"""Whether the attributes of a gold item and an extracted one agree, kind by kind.

What the gold leaves open (no number, no date, no inclusiveness) agrees with anything.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from graph.text.letters import TO_CYRILLIC

Gold = Mapping[str, Any]
"""Attributes of a gold item, or of an extracted one, whose values have the same names."""

DECREES = {"decree", "decree-force-of-law"}
"""Readers do not always see which of the two a decree is; they agree with each other."""

_FOLD = str.maketrans(TO_CYRILLIC)
_ROMAN = str.maketrans("ІХСМ", "IXCM")


def _same_document(gold: Gold, values: Gold) -> bool:
    if gold.get("self"):
        return gold.get("type") in (None, values.get("type"))
    if gold.get("slug"):
        slug = re.escape(gold["slug"])
        return re.fullmatch(rf"{slug}(-\d{{4}}\w*)?", values.get("slug") or "") is not None
    kinds = {gold.get("type"), values.get("type")}
    return (
        (not gold.get("type") or len(kinds) == 1 or kinds <= DECREES)
        and (not gold.get("number") or _number(gold["number"]) == _number(values.get("number")))
        and (not gold.get("date") or gold["date"] == values.get("date"))
    )


def _number(text: str | None) -> str:
    """A number without spaces, its roman part in Latin letters."""
    return re.sub(r"\s", "", text or "").translate(_ROMAN).upper()


def _same_citation(gold: Gold, values: Gold) -> bool:
    target = {"self": True} if gold["target"] == "self" else gold["target"]
    return _same_document(target, values) and (gold.get("path") or "") == values["path"]


def _folded(label: str | None) -> str:
    return " ".join((label or "").translate(_FOLD).split()).casefold()


def _same_age(gold: Gold, values: Gold) -> bool:
    return _amounts(gold, values) and all(
        gold.get(flag) in (None, values[flag]) for flag in ("minInclusive", "maxInclusive")
    )


def _amounts(gold: Gold, values: Gold) -> bool:
    return all(
        (None if gold[bound] is None else float(gold[bound])) == values[bound]
        for bound in ("min", "max")
    )


def _same_penalty(gold: Gold, values: Gold) -> bool:
    return (
        gold["kind"] == values["kind"]
        and _amounts(gold, values)
        and (gold.get("unit") or None) == values["unit"]
        and gold.get("confiscation") in (None, values["confiscation"])
        and _stated(gold, values)
    )


def _stated(gold: Gold, values: Gold) -> bool:
    where = gold.get("statedIn")
    return not where or where.rstrip("/").rsplit("/", 1)[-1] == values["statedIn"]


def _fields(*names: str) -> Callable[[Gold, Gold], bool]:
    """Agreement of the named fields as they are written."""
    return lambda gold, values: all(str(gold[name]) == str(values[name]) for name in names)


AGREES: dict[str, Callable[[Gold, Gold], bool]] = {
    "documents": _same_document,
    "citations": _same_citation,
    "bodies": lambda gold, values: _folded(gold["label"]) == _folded(values["label"]),
    "ages": _same_age,
    "penalties": _same_penalty,
    "norms": lambda gold, values: gold["class"] == values["class"] and _stated(gold, values),
    "competences": lambda gold, values: (
        _fields("role", "body")(gold, values) and _stated(gold, values)
    ),
    "provisions": _fields("id"),
    "statistics": _fields("population", "value"),
    "measures": _fields("type"),
    "places": _fields("id"),
}
