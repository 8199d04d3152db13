"""A whole corpus into a store: many inputs, many processes, one writer.

In come an open store and the paths of the inputs; out comes a `Report`. Workers (`crew.py`,
`worker.py`) extract and write what they found to spool files; this process loads those into the
store, a chunk a write. Only what changed is extracted: an input whose bytes, rules and lexicons are
those of the record is left alone. So a build that was interrupted goes on where it stopped, and the
store ends the same whatever the number of processes, their order, and the interruptions.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.corpus.crew import Crew, WorkersError, chunk_size, chunks
from graph.corpus.spool import Spooled
from graph.corpus.worker import (
    Done,
    Failed,
    Job,
    Outcome,
    Task,
    Unchanged,
    extract_chunk,
    text_file,
)
from graph.extractor import extractor_version
from graph.storage.change import (
    Change,
    Parsed,
    Statements,
    parse_statements,
    plan_facts,
    plan_put,
    plan_remove,
)
from graph.storage.commit import AT_ONCE, read_blocks
from graph.storage.folder import INCOMING, cannot_write, text_path
from graph.storage.manifest import StoreError
from graph.storage.records import DocumentRecord, InputRecord, RecordChange
from graph.store import GraphStore

PUBLISH_EVERY = 5.0
"""Seconds after which those who read the store during a build see how far it is."""


@dataclass
class Report:
    """What a build has done so far."""

    inputs: int = 0
    """Number of inputs to look at."""
    size: int = 0
    """Bytes of all inputs."""
    done: int = 0
    """Inputs that are done with, whatever the outcome."""
    done_size: int = 0
    """Bytes of them."""
    built: int = 0
    """Inputs extracted for the first time, and in the store."""
    replaced: int = 0
    """Inputs extracted again since they, the rules or the lexicons changed."""
    unchanged: int = 0
    built_size: int = 0
    """Bytes of the inputs that were built or replaced."""
    quads: int = 0
    """Statements in the named graphs of the documents built or replaced."""
    failures: list[str] = field(default_factory=list)
    """One line for each input that failed."""
    vanished: list[str] = field(default_factory=list)
    """Inputs of earlier builds that are no longer there; still in the store unless pruned."""
    pruned: int = 0
    """Documents removed with them."""
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Megabytes of inputs a second, of those that were extracted."""
        return self.built_size / 1e6 / self.seconds if self.seconds else 0.0


def build(
    store: GraphStore,
    paths: Sequence[str],
    *,
    jobs: int,
    report: Report | None = None,
    tell: Callable[[Report], bool] = lambda report: True,
) -> Report:
    """Bring the inputs at `paths` into the store.

    `tell` is called several times a second; when it returns False, the build stops after the write
    under way. Raises StoreError where the store cannot be written.
    """
    report = report or Report()
    wanted = list(dict.fromkeys(paths))
    sizes = [_size(path) for path in wanted]
    report.inputs += len(wanted)
    report.size += sum(sizes)
    tasks = chunks(_tasks(store, wanted, sizes, report), chunk_size(report.size, jobs))
    return fill(store, tasks, jobs, report, tell, extract_chunk)


def fill(
    store: GraphStore,
    tasks: Iterator[tuple[Task, ...]],
    jobs: int,
    report: Report,
    tell: Callable[[Report], bool],
    job: Job,
) -> Report:
    """Let processes spool what chunks of tasks stand for, and write it; the rest is as for `build`.

    `job` is what a process does with a chunk.
    """
    store.require_writable()
    started = time.monotonic()
    incoming = store.path / INCOMING
    try:
        incoming.mkdir(exist_ok=True)
        # A folder of its own: a worker of an interrupted build may live a little longer than that.
        folder = Path(tempfile.mkdtemp(dir=incoming))
        with Crew(tasks, jobs, folder, store.base, job) as crew:
            batch = _Batch(store, report)
            for done in crew.run():
                if done:
                    batch.take(done)
                if batch.size > AT_ONCE:
                    batch.write()
                report.seconds = time.monotonic() - started
                if not tell(report):
                    report.interrupted = True
                    break
            batch.write()
    except WorkersError as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise cannot_write(store.path, error) from error
    finally:
        if not store.has_pending():  # else the write that was interrupted still needs its files
            shutil.rmtree(incoming, ignore_errors=True)
    report.seconds = time.monotonic() - started
    return report


