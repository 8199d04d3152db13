"""The shared shapes of the pipeline: frozen dataclasses."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A link of a page or file to an act on adilet.zan.kz, or to a place in one."""

    start: int
    end: int
    """Its words: code points of the source text, half open."""
    target: str
    """The adilet code, `K1400000226`; without host and language."""
    anchor: str = ""
    """The place in the act, `z63`; empty where the link names none."""


@dataclass(frozen=True)
class Source:
    """One input text: offsets in kzop count its code points from 0, half open.

    A plain text is exactly as written; of a page, PDF or Word file it is the text taken from it.
    """

    name: str
    """Where it came from, for messages: a path, or "-" for standard input."""
    text: str
    sha256: str
    """Hexadecimal SHA-256 of the text in UTF-8."""
    links: tuple[Link, ...] = ()
    """In order of start; none overlaps another."""
    code: str = ""
    """The adilet code of the page itself, where the page tells it."""


@dataclass(frozen=True)
class DocumentGraphs:
    """The RDF of one document: N-Triples statements "S P O" without the dot, sorted, unique."""

    doc: str
    """Name of the document in graph IRIs: `{work-slug}.{first 12 hex of the source's SHA-256}`."""
    work: str
    """IRI of the work the text is a text of."""
    text_iri: str
    """IRI of the source text (`.../kaz@2005-10-15/original-b866df0dc743.txt`)."""
    content: tuple[str, ...]
    """Named graph `graph/doc/{doc}`: what the text says."""
    evidence: tuple[str, ...]
    """Named graph `graph/evidence/{doc}`: mentions, spans, run."""
    authority: tuple[str, ...]
    """Named graph `graph/authority`: what the lexicons know of the nodes mentioned."""


@dataclass(frozen=True)
class Found:
    """Something found: `start:end` in the normalised text, and the rule that found it."""

    start: int
    end: int
    rule: str
    more: tuple[tuple[int, int], ...] = ()
    """Further ranges of the same mention (`Қорғаныс ... министрліктері`)."""


def within(found: Sequence[Found], start: int, end: int) -> list[int]:
    """Indices of the mentions that lie inside a range; `found` is in order of start."""
    at = bisect_left(found, start, key=lambda mention: mention.start)
    inside = []
    while at < len(found) and found[at].start < end:
        if found[at].end <= end:
            inside.append(at)
        at += 1
    return inside


@dataclass(frozen=True)
class BodyMention(Found):
    """A body (state organ, organisation, institution) named in the text."""

    id: str = ""
    """Lexicon id; empty for a name the lexicon lacks."""
    label: str = ""
    """Kazakh name in the nominative."""
    type: str = "other"
    """Code of kzc:bodyType."""
    genitive: bool = False
    """The name stands in the genitive: what follows may belong to it."""
    alias: str = ""
    """A short name given to it here (`бұдан әрі - ҚР БҒМ`)."""


@dataclass(frozen=True)
class ActMention(Found):
    """A specific legal act named in the text, as far as the text tells."""

    type: str = "other"
    """Code of kzc:docType."""
    number: str = ""
    date: str = ""
    title: str = ""
    slug: str = ""
    """Id in the lexicons of codes and treaties."""
    issuer: str = ""
    """Lexicon id or label of the issuing body."""
    core: int | None = None
    """Where the words that identify the act begin, if a title before them adds nothing."""
    this: bool = False
    """`Осы Заң`, a heading or a stamp: the text speaks of itself."""
    annex: bool = False
    """Of itself as the approved or annexed act (`осы Қағидалар`)."""
    anaphor: str = ""
    """For a mention by a bare noun: the noun's lemma; the linker finds what it stands for."""
    named: bool = False
    """`Аталған Заң`: an act named before, never the one that the text is of."""
    alias: str = ""
    """A name given to the act here (`бұдан әрі - Заң`); `start:end` is then the parenthesis."""
    heading: bool = False
    """Stands in a heading, a stamp or a title: not a citation."""
    quoted: bool = False
    """Stands inside the quoted title of another act."""
    adilet: str = ""
    """The adilet code that a link on these words leads to."""


@dataclass(frozen=True)
class Reference(Found):
    """One provision referred to: `9-бабының 2-тармағы`."""

    path: tuple[tuple[str, str], ...] = ()
    """From the largest to the smallest unit: (("article", "9"), ("clause", "2"))."""
    act: int | None = None
    """Index of the ActMention whose provision it is."""
    this: str = ""
    """The unit kind after `осы`: article, clause ...; or `act` for `осы Заңның 5-бабы`."""
    heading: bool = False
    """The heading of a reproduced article."""
    cue: str = ""
    """The words after it that tell the form of the citation."""


@dataclass(frozen=True)
class AgeMention(Found):
    """An age bound in whole years."""

    min: int | None = None
    min_inclusive: bool | None = None
    max: int | None = None
    max_inclusive: bool | None = None
    context: str = "other"


@dataclass(frozen=True)
class PenaltyMention(Found):
    """One alternative sanction for one addressee."""

    kind: str = ""
    min: float | None = None
    max: float | None = None
    unit: str = ""
    confiscation: str = ""
    addressee: str = ""
    additional: bool = False
    optional: bool = False
    offence: str = ""
    condition: str = ""


@dataclass(frozen=True)
class NormMention(Found):
    """One deontic statement."""

    modality: str = ""
    """Obligation, Prohibition, Permission or Right."""
    bearer: str = ""
    """The words that name the bearer; empty where none does."""
    bearer_at: tuple[int, int] | None = None
    marker: str = ""
    action: str = ""
    condition: str = ""


@dataclass(frozen=True)
class CompetenceMention(Found):
    """A body is competent for, implements or prepares something."""

    role: str = ""
    body: int = 0
    """Index of the BodyMention."""


@dataclass(frozen=True)
class StatisticMention(Found):
    """A reported count."""

    population: str = ""
    value: int = 0
    more_than: bool = False
    date: str = ""
    body: int | None = None
    subset_of: int | None = None
    """Index of the statistic it is a part of."""
    event: bool = False
    """Counts people at the event reported just before."""


@dataclass(frozen=True)
class MeasureMention(Found):
    """An event, course, campaign, broadcast ... reported as carried out."""

    type: str = ""
    title: str = ""
    date: str = ""
    place: str = ""
    bodies: tuple[int, ...] = ()
    topic_of: int | None = None


@dataclass(frozen=True)
class PlaceMention(Found):
    """A place."""

    id: str = ""


@dataclass(frozen=True)
class DateMention(Found):
    """A date: ISO day, month or year."""

    value: str = ""
