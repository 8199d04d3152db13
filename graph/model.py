"""The shared shapes of the pipeline: frozen dataclasses, and nothing that computes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One input text, exactly as read: every offset in kzop counts its code points from 0, half open."""

    name: str
    """Where it came from, for messages: a path, or "-" for standard input."""
    text: str
    sha256: str
    """Hexadecimal SHA-256 of the text in UTF-8."""


@dataclass(frozen=True)
class DocumentGraphs:
    """The RDF of one document as N-Triples statements "S P O" without the final dot, sorted, unique."""

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
    """Facts of the lexicons about the nodes that the text mentions: named graph `graph/authority`."""
