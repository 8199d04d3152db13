"""Extraction as one pure function, `partition`: rows in, lines of N-Quads out, wherever it runs.

A row is what was at a path: a whole file, or one line of a JSON Lines file with the fields `id`,
`lang` and `text`. The lines of all documents together are the graph; what a store keeps beside
the graph travels in comments between them, which every reader of N-Quads skips:

    #kzop-shard {"format": 1, "extractor": ..., "base": ..., "mark": ...}   first, once
    #kzop-document {"path": ..., "doc": ..., "sha256": ..., ...}            then its statements
    #kzop-text "..."                                                        its text, in pieces
    #kzop-failure {"path": ..., "reason": ...}
    #kzop-skipped {"path": ..., "lang": ...}                                not in Kazakh
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graph.corpus.spool import check
from graph.extractor import extractor_version
from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.source import SourceError, from_bytes, from_text

FORMAT = 1
"""Version of the comments; others are refused."""
SHARD = "#kzop-shard "
DOCUMENT = "#kzop-document "
TEXT = "#kzop-text "
FAILURE = "#kzop-failure "
SKIPPED = "#kzop-skipped "
PIECE = 4_000
"""Code points of a text in one comment: lexers of other engines need not hold a whole text."""
LINES = (".jsonl", ".json", ".jsonl.gz", ".json.gz")
"""Suffixes of JSON Lines files, in lower case."""
KAZAKH = ("kk", "kaz")
"""Languages, before any "-", whose texts kzop reads."""

FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NameError, OSError),
    *(RuntimeError, SyntaxError, TypeError, ValueError),
)
"""What a fault in a rule or reader may raise; lack of memory is no fault of the text."""


@dataclass(frozen=True)
class Row:
    """One file, or one line of a JSON Lines file."""

    path: str
    """Where it was: the suffix tells a file from a line."""
    data: bytes
    problem: str = ""
    """Why there are no data, in one line that names the path."""


class NotKazakh(Exception):
    """A row is in another language."""


def partition(rows: Iterable[Row], base: Base, mark: str = "") -> Iterator[str]:
    """Yield the lines of a shard, without line ends; a row that fails costs itself only.

    `mark` is kept in the first line. Takes a row only when the lines of those before are taken.
    """
    yield comment(SHARD, head(base, mark))
    for row in rows:
        if not row.problem and is_lines(row.path) and not row.data.strip():
            continue
        try:
            yield from _document(row, base)
        except NotKazakh as other:
            yield comment(SKIPPED, {"path": row.path, "lang": str(other)})
        except SourceError as error:
            yield failure(row.path, str(error))
        except FAULTS as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            yield failure(
                row.path, f"{row.path}: extraction failed ({what}); report it with the text"
            )


def head(base: Base, mark: str = "") -> dict[str, object]:
    """Return what the first line of a shard says."""
    version = extractor_version()
    return {"format": FORMAT, "extractor": version, "base": base.iri, "mark": mark}


def is_lines(path: str) -> bool:
    """Tell whether a file is JSON Lines by its name."""
    return path.lower().endswith(LINES)


def comment(kind: str, value: object) -> str:
    """Write a comment of the kind that it begins with."""
    return kind + json.dumps(value, ensure_ascii=False)


def failure(path: str, reason: str) -> str:
    """Write that a row failed, and why in one line."""
    return comment(FAILURE, {"path": path, "reason": reason})


def _document(row: Row, base: Base) -> list[str]:
    """Extract one row; raises what may go wrong before the first line is given."""
    # Imported here: it costs a second, and whoever reads shards needs nothing of it.
    from graph.pipeline import to_graphs

    source, digest = read_row(row)
    document = to_graphs(source, base)
    facts = {
        "path": source.name,
        "digest": digest,
        "doc": document.doc,
        "work": document.work,
        "text_iri": document.text_iri,
        "sha256": source.sha256,
        "characters": len(source.text),
        "content": len(document.content),
        "evidence": len(document.evidence),
    }
    lines = [comment(DOCUMENT, facts)]
    for start in range(0, len(source.text), PIECE):
        lines.append(comment(TEXT, source.text[start : start + PIECE]))
    for name, statements in graphs(document, base):
        check(statements)
        lines += [f"{statement} <{name}> ." for statement in statements]
    return lines


def graphs(document: DocumentGraphs, base: Base) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names and statements of the graphs of a document, in the order of the lines."""
    return (
        (base.graph(f"doc/{document.doc}"), document.content),
        (base.graph(f"evidence/{document.doc}"), document.evidence),
        (base.graph("authority"), document.authority),
    )


def read_row(row: Row) -> tuple[Source, str]:
    """Read a row, and hash what it was read from. Raises SourceError and NotKazakh."""
    if row.problem:
        raise SourceError(row.problem)
    if not is_lines(row.path):
        return from_bytes(row.path, row.data), hashlib.sha256(row.data).hexdigest()
    values = _fields(row)
    name, text, language = values.get("id"), values.get("text"), values.get("lang", KAZAKH[0])
    if not isinstance(name, str) or not name or not isinstance(text, str):
        raise SourceError(f"{shown(row)} lacks a string `id` or `text`")
    if not isinstance(language, str):
        raise SourceError(f"{shown(row)} has a `lang` that is no string; write kk")
    if language.lower().split("-")[0] not in KAZAKH:
        raise NotKazakh(language)
    try:
        source = from_text(name, text)
        name.encode()
    except UnicodeEncodeError:
        raise SourceError(f"{shown(row)} has half a surrogate pair; write it whole") from None
    return source, source.sha256


def _fields(row: Row) -> dict[str, Any]:
    try:
        values = json.loads(row.data)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise SourceError(f"{shown(row)} is no JSON object; write one a line")
    return values


def shown(row: Row) -> str:
    """Name a row in a message."""
    if not is_lines(row.path):
        return row.path
    beginning = row.data[:60].decode("utf-8", "replace").strip()
    return f"{row.path}: the line that begins {beginning!r}"
