"""Finds the skeleton of a text. In: a Normalised text. Out: its parts and their provisions, with ranges.

A part is what carries provisions of its own: the act itself, an annex, the text of a treaty that a
State report answers, an article of another act that is reproduced. Whose articles those last two
are is told later, by `graph.link`. A provision ("unit") owns the text from its start to the start
of the next one.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from graph.normalise import Block, Normalised


@dataclass(frozen=True)
class Part:
    """A run of the text with its own numbering. `kind`: self, annex, treaty or reproduced."""

    kind: str
    start: int
    end: int
    type: str | None = None
    """kzc:docType of an annex."""
    within: int | None = None
    """Index of the unit in which an article is reproduced."""
    number: int = 1
    """Number of an annex."""


@dataclass(frozen=True)
class Unit:
    """A provision. Ranges are normalised offsets, half open."""

    kind: str
    """Code of kzc:unit."""
    number: str
    eid: str
    part: int
    parent: int | None
    start: int
    end: int
    """The end of the text it owns, without the units below it."""
    label: tuple[int, int]
    """The range that names it: number and first words, or the heading."""
    title: tuple[int, int] | None
    text: tuple[int, int]
    """Its own text, without number and heading."""


@dataclass(frozen=True)
class Note:
    """An editorial note of the publisher: `Ескерту. ... өзгеріс енгізілді - ...`."""

    start: int
    end: int


@dataclass(frozen=True)
class Structure:
    """Parts, units in text order, editorial notes."""

    parts: tuple[Part, ...]
    units: tuple[Unit, ...]
    notes: tuple[Note, ...]
    _starts: tuple[int, ...]

    def unit_at(self, offset: int) -> int | None:
        """Index of the innermost unit that owns the offset; None before the first of its part."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0 or self.units[at].part != self.part_at(offset):
            return None
        return at

    def part_at(self, offset: int) -> int:
        """Index of the part in which the offset lies."""
        at = bisect_right(self.parts, offset, key=lambda part: part.start) - 1
        return max(0, at)

    def in_note(self, offset: int) -> bool:
        """Whether the offset lies in an editorial note."""
        at = bisect_right(self.notes, offset, key=lambda note: note.start) - 1
        return at >= 0 and offset < self.notes[at].end


_ARTICLE = re.compile(r"(\d+(?:-\d+)*)-бап(?![а-яәғқңөұүһі-])\s*\.?\s*")
_GROUP = re.compile(
    r"(?:(\d+(?:-\d+)*|[ivxlc]+)\s?-?\s?(бөлім|тарау|параграф|кіші бөлім)"
    r"|(бөлім|тарау|параграф)\s+(\d+|[ivxlc]+))(?![а-яәғқңөұүһі])\s*[.:]?\s*"
)
_CLAUSE = re.compile(r"(\d+(?:-\d+)*)\.\s+(?=\S)(?!\d{1,2}\.)")
_SUBCLAUSE = re.compile(r"(\d+(?:-\d+)*|[а-яәғқңөұүһі])\)\s*")
_NOTE = re.compile(r"ескерт(?:у|пе)(?![а-яәғқңөұүһі])\s*[.:]?")
_EDITORIAL = re.compile(
    r"өзгеріс|редакцияда|алып таста|толықтырыл|жойыл|енгізілді|қолданысқа енгізіл|заңымен|заңдарымен"
    r"|бұйрығымен|қаулысымен|шешімімен|жарлығымен|алдын ала|тақырыпқа|тақырыбы|преамбула"
)
_ANNEX = re.compile(
    r"(?:қаулысына|бұйрығына|шешіміне|жарлығына|заңына|кодексіне|өкіміне|келісімге|қағидаларына|ережесіне"
    r"|нұсқаулығына)\s+(?:(\d+)-\s?)?қосымша$|^(?:(\d+)-\s?)?қосымша$"
)
_APPROVED = re.compile(
    r"(?:қаулысымен|бұйрығымен|шешімімен|жарлығымен|заңымен|өкімімен)\s+(?:бекітілген|мақұлданған)\b"
)
_ENACTS = re.compile(r"(?:етеді|бұйырамын|шешті|шешім қабылдады|етемін|еттім|етті)\s*:?$")
_SIGNATURE = re.compile(
    r"(?:премьер-министрі|президенті|министрі|әкімі|хатшысы|төрағасы|төрайымы|прокуроры|басшысы"
    r"|спикері|орынбасары)(?:\s+\S{1,3}\.?\s?\S+(?:\s\S+)?)?$"
)
_REPORT_TITLE = re.compile(r"баяндама(?:сы)?$")
_INTRODUCTION = re.compile(r"кіріспе$")
_FOOTER = re.compile(r"©")
_LIST_ITEM_END = re.compile(r"[;,]$")
_ANNEX_TYPES = (
    (re.compile(r"баяндама(?:сы)?$"), "report"),
    (re.compile(r"(?:қағида(?:лар)?|ереже(?:лер)?|нұсқаулық|нұсқаулығы|тәртіп|тәртібі)(?:ы|і|сы|сі)?$"), "rules"),
)
LETTERS = {
    **dict(zip("абвгдежзийклмнопрстуфхцшщыэюя", "a b v g d e zh z i j k l m n o p r s t u f h c sh sch y e yu ya".split(), strict=True)),
    **dict(zip("әғқңөұүһі", ["ae", "gh", "q", "ng", "oe", "u", "ue", "hh", "i"], strict=True)),
    "ч": "ch", "ё": "yo", "ъ": "", "ь": "",
}


