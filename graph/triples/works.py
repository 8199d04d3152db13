"""Works and provisions as RDF."""

import re
from bisect import bisect_left

from graph import vocab as v
from graph.findings import Findings
from graph.iris import CODE
from graph.labels import unit_label, work_label
from graph.link import Linked
from graph.linking.citations import Citation
from graph.linking.slugs import slug_of
from graph.linking.works import STATUTES, Work
from graph.model import ActMention
from graph.rdf import DCTERMS, ELI, RDFS, SCHEMA, SKOS, Graph, date, iri, literal
from graph.rules.provision import PREFIX
from graph.structure import Unit
from graph.text.morphology import is_genitive
from graph.triples.evidence import Evidence

LANGUAGE = "http://publications.europa.eu/resource/authority/language/KAZ"
_QUOTED = re.compile(r"\s*[\"«“]([^\"»”]+)[\"»”]")
_KINDS = {prefix: kind for kind, prefix in PREFIX.items() if kind != "part"}
_STATUS = (
    ("not-applicable", re.compile(r"(?:қажеттілігі|проблема|мәселе)(?:лер)? жоқ(?=\s*[.,;])")),
    (
        "gap",
        re.compile(
            r"(?:әлі )?(?:толық|жеткілікті) (?:жасалма|әзірленбе|қамтамасыз етілме|реттелме)ған"
            r"|жеткіліксіз болып|олқылық"
        ),
    ),
    ("commitment", re.compile(r"міндеттемелер\S* (?:растайды|қуаттайды)|міндеттенеді")),
)


def code(scheme: str, name: str) -> str:
    """The term of a code: `kzc:<scheme>/<name>`."""
    return iri(f"{CODE}{scheme}/{name}")


