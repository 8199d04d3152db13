"""Noise loses no entity, or no more than was measured: docs/robustness.md has the table."""

import pytest

from benchmarks.noise import CHANGES, apply
from benchmarks.robustness import TEXTS, measure, reference
from graph.judging.evaluate import KINDS

LOSSES = {
    ("report", "look-alike letters, one in ten"): 0.01,
    ("report", "look-alike letters, one in three"): 0.01,
    ("report", "look-alike letters, two in three"): 0.01,
    ("report", "letter-spaced words"): 0.04,
    ("report", "lines broken again"): 0.075,
    ("report", "form feeds"): 0.02,
    ("report", "page numbers after any word"): 0.06,
    ("law", "page numbers after any word"): 0.03,
    ("order", "page numbers after any word"): 0.03,
}
"""Text and change to the share of entities that may be lost; others may lose none."""
SEEDS = (0, 1)
SLOW = "report"
"""The long text: one seed does."""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", TEXTS)
def test_noise_loses_no_more_than_was_measured(name: str, change: str) -> None:
    losses = [measure(name, change, seed) for seed in (SEEDS[:1] if name == SLOW else SEEDS)]
    lost = sum(len(loss.lost) for loss in losses)
    known = sum(loss.entities for loss in losses)
    assert lost <= LOSSES.get((name, change), 0) * known, [loss.lost for loss in losses]


def test_every_kind_of_entity_is_looked_for() -> None:
    found = {entity[0] for name in TEXTS for entity in reference(name)[1]}
    assert found == set(KINDS)


def test_every_change_changes_some_text() -> None:
    for change in CHANGES:
        assert any(measure(name, change, 0).noisy.text != reference(name)[0] for name in TEXTS)


def test_a_place_moves_along_with_its_words() -> None:
    noisy = apply("бір екі үш", [(0, 3, "б і р"), (3, 4, "\n"), (7, 7, "!")])
    assert noisy.text == "б і р\nекі! үш"
    words = [
        noisy.text[slice(*noisy.place(start, end))] for start, end in ((0, 3), (4, 7), (8, 10))
    ]
    assert words[1:] == ["екі", "үш"]
    assert words[0] == "б і р"[: len(words[0])]
