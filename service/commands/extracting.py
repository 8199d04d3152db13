"""An extraction into shards, and their loading, as a person at a terminal sees them."""

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.iris import Base
from service.commands.building import Progress, progress, usable_cores
from service.commands.shared import INTERRUPTED, Failure, complain

if TYPE_CHECKING:  # the commands import these when they run
    from graph.corpus.corpus import Report
    from graph.corpus.extraction import Extraction

ENGINES = ("processes", "spark")
PACE = 60.0
"""Seconds between two lines of progress where nobody sits at a terminal."""
SHOWN = 20
"""Failures that are printed; the file of failures has them all."""


class ShardProgress(Progress):
    """Shows how far an extraction is: on a terminal in one line, else in a line a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._next = PACE

    def told(self, extraction: "Extraction") -> bool:
        """Show how far it is; False if it is to stop."""
        line = shard_line(extraction)
        if sys.stderr.isatty():
            self._shown = True
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)
        elif extraction.seconds >= self._next:
            self._next = extraction.seconds + PACE
            click.echo(f"kzop: {line}", err=True)
        return not self._stopped


def shard_line(extraction: "Extraction") -> str:
    """One line: shards done, time left, failures."""
    made = extraction.done - extraction.kept
    parts = [f"{extraction.done:,} of {extraction.shards:,} shards"]
    if made:
        left = int(extraction.seconds * (extraction.shards - extraction.done) / made)
        parts.append(f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left")
    if extraction.tally.failures:
        parts.append(f"{len(extraction.tally.failures):,} failed")
    return ", ".join(parts)


def extract_corpus(folder: str, out: str, engine: str, master: str | None, jobs: int | None) -> int:
    """Extract the inputs below `folder` into shards at `out`; report; return the exit status."""
    from graph.storage.manifest import StoreError

    try:
        base = Base.from_environment()
        with progress(ShardProgress()) as shown:
            if engine == "spark":
                from graph.corpus import spark

                where = master or f"local[{jobs or usable_cores()},{spark.TRIES}]"
                done = spark.extract(folder, out, base, where, shown.told)
            else:
                from graph.corpus import extraction

                done = extraction.extract(
                    Path(folder), Path(out), base, jobs or usable_cores(), shown.told
                )
    except (StoreError, ValueError) as error:
        raise Failure(str(error)) from error
    return report(out, engine, done)


def report(out: str, engine: str, done: "Extraction") -> int:
    """Print the failures and the counts; return the exit status."""
    from graph.corpus.shards import FAILURES

    if done.interrupted:
        ending = "run the same command again to go on" if engine == "processes" else "nothing kept"
        click.echo(f"kzop: interrupted; {ending}", err=True)
        return INTERRUPTED
    tally = done.tally
    for reason in sorted(tally.failures)[:SHOWN]:
        complain(reason)
    if len(tally.failures) > SHOWN:
        complain(f"{len(tally.failures) - SHOWN:,} more failed: see {FAILURES} in {out}")
    counts = [
        f"{tally.documents:,} documents",
        f"{tally.quads:,} quads",
        f"{done.shards:,} shards" + (f" ({done.kept:,} were there)" if done.kept else ""),
        f"{len(tally.failures):,} failed",
    ]
    if tally.skipped:
        counts.append(f"{tally.skipped:,} not in Kazakh left out")
    click.echo(f"{out}: {', '.join(counts)}; {done.seconds:.1f} s", err=True)
    if not tally.failures:
        return 0
    return 1 if tally.documents else 2


class LoadProgress(Progress):
    """Shows how far a load is."""

    def line(self, report: "Report") -> str:
        """One line: documents done."""
        return f"{report.done:,} of {report.inputs:,} documents"


def load_store(folder: Path, store: Path, fresh: bool, jobs: int | None) -> int:
    """Load shards into the embedded store, and report; return the exit status.

    A store that is not there yet appears when it is complete.
    """
    from graph.corpus.load import load
    from graph.corpus.shards import require_complete
    from graph.storage.folder import is_vacant
    from graph.store import GraphStore, StoreError, rebuild

    try:
        manifest, _ = require_complete(folder)
        base = Base(manifest.base)
        vacant = is_vacant(store)
        opening: AbstractContextManager[GraphStore] = (
            rebuild(store, base, wait=5.0)
            if fresh or vacant
            else GraphStore.open(store, base=base, wait=5.0)
        )
        with opening as opened:
            with progress(LoadProgress()) as shown:
                done = load(opened, folder, jobs or usable_cores(), shown.tell)
            if done.interrupted and (fresh or vacant):
                click.echo(f"kzop: interrupted; {store} is as it was before", err=True)
                raise click.exceptions.Exit(INTERRUPTED)
            documents = opened.records.count()
    except StoreError as error:
        raise Failure(str(error)) from error
    if done.interrupted:
        click.echo("kzop: interrupted; run the same command again to go on", err=True)
        return INTERRUPTED
    click.echo(
        f"{store}: {done.built:,} loaded, {done.replaced:,} replaced, "
        f"{done.unchanged:,} unchanged; documents in the store: {documents:,}; "
        f"{done.quads:,} quads in {done.seconds:.1f} s",
        err=True,
    )
    return 0


def load_oxigraph(folder: Path, target: Path) -> int:
    """Make a folder for the Rust `oxigraph` server, and report; return the exit status."""
    from graph.corpus.load import load_for_oxigraph
    from graph.storage.manifest import StoreError

    def tell(done: int, parts: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{done:,} of {parts:,} files", err=True, nl=done == parts)

    try:
        manifest = load_for_oxigraph(folder, target, tell)
    except StoreError as error:
        raise Failure(str(error)) from error
    serve = f"oxigraph serve-read-only --location {target}"
    click.echo(
        f"{target}: {manifest.documents:,} documents, {manifest.quads:,} quads; `{serve}`", err=True
    )
    return 0


def load_virtuoso(folder: Path, server: str) -> int:
    """Let a Virtuoso server load the shards, and report; return the exit status."""
    from graph.corpus.virtuoso import PASSWORD, load_by_isql
    from graph.storage.manifest import StoreError

    password = os.environ.get(PASSWORD)
    if not password:
        raise Failure(f"--virtuoso needs the password of the user dba: set ${PASSWORD}")
    try:
        manifest = load_by_isql(folder, server, password)
    except StoreError as error:
        raise Failure(str(error)) from error
    click.echo(
        f"{server}: {manifest.documents:,} documents, {manifest.quads:,} quads loaded", err=True
    )
    return 0
