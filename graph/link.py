"""Tells which work each mention of an act stands for. In: Findings. Out: Linked.

Names lead to works by themselves (`graph.works`); `осы Заң`, `Кодекс`, `Хаттамаға` and the short
names given in the text (`бұдан әрі - Қағидалар`) by where they stand and what was named before.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph.citations import Citation, Citations, Resolved, is_work, join
from graph.findings import Findings
from graph.model import ActMention
from graph.morphology import nominative
from graph.rules.act_words import HEADS
from graph.slugs import fold_title
from graph.works import STATUTES, Work, Works

_FORMULAS = (
    ("resolution", re.compile(r"қаулы етеді")),
    ("decree", re.compile(r"қаулы етемін")),
    ("order", re.compile(r"бұйырамын")),
    ("decision", re.compile(r"шешім қабылдады|шешті\s*:|шешім қабылдаймын")),
)
"""Enacting formulas and the type of the act that they enact."""
_DRAFT = re.compile(r" жоба")
"""`Заңының жобасы` after a mention: no law yet."""
_RATIFIED = re.compile(r"ратификациялаған\s$")


@dataclass(frozen=True)
class Linked:
    """Everything resolved: paths below `id/`."""

    works: dict[str, Work]
    self_path: str
    """The work that the text is a text of."""
    part_paths: tuple[str, ...]
    unit_paths: tuple[str, ...]
    act_paths: tuple[str | None, ...]
    """One for each ActMention; None where it stands for no act of its own."""
    reference_paths: tuple[str | None, ...]
    """One for each Reference."""
    citations: tuple[Citation, ...]
    amendments: tuple[tuple[str, str], ...]
    """(amending work, amended work)."""


def link(findings: Findings) -> Linked:
    """Resolve all findings of one text."""
    return _Linker(findings).link()


class _Linker:
    def __init__(self, findings: Findings) -> None:
        self.f = findings
        self.context = findings.context
        self.structure = findings.context.structure
        self.low = findings.context.low
        self.works = Works(findings.context.lexicon, findings.acts)
        self.paths: list[str | None] = [None] * len(findings.acts)
        self.aliases: dict[str, str] = {}
        self.adopted: dict[str, int] = {}
        """Numbers of the annexes that are adopted by name alone, by title."""
        self.latest: dict[str, str] = {}
        """The act named last, by type and, for treaties, by the noun its name ends in."""

    def link(self) -> Linked:
        """Works that are named, then parts, then what points at either, then citations."""
        self.self_path = self._own_work()
        named: list[str | None] = [
            None
            if act.anaphor or act.this
            else self.works.named(act, draft=bool(_DRAFT.match(self.low, act.end)))
            for act in self.f.acts
        ]
        self.paths = named
        linked = zip(self.f.acts, named, strict=True)
        by_code = {act.adilet: path for act, path in linked if act.adilet and path}
        self.treaty = self._answered_treaty()
        self.parts = tuple(self._part_paths())
        for i, act in enumerate(self.f.acts):
            if act.anaphor or act.this:
                known = None if act.this or act.alias else by_code.get(act.adilet)
                self.paths[i] = known or self._pointed(i, act)
            path = self.paths[i]
            if path:
                for key in self._calls(act):
                    self.latest[key] = path
        self._ratifications()
        units = tuple(self._unit_paths())
        resolved = Resolved(
            self.f, self.self_path, self.parts, units, tuple(self.paths), self.treaty
        )
        finder = Citations(resolved)
        references = tuple(finder.provision(reference) for reference in self.f.references)
        citations = tuple(finder.all(references))
        return Linked(
            works=self.works.by_path,
            self_path=self.self_path,
            part_paths=self.parts,
            unit_paths=units,
            act_paths=tuple(self.paths),
            reference_paths=references,
            citations=citations,
            amendments=tuple(finder.amendments(citations)),
        )

    # The text's own works.

    def _own_work(self) -> str:
        """The work the text is a text of: by its heading or stamp, else `text/` and its hash."""
        heads = [
            act
            for act in self.f.acts
            if act.this and not act.annex and act.rule in ("act-heading", "act-stamp")
        ]
        dated = [act for act in heads if act.date]
        known = next((act for act in dated if act.number), None) or next(iter(dated), None)
        title = self._own_title()
        if known:
            work = self.works.identify(known)
            if work.law and title:
                title = self.context.lexicon.law(work.law).kk
            return self.works.add(replace(work, title=title))
        kind = heads[0].type if heads else self._own_type()
        path = f"text/{self.context.normalised.source.sha256[:12]}"
        return self.works.add(Work(path, kind, title=title))

    def _own_title(self) -> str:
        """The first block, where it is a title: no provision, no full stop, ends in `туралы`."""
        blocks = self.context.normalised.blocks
        if not blocks or self.structure.unit_at(blocks[0].start) is not None:
            return ""
        text = self.context.text[blocks[0].start : blocks[0].end]
        return text if text.lower().endswith("туралы") else ""

    def _own_type(self) -> str:
        """By the enacting formula, by the parts, by what the text calls itself."""
        for kind, pattern in _FORMULAS:
            if pattern.search(self.low):
                return kind
        if self.structure.is_report:
            return "report"
        counts: dict[str, int] = {}
        for act in self.f.acts:
            part = self.structure.parts[self.structure.part_at(act.start)]
            if act.this and act.anaphor in HEADS and part.kind == "self":
                counts[act.type] = counts.get(act.type, 0) + 1
        return max(counts, key=lambda kind: (counts[kind], kind)) if counts else "other"

    def _answered_treaty(self) -> str | None:
        """The treaty named first: the one that a report answers."""
        pairs = zip(self.paths, self.f.acts, strict=True)
        return next((p for p, act in pairs if p and act.slug and act.type == "treaty"), None)

    def _part_paths(self) -> Iterator[str]:
        """The work of each part; an annex that is no act of its own is a provision of the act."""
        for part in self.structure.parts:
            if part.kind == "annex":
                path = f"{self.self_path}/annex_{part.number}"
                if part.type in ("report", "rules", "treaty"):
                    title = self._annex_title(part.start, part.end)
                    self.works.add(Work(path, part.type, title=title, annex_of=self.self_path))
                yield path
            elif part.kind == "treaty" and self.treaty:
                yield self.treaty
            elif part.kind == "quoted":
                yield self._quoted(part.start, part.within)
            elif part.kind == "reproduced":
                yield self._reproduced(part.start, part.within) or self.self_path
            else:
                yield self.self_path

    def _annex_title(self, start: int, end: int) -> str:
        titles = [act for act in self.f.acts if act.annex and start <= act.start < end]
        full = [act for act in titles if act.rule == "act-title"]
        return self.context.text[full[-1].start : full[-1].end] if full else ""

    def _quoted(self, start: int, within: int | None) -> str:
        """The work or provision whose wording is quoted: the one that was named last before.

        `10-баптың 1-тармағы мынадай редакцияда жазылсын: «1. ...»`
        """
        references = self.f.references
        at = bisect_left(references, start, key=lambda reference: reference.start) - 1
        first = 0 if within is None else self.structure.units[within].start
        if at >= 0 and references[at].start >= first:
            index, path = references[at].act, references[at].path
            named = None if index is None else self.paths[index]
            if named:
                return join(named, path)
        return self._first_statute(first, start) or self.self_path

    def _unit_paths(self) -> Iterator[str]:
        """The path of each unit: below its part's work, or in a quotation below its article."""
        for unit in self.structure.units:
            base = self.parts[unit.part]
            if self.structure.parts[unit.part].kind == "quoted" and not is_work(base):
                work, eid = base.rsplit("/", 1)
                article = eid.split("__", 1)[0]
                inside = article.startswith("art_") and not unit.eid.startswith("art_")
                yield f"{work}/{article}__{unit.eid}" if inside else f"{work}/{unit.eid}"
            else:
                yield f"{base}/{unit.eid}"

    def _reproduced(self, start: int, within: int | None) -> str | None:
        """The act of a reproduced article.

        It is named on the heading line; else it is the first law that the paragraph cites.
        """
        block = self.context.normalised.block_at(start)
        on_line = self._first_statute(block.start, block.end)
        if on_line or within is None:
            return on_line
        return self._first_statute(self.structure.units[within].start, start)

    def _first_statute(self, start: int, end: int) -> str | None:
        """The first act of statutory rank named in a range."""
        acts = self.f.acts
        for i in range(bisect_left(acts, start, key=lambda act: act.start), len(acts)):
            if acts[i].start >= end:
                break
            if self.paths[i] and acts[i].type in STATUTES and not acts[i].quoted:
                return self.paths[i]
        return None

    # What `осы Заң`, `Кодекс` and short names stand for.

    def _pointed(self, i: int, act: ActMention) -> str | None:
        if act.alias:
            return self._alias(i, act)
        if act.annex:
            return self._annex_of_type(act.type) or self._adopted(act)
        if act.heading:
            return self._stamp(act)
        short = self.aliases.get(act.anaphor)
        if act.this:
            return self._this(act, short)
        if short or act.type == "treaty":
            return short or self._treaty_meant(act)
        own = self._type_of(self.parts[self.structure.part_at(act.start)])
        return None if own == act.type else self._named_last(act)

    def _this(self, act: ActMention, short: str | None) -> str | None:
        """`осы Заң`: the act whose text this is, an annex, or the one named last."""
        if short and act.anaphor not in HEADS:
            return short  # a name of several words: `осы Факультативтік хаттама`
        at = self.structure.part_at(act.start)
        treaty = self.structure.parts[at].kind == "treaty" and act.type == "treaty"
        if self.structure.parts[at].kind == "quoted":
            quoted = self.parts[at] if is_work(self.parts[at]) else self.parts[at].rsplit("/", 1)[0]
            if self._type_of(quoted) == act.type:
                return quoted
        if treaty or self._type_of(self.parts[at]) == act.type:
            return self.parts[at]
        own = self._type_of(self.self_path)
        if own == act.type:
            return self.self_path
        found = self._annex_of_type(act.type) or short or self._named_last(act)
        return found or (self.self_path if own == "other" else None)

    def _adopted(self, act: ActMention) -> str | None:
        """What the act adopts without its text: an annex by its name, numbered as they come."""
        if act.rule != "act-adopted":
            return None
        words = self.context.text[act.start : act.end].replace("\n", " ").split(" ")
        title = " ".join([*words[:-1], nominative(words[-1])])
        known = self.adopted.setdefault(fold_title(title), len(self.adopted) + 1)
        path = f"{self.self_path}/annex_{known}"
        return self.works.add(Work(path, act.type, title=title, annex_of=self.self_path))

    def _treaty_meant(self, act: ActMention) -> str | None:
        """`Шарттың 4-бабы`: the treaty whose text this is, else the one named last."""
        at = self.structure.part_at(act.start)
        if self.structure.parts[at].type == "treaty":
            return self.parts[at]
        return self._named_last(act)

    def _type_of(self, path: str) -> str:
        """Type of the work at a path; `annex` for an annex that is part of its act."""
        return self.works.by_path[path].type if path in self.works.by_path else "annex"

    def _annex_of_type(self, kind: str) -> str | None:
        pairs = zip(self.structure.parts, self.parts, strict=True)
        return next((path for part, path in pairs if part.type == kind), None)

    def _stamp(self, act: ActMention) -> str | None:
        """A heading or stamp: the own act's, or that of the act that approved the text."""
        own = self.works.by_path[self.self_path]
        if own.type == act.type and (not act.number or act.number == own.number):
            return self.self_path
        told = act.date or act.number
        return self.works.add(self.works.identify(act)) if told else self.self_path

    def _calls(self, act: ActMention) -> list[str]:
        """The keys under which a later pointer finds an act."""
        if act.type != "treaty":
            return [act.type]
        words = re.findall(r"\w+", self.low[act.start : act.end])
        noun = next((n for n in HEADS if words and words[-1].startswith(n[:-1])), "")
        return [f"treaty {noun}"]

    def _named_last(self, act: ActMention) -> str | None:
        """The act of that kind named last before."""
        if act.type != "treaty":
            return self.latest.get(act.type)
        noun = act.anaphor.rsplit(" ", 1)[-1]
        return self.latest.get(f"treaty {noun}")

    def _alias(self, i: int, act: ActMention) -> str | None:
        """What `(бұдан әрі - Х)` names: the act just before it, else the last of its kind."""
        path = self._just_before(i, act)
        at = self.structure.part_at(act.start)
        if path is None and self._type_of(self.parts[at]) == act.type:
            path = self.parts[at]
        path = path or self._named_last(act) or self._annex_of_type(act.type)
        if path:
            self.aliases[act.alias.lower()] = path
            work = self.works.by_path[path]
            self.works.by_path[path] = replace(work, aliases=(*work.aliases, act.alias))
        return path

    def _just_before(self, i: int, act: ActMention) -> str | None:
        for k in range(i - 1, max(-1, i - 4), -1):
            if self.paths[k] and 0 <= act.start - self.f.acts[k].end <= 2:
                return self.paths[k]
        return None

    def _ratifications(self) -> None:
        """`2001 жылғы 4 шілдеде Қазақстан Республикасы ратификациялаған ... хаттама`."""
        for act, path in zip(self.f.acts, self.paths, strict=True):
            before = self.low[max(0, act.start - 20) : act.start]
            if path and act.type == "treaty" and _RATIFIED.search(before):
                work = self.works.by_path[path]
                ratified = work.ratified or self._date_before(act.start)
                self.works.by_path[path] = replace(work, ratified=ratified)

    def _date_before(self, offset: int) -> str:
        """The last date in the 90 characters before an offset."""
        dates = self.f.dates
        at = bisect_left(dates, offset, key=lambda date: date.start) - 1
        return dates[at].value if at >= 0 and dates[at].start > offset - 90 else ""
