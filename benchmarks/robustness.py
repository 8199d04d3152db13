"""What noise costs. Run: make robustness, which writes docs/robustness.md

Extracts each text as it is, changes it (benchmarks/noise.py) and looks for the same entities in
what has become of it: of the same kind, with the same attributes, at the place that they moved to.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.noise import CHANGES, Noisy, apply
from graph.judging.evaluate import KINDS
from graph.judging.extracted import Item, read_items
from graph.pipeline import to_graphs
from graph.source import from_text

ROOT = Path(__file__).parent.parent
TEXTS = {
    "report": ROOT / "sample" / "report-2005.txt",
    "law": ROOT / "tests" / "acts" / "law.txt",
    "order": ROOT / "tests" / "acts" / "order.txt",
    "amended law": ROOT / "tests" / "acts" / "amended.txt",
}
PAGE = ROOT / "docs" / "robustness.md"
SEEDS = 5
Entity = tuple[str, tuple[tuple[int, int], ...], tuple[tuple[str, Any], ...]]
"""Kind, places, attributes."""


@dataclass(frozen=True)
class Loss:
    """What one change of one text cost."""

    entities: int
    lost: tuple[Entity, ...]
    added: tuple[Entity, ...]
    noisy: Noisy


def entities(text: str) -> list[Entity]:
    """What is found in a text; the text itself has the same name whatever its hash."""
    source = from_text("noise", text)
    own = source.sha256[:12]
    return [
        (kind, item.places, _values(item, own))
        for kind, items in read_items(to_graphs(source)).items()
        if kind in KINDS
        for item in items
    ]


def _values(item: Item, own: str) -> tuple[tuple[str, Any], ...]:
    said = {key: value for key, value in item.values.items() if key != "id"}
    return tuple(sorted((key, "self" if value == own else value) for key, value in said.items()))


@cache
def reference(name: str) -> tuple[str, tuple[Entity, ...]]:
    """A text as it is, and what is found in it."""
    text = TEXTS[name].read_text(encoding="utf-8")
    return text, tuple(entities(text))


def measure(name: str, change: str, seed: int) -> Loss:
    """Change a text and compare what is found."""
    text, known = reference(name)
    choice = random.Random(f"{name} {change} {seed}")
    noisy = apply(text, CHANGES[change](text, choice))
    free = entities(noisy.text)
    lost = []
    for entity in known:
        kind, places, values = entity
        moved = [noisy.place(start, end) for start, end in places]
        match = next(
            (e for e in free if (e[0], e[2]) == (kind, values) and _meet(moved, e[1])), None
        )
        if match:
            free.remove(match)
        else:
            lost.append(entity)
    return Loss(len(known), tuple(lost), tuple(free), noisy)


def _meet(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> bool:
    others = list(others)
    return any(start < end2 and start2 < end for start, end in some for start2, end2 in others)


def table(seeds: int) -> str:
    """The page: a row for each change, a column for each text."""
    lines = ["| change | " + " | ".join(TEXTS) + " | found besides |", "|---|" + "---:|" * 5]
    for change in CHANGES:
        row, added, all_entities = [], 0, 0
        for name in TEXTS:
            losses = [measure(name, change, seed) for seed in range(seeds)]
            lost = sum(len(loss.lost) for loss in losses)
            count = sum(loss.entities for loss in losses)
            added += sum(len(loss.added) for loss in losses)
            all_entities += count
            row.append(f"{lost / count:.1%}" if lost else "0")
        more = f"{added / all_entities:.1%}" if added else "0"
        lines.append(f"| {change} | {' | '.join(row)} | {more} |")
    return "\n".join(lines)


def page(seeds: int) -> str:
    """docs/robustness.md."""
    counts = ", ".join(f"{len(reference(name)[1])} of the {name}" for name in TEXTS)
    return f"""# What noise costs

Texts of law come scanned, converted and printed by several hands. This table says how many of the
entities that are found in a clean text are lost when it is changed in one such way: documents,
citations, bodies, ages, penalties and norms, with the same attributes at the same place. What is
found besides is what only the changed text gave. Measured over {seeds} seeds by `make robustness`
on {counts}.
`benchmarks/noise.py` says what each change does; `tests/test_metamorphic.py` holds the losses.

{table(seeds)}

Of a word that is printed in look-alike letters from end to end nothing tells that it is Cyrillic.
A note of the publisher's names acts of its own. Two rows are harsher than what converters do: lines
broken again cut off words that a PDF displaced, and page numbers after any word stand on short
lines too.
"""


def main() -> None:
    """Write the page, or show what one change of one text costs."""
    parser = argparse.ArgumentParser(description="What noise costs.")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--show", nargs=2, metavar=("TEXT", "CHANGE"))
    arguments = parser.parse_args()
    if not arguments.show:
        PAGE.write_text(page(arguments.seeds), encoding="utf-8")
        print(PAGE.read_text(encoding="utf-8"))
        return
    name, change = arguments.show
    text, _ = reference(name)
    for seed in range(arguments.seeds):
        loss = measure(name, change, seed)
        print(f"seed {seed}: {len(loss.lost)} of {loss.entities} lost, {len(loss.added)} besides")
        for kind, places, values in loss.lost:
            start, end = loss.noisy.place(places[0][0], places[-1][1])
            print(f"  - {kind} {_said(values)} {text[places[0][0] : places[-1][1]]!r}")
            print(f"    {loss.noisy.text[max(0, start - 30) : end + 30]!r}")
        for kind, places, values in loss.added:
            words = loss.noisy.text[places[0][0] : places[-1][1]]
            print(f"  + {kind} {_said(values)} {words!r}")
        print(Counter(entity[0] for entity in loss.lost))


def _said(values: tuple[tuple[str, Any], ...]) -> str:
    return " ".join(f"{key}={value}" for key, value in values if value not in (None, ""))


if __name__ == "__main__":
    main()
