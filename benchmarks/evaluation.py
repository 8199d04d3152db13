"""Scores every gold document of the project. Run: make evaluate

Compares with the scores that are committed (tests/gold/scores.json): where fewer items are exact or
more are wrong than before, it says so and ends with status 1. `--accept` writes the new scores and
their table (docs/evaluation.md); the difference is then reviewed like code.
"""

import json
import sys
from pathlib import Path

from graph.files import data_folder
from graph.judging.evaluate import KINDS, KindScore, Scores, evaluate

GOLD = Path(__file__).parent.parent / "tests" / "gold"
KNOWN = GOLD / "scores.json"
TABLE = Path(__file__).parent.parent / "docs" / "evaluation.md"
Counts = dict[str, dict[str, list[int]]]
"""Document to kind to [gold, exact, wrong]."""


def documents() -> dict[str, tuple[Path, Path]]:
    """Name of every gold document, its text and its gold."""
    found = {}
    for gold in sorted(GOLD.glob("*.json")):
        if gold != KNOWN:
            text = gold.with_suffix(".txt")
            sample = data_folder("sample") / text.name
            found[gold.stem] = (text if text.exists() else sample, gold)
    return found


def counts(scores: Scores) -> dict[str, list[int]]:
    """The figures of one document that are kept."""
    return {kind: [s.gold, s.exact, s.wrong] for kind, s in scores.kinds.items()}


def falls(name: str, now: dict[str, list[int]], known: Counts) -> list[str]:
    """What is worse than the committed figures, one line each."""
    before = known.get(name)
    if before is None:
        return [f"{name}: no committed scores; accept them with --accept"]
    return [
        f"{name}: {kind}: {now[kind][1]} exact and {now[kind][2]} wrong of {now[kind][0]};"
        f" committed: {before[kind][1]} exact and {before[kind][2]} wrong"
        for kind in KINDS
        if now[kind][1] < before[kind][1] or now[kind][2] > before[kind][2]
    ]


def known() -> Counts:
    """The committed scores."""
    found: Counts = json.loads(KNOWN.read_text(encoding="utf-8")) if KNOWN.exists() else {}
    return found


def table(all_counts: Counts) -> str:
    """The scores as a table in Markdown: F1 a kind, the mean of the kinds with gold."""
    lines = [
        f"| document | {' | '.join(KINDS)} | mean |",
        f"|---|{'---|' * (len(KINDS) + 1)}",
    ]
    total = {kind: [0, 0, 0] for kind in KINDS}
    for name, kinds in all_counts.items():
        lines.append(_row(name, kinds))
        for kind, figures in kinds.items():
            total[kind] = [a + b for a, b in zip(total[kind], figures, strict=True)]
    return "\n".join([*lines, _row("**all**", total)])


def _row(name: str, kinds: dict[str, list[int]]) -> str:
    cells, scored = [], []
    for kind in KINDS:
        gold, exact, wrong = kinds[kind]
        f1 = KindScore(gold, exact, exact, wrong).f1
        if gold:
            scored.append(f1)
        cells.append(f"{f1:.3f} ({exact}/{gold})" if gold else "–")
    return f"| {name} | {' | '.join(cells)} | {sum(scored) / len(scored):.3f} |"


_HEAD = """# Evaluation

Written by `python -m benchmarks.evaluation --accept`; a fall in any figure fails the tests. F1 of
each kind, with exact items of all in parentheses; the mean is that of the kinds with gold.

`report-2005` is the sample. The other documents are invented acts, written for this project with
the traps that real ones hold: look-alike letters, letter-spaced and wrapped lines, broken words,
amounts and terms that look like ages, titles inside titles. They have been looked at while the
rules were mended, so their scores say what is known to work, not how an unseen text fares.

"""


def main() -> None:
    """Score all documents, print the table, compare or accept."""
    now: Counts = {}
    worse: list[str] = []
    before = known()
    for name, (text, gold) in documents().items():
        scores = evaluate(text, gold)
        now[name] = counts(scores)
        worse += falls(name, now[name], before)
        if "--show" in sys.argv:
            print(f"{name}\n{scores.format()}")
    print(table(now))
    if "--accept" in sys.argv:
        KNOWN.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        TABLE.write_text(f"{_HEAD}{table(now)}\n", encoding="utf-8")
    elif worse:
        print(*worse, sep="\n", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
