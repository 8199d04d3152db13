"""The rules, case by case: tests/rules/<kind>.toml, each text with all that must be found in it.

A case has a `text`, the mentions `found` in it (all of that kind, in order, with their attributes;
what is not written must be absent) and a `near_miss`: a text much like it in which nothing of that
kind may be found. `fails` and `near_miss_fails` give the reason why a case does not pass yet.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graph.model import Found
from graph.normalise import Normalised
from graph.pipeline import extract
from graph.rules import age, penalty
from graph.rules.amount import AMOUNTS
from graph.source import from_text

FOLDER = Path(__file__).parent / "rules"
CASES: dict[str, list[dict[str, Any]]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    for path in sorted(FOLDER.glob("*.toml"))
}
KEYS = {"name", "text", "found", "near_miss", "fails", "near_miss_fails"}
ATTRIBUTES = {
    "act": ("type", "number", "date", "title", "slug", "this"),
    "age": ("min", "min_inclusive", "max", "max_inclusive"),
    "body": ("label", "type"),
    "norm": ("modality", "bearer", "marker"),
    "penalty": (
        "kind",
        "min",
        "max",
        "unit",
        "confiscation",
        "addressee",
        "additional",
        "optional",
    ),
}
EXCLUSIVE = {"age": ("min_inclusive", "max_inclusive")}
"""Attributes whose False says something; elsewhere it means absent."""
Row = dict[str, Any]


def found_in(kind: str, text: str) -> list[Row]:
    """All mentions of a kind in a text, in order: their words in the original, their attributes."""
    findings, linked = extract(from_text("case", text))
    normalised = findings.context.normalised
    rows: list[Row] = []
    if kind == "provision":
        for reference, path in zip(findings.references, linked.reference_paths, strict=True):
            cited = (path or "").replace(linked.self_path, "self")
            rows.append({"quote": quote(normalised, reference), "cited": cited})
    elif kind == "competence":
        for competence in findings.competences:
            body = findings.bodies[competence.body].label
            rows.append(
                {"quote": quote(normalised, competence), "role": competence.role, "body": body}
            )
    else:
        mentions: dict[str, Sequence[Found]] = {
            "act": findings.acts,
            "age": findings.ages,
            "body": findings.bodies,
            "norm": findings.norms,
            "penalty": findings.penalties,
        }
        for mention in mentions[kind]:
            values: Row = {name: getattr(mention, name) for name in ATTRIBUTES[kind]}
            told = {
                name: value
                for name, value in values.items()
                if value not in (None, "", False)
                or (value is False and name in EXCLUSIVE.get(kind, ()))
            }
            rows.append({"quote": quote(normalised, mention), **told})
    return rows


def quote(normalised: Normalised, mention: Found) -> str:
    """The words of a mention in the original; ` … ` where they stand apart."""
    ranges = [
        words
        for start, end in ((mention.start, mention.end), *mention.more)
        for words in normalised.original(start, end)
    ]
    return " … ".join(normalised.source.text[start:end] for start, end in ranges)


def params(field: str) -> list[Any]:
    """The cases that have a text in `field`, with a strict expected failure where one is told."""
    rows = []
    for kind, cases in CASES.items():
        for case in cases:
            if field not in case:
                continue
            reason = case.get("fails" if field == "text" else "near_miss_fails")
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            rows.append(pytest.param(kind, case, id=f"{kind}: {case['name']}", marks=marks))
    return rows


@pytest.mark.parametrize(("kind", "case"), params("text"))
def test_finds(kind: str, case: dict[str, Any]) -> None:
    assert found_in(kind, case["text"]) == case["found"]


@pytest.mark.parametrize(("kind", "case"), params("near_miss"))
def test_leaves_a_near_miss_alone(kind: str, case: dict[str, Any]) -> None:
    assert found_in(kind, case["near_miss"]) == []


def test_the_cases_are_many_and_each_has_a_near_miss() -> None:
    assert set(CASES) == {*ATTRIBUTES, "provision", "competence"}
    assert sum(len(cases) for cases in CASES.values()) >= 120
    for kind, cases in CASES.items():
        names = [case["name"] for case in cases]
        assert len(set(names)) == len(names), kind
        for case in cases:
            assert {"name", "text", "found", "near_miss"} <= set(case) <= KEYS, case["name"]
            assert case["found"], case["name"]


def texts(kind: str) -> list[str]:
    """The texts of a kind's cases, as the rules see them."""
    sources = [from_text("case", case["text"]) for case in CASES[kind]]
    return [extract(source)[0].context.low for source in sources]


def test_every_pattern_of_an_age_has_a_case() -> None:
    low = texts("age")
    for pattern in age.PATTERNS:
        assert any(pattern.regex.search(text) for text in low), pattern.regex.pattern


def test_every_kind_and_amount_of_a_penalty_has_a_case() -> None:
    kinds = {row["kind"] for case in CASES["penalty"] for row in case["found"]}
    assert {kind for kind, _ in penalty.KINDS} <= kinds
    low = texts("penalty")
    for name, pattern in AMOUNTS:
        assert any(pattern.search(text) for text in low), (name, pattern.pattern)