class Works:
    """Writes the works and provisions of one text."""

    def __init__(
        self, graph: Graph, evidence: Evidence, findings: Findings, linked: Linked
    ) -> None:
        self.graph = graph
        self.evidence = evidence
        self.f = findings
        self.linked = linked
        self.lexicon = findings.context.lexicon
        self.structure = findings.context.structure
        self.text = findings.context.text
        self._parents: dict[str, list[str]] = {}
        self._labels: dict[str, str] = {}
        self._citations_of: dict[str, list[Citation]] = {}
        for citation in linked.citations:
            self._citations_of.setdefault(citation.citing, []).append(citation)
        self._kinds = self._unit_kinds()

    def write(self) -> None:
        """Works, units of the text, provisions that are only cited, what responds to what."""
        for work in self.linked.works.values():
            self._work(work)
        for act, path in zip(self.f.acts, self.linked.act_paths, strict=True):
            if path:
                self.evidence.mention(self.graph.id(path), [(act.start, act.end)], act.rule)
                self._approving(act, path)
        self._annexes()
        for i, unit in enumerate(self.structure.units):
            self._unit(i, unit)
        for reference, path in zip(self.f.references, self.linked.reference_paths, strict=True):
            if path:
                self._cited(path, reference.start, reference.end, reference.rule)
        self._heading_groups()
        for amending, amended in self.linked.amendments:
            self.graph.add(self.graph.id(amending), f"{ELI}amends", self.graph.id(amended))
        self._responses()

    def _approving(self, act: ActMention, path: str) -> None:
        """Rules have no number of their own: their name stands for the act that approved them."""
        work = self.linked.works.get(path)
        if work and work.annex_of and (work.part or act.rule == "act-approved"):
            self.evidence.mention(
                self.graph.id(work.annex_of), [(act.start, act.end)], "act-approving"
            )

    def _work(self, work: Work) -> None:
        graph, node = self.graph, self.graph.id(work.path)
        if work.part:
            number = work.path.rpartition("_")[2]
            self._provision(work.path, "annex", number, [work.annex_of], work.title)
            return
        main = (
            v.Treaty
            if work.type == "treaty"
            else v.Law
            if work.type in STATUTES
            else v.LegalDocument
        )
        graph.type(node, main, *v.SUPERCLASSES[main])
        graph.add(node, f"{ELI}type_document", code("docType", work.type))
        if work.number:
            graph.add(node, f"{ELI}number", literal(work.number))
        if work.date:
            graph.add(node, f"{ELI}date_document", date(work.date))
        if work.title:
            graph.add(node, f"{DCTERMS}title", literal(work.title, "kk"))
        if work.issuer:
            graph.add(node, f"{ELI}passed_by", graph.id(f"org/{slug_of(work.issuer)}"))
        if work.ratified:
            graph.add(node, v.ratifiedOn, date(work.ratified))
        for alias in work.aliases:
            graph.add(node, f"{SKOS}altLabel", literal(alias, "kk"))
        if work.annex_of:
            act = graph.id(work.annex_of)
            graph.add(node, f"{ELI}is_annex_of", act)
            graph.add(act, f"{ELI}has_annex", node)
        graph.label(node, self.work_label(work), "kk")

    def _annexes(self) -> None:
        """Annexes that are no act of their own: tables, forms, lists; and those nobody names."""
        named = set(self.linked.act_paths)
        for part, path in zip(self.structure.parts, self.linked.part_paths, strict=True):
            if part.kind == "annex" and path not in self._parents and path not in named:
                if path not in self.linked.works:
                    self._provision(path, "annex", str(part.number), [self.linked.self_path])
                block = self.f.context.normalised.block_at(part.start)
                first = [(block.start, block.end)]
                self.evidence.mention(self.graph.id(path), first, "structure-annex")

    def work_label(self, work: Work) -> str:
        """Kazakh name of a work."""
        return work_label(work, self.linked.works, self.lexicon)

    # Provisions.

    def _unit_kinds(self) -> dict[str, str]:
        """Kind of each unit by its path.

        The numbered paragraphs of an article are parts where the act calls them so.
        """
        called: dict[str, int] = {}
        references = list(zip(self.f.references, self.linked.reference_paths, strict=True))
        for reference, path in references:
            steps = [kind for kind, _ in reference.path]
            if path and "__para_" in path:
                work = path.rsplit("/", 1)[0]
                called[work] = called.get(work, 0) + steps.count("part") - steps.count("clause")
        kinds: dict[str, str] = {}
        for unit, path in zip(self.structure.units, self.linked.unit_paths, strict=True):
            numbered = unit.kind == "clause" and "__para_" in path
            parts = numbered and self._has_parts(path.rsplit("/", 1)[0], called)
            kinds[path] = "part" if parts else unit.kind
        for reference, path in references:
            if path and reference.path:
                kinds.setdefault(path, reference.path[-1][0])
        return kinds

    def _has_parts(self, work: str, said: dict[str, int]) -> bool:
        known = self.linked.works.get(work)
        entry = self.lexicon.authority(known.slug) if known and known.slug else None
        if entry:
            return bool(entry.more.get("parts"))
        return said.get(work, 0) > 0

    def _unit(self, i: int, unit: Unit) -> None:
        path = self.linked.unit_paths[i]
        work = self.linked.part_paths[unit.part]
        above = self.linked.unit_paths[unit.parent] if unit.parent is not None else work
        parents = [above]
        if self.structure.parts[unit.part].kind == "quoted":
            self._above(path, unit.label)
            base, eid = path.rsplit("/", 1)
            parents = [f"{base}/{eid.rpartition('__')[0]}" if "__" in eid else base]
        elif unit.kind in ("article", "report-paragraph") and above != work:
            parents.append(work)
        title = self.text[unit.title[0] : unit.title[1]] if unit.title else ""
        self._provision(path, self._kinds[path], unit.number, parents, title)
        own = self._without_notes(unit.text[0], unit.end)
        if own:
            self.graph.add(self.graph.id(path), f"{SCHEMA}text", literal(own, "kk"))
        self.evidence.mention(self.graph.id(path), [unit.label], f"structure-{unit.kind}")

    def _without_notes(self, start: int, end: int) -> str:
        """The text of a range without the publisher's notes in it, which are not the law's."""
        kept, notes = [], self.structure.notes
        for note in notes[bisect_left(notes, start, key=lambda note: note.start) :]:
            if note.start >= end:
                break
            kept.append(self.text[start : note.start].strip())
            start = note.end
        kept.append(self.text[start:end].strip())
        return "\n".join(part for part in kept if part)

    def _provision(
        self, path: str, kind: str, number: str, parents: list[str], title: str = ""
    ) -> None:
        graph, node = self.graph, self.graph.id(path)
        main = {"article": v.Article, "report-paragraph": v.ReportParagraph}.get(kind, v.Provision)
        graph.type(node, main, *v.SUPERCLASSES[main])
        graph.add(node, f"{ELI}type_subdivision", code("unit", kind))
        graph.add(node, f"{ELI}number", literal(number))
        for parent in parents:
            graph.add(node, f"{ELI}is_part_of", graph.id(parent))
            graph.add(graph.id(parent), f"{ELI}has_part", node)
        self._parents.setdefault(path, parents)
        if title:
            graph.add(node, f"{DCTERMS}title", literal(title, "kk"))
        known = self.linked.works.get(path)
        self._labels[path] = self.work_label(known) if known else self._label(path, kind, number)
        graph.label(node, self._labels[path], "kk")

    def label(self, path: str) -> str:
        """Kazakh name of a work or provision of this text or cited by it."""
        return self._labels.get(path) or self.work_label(self.linked.works[path])

    def _label(self, path: str, kind: str, number: str) -> str:
        """`Қылмыстық кодекс, 162-бап, 3-бөлік`."""
        base, eid = path.rsplit("/", 1)
        work = self.linked.works.get(base)
        words = (
            [self.work_label(work)]
            if work
            else [self._label(base, "annex", base.rsplit("_", 1)[-1])]
        )
        steps = eid.split("__")
        for k, step in enumerate(steps[:-1]):
            prefix, _, label = step.partition("_")
            above = f"{base}/{'__'.join(steps[: k + 1])}"
            words.append(unit_label(self._kinds.get(above, _KINDS.get(prefix, "clause")), label))
        words.append(unit_label(kind, number))
        return ", ".join(words)

    def _cited(self, path: str, start: int, end: int, rule: str) -> None:
        """A provision that is named, and those above it: they stand in another text, or nowhere."""
        if path in self.linked.works:
            return
        self.evidence.mention(self.graph.id(path), [(start, end)], rule)
        self._above(f"{path}__", (start, end))

    def _above(self, path: str, named: tuple[int, int]) -> None:
        """The provisions above the last step of a path that nothing else tells of."""
        base, eid = path.rsplit("/", 1)
        steps = eid.split("__")
        for k in range(len(steps) - 1):
            here = f"{base}/{'__'.join(steps[: k + 1])}"
            if here in self._parents:
                continue
            above = f"{base}/{'__'.join(steps[:k])}" if k else base
            prefix, _, number = steps[k].partition("_")
            kind = self._kinds.setdefault(here, _KINDS.get(prefix, "clause"))
            self._provision(here, kind, number, [above])
            if f"{here}__" != path:
                self.evidence.mention(self.graph.id(here), [named], "provision-implied")

    def _heading_groups(self) -> None:
        """The section of a reproduced article: `12-бап. II бөлім "Адам және азамат"`."""
        for reference, path in zip(self.f.references, self.linked.reference_paths, strict=True):
            group = path and reference.path and reference.path[0][0] in ("section", "chapter")
            at = self.structure.part_at(reference.start)
            part = self.structure.parts[at]
            block = self.f.context.normalised.block_at(reference.start)
            if not path or not group or part.kind != "reproduced" or block.start != part.start:
                continue
            article = self._first_article(at)
            if article:
                self.graph.add(self.graph.id(article), f"{ELI}is_part_of", self.graph.id(path))
                self.graph.add(self.graph.id(path), f"{ELI}has_part", self.graph.id(article))
            title = _QUOTED.match(self.text, reference.end, block.end)
            if title:
                text = literal(title.group(1), "kk")
                self.graph.add(self.graph.id(path), f"{DCTERMS}title", text)

    def _first_article(self, part: int) -> str | None:
        units = zip(self.structure.units, self.linked.unit_paths, strict=True)
        return next((p for unit, p in units if unit.part == part and unit.kind == "article"), None)

    # A report and the treaty it answers.

    def _responses(self) -> None:
        units, paths = self.structure.units, self.linked.unit_paths
        answered = {
            part.within: self.linked.part_paths[i]
            for i, part in enumerate(self.structure.parts)
            if part.kind == "treaty" and part.within is not None
        }
        for i, unit in enumerate(units):
            node = self.graph.id(paths[i])
            if unit.kind == "report-section" and i in answered:
                self.graph.add(
                    node, v.respondsTo, self.graph.id(f"{answered[i]}/art_{unit.number}")
                )
            if unit.kind != "report-paragraph":
                continue
            for status in self._statuses(i):
                self.graph.add(node, v.responseStatus, code("responseStatus", status))
            if unit.parent is not None and unit.parent in answered:
                article = f"{answered[unit.parent]}/art_{units[unit.parent].number}"
                self.graph.add(node, v.respondsTo, self.graph.id(article))
                self._effects(paths[i], article)

    def _statuses(self, i: int) -> list[str]:
        """What a report paragraph says: measures, unless it says that nothing is needed."""
        unit = self.structure.units[i]
        low = self.f.context.low[unit.text[0] : unit.end]
        found = [name for name, pattern in _STATUS if pattern.search(low)]
        if not found:
            return ["measures"]
        return ["gap", "measures"] if found == ["gap"] and len(low) > 400 else found

    def _effects(self, paragraph: str, article: str) -> None:
        """Domestic acts that a paragraph cites under the heading of a treaty's article."""
        for citation in self._citations_of.get(paragraph, ()):
            work = (
                citation.cited
                if citation.cited in self.linked.works
                else citation.cited.rsplit("/", 1)[0]
            )
            if self.linked.works[work].type != "treaty":
                self.graph.add(
                    self.graph.id(citation.cited), v.givesEffectTo, self.graph.id(article)
                )
                self.evidence.mention(
                    self.graph.id(citation.cited),
                    [(citation.start, citation.end)],
                    "derived-heading",
                )

    def source(self, text_iri: str, expression: str) -> None:
        """The text itself: an expression in Kazakh and the file that embodies it."""
        graph = self.graph
        work = graph.id(self.linked.self_path)
        node = graph.id(expression)
        graph.type(node, f"{ELI}LegalExpression")
        graph.add(node, f"{ELI}realizes", work)
        graph.add(node, f"{ELI}language", iri(LANGUAGE))
        graph.type(iri(text_iri), f"{ELI}Format")
        graph.add(iri(text_iri), f"{ELI}embodies", node)
        graph.add(iri(text_iri), f"{ELI}media_type", literal("text/plain"))
        name = f"{self.work_label(self.linked.works[self.linked.self_path])}: мәтін"
        graph.add(iri(text_iri), f"{RDFS}label", literal(name, "kk"))


def accusative(act: ActMention, low: str) -> bool:
    """Whether a mention is the object of a verb (`баяндаманы`)."""
    word = low[act.start : act.end].rsplit(" ", 1)[-1]
    return word.endswith(("ны", "ні", "ды", "ді", "ты", "ті")) and not is_genitive(word)
