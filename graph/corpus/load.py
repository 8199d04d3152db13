"""The shards of a complete extraction (shards.py) into a store, in bulk.

In come an open store and the folder, out comes a `Report`. The processes of a build (`crew.py`)
turn shards into the spool files that a build makes of texts, and one process writes those: so a
loaded store is the store that a build of the same inputs makes, and a load that was interrupted, or
is repeated, writes what is missing. Or in comes a folder to make for the Rust `oxigraph` server.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from graph.corpus.corpus import Report, fill
from graph.corpus.partition import DOCUMENT, TEXT, graphs
from graph.corpus.shards import VOCABULARY, Manifest, read_shard, require_complete
from graph.corpus.spool import Spooled, write_blocks
from graph.corpus.worker import (
    IDLE,
    NO_MEMORY,
    Chunk,
    Done,
    Number,
    Task,
    Unusable,
    text_file,
    write_text,
)
from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.source import from_text
from graph.storage import void
from graph.storage.commit import AT_ONCE
from graph.storage.growing import growing_folder
from graph.storage.manifest import StoreError
from graph.store import GraphStore


def load(
    store: GraphStore,
    folder: Path,
    jobs: int,
    tell: Callable[[Report], bool] = lambda report: True,
) -> Report:
    """Bring the documents of an extraction into the store, with the vocabulary.

    Documents are written whole, some thousands at once. Raises StoreError where the extraction is
    not complete, of other rules or another base IRI, damaged, or the store cannot be written.
    """
    manifest, parts = require_complete(folder)
    require_base(folder, manifest, store.base)
    report = Report(inputs=manifest.documents)
    store.load_vocabulary()
    tasks = ((Task(number, str(part), 0),) for number, part in enumerate(parts))
    fill(store, tasks, jobs, report, tell, spool_shard)
    if report.failures:
        raise StoreError(report.failures[0])
    if not report.interrupted:
        store.describe()
    return report


def require_base(folder: Path, manifest: Manifest, base: Base) -> None:
    """Raise StoreError unless an extraction has the base IRI of the store."""
    if manifest.base != base.iri:
        raise StoreError(
            f"{folder}: extracted for the base IRI {manifest.base}, the store has {base.iri}: "
            f"extract with KZOP_BASE_IRI={base.iri}, or load it into another store"
        )


def spool_shard(
    chunk: Chunk, folder: Path, base: Base, current: Number, send: Callable[[Done], None]
) -> None:
    """Spool the shard that the task of the chunk names; what a worker of a `Crew` does."""
    (task,) = chunk.tasks
    current.value = task.number
    spool = folder / f"{chunk.number}.trig"
    outcomes: list[Spooled] = []
    shared: dict[str, str] = {}
    try:
        with spool.open("wb") as file:
            for values, source, document in documents(Path(task.path), base):
                blocks = write_blocks(file, document, base)
                write_text(text_file(str(spool), source.sha256), source.text)
                facts = tuple(shared.setdefault(fact, fact) for fact in document.authority)
                outcomes.append(Spooled(**values, blocks=blocks, authority=facts))
            file.flush()
            os.fsync(file.fileno())
    except StoreError as error:
        raise Unusable(str(error)) from error
    except ValueError as error:  # a statement that is none
        raise Unusable(str(damaged(Path(task.path), str(error)))) from error
    except MemoryError:
        raise SystemExit(NO_MEMORY) from None
    current.value = IDLE
    send(Done(chunk.number, str(spool), tuple(outcomes)))


def documents(part: Path, base: Base) -> Iterator[tuple[dict[str, Any], Source, DocumentGraphs]]:
    """Yield what `partition` wrote of each document: its facts, text and graphs.

    Raises StoreError where the lines are not those of a shard.
    """
    lines = (line for line in read_shard(part) if not line.startswith("#") or _counts(line))
    line = next(lines, None)
    while line is not None:
        if not line.startswith(DOCUMENT):
            raise damaged(part, f"{line[:80]!r} belongs to no document")
        try:
            values: dict[str, Any] = json.loads(line.removeprefix(DOCUMENT))
            pieces: list[str] = []
            line = next(lines, None)
            while line is not None and line.startswith(TEXT):
                pieces.append(json.loads(line.removeprefix(TEXT)))
                line = next(lines, None)
            source = from_text(values["path"], "".join(pieces))
            if source.sha256 != values["sha256"]:
                raise damaged(part, f"the text of {values['path']} is not the one extracted")
            statements: list[str] = []
            while line is not None and not line.startswith(DOCUMENT):
                statements.append(line)
                line = next(lines, None)
            document = _document(values, statements, base)
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(part, str(error)) from error
        yield values, source, document


def _counts(line: str) -> bool:
    return line.startswith((DOCUMENT, TEXT))


def _document(values: dict[str, Any], lines: list[str], base: Base) -> DocumentGraphs:
    """Put the graphs of a document together again; ValueError if a line is in the wrong graph."""
    document = DocumentGraphs(values["doc"], values["work"], values["text_iri"], (), (), ())
    sizes = (values["content"], values["evidence"], None)
    rest = iter(lines)
    found = []
    for (name, _), size in zip(graphs(document, base), sizes, strict=True):
        ending = f" <{name}> ."
        taken = [line.removesuffix(ending) for line in islice(rest, size)]
        if (size is not None and len(taken) != size) or not all(
            line.endswith(ending) for line in lines[: len(taken)]
        ):
            raise ValueError(f"{values['path']}: the statements of <{name}> are not all there")
        lines = lines[len(taken) :]
        found.append(tuple(taken))
    return DocumentGraphs(document.doc, document.work, document.text_iri, *found)


def damaged(part: Path, what: str) -> StoreError:
    """Return the error for a shard that is not as it was written."""
    return StoreError(f"{part}: damaged ({what}): extract or copy it again")


def load_for_oxigraph(
    folder: Path, target: Path, tell: Callable[[int, int], None] = lambda done, parts: None
) -> Manifest:
    """Make a folder at `target` that the Rust `oxigraph` server serves: all quads of a store.

    `target` appears when it is complete. Of inputs with the same text it has what each says. Raises
    StoreError.
    """
    manifest, parts = require_complete(folder)
    if os.path.lexists(target):
        raise StoreError(f"{target}: is there already: delete it, or name another folder")
    base = Base(manifest.base)
    prints: set[str] = set()
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with growing_folder(target) as growing:
            quads = Store(growing / "quads")
            for number, part in enumerate([folder / VOCABULARY, *parts]):
                tell(number, len(parts) + 1)
                _load_twice(quads, _statements(part, manifest.extractor, prints))
            counts = void.statements(void.count(quads, base), base, void.print_of(sorted(prints)))
            name = base.graph("void")
            _load_twice(quads, (f"{statement} <{name}> ." for statement in counts))
            quads.flush()
            del quads
            (growing / "quads").rename(target)
    except (OSError, SyntaxError, RuntimeError) as error:
        raise StoreError(f"{target}: cannot be loaded: {error}") from error
    return manifest


def _statements(part: Path, extractor: str, prints: set[str]) -> Iterator[str]:
    """Yield the quads of a shard; add what `Records.prints` would yield of its documents."""
    for line in read_shard(part):
        if line.startswith(DOCUMENT):
            values = json.loads(line.removeprefix(DOCUMENT))
            prints.add(f"{values['doc']} {extractor} {values['content']} {values['evidence']}\n")
        elif not line.startswith("#"):
            yield line


def _load_twice(quads: Store, lines: Iterable[str]) -> None:
    """Load quads into their graphs and into the default graph, the merge of them all."""
    waiting: list[str] = []
    size = 0
    for line in chain(lines, [""]):
        if line:
            waiting += (line, f"{line.rpartition(' <')[0]} .")
            size += len(line)
        if waiting and (size > AT_ONCE or not line):
            quads.bulk_load("\n".join([*waiting, ""]).encode(), RdfFormat.N_QUADS)
            waiting, size = [], 0
