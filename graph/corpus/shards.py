"""The folder that an extraction writes: shards of N-Quads, and what closes it.

    OUT/part-NNNNN.nq.gz   documents with their graphs, see partition.py
    OUT/vocabulary.nq.gz   the graphs of the ontology, the codes and the queries
    OUT/_failures.txt      a line for each row that failed
    OUT/_manifest.json     versions, counts, the names and sizes of the shards
    OUT/_SUCCESS           empty, written last: without it nothing is loaded

A store loads the shards by `load.py`; any other engine loads `*.nq.gz` by its own bulk loader.
"""

import gzip
import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from graph.corpus.partition import DOCUMENT, FAILURE, FORMAT, SHARD, SKIPPED
from graph.extractor import extractor_version
from graph.iris import Base
from graph.storage.dump import Runs
from graph.storage.manifest import StoreError, kzop_version

SUCCESS = "_SUCCESS"
MANIFEST = "_manifest.json"
FAILURES = "_failures.txt"
VOCABULARY = "vocabulary.nq.gz"
LEVEL = 4
"""Of the compression: a fifth larger than 6, in half the time."""


@dataclass
class Tally:
    """What stands in shards."""

    documents: int = 0
    quads: int = 0
    """Lines with a statement; what the lexicons know of a thing may be in several shards."""
    skipped: int = 0
    """Rows in other languages."""
    failures: list[str] = field(default_factory=list)
    """A line for each row that failed."""

    def count(self, line: str) -> None:
        """Count one line of a shard."""
        if not line.startswith("#"):
            self.quads += 1
        elif line.startswith(DOCUMENT):
            self.documents += 1
        elif line.startswith(SKIPPED):
            self.skipped += 1
        elif line.startswith(FAILURE):
            self.failures.append(json.loads(line.removeprefix(FAILURE))["reason"])

    def add(self, other: "Tally") -> None:
        """Add the counts of other shards."""
        self.documents += other.documents
        self.quads += other.quads
        self.skipped += other.skipped
        self.failures += other.failures


@dataclass(frozen=True)
class Manifest:
    """What _manifest.json says."""

    format: int
    kzop: str
    extractor: str
    base: str
    documents: int
    quads: int
    skipped: int
    failed: int
    parts: dict[str, int]
    """Bytes of each shard, by name."""


def part_name(number: int) -> str:
    """Return the name of a shard."""
    return f"part-{number:05}.nq.gz"


def closing(tally: Tally, parts: dict[str, int], base: Base) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of the other files, in the order in which they are written."""
    manifest = Manifest(
        format=FORMAT,
        kzop=kzop_version(),
        extractor=extractor_version(),
        base=base.iri,
        documents=tally.documents,
        quads=tally.quads,
        skipped=tally.skipped,
        failed=len(tally.failures),
        parts=dict(sorted(parts.items())),
    )
    yield VOCABULARY, gzip.compress(vocabulary(base), mtime=0)
    yield FAILURES, "".join(f"{line}\n" for line in sorted(tally.failures)).encode()
    yield MANIFEST, f"{json.dumps(asdict(manifest), indent=1)}\n".encode()
    yield SUCCESS, b""


def vocabulary(base: Base) -> bytes:
    """Return the graphs that `GraphStore.load_vocabulary` writes, as N-Quads."""
    from graph import ontology
    from graph.querying import examples

    graphs = {
        "ontology": ontology.statements("ontology"),
        "codes": ontology.statements("codes"),
        "queries": examples.statements(base),
    }
    return "".join(
        f"{statement} <{base.graph(name)}> .\n"
        for name, statements in graphs.items()
        for statement in statements
    ).encode()


def require_complete(folder: Path) -> tuple[Manifest, list[Path]]:
    """Return the manifest and the shards of a complete extraction.

    Raises StoreError unless it is complete, and by this version of the rules and lexicons.
    """
    if not folder.is_dir():
        raise StoreError(f"{folder}: no such folder: name the OUT of `kzop build --engine ...`")
    if not (folder / SUCCESS).is_file():
        raise StoreError(
            f"{folder}: has no {SUCCESS}, so the extraction is not complete: run it to its end"
        )
    manifest = _manifest(folder)
    if manifest.extractor != extractor_version():
        raise StoreError(
            f"{folder}: extracted by the rules and lexicons {manifest.extractor}, this kzop has "
            f"{extractor_version()}: extract again, or load it with that kzop"
        )
    for name, size in manifest.parts.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise StoreError(f"{path}: is missing or not {size:,} bytes long: copy it again")
    return manifest, [folder / name for name in manifest.parts]


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        values: dict[str, Any] = json.loads(path.read_bytes())
        if values["format"] != FORMAT:
            raise StoreError(
                f"{folder}: shards of format {values['format']}, this kzop reads {FORMAT}: "
                "extract again, or load it with the kzop that made it"
            )
        manifest = Manifest(**values)
        if any(not part.startswith("part-") or "/" in part for part in manifest.parts):
            raise ValueError("a part with another name")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{path}: not readable ({error}): extract again") from error
    return manifest


def read_shard(path: Path) -> Iterator[str]:
    """Yield the lines of a shard, without line ends; StoreError if it is damaged."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line.removesuffix("\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: damaged ({error}): extract or copy it again") from error


def head_of(path: Path) -> object:
    """Return what the first line of a shard says; None if it is no shard."""
    try:
        line = next(read_shard(path), "")
        return json.loads(line.removeprefix(SHARD)) if line.startswith(SHARD) else None
    except (StoreError, ValueError):
        return None


def tally_of(path: Path) -> Tally:
    """Count a shard; StoreError if it is damaged."""
    tally = Tally()
    for line in read_shard(path):
        tally.count(line)
    return tally


def write_lines(file: IO[bytes], lines: Iterable[str]) -> Tally:
    """Compress lines into a file and count them; the same lines make the same bytes."""
    tally = Tally()
    with gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
        waiting: list[str] = []
        for line in lines:
            tally.count(line)
            waiting.append(line)
            if len(waiting) == 500:
                packed.write("\n".join([*waiting, ""]).encode())
                waiting = []
        packed.write("\n".join([*waiting, ""]).encode())
    return tally


def quads_hash(parts: Iterable[Path]) -> str:
    """Return the SHA-256 of the statements of shards, each once, sorted by their bytes.

    The same as `zcat part-*.nq.gz | grep -v '^#' | LC_ALL=C sort -u | sha256sum`.
    """
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        runs = Runs(file)
        for part in parts:
            for line in read_shard(part):
                if not line.startswith("#"):
                    runs.write(f"{line}\n".encode())
        for statement, _ in groupby(runs.merged(None)):
            digest.update(statement)
    return digest.hexdigest()