def find_vanished(store: GraphStore, folders: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Return the inputs of the store below `folders` that are not among `paths`."""
    present = set(paths)
    below = (path for folder in folders for path in store.records.paths_below(folder))
    return sorted({path for path in below if path not in present})


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0  # reading it will say why


def _tasks(
    store: GraphStore, paths: Sequence[str], sizes: Sequence[int], report: Report
) -> Iterator[Task]:
    version = extractor_version()
    for number, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            report.failures.append(f"{shown}: the name is not UTF-8; rename the file")
            report.done += 1
            report.done_size += size
        else:
            yield Task(number, path, size, store.records.known(path, version))


class _Batch:
    """What workers have made of inputs, gathered for one write."""

    def __init__(self, store: GraphStore, report: Report) -> None:
        self._store = store
        self._report = report
        self._done: list[Done] = []
        self._published = time.monotonic()
        self.size = 0
        """Bytes of TriG to load."""

    def take(self, done: Done) -> None:
        """Add what a worker has done."""
        outcomes = tuple(self._unless_known(done, outcome) for outcome in done.outcomes)
        self._done.append(replace(done, outcomes=outcomes))
        for outcome in outcomes:
            if isinstance(outcome, Spooled):
                self.size += outcome.blocks[-1][1] - outcome.blocks[0][0]

    def _unless_known(self, done: Done, outcome: Outcome) -> Outcome:
        """Leave out what the store has already, which happens where a load is repeated."""
        if not isinstance(outcome, Spooled):
            return outcome
        if self._store.records.known(outcome.path, extractor_version()) != outcome.digest:
            return outcome
        text_file(done.spool, outcome.sha256).unlink(missing_ok=True)
        return Unchanged(outcome.path)

    def write(self) -> None:
        """Write all of it, count it, and be empty again."""
        added: dict[str, tuple[str, Spooled]] = {}
        inputs: list[InputRecord] = []
        differing: list[tuple[str, Spooled]] = []
        for done in self._done:
            for outcome in done.outcomes:
                self._count(outcome)
                if not isinstance(outcome, Spooled):
                    continue
                known = self._store.records.document(outcome.doc)
                replaced = self._store.replaced_by(outcome.path, outcome.doc)
                if replaced or (known and _overrides(outcome, known)):
                    differing.append((done.spool, outcome))
                    continue
                first = added.get(outcome.doc)
                if known is None and (first is None or outcome.path < first[1].path):
                    added[outcome.doc] = done.spool, outcome
                inputs.append(InputRecord(outcome.path, outcome.doc, outcome.digest))
        self._add(list(added.values()), inputs)
        for spool, document in differing:
            self._replace(spool, document)
        for done in self._done:
            for outcome in done.outcomes:
                if isinstance(outcome, Spooled):  # the store takes a text only once
                    text_file(done.spool, outcome.sha256).unlink(missing_ok=True)
            if done.spool:
                Path(done.spool).unlink()
        self._done, self.size = [], 0
        if time.monotonic() > self._published + PUBLISH_EVERY:
            self._store.publish()
            self._published = time.monotonic()

    def _count(self, outcome: Outcome) -> None:
        report = self._report
        size = _size(outcome.path)
        report.done += 1
        report.done_size += size
        if isinstance(outcome, Failed):
            report.failures.append(outcome.reason)
        elif isinstance(outcome, Unchanged):
            report.unchanged += 1
        else:
            if self._store.records.docs_at(outcome.path):
                report.replaced += 1
            else:
                report.built += 1
            report.built_size += size
            report.quads += outcome.content + outcome.evidence

    def _add(self, documents: Sequence[tuple[str, Spooled]], inputs: Sequence[InputRecord]) -> None:
        """Load documents of which the store has nothing yet, all in one write."""
        facts = {fact for _, document in documents for fact in document.authority}
        change = plan_facts(self._store.quads, self._store.base, parse_statements(sorted(facts)))
        spools: dict[str, list[tuple[int, int]]] = {}
        for spool, document in documents:
            self._take_text(spool, document)
            name = os.path.relpath(spool, self._store.path)
            spools.setdefault(name, []).extend(document.blocks)
        made = tuple(_record(document) for _, document in documents)
        blocks = [(name, tuple(blocks)) for name, blocks in spools.items()]
        self._store.write(change, RecordChange((), (), made, tuple(inputs)), blocks)

    def _replace(self, spool: str, document: Spooled) -> None:
        """Write a document by its difference from what the store has of it and of its input."""
        replaced = self._store.replaced_by(document.path, document.doc)
        made: tuple[DocumentRecord, ...] = ()
        if _overrides(document, self._store.records.document(document.doc)):
            self._take_text(spool, document)
            change = self._difference(spool, document, replaced)
            made = (_record(document),)
        else:
            change = plan_remove(self._store.quads, self._store.base, replaced)
        read = InputRecord(document.path, document.doc, document.digest)
        self._store.write(change, RecordChange(tuple(replaced), (), made, (read,)))

    def _difference(self, spool: str, document: Spooled, replaced: Sequence[str]) -> Change:
        base = self._store.base
        content: Statements = {}
        evidence: Statements = {}
        graphs = {
            NamedNode(base.graph(f"doc/{document.doc}")): content,
            NamedNode(base.graph(f"evidence/{document.doc}")): evidence,
        }
        for block in read_blocks(Path(spool), document.blocks):
            for quad in parse(block, RdfFormat.TRIG):
                if quad.graph_name in graphs:
                    graphs[quad.graph_name][str(quad.triple)] = quad.triple
        facts = parse_statements(document.authority)
        parsed = Parsed(document.doc, content, evidence, facts)
        return plan_put(self._store.quads, base, parsed, replaced)

    def _take_text(self, spool: str, document: Spooled) -> None:
        """Move the source text into the store; it does no harm there if the write fails."""
        place = text_path(self._store.path, document.sha256)
        if not place.exists():
            text_file(spool, document.sha256).replace(place)


def _overrides(document: Spooled, known: DocumentRecord | None) -> bool:
    """Tell whether a document takes the place of what the store has of it.

    Of inputs with the same text the first counts, in whatever order they are done.
    """
    if known is None or known.extractor != extractor_version():
        return True
    return document.path <= known.source


def _record(document: Spooled) -> DocumentRecord:
    return DocumentRecord(
        doc=document.doc,
        work=document.work,
        text_iri=document.text_iri,
        sha256=document.sha256,
        extractor=extractor_version(),
        characters=document.characters,
        content=document.content,
        evidence=document.evidence,
        source=document.path,
    )
