"""Judges an extraction by hand-made answers. In: a text and its gold (JSON). Out: scores a kind.

The gold names a list of items for each kind. An item says where it stands, either as `spans` (code
points of the original text, half open) or as `quote` (or `quotes`) with `nth`, the occurrence
counted from 0; its other fields are the attributes. The rules:

- `found`: something of the kind overlaps the item (a norm by more than half of the item), matched
  one to one, the exact and the closer first; `exact`: the attributes agree too;
- an item is optional if it is `lenient`, a `note`, `generic`, or a norm with `core` false: it earns
  nothing, costs nothing, and whatever overlaps it is no error;
- a further mention of a document or body that the gold names elsewhere is no error either;
- every other extracted thing that is not exact is `wrong`. Recall is exact / gold, precision
  exact / (exact + wrong), and the macro mean takes the F1 of the kinds that have gold.

Detail kinds (competences, provisions ...) are looked up only: they have no `wrong` and no F1.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.judging.agreement import AGREES, Gold
from graph.judging.extracted import Item, Range, read_items
from graph.pipeline import to_graphs
from graph.source import read

KINDS = ("documents", "citations", "bodies", "ages", "penalties", "norms")
DETAIL_KINDS = ("competences", "provisions", "statistics", "measures", "places")
REPEATABLE = ("documents", "bodies")


class GoldError(ValueError):
    """A gold file that cannot be used; the message is one line and says what to do."""


@dataclass(frozen=True)
class Miss:
    """One disagreement with the gold: "missed", "wrong" (other attributes) or "extra"."""

    kind: str
    fault: str
    quote: str
    wanted: str
    """Attributes of the gold item; empty for an extra."""
    got: str
    """Attributes of what was extracted; empty for a missed item."""

    def __str__(self) -> str:
        """One line for a terminal."""
        said = " ".join(self.quote.split())[:90]
        parts = [f"{self.kind}: {self.fault} «{said}»"]
        parts += [f"wanted {self.wanted}"] if self.wanted else []
        parts += [f"got {self.got}"] if self.got else []
        return " ".join(parts)


@dataclass(frozen=True)
class KindScore:
    """The counts of one kind; optional items are not in them."""

    gold: int
    found: int
    exact: int
    wrong: int

    @property
    def recall(self) -> float:
        """Share of the gold that is exact; 1 where there is no gold."""
        return self.exact / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        """Share of what was extracted that is exact."""
        if self.exact + self.wrong:
            return self.exact / (self.exact + self.wrong)
        return 0.0 if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


@dataclass(frozen=True)
class Scores:
    """The judgement on one text."""

    kinds: dict[str, KindScore]
    """By the names of KINDS."""
    details: dict[str, KindScore]
    """By those names of DETAIL_KINDS that the gold has; `wrong` is 0."""
    misses: tuple[Miss, ...]

    @property
    def macro(self) -> float:
        """Mean F1 of the kinds that have gold; 0 if none has."""
        scored = [score.f1 for score in self.kinds.values() if score.gold]
        return sum(scored) / len(scored) if scored else 0.0

    def format(self) -> str:
        """Return a table, the mean, and a line for each disagreement."""
        lines = [
            f"{'kind':<13}{'gold':>5}{'found':>7}{'exact':>7}{'wrong':>7}"
            f"{'recall':>8}{'precision':>11}{'F1':>7}"
        ]
        for kind, score in self.kinds.items():
            lines.append(
                f"{kind:<13}{score.gold:>5}{score.found:>7}{score.exact:>7}{score.wrong:>7}"
                f"{score.recall:>8.3f}{score.precision:>11.3f}{score.f1:>7.3f}"
            )
        lines.append(f"macro F1 {self.macro:.3f}")
        for kind, score in self.details.items():
            lines.append(
                f"{kind:<13}{score.gold:>5}{score.found:>7}{score.exact:>7}{'':>7}"
                f"{score.recall:>8.3f}"
            )
        return "\n".join([*lines, *map(str, self.misses)])


def evaluate(document: Path, gold: Path) -> Scores:
    """Extract the text `document` and compare it with the answers in `gold`.

    Raises SourceError or GoldError for a file that cannot be used.
    """
    source = read(document)
    return judge(source.text, read_gold(gold), read_items(to_graphs(source)), str(gold))


def read_gold(path: Path) -> dict[str, list[Gold]]:
    """Read the items of every kind from a gold file. Raises GoldError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: cannot be read ({error}); name a JSON file in UTF-8") from None
    except json.JSONDecodeError as error:
        raise GoldError(f"{path}: line {error.lineno}: not JSON ({error.msg}); mend it") from None
    except RecursionError:
        raise GoldError(f"{path}: nested too deeply to be a list of answers") from None
    if not isinstance(data, dict) or not any(kind in data for kind in (*KINDS, *DETAIL_KINDS)):
        raise GoldError(f"{path}: no list of any kind; write for example {{{KINDS[0]!r}: [...]}}")
    found = {kind: data[kind] for kind in (*KINDS, *DETAIL_KINDS) if kind in data}
    for kind, items in found.items():
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise GoldError(f"{path}: {kind}: not a list of objects; write {{{kind!r}: [...]}}")
    return found


