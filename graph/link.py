"""Tells which work, provision and body each mention stands for. In: the findings of a text. Out: works,
their parts, resolved citations.

A work is keyed by its path below `id/eli/` (`kz/law/2002-08-08/345-II`); see docs/iris.md.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.findings import Findings
from graph.lexicon import Entry
from graph.model import ActMention, Reference
from graph.rules.act import HEADS
from graph.rules.provision import PREFIX
from graph.slugs import fold_title, number_slug, slug_of

STATUTES = ("law", "code", "constitution", "decree-force-of-law")
"""Types that are a kzop:Law."""
_CUES = (
    (
        "accordance",
        re.compile(r"\s*(?:ережелеріне |талаптарына |нормаларына )?(?:сәйкес|негізінде|орай)"),
    ),
    ("amendment", re.compile(r"\s*(?:мен |бен )?[^.;]{0,30}?өзгеріс(?:тер)?")),
)
_RELIES = re.compile(r"\s(?:сәйкес|көзделген|белгіленген|белгіленетін|айқындалған)")
_RULES_OF = re.compile(r"\s(?:сәйкес|көзделген|белгіленген|ережелер)")
_OBJECT = re.compile(r"\s(?:бекіту|бекітілсін|ратификациялау|ратификациялансын|мақұлдау|бекіткен)")
_RATIFIED = re.compile(r"ратификациялаған\s$")


@dataclass(frozen=True)
class Work:
    """A legal act that the text is or names."""

    path: str
    """Below `id/`: `eli/kz/law/2002-08-08/345-II`, `text/0ea91d24738f`."""
    type: str
    number: str = ""
    date: str = ""
    title: str = ""
    slug: str = ""
    issuer: str = ""
    ratified: str = ""
    aliases: tuple[str, ...] = ()
    annex_of: str = ""


@dataclass(frozen=True)
class Citation:
    """A reference from one provision or work to another: paths below `id/`."""

    citing: str
    cited: str
    form: str
    start: int
    end: int
    rule: str
    note: bool


@dataclass(frozen=True)
class Linked:
    """Everything resolved."""

    works: dict[str, Work]
    self_path: str
    part_paths: tuple[str, ...]
    """Path of the work of each part."""
    unit_paths: tuple[str, ...]
    """Path of each unit."""
    act_paths: tuple[str | None, ...]
    """Path of each ActMention; None where it stands for no act of its own."""
    reference_paths: tuple[str | None, ...]
    """Path of the provision of each Reference."""
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
        self.works: dict[str, Work] = {}
        self.acts: list[str | None] = [None] * len(findings.acts)
        self.aliases: dict[str, str] = {}
        self.period = self._period()

    def link(self) -> Linked:
        self.self_path = self._own_work()
        self._unify_titles()
        for i, act in enumerate(self.f.acts):
            if not act.anaphor and not act.this:
                self.acts[i] = self._named(act)
        self.treaty = next(
            (
                p
                for p, a in zip(self.acts, self.f.acts, strict=True)
                if p and a.slug and a.type == "treaty"
            ),
            None,
        )
        self.parts = self._part_works()
        for i, act in enumerate(self.f.acts):
            if act.anaphor or act.this:
                self.acts[i] = self._pointed(i, act)
        self._ratifications()
        units = tuple(f"{self.parts[u.part]}/{u.eid}" for u in self.structure.units)
        self.units = units
        references = [self._provision(r) for r in self.f.references]
        citations = self._citations(references)
        return Linked(
            self.works,
            self.self_path,
            tuple(self.parts),
            units,
            tuple(self.acts),
            tuple(references),
            tuple(citations),
            tuple(self._amendments(citations)),
        )

    # Works.

    def _period(self) -> str:
        """The time the text speaks in: its own date, else the latest date of an act it names."""
        own = [a.date for a in self.f.acts if a.this and a.date]
        return own[0] if own else max((a.date for a in self.f.acts if a.date), default="")

    def _own_work(self) -> str:
        """The work the text is a text of."""
        heads = [
            a
            for a in self.f.acts
            if a.this and a.heading and not a.annex and a.rule in ("act-heading", "act-stamp")
        ]
        known = next((a for a in heads if a.date and a.number), None) or next(
            (a for a in heads if a.date), None
        )
        if known:
            return self._add(replace(self._work(known), title=self._own_title()))
        type = heads[0].type if heads else self._own_type()
        path = f"text/{self.context.normalised.source.sha256[:12]}"
        return self._add(Work(path, type, title=self._own_title()))

    def _own_title(self) -> str:
        """The first block, where it is a title: no provision, no full stop, not the act's name line."""
        blocks = self.context.normalised.blocks
        if not blocks:
            return ""
        first = blocks[0]
        text = self.context.text[first.start : first.end]
        if (
            self.structure.unit_at(first.start) is not None
            or text[-1] in ".:;,"
            or not text.lower().endswith("туралы")
        ):
            return ""
        return text

    def _own_type(self) -> str:
        """Type by the enacting formula, by what the text calls itself, by its parts."""
        low = self.low
        for pattern, type in (
            (r"қаулы етеді", "resolution"),
            (r"қаулы етемін", "decree"),
            (r"бұйырамын", "order"),
            (r"шешім қабылдады|шешті\s*:|шешім қабылдаймын", "decision"),
        ):
            if re.search(pattern, low):
                return type
        if any(p.type == "report" for p in self.structure.parts):
            return "report"
        counts: dict[str, int] = {}
        for act in self.f.acts:
            if (
                act.this
                and act.anaphor in HEADS
                and self.structure.parts[self.structure.part_at(act.start)].kind == "self"
            ):
                counts[act.type] = counts.get(act.type, 0) + 1
        return max(counts, key=lambda t: (counts[t], t)) if counts else "other"

    def _add(self, work: Work) -> str:
        known = self.works.get(work.path)
        if known:
            work = replace(
                known,
                title=known.title or work.title,
                issuer=known.issuer or work.issuer,
                number=known.number or work.number,
                date=known.date or work.date,
            )
        self.works[work.path] = work
        return work.path

    def _unify_titles(self) -> None:
        """Titles of the acts that are named with number and date somewhere."""
        self.by_title: dict[tuple[str, str], str] = {}
        self.by_date: dict[tuple[str, str], set[str]] = {}
        for act in self.f.acts:
            if act.number and act.date and not act.this:
                path = self._work(act).path
                if act.title:
                    self.by_title.setdefault((act.type, fold_title(act.title)), path)
                self.by_date.setdefault((act.type, act.date), set()).add(path)

    def _named(self, act: ActMention) -> str:
        """The work of an act that is named."""
        if not act.slug and not act.number:
            if act.title:
                path = self.by_title.get((act.type, fold_title(act.title)))
                if path and (not act.date or act.date in path):
                    return path
            elif act.date and len(self.by_date.get((act.type, act.date), ())) == 1:
                return next(iter(self.by_date[act.type, act.date]))
        return self._add(self._work(act))

    def _work(self, act: ActMention) -> Work:
        """A work by what one mention tells of it."""
        if act.slug and act.type == "treaty":
            return Work(f"eli/un/treaty/{act.slug}", "treaty", slug=act.slug)
        if act.slug:
            entry = self._edition(act)
            group = "kz" if entry.id.startswith("constitution") else "kz/code"
            type = "constitution" if entry.id.startswith("constitution") else "code"
            return Work(f"eli/{group}/{entry.id}", type, act.number, act.date, act.title, entry.id)
        segment = "decree" if act.type == "decree-force-of-law" else act.type
        number = number_slug(act.number)
        if segment in ("order", "decision") and act.number:
            issuer = slug_of(act.issuer).removesuffix("-minister") if act.issuer else "x"
            tail = f"{issuer}/{act.date}/{number}" if act.date else f"{issuer}/n-{number}"
        elif act.number:
            tail = f"{act.date}/{number}" if act.date else f"n-{number}"
        elif act.title and segment != "address":
            folded = hashlib.sha256(fold_title(act.title).encode()).hexdigest()[:16]
            tail = f"{act.date}/title-{folded}" if act.date else f"title-{folded}"
        else:
            tail = act.date
        return Work(
            f"eli/kz/{segment}/{tail}", act.type, act.number, act.date, act.title, "", act.issuer
        )

    def _edition(self, act: ActMention) -> Entry:
        """Which of the codes of one name is meant: by its date, else by the time of the text."""
        entry = self.context.lexicon.authority(act.slug)
        assert entry is not None
        soviet = entry.id.endswith("-kazssr")
        names = {n.lower() for n in entry.surfaces}
        same = [
            e
            for e in self.context.lexicon.codes
            if e.id.endswith("-kazssr") == soviet
            and not names.isdisjoint(n.lower() for n in e.surfaces)
        ]
        same.sort(key=lambda e: e.date or e.valid_from)
        if act.date:
            return next((e for e in same if e.date == act.date), entry)
        if self.period:
            valid = [e for e in same if (e.valid_from or e.date) <= self.period]
            if valid:
                return valid[-1]
        return (
            next((e for e in same if not re.search(r"-\d{4}$", e.id)), same[0]) if same else entry
        )

    def _part_works(self) -> list[str]:
        """The work of each part."""
        paths: list[str] = []
        for part in self.structure.parts:
            if part.kind == "annex":
                path = f"{self.self_path}/annex_{part.number}"
                if part.type in (
                    "report",
                    "rules",
                ):  # an act of its own; other annexes are parts of the act
                    title = self._annex_title(part.start, part.end)
                    self._add(Work(path, part.type, title=title, annex_of=self.self_path))
            elif part.kind == "treaty" and self.treaty:
                path = self.treaty
            elif part.kind == "reproduced":
                path = self._reproduced(part.start, part.end, part.within) or self.self_path
            else:
                path = self.self_path
            paths.append(path)
        return paths

    def _annex_title(self, start: int, end: int) -> str:
        """The title of an annex: the mention that stands in it as a title."""
        titles = [a for a in self.f.acts if a.annex and a.heading and start <= a.start < end]
        return self.context.text[titles[-1].start : titles[-1].end] if titles else ""

    def _reproduced(self, start: int, end: int, within: int | None) -> str | None:
        """The act of a reproduced article: named on its heading line, else the first law of the paragraph."""
        block = self.context.normalised.block_at(start)
        for act, path in zip(self.f.acts, self.acts, strict=True):
            if path and block.start <= act.start < block.end and act.type in STATUTES:
                return path
        if within is not None:
            unit = self.structure.units[within]
            for act, path in zip(self.f.acts, self.acts, strict=True):
                if (
                    path
                    and unit.start <= act.start < start
                    and act.type in STATUTES
                    and not act.quoted
                ):
                    return path
        return None

    # What `осы Заң`, `Кодекс` and short names stand for.

    def _pointed(self, i: int, act: ActMention) -> str | None:
        at = self.structure.part_at(act.start)
        part, own = self.structure.parts[at], self.parts[at]
        if act.alias:
            path = self._alias_meant(i, act)
            if path:
                self.aliases[act.alias.lower()] = path
                self.works[path] = replace(
                    self.works[path], aliases=(*self.works[path].aliases, act.alias)
                )
            return path
        if act.annex:
            return next(
                (
                    p
                    for q, p in zip(self.structure.parts, self.parts, strict=True)
                    if q.type == act.type
                ),
                None,
            )
        if act.heading and act.this:
            return self._stamp(act)
        short = self.aliases.get(act.anaphor)
        if act.this:
            if short and act.anaphor not in HEADS:
                return short
            if self._type_of(own) == act.type or (part.kind == "treaty" and act.type == "treaty"):
                return own
            if self.works[self.self_path].type == act.type:
                return self.self_path
            annex = next(
                (
                    p
                    for q, p in zip(self.structure.parts, self.parts, strict=True)
                    if q.type == act.type
                ),
                None,
            )
            return annex or short or self._recent(i, act) or self._unknown_self(act)
        if short:
            return short
        if act.type == "treaty":
            return self._recent(i, act)
        return None

    def _type_of(self, path: str) -> str:
        """Type of the work at a path; `annex` for an annex that is part of its act."""
        return self.works[path].type if path in self.works else "annex"

    def _stamp(self, act: ActMention) -> str | None:
        own = self.works[self.self_path]
        if own.type == act.type and (not act.number or act.number == own.number):
            return self.self_path
        return self._add(self._work(act)) if act.date or act.number else self.self_path

    def _unknown_self(self, act: ActMention) -> str | None:
        """`Осы Заң` in a text that names no act of the kind: the text is part of it."""
        own = self.works[self.self_path]
        return self.self_path if own.type == "other" else None

    def _recent(self, i: int, act: ActMention) -> str | None:
        """The act of that kind named last before."""
        for k in range(i - 1, -1, -1):
            other, path = self.f.acts[k], self.acts[k]
            if path is None or other.type != act.type:
                continue
            if act.type != "treaty" or self._is_called(other, act.anaphor):
                return path
        return None

    def _is_called(self, act: ActMention, noun: str) -> bool:
        """Whether a treaty's name ends in the noun (`... туралы конвенция`)."""
        last = noun.rsplit(" ", 1)[-1]
        words = re.findall(r"\w+", self.low[act.start : act.end])
        return bool(words) and words[-1].startswith(last[:-1])

    def _alias_meant(self, i: int, act: ActMention) -> str | None:
        """What `(бұдан әрі - Х)` names: the act just before it, else the last of its kind."""
        for k in range(i - 1, max(-1, i - 4), -1):
            other = self.f.acts[k]
            if self.acts[k] and 0 <= act.start - other.end <= 2:
                return self.acts[k]
        at = self.structure.part_at(act.start)
        if self._type_of(self.parts[at]) == act.type:
            return self.parts[at]
        recent = self._recent(i, act)
        return recent or next(
            (
                p
                for q, p in zip(self.structure.parts, self.parts, strict=True)
                if q.type == act.type
            ),
            None,
        )

    def _ratifications(self) -> None:
        """`2001 жылғы 4 шілдеде Қазақстан Республикасы ратификациялаған ... хаттама`."""
        for act, path in zip(self.f.acts, self.acts, strict=True):
            if (
                path
                and act.type == "treaty"
                and _RATIFIED.search(self.low[max(0, act.start - 20) : act.start])
            ):
                dates = [
                    d
                    for d in self.f.dates
                    if act.start - 90 < d.start and d.end < act.start and len(d.value) == 10
                ]
                if dates and not self.works[path].ratified:
                    self.works[path] = replace(self.works[path], ratified=dates[-1].value)

    # Provisions and citations.

    def _owner(self, offset: int) -> tuple[str, int | None]:
        """Path of the provision or work that a place in the text belongs to, and its unit."""
        unit = self.structure.unit_at(offset)
        if unit is None:
            return self.parts[self.structure.part_at(offset)], None
        return self.units[unit], unit

    def _provision(self, reference: Reference) -> str | None:
        owner, unit = self._owner(reference.start)
        work = self.parts[self.structure.part_at(reference.start)]
        steps = list(reference.path)
        if reference.act is not None:
            named = self.acts[reference.act]
            if named is None:
                return None
            if steps and steps[0][0] == "subclause" and self.f.acts[reference.act].this:
                return self._within(unit, "clause", steps) or _join(named, steps)
            return _join(named, steps)
        if reference.heading:
            return owner
        if reference.this:
            return self._within(unit, reference.this, steps)
        if steps and steps[0][0] in ("clause", "part"):
            return self._within(unit, "article", steps) or _join(work, steps)
        if steps and steps[0][0] in ("subclause", "indent"):
            return (
                self._within(unit, "clause", steps)
                or self._within(unit, "article", steps)
                or _join(work, steps)
            )
        return _join(work, steps)

    def _within(self, unit: int | None, kind: str, steps: list[tuple[str, str]]) -> str | None:
        """A provision inside the enclosing unit of a kind (`осы баптың 1-тармағы`)."""
        kinds = {"part": ("clause",), "clause": ("clause", "report-paragraph")}.get(kind, (kind,))
        while unit is not None and self.structure.units[unit].kind not in kinds:
            unit = self.structure.units[unit].parent
        return None if unit is None else _join(self.units[unit], steps, inside=True)

    def _citations(self, references: list[str | None]) -> list[Citation]:
        out: list[Citation] = []
        heads = {
            r.act
            for r in self.f.references
            if r.act is not None and r.start == self.f.acts[r.act].start
        }
        for reference, path in zip(self.f.references, references, strict=True):
            if path is None:
                continue
            citing, unit = self._owner(reference.start)
            form = self._form(
                reference.start, path, reference.cue or self.low[reference.end : reference.end + 60]
            )
            if reference.heading:
                within = self.structure.parts[self.structure.part_at(reference.start)].within
                citing, form = (
                    (self.units[within] if within is not None else self.self_path),
                    "quotation",
                )
            elif self._on_heading(reference.start):
                continue
            out.append(
                self._citation(citing, path, form, reference.start, reference.end, reference.rule)
            )
        for i, (act, path) in enumerate(zip(self.f.acts, self.acts, strict=True)):
            if path is None or i in heads or not self._cites(act, path):
                continue
            citing, _ = self._owner(act.start)
            form = self._form(act.start, path, self._after(i))
            out.append(self._citation(citing, path, form, act.start, act.end, act.rule))
        return sorted(out, key=lambda c: (c.start, c.end, c.cited))

    def _after(self, i: int) -> str:
        """The words after an act; of acts joined by `және` the words after the last."""
        acts = self.f.acts
        while i + 1 < len(acts) and self.low[acts[i].end : acts[i + 1].start].strip() == "және":
            i += 1
        return self.low[acts[i].end : acts[i].end + 60]

    def _citation(
        self, citing: str, cited: str, form: str, start: int, end: int, rule: str
    ) -> Citation:
        return Citation(citing, cited, form, start, end, rule, self.structure.in_note(start))

    def _on_heading(self, offset: int) -> bool:
        """Whether a place is on the heading line of a reproduced article (`Конституциясы. 12-бап. II бөлім`)."""
        part = self.structure.parts[self.structure.part_at(offset)]
        return (
            part.kind == "reproduced"
            and self.context.normalised.block_at(offset).start == part.start
        )

    def _form(self, at: int, cited: str, after: str) -> str:
        own = self.parts[self.structure.part_at(at)]
        if (
            cited == own
            or cited.startswith((own + "/art", own + "/para", own + "/chp", own + "/sec"))
            or cited.startswith(self.self_path)
        ):
            return "internal"
        return next((form for form, pattern in _CUES if pattern.match(after)), "mention")

    def _cites(self, act: ActMention, path: str) -> bool:
        """Whether a mention of a whole act is a citation: another act in running text."""
        after = self.low[act.end : act.end + 60]
        if act.rule == "act-stamp":
            return bool(re.match(r"\s(?:бекітілген|мақұлданған)", after))
        if act.heading or act.quoted or act.alias or self._on_heading(act.start):
            return False
        block = self.context.normalised.block_at(act.start)
        text = self.low[block.start : block.end]
        if (
            self.structure.unit_at(act.start) is None
            and text[-1] not in ".:;,"
            and not self.structure.in_note(act.start)
        ):
            return False  # a heading
        own = path == self.treaty and any(p.type == "report" for p in self.structure.parts)
        if own and act.slug and "шаралар туралы баяндама" not in text:
            return bool(_RULES_OF.match(after))
        if act.this or own:
            return bool(_RELIES.match(after))
        return not _OBJECT.match(after)

    def _amendments(self, citations: Iterable[Citation]) -> Iterable[tuple[str, str]]:
        """`Х Заңы (Y Жарлығымен енгізілген өзгерістермен)`, and the publisher's notes."""
        before: Citation | None = None
        for citation in citations:
            if citation.note and "/art_" not in citation.cited and citation.cited != self.self_path:
                if _is_work(citation.cited) and citation.form != "internal":
                    yield citation.cited, self.self_path
            elif citation.form == "amendment" and before and _is_work(before.cited):
                if self.context.sentence(before.start) == self.context.sentence(citation.start):
                    yield citation.cited, before.cited
            before = citation


def _is_work(path: str) -> bool:
    return "_" not in path.rsplit("/", 1)[-1]


def _join(base: str, steps: Iterable[tuple[str, str]], *, inside: bool = False) -> str:
    """Path of a provision: the base's path and the steps as an eId."""
    eid = "__".join(f"{PREFIX[kind]}_{number}" for kind, number in steps)
    if not eid:
        return base
    return f"{base}__{eid}" if inside else f"{base}/{eid}"