def structure(text: Normalised) -> Structure:
    """Cut the text into parts and units; linear in its length, never fails."""
    return _Builder(text).build()


class _Builder:
    """Walks the blocks once and keeps the open units on a stack."""

    def __init__(self, text: Normalised) -> None:
        self.text = text
        self.parts: list[dict[str, object]] = []
        self.units: list[dict[str, object]] = []
        self.notes: list[Note] = []
        self.stack: list[int] = []
        self.part = -1
        self.enacted = False
        self.signed = False
        self.paragraph = 0
        self.paragraph_unit: int | None = None
        self.section: int | None = None
        self.treaty_articles = 0
        self.report_at: int | None = None
        self.listing = False

    # Where parts begin.

    def build(self) -> Structure:
        self._open_part("self", 0)
        blocks = self.text.blocks
        for at, block in enumerate(blocks):
            self._block(at, block)
        return self._finish()

    def _open_part(self, kind: str, start: int, **more: object) -> None:
        self.part = len(self.parts)
        self.parts.append({"kind": kind, "start": start, "type": None, "within": None, "number": 1, **more})
        self.stack = []
        self.listing = False

    def _block(self, at: int, block: Block) -> None:
        low = self.text.low[block.start : block.end]
        if self._boundary(at, block, low):
            return
        article = self._article(block, low)
        if article or self._group(block, low):
            return
        note = _NOTE.match(low)
        if note:
            if _EDITORIAL.search(low[:600]):
                self.notes.append(Note(block.start, block.end))
            else:
                self._note(block, note.end())
            return
        clause = _CLAUSE.match(low)
        if clause:
            self._clause(block, low, clause)
            return
        sub = _SUBCLAUSE.match(low)
        if sub and self.stack:
            self._sub(block, sub)
            return
        self._plain(block, low)

    def _boundary(self, at: int, block: Block, low: str) -> bool:
        """Enacting formula, signature, stamps and titles: where the main text ends."""
        if _FOOTER.match(low):
            self._open_part("footer", block.start)
            return True
        if _ENACTS.search(low):
            self.enacted = True
            return False
        short = block.end - block.start < 200
        kind = self.parts[self.part]["kind"]
        if short and _SIGNATURE.search(low) and (self.units or self.enacted) and not _CLAUSE.match(low):
            self.signed = True
            self.stack = []
            return False
        stamp = _ANNEX.search(low) if block.end - block.start < 300 else None
        if stamp and (self.units or self.enacted or at > 2):
            number = int(stamp.group(1) or stamp.group(2) or self._annexes() + 1)
            self._open_part("annex", block.start, type="annex", number=number)
            self.report_at = None
            return True
        if short and _APPROVED.search(low) and at > 0:
            self._open_part("annex", block.start, type=self._type_after(at), number=self._annexes() + 1)
            return True
        if self.report_at is None and _REPORT_TITLE.search(low) and self._begins_report(at):
            if kind == "self" and (self.enacted or self.signed):
                start = self.text.blocks[self._title_start(at)].start
                self._open_part("annex", start, type="report", number=self._annexes() + 1)
            else:
                self.parts[self.part]["type"] = "report"
            self.report_at = self.part
            self.paragraph = 0
        return False

    def _annexes(self) -> int:
        return sum(part["kind"] == "annex" for part in self.parts)

    def _begins_report(self, at: int) -> bool:
        """Whether a title that ends in `баяндама` opens a report: nothing is enacted after it."""
        blocks, low = self.text.blocks, self.text.low
        for block in blocks[at + 1 : at + 12]:
            text = low[block.start : block.end]
            if _ENACTS.search(text):
                return False
            if _CLAUSE.match(text) or _INTRODUCTION.match(text):
                return True
        return False

    def _title_start(self, at: int) -> int:
        """The first block after the signature: a cover page belongs to the annex."""
        low = self.text.low
        while at > 0:
            block = self.text.blocks[at - 1]
            text = low[block.start : block.end]
            if _SIGNATURE.search(text) or _CLAUSE.match(text):
                break
            at -= 1
        return at

    def _type_after(self, at: int) -> str:
        """Type of an approved act by the title after its stamp."""
        for block in self.text.blocks[at + 1 : at + 4]:
            low = self.text.low[block.start : block.end].rstrip(".")
            for pattern, kind in _ANNEX_TYPES:
                if pattern.search(low):
                    return kind
        return "annex"

    # Units.

    def _add(self, kind: str, number: str, eid: str, block: Block, **more: object) -> int:
        start = int(str(more.pop("start", block.start)))
        unit: dict[str, object] = {
            "kind": kind,
            "number": number,
            "eid": eid,
            "part": self.part,
            "parent": self.stack[-1] if self.stack else None,
            "start": start,
            "label": (start, block.end),
            "title": None,
            "text": (block.end, block.end),
            **more,
        }
        self.units.append(unit)
        return len(self.units) - 1

    def _in_report(self) -> bool:
        return self.report_at is not None

    def _article(self, block: Block, low: str) -> bool:
        match = _ARTICLE.match(low)
        if not match and block.after_rule and self._in_report():
            found = _ARTICLE.search(low)
            if found and block.end - block.start < 200:
                self._reproduced(block, low, found)
                return True
        if not match:
            return False
        rest = low[match.end() :]
        if rest[:1].isalpha() and not self.text.text[block.start + match.end()].isupper():
            return False  # `5-бап бойынша ...` is prose
        if self._in_report() and not block.after_rule and not rest and self._next_article(match):
            self._treaty_section(block, match)
        elif self._in_report():
            self._reproduced(block, low, match)
        else:
            self._pop_to({"section", "chapter", "paragraph"})
            self._article_unit(block, low, match)
        return True

    def _next_article(self, match: re.Match[str]) -> bool:
        number = match.group(1)
        return number.isdigit() and int(number) == self.treaty_articles + 1

    def _treaty_section(self, block: Block, match: re.Match[str]) -> None:
        """A bare heading `3-бап` in a report: the treaty's article, and the section that answers it."""
        number = match.group(1)
        self.treaty_articles = int(number)
        assert self.report_at is not None
        self.part, self.stack = self.report_at, []
        self.section = self._add("report-section", number, f"sec_{number}", block)
        self._open_part("treaty", block.start, within=self.section)
        self._article_unit(block, match.string, match)

    def _reproduced(self, block: Block, low: str, match: re.Match[str]) -> None:
        """An article of another act, printed in the report."""
        self._open_part("reproduced", block.start, within=self.paragraph_unit)
        self._article_unit(block, low, match)

    def _article_unit(self, block: Block, low: str, match: re.Match[str]) -> None:
        number, begin = match.group(1), block.start + match.end()
        rest = low[match.end() :]
        numbered = _CLAUSE.match(rest)
        prose = bool(rest) and (rest[-1] in ".:;,–-" or len(rest) > 400)
        title = None
        if rest and not prose and not numbered:
            title = (begin, block.end)
        if match.start():  # `Конституциясы. 12-бап. II бөлім "..."`: the article inside its line
            label, title = (block.start + match.start(), block.start + match.start(1) + len(number) + 4), None
        else:
            label = (block.start, begin if prose or numbered else block.end)
        label = (label[0], label[0] + len(self.text.text[label[0] : label[1]].rstrip()))
        text = (begin, block.end) if prose and not match.start() else (block.end, block.end)
        at = self._add("article", number, f"art_{number}", block, label=label, title=title, text=text)
        self.stack.append(at)
        self.listing = rest.endswith(":")
        if numbered:
            self._clause(block, low, re.compile(_CLAUSE.pattern).match(low, match.end()) or numbered)

    def _group(self, block: Block, low: str) -> bool:
        match = _GROUP.match(low)
        if not match or len(low) > 400 or low[match.end() :].endswith((":", ";")):
            return False
        if not match.group(1) and not match.group(4):
            return False
        word = match.group(2) or match.group(3)
        if len(low) > match.end() and not self.text.text[block.start + match.end()].isupper() \
                and low[match.end()] not in "\"«(“":
            return False
        number = (match.group(1) or match.group(4)).upper()
        kind, prefix, above = {
            "бөлім": ("section", "sec", set()),
            "кіші бөлім": ("section", "subsec", {"section"}),
            "тарау": ("chapter", "chp", {"section"}),
            "параграф": ("paragraph", "prg", {"section", "chapter"}),
        }[word]
        self._pop_to(above)
        parent = str(self.units[self.stack[-1]]["eid"]) + "__" if kind == "paragraph" and self.stack else ""
        begin = block.start + match.end()
        title = (begin, block.end) if begin < block.end else None
        self.stack.append(self._add(kind, number, f"{parent}{prefix}_{number}", block, title=title))
        self.listing = False
        return True

    def _pop_to(self, kinds: set[str]) -> None:
        """Close open units until the innermost is of one of `kinds`."""
        while self.stack and self.units[self.stack[-1]]["kind"] not in kinds:
            self.stack.pop()

    def _clause(self, block: Block, low: str, match: re.Match[str]) -> None:
        number, begin = match.group(1), block.start + match.end()
        first = block.start + match.start()
        label = (first, self._words_end(begin, block.end, 2))
        if self._report_paragraph(number):
            self._open_paragraph(block, number, label, begin)
            return
        self._pop_to({"article", "section", "chapter", "paragraph"})
        inside = self._innermost("article")
        prefix = f"{self.units[inside]['eid']}__" if inside is not None else ""
        at = self._add(
            "clause", number, f"{prefix}para_{number}", block,
            start=first, label=label, text=(begin, block.end),
        )
        self.stack.append(at)
        self.listing = low.endswith(":")

    def _report_paragraph(self, number: str) -> bool:
        """Whether a number continues the report's own series rather than a quoted one's."""
        if not self._in_report() or not number.isdigit() or int(number) != self.paragraph + 1:
            return False
        if self.parts[self.part]["kind"] in ("treaty", "reproduced"):
            return int(number) != self._last_clause() + 1 or self._last_clause() == 0 and int(number) > 1
        return True

    def _last_clause(self) -> int:
        for unit in reversed(self.units):
            if unit["part"] != self.part:
                break
            if unit["kind"] == "clause" and str(unit["number"]).isdigit():
                return int(str(unit["number"]))
        return 0

    def _open_paragraph(self, block: Block, number: str, label: tuple[int, int], begin: int) -> None:
        assert self.report_at is not None
        if self.part != self.report_at:
            # the report goes on: the same part, resumed
            report = self.parts[self.report_at]
            self._open_part("annex" if report["kind"] == "annex" else "self", block.start,
                            type=report["type"], number=report["number"])
            self.report_at = self.part
        self.stack = [] if self.section is None else [self.section]
        self.paragraph = int(number)
        self.paragraph_unit = self._add(
            "report-paragraph", number, f"para_{number}", block,
            start=label[0], label=label, text=(begin, block.end),
        )
        self.stack.append(self.paragraph_unit)

    def _sub(self, block: Block, match: re.Match[str]) -> None:
        label = match.group(1)
        lettered = not label[0].isdigit()
        keep = {"clause", "article", "report-paragraph", "note"} | ({"subclause"} if lettered else set())
        while len(self.stack) > 1 and self.units[self.stack[-1]]["kind"] not in keep:
            self.stack.pop()
        while len(self.stack) > 1 and self._sibling(lettered):
            self.stack.pop()
        slug = LETTERS.get(label, label) if lettered else label
        begin = block.start + match.end()
        parent = self.units[self.stack[-1]]
        at = self._add(
            "subclause", label, f"{parent['eid']}__sub_{slug}", block,
            label=(block.start, self._words_end(begin, block.end, 2)), text=(begin, block.end),
        )
        self.stack.append(at)

    def _sibling(self, lettered: bool) -> bool:
        unit = self.units[self.stack[-1]]
        return unit["kind"] == "subclause" and (not str(unit["number"])[0].isdigit()) == lettered

    def _note(self, block: Block, begin: int) -> None:
        inside = self._innermost("article")
        if inside is None:
            return
        self._pop_to({"article"})
        eid = f"{self.units[inside]['eid']}__note_1"
        at = self._add("note", "1", eid, block, text=(block.start + begin, block.end),
                       label=(block.start, block.start + begin))
        self.stack.append(at)

    def _innermost(self, kind: str) -> int | None:
        for at in reversed(self.stack):
            if self.units[at]["kind"] == kind:
                return at
        return None

    def _plain(self, block: Block, low: str) -> None:
        """A block without a number: an indent of a list, or more text of the open unit."""
        if _INTRODUCTION.match(low) and self._in_report() and self.part == self.report_at:
            self.stack = []
            self.section = self._add("report-section", "intro", "sec_intro", block)
            return
        if not self.stack:
            return
        top = self.units[self.stack[-1]]
        if top["kind"] == "indent":
            parent = self.units[self.stack[-2]]
            count = int(str(top["number"])) + 1
            self.stack.pop()
        elif self.listing:
            parent, count = top, 1
        else:
            return
        at = self._add("indent", str(count), f"{parent['eid']}__indent_{count}", block,
                       text=(block.start, block.end))
        self.stack.append(at)
        if not _LIST_ITEM_END.search(low):
            self.stack.pop()
            self.listing = False

    def _words_end(self, start: int, end: int, count: int) -> int:
        """End of the first `count` words of a range."""
        at = start
        for _ in range(count):
            space = self.text.text.find(" ", at + 1, end)
            if space < 0:
                return end
            at = space
        return at

    def _finish(self) -> Structure:
        size = len(self.text.text)
        edges = [int(str(u["start"])) for u in self.units[1:]] + [size]
        starts = [int(str(p["start"])) for p in self.parts]
        units = []
        for unit, edge in zip(self.units, edges, strict=True):
            after = bisect_right(starts, int(str(unit["start"])))
            limit = starts[after] if after < len(starts) else size
            units.append(Unit(**unit, end=max(min(edge, limit), int(str(unit["start"])) + 1)))  # type: ignore[arg-type]
        ends = [*starts[1:], size]
        parts = [Part(**part, end=end) for part, end in zip(self.parts, ends, strict=True)]  # type: ignore[arg-type]
        return Structure(
            tuple(parts), tuple(units), tuple(self.notes), tuple(u.start for u in units)
        )