def judge(
    text: str,
    gold: Mapping[str, Sequence[Gold]],
    extracted: Mapping[str, Sequence[Item]],
    name: str = "gold",
) -> Scores:
    """Compare what was extracted from `text` with the gold; `name` is used in messages."""
    kinds: dict[str, KindScore] = {}
    details: dict[str, KindScore] = {}
    misses: list[Miss] = []
    for kind in (*KINDS, *DETAIL_KINDS):
        detail = kind in DETAIL_KINDS
        if detail and kind not in gold:
            continue
        items = gold.get(kind, ())
        places = [_places(item, text, f"{name}: {kind}[{i}]") for i, item in enumerate(items)]
        comparison = _Comparison(kind, items, places, extracted.get(kind, ()))
        (details if detail else kinds)[kind] = comparison.score(count_wrong=not detail)
        misses += comparison.misses(text, extras=not detail)
    return Scores(kinds, details, tuple(misses))


def _places(item: Gold, text: str, where: str) -> list[Range]:
    """Where a gold item stands. Raises GoldError."""
    if "spans" in item:
        return [(start, end) for start, end in item["spans"]]
    quotes = item.get("quotes") or ([item["quote"]] if "quote" in item else [])
    if not quotes:
        raise GoldError(f"{where}: no place; write spans, quote or quotes")
    nth = item.get("nth") or 0
    counts = nth if isinstance(nth, list) else [nth] * len(quotes)
    places = []
    for quote, count in zip(quotes, counts, strict=True):
        at = -1
        for _ in range(count + 1):
            at = text.find(quote, at + 1)
            if at < 0:
                raise GoldError(f"{where}: {quote!r} is not in the text so often; copy it anew")
        places.append((at, at + len(quote)))
    return places


class _Comparison:
    """The gold and the extracted items of one kind, matched one to one."""

    def __init__(
        self,
        kind: str,
        gold: Sequence[Gold],
        places: Sequence[Sequence[Range]],
        extracted: Sequence[Item],
    ) -> None:
        self.kind, self.gold, self.places, self.extracted = kind, gold, places, extracted
        self.partner: dict[int, int] = {}
        """Index of a gold item to the index of the extracted item it is matched with."""
        self.exact: set[int] = set()
        """Gold items whose partner has the same attributes."""
        self._match()
        self._gold_of = {extracted: wanted for wanted, extracted in self.partner.items()}

    def _match(self) -> None:
        agrees = AGREES[self.kind]
        needed = 0.5 if self.kind == "norms" else 0.0
        pairs = []
        for i, (item, places) in enumerate(zip(self.gold, self.places, strict=True)):
            for j, candidate in enumerate(self.extracted):
                shared = _overlap(places, candidate.places)
                if shared > needed * _size(places):
                    unlike = abs(_size(candidate.places) - _size(places))
                    exact = agrees(item, candidate.values)
                    pairs.append((exact, shared / _size(places), -unlike, i, j))
        taken = set()
        for exact, _, _, i, j in sorted(pairs, reverse=True):
            if i in self.partner or j in taken:
                continue
            self.partner[i] = j
            taken.add(j)
            if exact:
                self.exact.add(i)

    def score(self, *, count_wrong: bool) -> KindScore:
        """Count what the rules count."""
        asked = [i for i, item in enumerate(self.gold) if not self._optional(item)]
        return KindScore(
            gold=len(asked),
            found=sum(i in self.partner for i in asked),
            exact=sum(i in self.exact for i in asked),
            wrong=len(self._wrong()) if count_wrong else 0,
        )

    def _optional(self, item: Gold) -> bool:
        return any(item.get(mark) for mark in ("lenient", "note", "generic")) or (
            self.kind == "norms" and not item.get("core", True)
        )

    def _wrong(self) -> list[int]:
        return [j for j in range(len(self.extracted)) if not self._excused(j)]

    def _excused(self, j: int) -> bool:
        """Whether an extracted item is exact, or one that the rules let pass."""
        i = self._gold_of.get(j)
        if i is not None and (i in self.exact or self._optional(self.gold[i])):
            return True
        candidate = self.extracted[j]
        agrees = AGREES[self.kind]
        if self.kind in REPEATABLE and any(
            agrees(item, candidate.values) for item in self.gold if not item.get("self")
        ):
            return True
        return any(
            self._optional(item) and _overlap(places, candidate.places)
            for item, places in zip(self.gold, self.places, strict=True)
        )

    def misses(self, text: str, *, extras: bool) -> list[Miss]:
        """Every disagreement, those with the gold first."""
        found = []
        for i, item in enumerate(self.gold):
            if i in self.exact or self._optional(item):
                continue
            fault = "wrong" if i in self.partner else "missed"
            got = _shown(self.extracted[self.partner[i]].values) if i in self.partner else ""
            asked = _shown({k: v for k, v in item.items() if k not in _NO_ATTRIBUTES})
            found.append(Miss(self.kind, fault, _quote(text, self.places[i]), asked, got))
        matched = set(self.partner.values())
        for j in self._wrong() if extras else ():
            if j not in matched:
                candidate = self.extracted[j]
                quote = _quote(text, candidate.places)
                found.append(Miss(self.kind, "extra", quote, "", _shown(candidate.values)))
        return found


_NO_ATTRIBUTES = ("spans", "quote", "quotes", "nth", "tricky", "en", "reading", "lenient")


def _quote(text: str, places: Iterable[Range]) -> str:
    return " … ".join(text[start:end] for start, end in places)


def _shown(values: Mapping[str, Any]) -> str:
    said = (f"{key}={value}" for key, value in values.items() if value not in (None, "", False))
    return " ".join(said) or "nothing"


def _overlap(some: Iterable[Range], others: Iterable[Range]) -> int:
    others = list(others)
    return sum(max(0, min(e, y) - max(s, x)) for s, e in some for x, y in others)


def _size(places: Iterable[Range]) -> int:
    return sum(end - start for start, end in places) or 1
