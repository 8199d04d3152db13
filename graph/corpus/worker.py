"""One process of a build: takes chunks of inputs, extracts them, spools them to the disk.

In come `Chunk`s over a connection, out go `Done`s. The documents themselves go through files, so
that no process ever waits for another with a large message in its hands.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from graph.corpus.spool import Spooled, write_blocks
from graph.iris import Base
from graph.source import SourceError, read

NO_MEMORY = 3
"""Exit status of a worker that ran out of memory."""
IDLE = -1
"""What a worker that has no task shows as the number of its task."""


@dataclass(frozen=True)
class Task:
    """One input."""

    number: int
    path: str
    size: int
    """Bytes, 0 if unknown; for progress and for the size of chunks only."""
    known: str = ""
    """SHA-256 of the file as this version has extracted it before; "" if it has not."""


@dataclass(frozen=True)
class Chunk:
    """Inputs that are spooled to one file."""

    number: int
    tasks: tuple[Task, ...]
    last_try: bool = False
    """The one input of the chunk has ended a worker before."""


@dataclass(frozen=True)
class Unchanged:
    """An input that this version has extracted before."""

    path: str


@dataclass(frozen=True)
class Failed:
    """An input that could not be read or extracted, and why in one line."""

    path: str
    reason: str


Outcome = Spooled | Unchanged | Failed


@dataclass(frozen=True)
class Done:
    """A chunk, or the beginning of one that ended the worker: one outcome for each input."""

    chunk: int
    spool: str
    """The file of the spooled documents; their texts lie beside it, see `text_file`."""
    outcomes: tuple[Outcome, ...]
    tally: str = ""
    """What another job than `extract_chunk` has to tell, as JSON."""


@dataclass(frozen=True)
class Broken:
    """The worker cannot write what it extracts, and why; it ends after that."""

    reason: str


class Number(Protocol):
    """A number in memory that two processes share."""

    value: int


Job = Callable[[Chunk, Path, Base, Number, Callable[[Done], None]], None]
"""What a worker does with a chunk: `extract_chunk`, or another function with the same arguments."""


class Unusable(Exception):
    """A job cannot go on, and why in one line: no other worker could either."""


def work(connection: Connection, current: Number, folder: str, base: Base, job: Job) -> None:
    """Work on chunks until the other side closes the connection or sends None.

    `current` shows the number of the task under way, for whoever finds this process dead.
    """
    # The parent is gone: what is under way is of no use to anybody.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            chunk: Chunk | None = connection.recv()
            if chunk is None:
                return
            try:
                job(chunk, Path(folder), base, current, connection.send)
            except Unusable as error:
                connection.send(Broken(str(error)))
                return
            except OSError as error:
                connection.send(Broken(f"{folder}: cannot be written: {error.strerror or error}"))
                return


def extract_chunk(
    chunk: Chunk, folder: Path, base: Base, current: Number, send: Callable[[Done], None]
) -> None:
    """Extract and spool the inputs of a chunk, and send the outcomes.

    An error that no input should cause ends the process, after it is sent as the outcome of that
    input: what comes next is better done by a process in a known state.
    """
    spool = folder / f"{chunk.number}.trig"
    outcomes: list[Outcome] = []
    shared: dict[str, str] = {}
    with spool.open("wb") as file:

        def finish() -> None:
            file.flush()
            os.fsync(file.fileno())
            current.value = IDLE
            send(Done(chunk.number, str(spool), tuple(outcomes)))

        for task in chunk.tasks:
            current.value = task.number
            try:
                digest = hash_file(task.path)
                if task.known and digest == task.known:
                    outcomes.append(Unchanged(task.path))
                    continue
                # Imported here: it costs a second, and a build may find that nothing has changed.
                from graph.pipeline import to_graphs

                source = read(task.path)
                document = to_graphs(source, base)
                blocks = write_blocks(file, document, base)
                write_text(text_file(str(spool), source.sha256), source.text)
            except OSError:
                raise  # the disk is full, or the folder is gone with the parent
            except SourceError as error:
                outcomes.append(Failed(task.path, str(error)))
                continue
            except MemoryError:
                raise SystemExit(NO_MEMORY) from None
            except Exception as error:
                what = " ".join(f"{type(error).__name__}: {error}".split())
                reason = f"{task.path}: extraction failed ({what}); report it with the text"
                outcomes.append(Failed(task.path, reason))
                finish()
                raise SystemExit(1) from error
            outcomes.append(
                Spooled(
                    path=task.path,
                    digest=digest,
                    doc=document.doc,
                    work=document.work,
                    text_iri=document.text_iri,
                    sha256=source.sha256,
                    characters=len(source.text),
                    content=len(document.content),
                    evidence=len(document.evidence),
                    blocks=blocks,
                    # Many documents mention the same nodes: a string sent twice costs nothing.
                    authority=tuple(shared.setdefault(fact, fact) for fact in document.authority),
                )
            )
        finish()


def text_file(spool: str, sha256: str) -> Path:
    """Where the text of a spooled document lies."""
    return Path(f"{spool}.{sha256}.txt")


def hash_file(path: str) -> str:
    """Return the hexadecimal SHA-256 of a file; "" if it cannot be read, which `read` explains."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def write_text(path: Path, text: str) -> None:
    """Write a text where the store will take it from."""
    with path.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
