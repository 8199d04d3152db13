"""One write to a store: noted in pending.json, done, and done again if a crash came between.

A write takes three steps: a SPARQL update, which the engine makes one transaction; the loading of
spooled documents, which adds quads and is no transaction; the change of the records. Each may be
repeated with the same result, so that a write begun is finished by whoever opens the store next.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from graph.storage.folder import cannot_write, sync_quads
from graph.storage.manifest import (
    Manifest,
    damaged,
    parse_manifest,
    write_atomically,
    write_manifest,
)
from graph.storage.records import RecordChange, Records

PENDING = "pending.json"
"""The write under way, as JSON: the fields of `Write`, and the manifest that stands after it."""

AT_ONCE = 24_000_000
"""Bytes of TriG that the engine loads at once, about 200,000 quads. To load half as much takes a
fifth more time for each quad, and every quad loaded at once takes a kilobyte of memory."""

Blocks = tuple[tuple[int, int], ...]
"""Ranges of bytes in a spool file, each a TriG document of its own."""


@dataclass(frozen=True)
class Write:
    """What is written, all of it or nothing."""

    records: RecordChange
    update: str = ""
    """A SPARQL update, run first; empty if there is nothing to do."""
    spools: tuple[tuple[str, Blocks], ...] = ()
    """Files of TriG, relative to the folder of the store, and the blocks of each to load."""

    def text(self) -> str:
        """Return what the write does, as text: equal writes, equal text."""
        return json.dumps([self.records.to_json(), self.update], sort_keys=True)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the file system and the engines raise while a store is written into StoreError."""
    try:
        yield
    except OSError as error:
        raise cannot_write(folder, error) from error
    except (RuntimeError, SyntaxError, sqlite3.Error) as error:
        raise damaged(folder, str(error)) from error


def commit(folder: Path, quads: Store, records: Records, manifest: Manifest, write: Write) -> None:
    """Do a write; `manifest` is what stands after it."""
    pending = {
        "records": write.records.to_json(),
        "update": write.update,
        "spools": write.spools,
        "manifest": manifest.to_json(),
    }
    with writing(folder):
        data = json.dumps(pending, ensure_ascii=False).encode()
        write_atomically(folder / PENDING, data)
        try:
            run_update(quads, write.update)
        except (OSError, RuntimeError, SyntaxError):
            # The engine has rolled the whole update back: there is nothing to do again.
            (folder / PENDING).unlink()
            raise
        _finish(folder, quads, records, manifest, write)


def read_pending(folder: Path) -> tuple[Write, Manifest] | None:
    """Read the write that a crash interrupted, and the manifest after it; None if none did."""
    path = folder / PENDING
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        write = Write(
            RecordChange.from_json(values["records"]),
            str(values["update"]),
            tuple(
                (str(name), tuple((int(start), int(end)) for start, end in blocks))
                for name, blocks in values["spools"]
            ),
        )
        after = values["manifest"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise damaged(folder, f"{PENDING} is not readable ({error!r})") from error
    return write, parse_manifest(after, folder)


def redo(folder: Path, quads: Store, records: Records, write: Write, manifest: Manifest) -> None:
    """Do again, and to the end, a write that a crash interrupted."""
    with writing(folder):
        run_update(quads, write.update)
        _finish(folder, quads, records, manifest, write)


def run_update(quads: Store, update: str) -> None:
    """Run an update, if there is one."""
    if update:
        quads.update(update)


def read_blocks(path: Path, blocks: Blocks) -> Iterator[bytes]:
    """Read ranges of a spool file."""
    with path.open("rb") as file:
        for start, end in blocks:
            file.seek(start)
            yield file.read(end - start)


def _finish(folder: Path, quads: Store, records: Records, manifest: Manifest, write: Write) -> None:
    """Do what follows the update of the quads; pending.json goes last."""
    waiting: list[bytes] = []
    for name, blocks in write.spools:
        for block in read_blocks(folder / name, blocks):
            waiting.append(block)
            if sum(map(len, waiting)) > AT_ONCE:
                _load(quads, waiting)
    _load(quads, waiting)
    sync_quads(folder)
    records.apply(write.records)
    write_manifest(folder, manifest)
    (folder / PENDING).unlink()


def _load(quads: Store, blocks: list[bytes]) -> None:
    """Load blocks at once, and empty the list."""
    if blocks:
        # Lenient: the statements were checked when they were spooled.
        quads.bulk_load(b"".join(blocks), RdfFormat.TRIG, lenient=True)
        blocks.clear()
