"""Bodies, citations, norms, competences, ages and penalties as RDF."""

import hashlib
import re

from graph import vocab as v
from graph.findings import Findings
from graph.labels import age_label, penalty_label
from graph.link import Linked
from graph.linking.slugs import slug_of
from graph.model import BodyMention, Found, within
from graph.rdf import (
    DCTERMS,
    ELI,
    ORG,
    SCHEMA,
    Graph,
    boolean,
    decimal,
    integer,
    literal,
)
from graph.triples.evidence import Evidence
from graph.triples.works import Works, accusative, code

_NAMES = {
    "Obligation": "Міндеттеме",
    "Prohibition": "Тыйым",
    "Permission": "Рұқсат",
    "Right": "Құқық",
}
"""Kazakh names of the modalities, as in the ontology."""
UNSPECIFIED = "unspecified"
_SENDS = re.compile(r"(?:жібер|жолда|тапсыр|ұсын|бер)\S*$")
_TO = ("на", "не", "ға", "ге", "қа", "ке")
_DATIVE = re.compile(
    r"(лар|лер|дар|дер|тар|тер|лары|лері|тары|тері|дары|дері|ы|і)(?:ға|ге|қа|ке|на|не)$"
)


class Facts:
    """Writes what the provisions of one text state."""

    def __init__(
        self, graph: Graph, evidence: Evidence, findings: Findings, linked: Linked, works: Works
    ) -> None:
        self.graph = graph
        self.evidence = evidence
        self.f = findings
        self.linked = linked
        self.works = works
        self.context = findings.context
        self._counts: dict[tuple[str, str], int] = {}
        self._parties = {e.kk: e.id for e in self.context.lexicon.parties}
        self._bodies = {b.label: self.org_path(b) for b in findings.bodies}

    def write(self) -> None:
        """All kinds, in the order of the model."""
        self._organisations()
        self._citations()
        ages = self._ages()
        self._norms(ages)
        self._competences()
        self._penalties()

    def where(self, offset: int) -> str:
        """Path of the smallest provision, or the work, that states what stands at the offset."""
        unit = self.context.structure.unit_at(offset)
        if unit is None:
            return self.linked.part_paths[self.context.structure.part_at(offset)]
        return self.linked.unit_paths[unit]

    def _punished(self, offset: int) -> str:
        """Path of the provision that a penalty is stated in: it closes the list it stands in."""
        units = self.context.structure.units
        unit = self.context.structure.unit_at(offset)
        while unit is not None and units[unit].kind in ("subclause", "indent"):
            unit = units[unit].parent
        return self.where(offset) if unit is None else self.linked.unit_paths[unit]

    def number(self, kind: str, where: str) -> str:
        """Path of the next thing of a kind stated in a provision: `norm/crc-opac.art_2.1`."""
        count = self._counts[kind, where] = self._counts.get((kind, where), 0) + 1
        return f"{kind}/{work_slug(where)}.{count}"

    def evident(self, node: str, found: Found) -> None:
        """Say that a node rests on what was found."""
        self.evidence.mention(node, [(found.start, found.end), *found.more], found.rule)

    # Bodies.

    def org_path(self, body: BodyMention) -> str:
        """Path of the node of a body."""
        return f"org/{slug_of(body.id or body.label)}"

    def _organisations(self) -> None:
        graph = self.graph
        for body in self.f.bodies:
            node = graph.id(self.org_path(body))
            ministry = body.type == "ministry"
            classes = (
                (v.Ministry, *v.SUPERCLASSES[v.Ministry])
                if ministry
                else (f"{ORG}FormalOrganization", f"{ORG}Organization")
            )
            graph.type(node, *classes)
            graph.add(node, f"{ORG}classification", code("bodyType", body.type))
            graph.label(node, body.label, "kk")
            self.evident(node, body)

    def _bearer(self, label: str, at: tuple[int, int] | None, norm: Found) -> str:
        """The node that bears a norm; a party class is written where no body is meant."""
        graph = self.graph
        if label in self._bodies:
            return graph.id(self._bodies[label])
        party = self._parties.get(label) or (slug_of(label) if label else UNSPECIFIED)
        name = label or next(e.kk for e in self.context.lexicon.parties if e.id == UNSPECIFIED)
        node = graph.id(f"party/{party}")
        graph.type(node, v.PartyClass, *v.SUPERCLASSES[v.PartyClass])
        graph.label(node, name, "kk")
        self.evidence.mention(
            node, [at or (norm.start, norm.end)], "party-name" if at else "party-implied"
        )
        return node

    # Citations.

    def _citations(self) -> None:
        graph = self.graph
        for citation in self.linked.citations:
            citing, cited = graph.id(citation.citing), graph.id(citation.cited)
            spans = self.context.normalised.original(citation.start, citation.end)
            key = (
                f"{self.context.normalised.source.sha256}|{spans}|{citation.rule}|{citation.cited}"
            )
            node = graph.id(f"citation/{_digest(key)}")
            graph.type(node, v.Citation)
            graph.add(node, v.citing, citing)
            graph.add(node, v.cited, cited)
            graph.add(node, f"{DCTERMS}type", code("citationForm", citation.form))
            graph.add(citing, f"{ELI}cites", cited)
            source, target = self.works.label(citation.citing), self.works.label(citation.cited)
            graph.label(node, f"{source} → {target}", "kk")
            self.evidence.mention(
                node, [(citation.start, citation.end)], f"citation-{citation.rule}"
            )

    # Norms and competences.

    def _norms(self, ages: list[str]) -> None:
        graph = self.graph
        for norm in self.f.norms:
            where = self.where(norm.start)
            node = graph.id(self.number("norm", where))
            main = {
                "Obligation": v.Obligation,
                "Prohibition": v.Prohibition,
                "Permission": v.Permission,
                "Right": v.Right,
            }[norm.modality]
            graph.type(node, main, *v.SUPERCLASSES[main])
            graph.add(node, v.statedIn, graph.id(where))
            graph.add(node, v.bearer, self._bearer(norm.bearer, norm.bearer_at, norm))
            graph.add(node, v.modalityMarker, literal(norm.marker, "kk"))
            graph.add(node, v.actionText, literal(norm.action, "kk"))
            graph.label(node, f"{_NAMES[norm.modality]}: {self.works.label(where)}", "kk")
            if norm.condition:
                graph.add(node, v.conditionText, literal(norm.condition, "kk"))
            for i in within(self.f.ages, norm.start, norm.end):
                if ages[i]:
                    graph.add(node, v.hasAgeThreshold, ages[i])
            for i in within(self.f.acts, norm.start, norm.end):
                path = self.linked.act_paths[i]
                if path and accusative(self.f.acts[i], self.context.low):
                    graph.add(node, f"{SCHEMA}about", graph.id(path))
            recipient = self._recipient(norm.start, norm.end, norm.marker)
            if recipient:
                graph.add(node, f"{SCHEMA}recipient", recipient)
            self.evident(node, norm)

    def _recipient(self, start: int, end: int, marker: str) -> str | None:
        """The body in the dative that something is sent to."""
        if not _SENDS.search(marker):
            return None
        for i in reversed(within(self.f.bodies, start, end)):
            body = self.f.bodies[i]
            if self.context.low[body.start : body.end].endswith(_TO):
                return self.graph.id(self.org_path(body))
        return None

    def _competences(self) -> None:
        graph = self.graph
        for competence in self.f.competences:
            where = self.where(competence.start)
            node = graph.id(self.number("norm", where))
            graph.type(node, v.Competence, *v.SUPERCLASSES[v.Competence])
            role = v.CODES["competence"][competence.role]
            body = self.f.bodies[competence.body].label
            graph.label(node, f"{body}: {role}", "kk")
            graph.add(node, f"{DCTERMS}type", code("competence", competence.role))
            graph.add(node, v.bearer, graph.id(self.org_path(self.f.bodies[competence.body])))
            graph.add(node, v.statedIn, graph.id(where))
            graph.add(
                node,
                f"{SCHEMA}about",
                graph.id(self._matter(competence.start, competence.end, where)),
            )
            self.evident(node, competence)

    def _matter(self, start: int, end: int, where: str) -> str:
        """What a competence is about: the first act in its sentence, else the provision's work."""
        first, last = self.context.sentence(start)
        for i in within(self.f.acts, first, last):
            path = self.linked.act_paths[i]
            if path:
                return path
        return where.rsplit("/", 1)[0]

    # Ages and penalties.

    def _ages(self) -> list[str]:
        """Write the thresholds; return the node of each mention, "" for one in a note."""
        graph = self.graph
        nodes: list[str] = []
        for age in self.f.ages:
            if self.context.structure.in_note(age.start):
                nodes.append("")
                continue
            low = "x" if age.min is None else f"{age.min}{'i' if age.min_inclusive else 'e'}"
            high = "x" if age.max is None else f"{age.max}{'i' if age.max_inclusive else 'e'}"
            node = graph.id(f"age/{age.context}_{low}-{high}")
            graph.type(node, v.AgeThreshold, *v.SUPERCLASSES[v.AgeThreshold])
            graph.add(node, v.ageContext, code("ageContext", age.context))
            graph.add(node, f"{SCHEMA}unitCode", literal("ANN"))
            graph.label(node, age_label(age), "kk")
            if age.min is not None:
                graph.add(node, v.minAge, integer(age.min))
                graph.add(node, v.minInclusive, boolean(bool(age.min_inclusive)))
            if age.max is not None:
                graph.add(node, v.maxAge, integer(age.max))
                graph.add(node, v.maxInclusive, boolean(bool(age.max_inclusive)))
            graph.add(node, v.statedIn, graph.id(self.where(age.start)))
            self.evident(node, age)
            nodes.append(node)
            if age.context == "military-school":
                self._schools(age.start, node)
        return nodes

    def _schools(self, offset: int, age: str) -> None:
        """The schools of a sentence admit from the age that it states."""
        for i in within(self.f.bodies, *self.context.sentence(offset)):
            if self.f.bodies[i].type == "school":
                school = self.graph.id(self.org_path(self.f.bodies[i]))
                self.graph.add(school, v.hasAgeThreshold, age)

    def _penalties(self) -> None:
        graph = self.graph
        for penalty in self.f.penalties:
            where = self._punished(penalty.start)
            node = graph.id(self.number("penalty", where))
            graph.type(node, v.Penalty)
            graph.label(node, f"{penalty_label(penalty)}: {self.works.label(where)}", "kk")
            graph.add(node, v.penaltyKind, code("penaltyKind", penalty.kind))
            graph.add(node, v.statedIn, graph.id(where))
            if penalty.min is not None:
                graph.add(node, v.minAmount, decimal(penalty.min))
            if penalty.max is not None:
                graph.add(node, v.maxAmount, decimal(penalty.max))
            if penalty.unit:
                graph.add(node, v.amountUnit, code("amountUnit", penalty.unit))
            if penalty.confiscation:
                graph.add(node, v.confiscation, code("confiscation", penalty.confiscation))
            graph.add(
                node,
                v.penaltyRole,
                code("penaltyRole", "additional" if penalty.additional else "main"),
            )
            if penalty.optional and penalty.additional:
                graph.add(node, v.isOptional, boolean(True))
            if penalty.addressee:
                label = re.sub(_DATIVE, r"\1", penalty.addressee.lower())
                graph.add(
                    node,
                    v.addressee,
                    self._bearer(
                        label, (penalty.start, penalty.start + len(penalty.addressee)), penalty
                    ),
                )
            graph.add(
                node,
                v.actionText,
                literal(penalty.offence or self.context.text[penalty.start : penalty.end], "kk"),
            )
            if penalty.condition:
                graph.add(node, v.conditionText, literal(penalty.condition, "kk"))
            self.evident(node, penalty)


def work_slug(path: str) -> str:
    """A path as one word for other IRIs: `crc-opac.art_2`, `law-2002-08-08-345-II.art_41`."""
    base, _, eid = path.rpartition("/")
    if "_" not in eid or eid.startswith("annex_"):
        base, eid = path, ""
    slug = re.sub(r"^eli/(?:kz/|un/treaty/|un/)", "", base).replace("/", "-")
    return f"{slug}.{eid}" if eid else slug


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
