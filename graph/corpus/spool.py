"""Files on the way from a worker to the store: documents as TriG, in blocks that load quickly.

In come `DocumentGraphs`; out come bytes, each block a TriG document of its own, with every
statement twice: in its named graph and in the default graph. The statements are checked here, in
parallel and before the store is touched, so that loading them cannot fail half-way.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from graph.iris import Base
from graph.model import DocumentGraphs

BLOCK = 2_000_000
"""Bytes of TriG in a block, about: what is loaded at once is made of such blocks."""

_IRI = r"<https?://(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})*+>"
_ESCAPE = r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_LITERAL = (
    rf'"(?:[^"\\\n\r]++|{_ESCAPE})*+"(?:@[A-Za-z]{{1,8}}(?:-[A-Za-z0-9]{{1,8}})*+|\^\^{_IRI})?'
)
_SUBJECT = re.compile(_IRI)
_REST = re.compile(f"{_IRI} (?:{_IRI}|{_LITERAL})")


@dataclass(frozen=True)
class Spooled:
    """One extracted document that lies in a spool file."""

    path: str
    """Where it was read from."""
    digest: str
    """SHA-256 of the bytes of that file."""
    doc: str
    work: str
    text_iri: str
    sha256: str
    """SHA-256 of the text; the text itself lies beside the spool file as `{sha256}.txt`."""
    characters: int
    content: int
    evidence: int
    """Numbers of statements in the two named graphs of the document."""
    blocks: tuple[tuple[int, int], ...]
    """Ranges of bytes in the spool file."""
    authority: tuple[str, ...]
    """Facts about the nodes mentioned; they are not in the spool file."""


def to_blocks(document: DocumentGraphs, base: Base) -> Iterator[bytes]:
    """Write the two graphs of a document as TriG; ValueError names a statement that is none."""
    graphs = (
        (base.graph(f"doc/{document.doc}"), document.content),
        (base.graph(f"evidence/{document.doc}"), document.evidence),
    )
    for name, statements in graphs:
        for body in _bodies(statements):
            yield f"<{name}> {{\n{body}}}\n{body}".encode()


def write_blocks(
    file: IO[bytes], document: DocumentGraphs, base: Base
) -> tuple[tuple[int, int], ...]:
    """Write the blocks of a document, and return the range of bytes of each in the file."""
    ranges = []
    for block in to_blocks(document, base):
        start = file.tell()
        file.write(block)
        ranges.append((start, file.tell()))
    return tuple(ranges)


def check(statements: Iterable[str]) -> None:
    """Raise ValueError if one of the statements "S P O" is none."""
    for statement in statements:
        about, _, rest = statement.partition(" ")
        if not _REST.fullmatch(rest) or not _SUBJECT.fullmatch(about):
            raise ValueError(f"not a statement in N-Triples: {statement[:200]!r}")


def _bodies(statements: Iterable[str]) -> Iterator[str]:
    """Write sorted statements as Turtle, grouped by subject, in pieces of half a block."""
    pieces: list[str] = []
    size = 0
    subject = ""
    for statement in statements:
        about, _, rest = statement.partition(" ")
        if not _REST.fullmatch(rest):
            raise ValueError(f"not a statement in N-Triples: {statement[:200]!r}")
        if about == subject:
            pieces.append(f" ;\n{rest}")
        else:
            if not _SUBJECT.fullmatch(about):
                raise ValueError(f"not a statement in N-Triples: {statement[:200]!r}")
            if pieces:
                pieces.append(" .\n")
            if size > BLOCK // 4:  # characters; Cyrillic letters take two bytes
                yield "".join(pieces)
                pieces, size = [], 0
            pieces.append(statement)
            subject = about
        size += len(rest)
    if pieces:
        yield "".join([*pieces, " .\n"])
