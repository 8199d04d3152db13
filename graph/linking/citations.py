"""Citations: which provision or work a reference leads to, from where, and in what form."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.findings import Findings
from graph.model import ActMention, Reference
from graph.rules.provision import PREFIX

_CUES = (
    (
        "accordance",
        re.compile(r"\s*(?:ережелеріне |талаптарына |нормаларына )?(?:сәйкес|негізінде|орай)"),
    ),
    ("amendment", re.compile(r"\s*(?:мен |бен )?[^.;]{0,30}?өзгеріс(?:тер)?")),
)
"""Words after a reference that tell its form (kzc:citationForm)."""
_RELIES = re.compile(
    r"(?:(?:,| және| мен|,? сондай-ақ) [^.;:]{0,300}?[дт][ае] (?:көзделген|белгіленген)(?= )"
    r"|(?:(?:,| және) [^.;]{0,240}?(?:заң|кодекс|конституция|акті|кесім|құжат|шарт)[а-яәғқңөұүһі]*"
    r"(?:н[ае]|[ғгд][ае]))?"
    r"\s(?:(?:талаптарына|ережелеріне|нормаларына) )?"
    r"(?:сәйкес|көздел(?:ме)?ген|белгілен(?:бе)?ген|белгіленетін|айқындалған))"
)
_RULES_OF = re.compile(r"\s(?:сәйкес|көзделген|белгіленген|ережелер|талаптарына сәйкес)")
_OBJECT = re.compile(r"\s(?:бекіту|бекітілсін|ратификациялау|ратификациялансын|мақұлдау|бекіткен)")
_ENACTED = re.compile(r",? [^.;]{0,200}?(?:күшіне|қолданысқа) енгізілсін")
_NOMINATIVE = ("кодексі", "кодекс", "заңы", "заң")
_APPROVING = re.compile(r"\s(?:бекітілген|мақұлданған)")
_NEAR = 8
_LONGEST_LIST = 360
"""Code points of the acts that are relied on together, and what says so after the last."""
_REPORT_TITLE = "шаралар туралы баяндама"


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
    """Stands in an editorial note."""


@dataclass(frozen=True)
class Resolved:
    """What the linker knows when it comes to citations."""

    findings: Findings
    self_path: str
    part_paths: tuple[str, ...]
    unit_paths: tuple[str, ...]
    act_paths: tuple[str | None, ...]
    treaty: str | None
    """The treaty that a report answers."""


class Citations:
    """Resolves the references of one text."""

    def __init__(self, resolved: Resolved) -> None:
        """See Resolved."""
        self.r = resolved
        self.f = resolved.findings
        self.structure = resolved.findings.context.structure
        self.low = resolved.findings.context.low

    def owner(self, offset: int) -> tuple[str, int | None]:
        """Path of the provision or work that a place in the text belongs to, and its unit."""
        unit = self.structure.unit_at(offset)
        if unit is None:
            return self.r.part_paths[self.structure.part_at(offset)], None
        return self.r.unit_paths[unit], unit

    # Which provision is meant.

    def provision(self, reference: Reference) -> str | None:
        """Path of the provision that a reference leads to; None where its act is not known."""
        owner, unit = self.owner(reference.start)
        work = self.r.part_paths[self.structure.part_at(reference.start)]
        steps = list(reference.path)
        if reference.heading:
            return owner
        if reference.this:
            return self._within(unit, reference.this, steps) or self._named_before(reference, steps)
        first = steps[0][0]
        if reference.act is not None:
            named = self.r.act_paths[reference.act]
            if named and first == "subclause" and self.f.acts[reference.act].this:
                return self._within(unit, "clause", steps) or join(named, steps)
            return join(named, steps) if named else None
        if first in ("clause", "part"):
            return self._within(unit, "article", steps) or join(work, steps)
        if first in ("subclause", "indent"):
            inner = self._within(unit, "clause", steps) or self._within(unit, "article", steps)
            return inner or join(work, steps)
        return join(work, steps)

    def _within(self, unit: int | None, kind: str, steps: list[tuple[str, str]]) -> str | None:
        """A provision inside the enclosing unit of a kind (`осы баптың 1-тармағы`)."""
        kinds = {"part": ("clause",), "clause": ("clause", "report-paragraph")}.get(kind, (kind,))
        while unit is not None and self.structure.units[unit].kind not in kinds:
            unit = self.structure.units[unit].parent
        if kind in ("part", "clause") and [step for step, _ in steps] == ["part", "subclause"]:
            steps = steps[1:]  # subclauses are numbered through the parts of a clause
        return None if unit is None else join(self.r.unit_paths[unit], steps, inside=True)

    def _named_before(self, reference: Reference, steps: list[tuple[str, str]]) -> str | None:
        """`Осы бап` where no article is open: the one that the text named or quoted last."""
        at = self.structure.part_at(reference.start)
        if self.structure.parts[at].kind == "quoted" and not is_work(self.r.part_paths[at]):
            base, _, eid = self.r.part_paths[at].rpartition("/")
            return join(f"{base}/{eid.split('__', 1)[0]}", steps, inside=True)
        if reference.this != "article" or not self.structure.is_report:
            return None
        at = bisect_left(self.f.references, reference.start, key=lambda known: known.start) - 1
        for known in reversed(self.f.references[max(0, at - _NEAR) : at + 1]):
            work = None if known.act is None else self.r.act_paths[known.act]
            if known.heading:
                work = self.r.part_paths[self.structure.part_at(known.start)]
                work = work if is_work(work) else work.rsplit("/", 1)[0]
            if work and known.path and known.path[0][0] == "article":
                return join(work, [known.path[0], *steps])
        return None

    # Which mentions are citations.

    def all(self, references: Iterable[str | None]) -> list[Citation]:
        """All citations; `references` are the paths of the findings' references, in order."""
        out = [*self._of_provisions(references), *self._of_works()]
        return sorted(out, key=lambda c: (c.start, c.end, c.cited))

    def _of_provisions(self, references: Iterable[str | None]) -> Iterator[Citation]:
        for reference, path in zip(self.f.references, references, strict=True):
            if path is None:
                continue
            citing, _ = self.owner(reference.start)
            after = reference.cue or self.low[reference.end : reference.end + 60]
            form = self._form(reference.start, path, after)
            if reference.heading:
                within = self.structure.parts[self.structure.part_at(reference.start)].within
                citing = self.r.self_path if within is None else self.r.unit_paths[within]
                form = "quotation"
            elif self.on_heading(reference.start) or self._is_block(reference):
                continue
            yield self._citation(citing, path, form, reference)

    def _of_works(self) -> Iterator[Citation]:
        acts = self.f.acts
        heads = {
            reference.act
            for reference in self.f.references
            if reference.act is not None and reference.start == acts[reference.act].start
        }
        heads |= {i - 1 for i in heads if self._approved(i)}
        for i, (act, path) in enumerate(zip(acts, self.r.act_paths, strict=True)):
            if path and i not in heads and self._cites(act, path):
                citing, _ = self.owner(act.start)
                yield self._citation(citing, path, self._form(act.start, path, self._after(i)), act)

    def _approved(self, i: int) -> bool:
        """Whether an act is the rules that the act before it approved.

        A citation of their clause is one of that act: `... бекітілген ереженің 8-тармағы`.
        """
        path, before = self.r.act_paths[i], self.r.act_paths[i - 1]
        return bool(i and path and before) and f"{path}".startswith(f"{before}/annex_")

    def _citation(
        self, citing: str, cited: str, form: str, found: Reference | ActMention
    ) -> Citation:
        note = self.structure.in_note(found.start)
        core = found.core if isinstance(found, ActMention) else None
        start = found.start if core is None else core
        return Citation(citing, cited, form, start, found.end, found.rule, note)

    def on_heading(self, offset: int) -> bool:
        """Whether a place is on the heading line of a reproduced article.

        `Қазақстан Республикасының Конституциясы. 12-бап. II бөлім "Адам және азамат".`
        """
        part = self.structure.parts[self.structure.part_at(offset)]
        block = self.f.context.normalised.block_at(offset)
        return part.kind == "reproduced" and block.start == part.start

    def _is_block(self, reference: Reference) -> bool:
        """Whether a reference is a line of its own: `12 және 16-баптар` over what answers them."""
        block = self.f.context.normalised.block_at(reference.start)
        if block.end - block.start >= reference.end - reference.start + _NEAR:
            return False
        rest = self.low[block.start : reference.start] + self.low[reference.end : block.end]
        return not any(c.isalpha() or c == ":" for c in rest)

    def _after(self, i: int) -> str:
        """The words after an act; of acts joined by `және` the words after the last."""
        acts = self.f.acts
        while i + 1 < len(acts) and self._joined(acts[i], acts[i + 1]):
            i += 1
        return self.low[acts[i].end : acts[i].end + 60]

    def _joined(self, act: ActMention, following: ActMention) -> bool:
        return self.low[act.end : following.start].strip() == "және"

    def _form(self, at: int, cited: str, after: str) -> str:
        """Code of kzc:citationForm."""
        own = self.r.part_paths[self.structure.part_at(at)]
        for base in (own, self.r.self_path):
            if cited == base or cited.startswith(f"{base}/"):
                return "internal"
        return next((form for form, pattern in _CUES if pattern.match(after)), "mention")

    def _cites(self, act: ActMention, path: str) -> bool:
        """Whether a mention of a whole act is a citation: another act, in running text.

        The own act, and the treaty that a report answers, are cited only where the text relies
        on them (`осы Заңда көзделген`).
        """
        after = self.low[act.end : act.end + 60]
        if act.rule == "act-stamp":
            return bool(_APPROVING.match(after))
        if path.partition("/annex_")[0] not in (path, self.r.self_path):
            return False  # rules: the act that approved them is cited
        if act.named and _APPROVING.match(after):
            return False  # `көрсетілген қаулымен бекітілген`: it only leads to its rules
        if act.heading or act.quoted or act.alias or self.on_heading(act.start):
            return False
        at = self.structure.unit_at(act.start)
        title = None if at is None else self.structure.units[at].title
        if title and act.start < title[1]:
            return False
        block = self.f.context.normalised.block_at(act.start)
        loose = self.structure.unit_at(act.start) is None and not self.structure.in_note(act.start)
        if loose and self.low[block.end - 1] not in ".:;,":
            return False  # a heading
        answered = path == self.r.treaty and self.structure.is_report
        titled = answered and self.low.find(_REPORT_TITLE, block.start, block.end) >= 0
        if answered and act.slug and not titled:
            return bool(_RULES_OF.match(after))
        own = self.r.part_paths[self.structure.part_at(act.start)]
        pointed = bool(act.anaphor) and path in (own, self.r.self_path)
        if act.this or answered or pointed:
            return bool(_RELIES.match(self.low, act.end, act.end + _LONGEST_LIST))
        enacted = _ENACTED.match(self.low, act.end)
        if enacted and self.low.endswith(_NOMINATIVE, act.start, act.end):
            return False  # `Х кодексі 1999 жылғы 1 шілдеден бастап күшіне енгізілсін`
        return not _OBJECT.match(after)

    def amendments(self, citations: Iterable[Citation]) -> Iterator[tuple[str, str]]:
        """(amending work, amended work).

        `Х Заңы (Y Жарлығымен енгізілген өзгерістермен)`, and the publisher's notes.
        """
        context = self.f.context
        before: Citation | None = None
        for citation in citations:
            if citation.note and is_work(citation.cited) and citation.form != "internal":
                yield citation.cited, self.r.self_path
            elif (
                citation.form == "amendment"
                and before
                and is_work(before.cited)
                and context.sentence(before.start) == context.sentence(citation.start)
            ):
                yield citation.cited, before.cited
            before = citation


def is_work(path: str) -> bool:
    """Whether a path is a work's: a provision's last segment has `art_162`, `para_1`."""
    return "_" not in path.rsplit("/", 1)[-1]


def join(base: str, steps: Iterable[tuple[str, str]], *, inside: bool = False) -> str:
    """Path of a provision: the base's path and the steps as an eId."""
    eid = "__".join(f"{PREFIX[kind]}_{number}" for kind, number in steps)
    if not eid:
        return base
    return f"{base}__{eid}" if inside else f"{base}/{eid}"
