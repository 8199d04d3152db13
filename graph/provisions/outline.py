"""Builds the skeleton of a text. In: a Normalised text. Out: its Structure."""

from dataclasses import replace

from graph.normalise import Block, Normalised
from graph.provisions import headings
from graph.provisions.lists import Lists
from graph.provisions.parts import find_boundaries
from graph.provisions.skeleton import GROUP_KINDS
from graph.structure import Note, Part, Structure
from graph.text.quotes import quoted_blocks


def outline(text: Normalised) -> Structure:
    """Cut the text into parts and units; linear in its length, never fails."""
    return _Outline(text).build()


_LONGEST_TITLE = 300


class _Outline(Lists):
    """Walks the blocks once and keeps the open units on a stack.

    A State report has three number series at once: its own paragraphs, the clauses of the treaty's
    articles, and those of reproduced articles. A number belongs to the report when it continues the
    report's series and does not continue the article's.
    """

    def __init__(self, text: Normalised) -> None:
        super().__init__(text)
        self.boundaries = find_boundaries(text)
        self.untitled: int | None = None
        """The unit whose heading was the block before: its title may stand on a line of its own."""
        self.section: int | None = None
        self.paragraph: int | None = None
        self.paragraph_number = 0
        self.treaty_article = 0

    def build(self) -> Structure:
        """Walk all blocks; what is quoted at length stands in parts of its own."""
        blocks = self.text.blocks
        spans = [(block.start, block.end) for block in blocks]
        ends = dict(quoted_blocks(self.text.text, spans))
        at = 0
        while at < len(blocks):
            last = ends.get(at)
            if last is not None and self._is_introduced(at):
                self._quotation(at, last)
                at = last + 1
                continue
            self._block(at, blocks[at], self.text.low[blocks[at].start : blocks[at].end])
            at += 1
        return self.structure()

    def _is_introduced(self, at: int) -> bool:
        """Whether what is quoted is a provision's wording: after a colon, or by its heading.

        What the text begins with is quoted in nothing.
        """
        if not at:
            return False
        before, block = self.text.blocks[at - 1], self.text.blocks[at]
        article = headings.ARTICLE.match(self.text.low, block.start + 1, block.end)
        return article is not None or self.text.low.endswith(":", before.start, before.end)

    def _quotation(self, first: int, last: int) -> None:
        """A quotation of whole blocks: the wording of another act's provision."""
        host, stack, listing = self.parts[self.part], self.stack, self.listing
        within = stack[-1] if stack else None
        start = self.text.blocks[first].start
        self._open_part(Part("quoted", start, start, within=within))
        self.quoting = True
        for at in range(first, last + 1):
            block = self.text.blocks[at]
            block = replace(block, start=block.start + 1) if at == first else block
            self._block(at, block, self.text.low[block.start : block.end])
        self.quoting = False
        end = self.text.blocks[last].end
        self._open_part(replace(host, start=end, resumed=within))
        if self.report_part is not None:
            self.report_part = self.part
        self.stack, self.listing = stack, listing

    def _block(self, at: int, block: Block, low: str) -> None:
        self._begin(at, block)
        untitled, self.untitled = self.untitled, None
        if self._article(block, low) or self._group(block, low):
            return
        if untitled is not None and self._title_of(untitled, block, low):
            return
        note = headings.NOTE.match(low)
        if note:
            if headings.is_editorial(low):
                self.notes.append(Note(block.start, block.end))
            else:
                self._note(block, note.end())
            return
        clause = headings.CLAUSE.match(low)
        if clause:
            self._clause(block, block.start, clause.group(0), block.start + clause.end())
            return
        subclause = headings.SUBCLAUSE.match(low)
        if subclause and self.stack:
            self._subclause(block, subclause.group(1), block.start + subclause.end())
            return
        self._plain(at, block, low)

    def _title_of(self, at: int, block: Block, low: str) -> bool:
        """Take a block as the title of the unit whose number stands on the line before."""
        if (
            not headings.is_title(low)
            or not self._capital(block.start)
            or len(low) > _LONGEST_TITLE
        ):
            return False
        if headings.opens_provision(low) or headings.NOTE.match(low):
            return False
        unit = self.units[at]
        label = (unit.label[0], block.end)
        title = (block.start, block.end)
        self.units[at] = replace(unit, label=label, title=title, text=(block.end, block.end))
        return True

    # Parts.

    def _begin(self, at: int, block: Block) -> None:
        """Open the part that begins at a block."""
        boundary = self.boundaries.at.get(at)
        if boundary:
            self._open_part(
                Part(boundary.kind, block.start, block.end, boundary.type, number=boundary.number)
            )
            if boundary.type == "report":
                self.report_part, self.paragraph_number = self.part, 0
            elif boundary.type == "annex":
                self.report_part = None

    # Units.

    def _article(self, block: Block, low: str) -> bool:
        match = headings.ARTICLE.match(low)
        if not match and block.after_rule and self.report_part is not None and len(low) < 200:
            match = headings.ARTICLE.search(low)  # `Конституциясы. 12-бап. II бөлім "..."`
        if not match:
            return False
        inside = match.start() > 0
        rest = low[match.end() :]
        if not inside and rest[:1].isalpha() and not self._capital(block.start + match.end()):
            return False  # `5-бап бойынша ...` is prose
        if "." not in match.group() and headings.WORDING.match(rest):
            return False
        number = match.group(1).upper()
        begin = block.start + match.end()
        if self.report_part is not None and not self.quoting:
            if not block.after_rule and self._answers_article(block, number, rest):
                self._treaty_section(block, number)
            else:
                self._open_part(Part("reproduced", block.start, block.end, within=self.paragraph))
        else:
            self._close_to(GROUP_KINDS)
        titled = headings.is_title(rest) and not inside
        prose = bool(rest) and not titled and not inside
        stop = begin if prose or inside else block.end
        first = block.start + match.start()
        label = (first, first + len(self.text.text[first:stop].rstrip(". " if inside else " ")))
        at = self._add(
            "article",
            number,
            f"art_{number}",
            block,
            label=label,
            title=(begin, block.end) if titled else None,
            text=(begin, block.end) if prose else None,
        )
        self.stack.append(at)
        self.untitled = at if not rest else None
        self.listing = rest.endswith(":")
        clause = headings.CLAUSE.match(rest) if prose else None
        if clause:  # `5-бап. 1. ...` on one line
            self._clause(block, begin, clause.group(0), begin + clause.end())
        return True

    def _capital(self, offset: int) -> bool:
        return self.text.text[offset].isupper()

    def _answers_article(self, block: Block, number: str, rest: str) -> bool:
        """Whether the heading of an article opens the section of a report that answers it.

        The treaty's own words follow, article by article, or at once the report's next paragraph.
        """
        if not rest and number == str(self.treaty_article + 1):
            return True
        after = self.text.low[block.end + 1 : block.end + 12]
        clause = headings.CLAUSE.match(after)
        goes_on = clause is not None and clause.group(1) == str(self.paragraph_number + 1)
        return goes_on and number.isdigit() and int(number) > self.treaty_article

    def _treaty_section(self, block: Block, number: str) -> None:
        """A bare `3-бап` in a report: the treaty's article, and the section that answers it."""
        assert self.report_part is not None
        self.treaty_article = int(number)
        self.part, self.stack = self.report_part, []
        self.section = self._add("report-section", number, f"sec_{number}", block)
        self._open_part(Part("treaty", block.start, block.end, within=self.section))

    def _group(self, block: Block, low: str) -> bool:
        """A section, chapter or paragraph heading."""
        match = headings.GROUP.match(low)
        rest = low[match.end() :] if match else ""
        if not match or len(low) > 400 or rest.endswith((":", ";")):
            return False
        begin = block.start + match.end()
        if rest and not self._capital(begin) and rest[0] not in '"«(“':
            return False
        kind, prefix, above = headings.GROUPS[match.group(2) or match.group(3)]
        number = (match.group(1) or match.group(4)).upper()
        self._close_to(above)
        inside = f"{self.units[self.stack[-1]].eid}__" if kind == "paragraph" and self.stack else ""
        title = (begin, block.end) if rest else None
        at = self._add(kind, number, f"{inside}{prefix}_{number}", block, title=title)
        self.stack.append(at)
        self.untitled = at if not rest else None
        self.listing = False
        return True

    def _clause(self, block: Block, first: int, words: str, begin: int) -> None:
        number = words.strip(" .")
        label = (first, self._end_of_words(begin, block.end))
        if self._continues_report(number):
            self._report_paragraph(block, number, label, begin)
        else:
            self._close_to(GROUP_KINDS | {"article"})
            eid = f"{self._prefix()}para_{number}"
            text = (begin, block.end)
            at = self._add("clause", number, eid, block, start=first, label=label, text=text)
            self.stack.append(at)
        self.listing = self.text.text.endswith(":", begin, block.end)

    def _continues_report(self, number: str) -> bool:
        """Whether a number continues the report's own series rather than a quoted one's."""
        if self.report_part is None or number != str(self.paragraph_number + 1) or self.quoting:
            return False
        if self.parts[self.part].kind not in ("treaty", "reproduced"):
            return True
        return int(number) > 1 and int(number) != self._last_clause() + 1

    def _last_clause(self) -> int:
        """Number of the last clause of the open part; 0 where it has none."""
        for unit in reversed(self.units):
            if unit.part != self.part:
                break
            if unit.kind == "clause" and unit.number.isdigit():
                return int(unit.number)
        return 0

    def _report_paragraph(
        self, block: Block, number: str, label: tuple[int, int], begin: int
    ) -> None:
        assert self.report_part is not None
        if self.part != self.report_part:  # the report goes on after a quoted article
            report = self.parts[self.report_part]
            self._open_part(
                Part(report.kind, label[0], block.end, report.type, number=report.number)
            )
            self.report_part = self.part
        self.stack = [] if self.section is None else [self.section]
        self.paragraph_number = int(number)
        self.paragraph = self._add(
            "report-paragraph",
            number,
            f"para_{number}",
            block,
            start=label[0],
            label=label,
            text=(begin, block.end),
        )
        self.stack.append(self.paragraph)

    def _note(self, block: Block, begin: int) -> None:
        """A note that belongs to the law: below its article."""
        prefix = self._prefix()
        if not prefix:
            return
        self._close_to(frozenset({"article"}))
        begin += block.start
        at = self._add(
            "note",
            "1",
            f"{prefix}note_1",
            block,
            label=(block.start, begin),
            text=(begin, block.end),
        )
        self.stack.append(at)

    def _plain(self, at: int, block: Block, low: str) -> None:
        """A block without a number: an indent of a list, or more text of the open unit."""
        if self.part == self.report_part and headings.INTRODUCTION.match(low):
            self.stack = []
            self.section = self._add("report-section", "intro", "sec_intro", block)
            return
        self._unnumbered(at, block, low)
