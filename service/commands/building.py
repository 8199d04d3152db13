"""A build as a person at a terminal sees it: progress, Ctrl-C, and the report at the end."""

import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:  # the command imports these when it runs
    from graph.corpus.corpus import Report
    from graph.store import GraphStore

LONG_WORK = 10
"""Number of inputs from which a terminal is shown the progress."""
PACE = 30.0
"""Seconds that the pace, and so the time left, is taken from."""


class Progress:
    """Shows how far a build is, on a terminal only, and stops it on Ctrl-C."""

    def __init__(self) -> None:
        self._shown = False
        self._stopped = False
        self._past: deque[tuple[float, int]] = deque([(0.0, 0)])
        """Seconds since the start, and bytes done with by then."""

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Answer Ctrl-C: the first ends the build after the write under way, the next at once."""
        if self._stopped:
            raise KeyboardInterrupt
        self._stopped = True

    def tell(self, report: "Report") -> bool:
        """Show how far it is; False if the build is to stop."""
        if report.inputs >= LONG_WORK and sys.stderr.isatty():
            self._shown = True
            click.echo(f"\r\x1b[K{self.line(report)}", err=True, nl=False)
        return not self._stopped

    def line(self, report: "Report") -> str:
        """One line: inputs done, pace, time left, failures."""
        while len(self._past) > 1 and self._past[0][0] < report.seconds - PACE:
            self._past.popleft()
        since, before = self._past[0]
        self._past.append((report.seconds, report.done_size))
        pace = (report.done_size - before) / max(report.seconds - since, 0.001)
        parts = [f"{report.done:,} of {report.inputs:,} texts", f"{pace / 1e6:.2f} MB/s"]
        if pace:
            left = int((report.size - report.done_size) / pace)
            parts.append(f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left")
        if report.failures:
            parts.append(f"{len(report.failures):,} failed")
        return ", ".join(parts)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


Shown = TypeVar("Shown", bound=Progress)


@contextmanager
def progress(shown: Shown) -> Iterator[Shown]:
    """Let Ctrl-C reach `shown`, as long as the block runs."""
    handler = signal.signal(signal.SIGINT, shown.stop)
    try:
        yield shown
    finally:
        signal.signal(signal.SIGINT, handler)
        shown.clear()


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def build_into(
    store: "GraphStore", files: Sequence[str], folders: Sequence[str], jobs: int, prune: bool
) -> "Report":
    """Bring `files` into an open store; `folders` are searched for what is gone from them."""
    from graph.corpus import corpus

    report = corpus.Report(vanished=corpus.find_vanished(store, folders, files))
    store.load_vocabulary()
    if prune:  # first: a document may have to be extracted from another input that remains
        report.pruned = sum(len(store.forget(path)) for path in report.vanished)
    if "-" in files:
        put_standard_input(store, report)
    with progress(Progress()) as shown:
        named = [file for file in files if file != "-"]
        corpus.build(store, named, jobs=jobs, report=report, tell=shown.tell)
        if not report.interrupted:
            store.describe()
    return report


def put_standard_input(store: "GraphStore", report: "Report") -> None:
    """Extract standard input, which only this process can read, and count it."""
    from graph import pipeline
    from graph.source import SourceError, read

    report.inputs += 1
    report.done += 1
    try:
        source = read("-")
    except SourceError as error:
        report.failures.append(str(error))
        return
    record = store.put(pipeline.to_graphs(source, store.base), source)
    report.built += 1
    report.quads += record.content + record.evidence


def summary(report: "Report", documents: int, pruned: bool) -> str:
    """The report: what was done, how fast, and what is left to do."""
    counts = [
        f"{report.built:,} built",
        f"{report.replaced:,} replaced",
        f"{report.unchanged:,} unchanged",
        f"{len(report.failures):,} failed",
    ]
    lines = [f"{', '.join(counts)}; documents in the store: {documents:,}"]
    if report.built or report.replaced:
        lines.append(
            f"{report.quads:,} quads from {report.built_size / 1e6:.2f} MB in "
            f"{report.seconds:.1f} s: {report.rate:.2f} MB/s"
        )
    if report.vanished:
        gone = f"{report.vanished[0]} and others" if report.vanished[1:] else report.vanished[0]
        what = f"{report.pruned:,} documents removed" if pruned else "--prune removes them"
        lines.append(f"texts that are gone: {len(report.vanished):,} ({gone}); {what}")
    return "\n  ".join(lines)
