"""Writes a stretch of text with every mention in it as a link. In: placed mentions. Out: HTML.

Where mentions overlap, each segment links to the innermost; behind the end of every mention stands
its badge, a link too, so that a mention which lies wholly under others is reached as well. Badges
are drawn by the style sheet from attributes and are no text. A script finds in `data-m` which
mentions cover a segment (indices, outermost first) and links it to another of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from service.documents.segments import Segment, segments
from service.things.kinds import KINDS

OUTER = ("citation", "norm", "measure", "statistic", "penalty", "age", "party", "place", "body")
"""Of mentions with the same characters, which one is the outer: these in order, then all others."""

LONGEST_TITLE = 110
"""Characters of the name of a thing in the hint on its mention."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mention in the text that is written."""

    key: int
    """Its index in the document, at least 0."""
    kind: str
    parts: tuple[tuple[int, int], ...]
    """Its ranges; several where its words stand apart."""
    href: str
    label: str
    """What it is, to read."""
    begins: bool = False
    """Whether it is the number or heading of a provision."""


class Highlighter:
    """Writes one page of a text."""

    def __init__(
        self,
        text: str,
        placed: Sequence[Placed],
        visible: frozenset[str],
        marks: Sequence[tuple[int, int, str]],
        words: Mapping[str, str],
    ) -> None:
        """Write `text` with mentions, those of the `visible` kinds highlighted.

        `marks` are ranges with the id of the element that marks them; `words` has `kind_` and
        `badge_` for every kind.
        """
        self._text = text
        self._mentions = {one.key: one for one in placed}
        self._visible = visible
        self._marks = marks
        self._badges = {kind: words[f"badge_{kind}"] for kind in (*KINDS, "other")}
        self._kinds = {kind: words[f"kind_{kind}"] for kind in (*KINDS, "other")}
        self.ids: dict[int, str] = {}
        """Mention -> id of the element at which it begins, for those already written."""
        self._marked: set[str] = set()
        self._linked: set[int] = set()
        self._covered = set(self._mentions)
        """Mentions that no segment links to."""

    def write(self, start: int, end: int, cuts: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yield the HTML of `start:end` segment by segment, each with its start.

        A mark is closed at every place of `cuts`, so that what stands between two of them can be
        an element of its own.
        """
        ranges = [(low, high, -1 - i) for i, (low, high, _) in enumerate(self._marks)]
        ranges += [
            (low, high, one.key)
            for one in sorted(self._mentions.values(), key=inwards)
            for low, high in one.parts
        ]
        ending: dict[int, list[int]] = {}
        for low, high, key in ranges:
            if key >= 0 and low < end and high > start:
                ending.setdefault(min(high, end), []).append(key)
        found = list(segments(start, end, ranges, cuts))
        for segment in found:
            inner = self._innermost(segment)
            if inner is not None:
                self._covered.discard(inner.key)
        for segment in found:
            html = self._segment(segment)
            numbers = [-1 - key for key in segment.over if key < 0]
            if numbers:
                html = self._mark(numbers, html)
            yield segment.start, html + self._badges_at(segment.end, ending.get(segment.end, ()))

    def _innermost(self, segment: Segment) -> Placed | None:
        """Return the innermost highlighted mention over a segment."""
        for key in reversed(segment.over):
            if key >= 0 and self._mentions[key].kind in self._visible:
                return self._mentions[key]
        return None

    def _segment(self, segment: Segment) -> str:
        text = exact(self._text[segment.start : segment.end])
        keys = [key for key in segment.over if key >= 0]
        if not keys:
            return text
        begun = ""
        for key in reversed(keys):
            if key not in self.ids:
                begun = begun or f"m{key}"
                self.ids[key] = begun
        name = f' id="{begun}"' if begun else ""
        inner = self._innermost(segment)
        over = " ".join(map(str, keys))
        if inner is None:
            return f'<a{name} data-m="{over}">{text}</a>'
        outer = [
            self._mentions[key].kind
            for key in keys
            if self._mentions[key].kind in self._visible and key != inner.key
        ]
        classes = f"entity kind-{inner.kind}"
        if outer:
            classes += f" in-{outer[-1]}"
        if len(inner.parts) > 1:
            classes += " apart"
        if inner.begins:
            classes += " begins"
        again = ' tabindex="-1"' if inner.key in self._linked else ""
        self._linked.add(inner.key)
        return (
            f'<a{name} class="{classes}" data-m="{over}" href="{escape(inner.href)}"'
            f"{again}>{text}</a>"
        )

    def _mark(self, numbers: list[int], html: str) -> str:
        """Mark a segment; the first of a mark bears its id."""
        names = dict.fromkeys(self._marks[number][2] for number in numbers)
        fresh = [name for name in names if name not in self._marked]
        self._marked.update(fresh)
        name = f' id="{fresh[0]}"' if fresh else ""
        more = "".join(f'<span id="{other}"></span>' for other in fresh[1:])
        return f"{more}<mark{name}>{html}</mark>"

    def _badges_at(self, end: int, keys: Sequence[int]) -> str:
        """Return the badges of the mentions that end at a place, the innermost first."""
        html, shown = "", set()
        for key in reversed(keys):
            href = self._mentions[key].href
            html += self._badge(self._mentions[key], end, again=href in shown)
            shown.add(href)
        return html

    def _badge(self, mention: Placed, end: int, *, again: bool) -> str:
        """Return the badge behind a mention, or behind a part of it that ends at `end`.

        `again`: there is a badge of the same thing beside it, so this one is not drawn.
        """
        badge = "§" if mention.begins else self._badges[mention.kind]
        if len(mention.parts) > 1:
            part = next((i for i, part in enumerate(mention.parts, 1) if part[1] >= end), 1)
            badge += f" {part}/{len(mention.parts)}"
        title = self._title(mention)
        hidden = "" if mention.kind in self._visible else " hidden"
        reach = ' aria-hidden="true" tabindex="-1"'
        if mention.key in self._covered and not again:
            reach = f' aria-label="{title}"'
        more = " again" if again else " begins" if mention.begins else ""
        return (
            f'<a class="tag kind-{mention.kind}{more}" data-m="{mention.key}"'
            f' data-badge="{escape(badge)}" href="{escape(mention.href)}" title="{title}"'
            f"{reach}{hidden}></a>"
        )

    def _title(self, mention: Placed) -> str:
        label = shorten(mention.label, LONGEST_TITLE)
        return escape(f"{self._kinds[mention.kind]}: {label}")


def inwards(mention: Placed) -> tuple[bool, int, int, int]:
    """Return the sort key that puts outer mentions before inner ones.

    The longer is the outer, but the number of a provision never covers what its first words name.
    """
    order = OUTER.index(mention.kind) if mention.kind in OUTER else len(OUTER)
    size = sum(end - start for start, end in mention.parts)
    return not mention.begins, -size, order, mention.key


def exact(text: str) -> str:
    """Return text as HTML that a browser reads back as the same characters.

    A browser takes a carriage return for a line feed, and cannot be given a null character.
    """
    html = escape(text, quote=False)
    if "\r" in html:
        html = html.replace("\r", "&#13;")
    return html.replace("\0", "\ufffd") if "\0" in html else html


def shorten(text: str, most: int) -> str:
    """Return text in one line, cut after a word if it is longer than `most`."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0] or line[:most]}…"
