"""Tells which work each mention of an act stands for. In: Findings. Out: Linked.

Names lead to works by themselves (`graph.linking.works`); `осы Заң`, `Кодекс`, `Хаттамаға` and the
short names given in the text (`бұдан әрі - Қағидалар`) by where they stand and what was named
before.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graph.findings import Findings
from graph.linking.citations import Citation, Citations, Resolved, is_work, join
from graph.linking.pointers import Pointers
from graph.linking.works import STATUTES, Work
from graph.rules.act_words import HEADS

_FORMULAS = (
    ("resolution", re.compile(r"қаулы етеді")),
    ("decree", re.compile(r"қаулы етемін")),
    ("order", re.compile(r"бұйырамы[нз]")),
    ("decision", re.compile(r"шешім қабылдады|шешті\s*:|шешім қабылдаймын")),
)
"""Enacting formulas and the type of the act that they enact."""
_DRAFT = re.compile(r" жоба")
"""`Заңының жобасы` after a mention: no law yet."""
_APPROVED = re.compile(r"(?: \([^()]*\))? бекітілген,? ")
"""All that stands between an act and the rules that it approved."""
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


class _Linker(Pointers):
    def link(self) -> Linked:
        """Works that are named, then parts, then what points at either, then citations."""
        self.self_path = self._own_work()
        named: list[str | None] = [
            None
            if act.anaphor or act.this
            else self.works.named(
                act,
                bool(_DRAFT.match(self.low, act.end)),
                self.amended.get(self._top(act.start), ""),
            )
            for act in self.f.acts
        ]
        self.paths = named
        linked = zip(self.f.acts, named, strict=True)
        by_code = {act.adilet: path for act, path in linked if act.adilet and path}
        self.treaty = self._answered_treaty()
        self.parts = tuple(self._part_paths())
        self._follow_pointers(by_code)
        if any(part.kind == "quoted" for part in self.structure.parts):
            self.parts = tuple(self._part_paths())  # now that `Заңның 6-бабы` is known
            self.latest.clear()
            self.others.clear()
            self._follow_pointers(by_code)
        self._ratifications()
        self._approvals()
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

    def _follow_pointers(self, by_code: Mapping[str, str]) -> None:
        """Resolve `осы Заң`, `Кодекс` and short names, in text order."""
        for i, act in enumerate(self.f.acts):
            if act.anaphor or act.this:
                known = None if act.this or act.alias else by_code.get(act.adilet)
                self.paths[i] = known or self._pointed(i, act)
            path = self.paths[i]
            if path:
                for key in self._calls(act):
                    self.latest[key] = path
                    if path != self.self_path:
                        self.others[key] = path

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
        counts: dict[str, int] = {}
        for act in self.f.acts:
            part = self.structure.parts[self.structure.part_at(act.start)]
            if act.this and act.anaphor in HEADS and part.kind == "self":
                counts[act.type] = counts.get(act.type, 0) + 1
        called = max(counts, key=lambda kind: (counts[kind], kind)) if counts else "other"
        for kind, pattern in _FORMULAS:
            if pattern.search(self.low):  # the Supreme Soviet passed laws with `қаулы етеді`
                return called if called in STATUTES and kind not in counts else kind
        return "report" if self.structure.is_report else called

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
        acts = self.f.acts
        first, last = (bisect_left(acts, at, key=lambda act: act.start) for at in (start, end))
        titles = [act for act in acts[first:last] if act.annex]
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

    def _ratifications(self) -> None:
        """`2001 жылғы 4 шілдеде Қазақстан Республикасы ратификациялаған ... хаттама`."""
        for act, path in zip(self.f.acts, self.paths, strict=True):
            before = self.low[max(0, act.start - 20) : act.start]
            if path and act.type == "treaty" and _RATIFIED.search(before):
                work = self.works.by_path[path]
                ratified = work.ratified or self._date_before(act.start)
                self.works.by_path[path] = replace(work, ratified=ratified)

    def _approvals(self) -> None:
        """`№ 305 қаулысымен бекітілген Х талаптарына`: which act approved the rules.

        Rules without a name (`бекітілген Ереженің 5-тармағы`) are what that act named or approved.
        """
        rules: dict[str, str] = {}
        for i, act in enumerate(self.f.acts):
            path, approving = self.paths[i], self.paths[i - 1] if i else None
            unnumbered = act.type == "rules" and not (act.number or act.date or act.this)
            if not unnumbered or approving is None or approving == self.self_path:
                continue
            if not _APPROVED.fullmatch(self.low, self.f.acts[i - 1].end, act.start):
                continue
            if path is None and act.rule == "act-anaphor":
                bare = replace(act, title=act.anaphor.capitalize(), anaphor="")
                path = rules.get(approving) or self.works.named(bare)
                self.paths[i] = path
            if not path or path not in self.works.by_path or self.works.by_path[path].annex_of:
                continue
            work = self.works.by_path.pop(path)
            annex = f"{approving}/annex_{path.rpartition('-')[2][:8]}"
            self.works.add(replace(work, path=annex, annex_of=approving, part=True))
            self.paths = [annex if known == path else known for known in self.paths]
            rules[approving] = annex

    def _date_before(self, offset: int) -> str:
        """The last date in the 90 characters before an offset."""
        dates = self.f.dates
        at = bisect_left(dates, offset, key=lambda date: date.start) - 1
        return dates[at].value if at >= 0 and dates[at].start > offset - 90 else ""
