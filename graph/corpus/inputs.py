"""What an extraction reads: the files below a folder, cut into shards of about the same work.

The same folder gives the same shards, so that a run that was interrupted finds its own again. Names
that begin with "." or "_" are left out, as Hadoop does.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.corpus.partition import LINES, Row, is_lines
from graph.source import READABLE, SourceError, read_bytes

LIMIT = 8_000_000
"""Most bytes of a shard, with OPENING for each file; a file that cannot be cut may be larger."""
LEAST = 128_000
"""Bytes of the shards of a small folder, of which there are MANY."""
MANY = 64
OPENING = 16_000
"""Bytes that a file counts for besides its own."""


@dataclass(frozen=True)
class Piece:
    """A whole file, or the lines of a JSON Lines file that begin in a range of bytes."""

    path: str
    size: int
    changed: int
    """When the file was changed, in nanoseconds."""
    start: int = 0
    end: int = -1
    """-1 for a whole file."""


def find_inputs(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are read, by their suffixes, as they are found."""
    suffixes = (*READABLE, *LINES)
    for file in folder.rglob("*"):
        hidden = any(is_hidden(part) for part in file.relative_to(folder).parts)
        if file.name.lower().endswith(suffixes) and not hidden and file.is_file():
            yield file


def is_hidden(name: str) -> bool:
    """Tell whether Hadoop, and so Spark, leaves a file or folder out."""
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


def plan(folder: Path) -> list[list[Piece]]:
    """Return the pieces of each shard, in order of path."""
    found: list[tuple[str, os.stat_result]] = []
    for file in find_inputs(folder.resolve()):
        found.append((str(file), file.stat()))
    total = sum(stat.st_size + OPENING for _, stat in found)
    limit = min(LIMIT, max(LEAST, total // MANY))
    shards: list[list[Piece]] = []
    weight = limit
    for path, stat in sorted(found):
        for piece in _cut(path, stat, limit):
            size = (piece.end - piece.start if piece.end >= 0 else piece.size) + OPENING
            if weight + size > limit:
                shards.append([])
                weight = 0
            shards[-1].append(piece)
            weight += size
    return shards


def _cut(path: str, stat: os.stat_result, limit: int) -> Iterator[Piece]:
    size, changed = stat.st_size, stat.st_mtime_ns
    if not is_lines(path) or path.lower().endswith(".gz"):
        yield Piece(path, size, changed)
        return
    for start in range(0, size, limit):
        yield Piece(path, size, changed, start, min(size, start + limit))


def mark_of(pieces: list[Piece]) -> str:
    """Return what tells these pieces from others, and from the same files once they changed."""
    return hashlib.sha256(repr(pieces).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def rows(pieces: list[Piece]) -> Iterator[Row]:
    """Read pieces; what cannot be read is a row with a problem."""
    for piece in pieces:
        if is_lines(piece.path):
            yield from _lines(piece)
            continue
        try:
            piece.path.encode()
            data = read_bytes(piece.path)
        except UnicodeEncodeError:
            shown = os.fsencode(piece.path).decode("utf-8", "backslashreplace")
            yield Row(shown, b"", f"{shown}: the name is not UTF-8; rename the file")
        except SourceError as error:
            yield Row(piece.path, b"", str(error))
        else:
            yield Row(piece.path, data)


def _lines(piece: Piece) -> Iterator[Row]:
    """Yield the lines of a file that begin in the range of a piece."""
    path = piece.path
    try:
        if piece.end < 0:
            with gzip.open(path) as packed:
                yield from (Row(path, line.removesuffix(b"\n")) for line in packed)
            return
        with open(path, "rb") as file:
            if piece.start:
                file.seek(piece.start - 1)
                file.readline()
            while file.tell() < piece.end and (line := file.readline()):
                yield Row(path, line.removesuffix(b"\n"))
    except (OSError, EOFError, zlib.error) as error:
        yield Row(path, b"", f"{path}: cannot be read to its end ({error}); copy it again")
