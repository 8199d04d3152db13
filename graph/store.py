"""The store: a folder with the RDF quads, the source texts and records, written atomically.

In come the `DocumentGraphs` of documents and their `Source`, or whole spool files of them; out
come a pyoxigraph store to query, the document records and the texts. The folder:

    DIR/quads/         the RocksDB database of pyoxigraph
    DIR/records.db     the documents and the inputs that they were read from (SQLite)
    DIR/texts/         source texts, each named by the SHA-256 of its UTF-8 form
    DIR/manifest.json  layout version, base IRI, version of the data
    DIR/pending.json   only while a write is under way: the write, to be done again after a crash
    DIR/snapshots/     what readers open: the store as it was (snapshot.py)
    DIR/unpublished    only while there are writes that no snapshot has
    DIR/incoming/      only during a build: what the workers have extracted

Every fact stands in a named graph, and the default graph holds the merge of them all, once each.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from pyoxigraph import DefaultGraph

from graph.extractor import extractor_version
from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.storage.change import Change, parse_document, plan_put, plan_remove, plan_replace
from graph.storage.commit import Blocks, Write, commit, writing
from graph.storage.folder import (
    is_vacant,
    lock_folder,
    require_store,
    restore_swap,
    swap_in,
    text_path,
)
from graph.storage.manifest import (
    NotAStore,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreReadOnly,
    StoreTooNew,
    StoreTooOld,
    UnknownDocument,
    WrongBase,
    write_atomically,
)
from graph.storage.open_store import OpenStore
from graph.storage.records import DocumentRecord, InputRecord, RecordChange

__all__ = [
    "DocumentRecord",
    "GraphStore",
    "NotAStore",
    "StoreCorrupt",
    "StoreError",
    "StoreLocked",
    "StoreMissing",
    "StoreReadOnly",
    "StoreTooNew",
    "StoreTooOld",
    "UnknownDocument",
    "WrongBase",
]


class GraphStore(OpenStore):
    """An open store with its documents; use it as a context manager, or call `close`."""

    def documents(self) -> list[DocumentRecord]:
        """Return the records of all documents, sorted by name."""
        return self.records.documents()

    def source_text(self, text_iri: str) -> str | None:
        """Return the source text with that IRI exactly as it was read, or None if unknown."""
        for record in self.records.of_text(text_iri):
            try:
                return text_path(self.path, record.sha256).read_bytes().decode("utf-8")
            except FileNotFoundError:  # the document is gone since this snapshot
                continue
        return None

    def put(self, document: DocumentGraphs, source: Source) -> DocumentRecord:
        """Add a document, or replace the one of the same name or read from the same path.

        All of it is written or nothing. Authority facts in `document.authority` replace those
        about the same nodes; facts about nodes that no document mentions any more are dropped.
        Putting the same document again writes nothing. Returns the new record.
        """
        self.require_writable()
        record = DocumentRecord(
            doc=document.doc,
            work=document.work,
            text_iri=document.text_iri,
            sha256=source.sha256,
            extractor=extractor_version(),
            characters=len(source.text),
            content=len(document.content),
            evidence=len(document.evidence),
            source=source.name,
        )
        replaced = self.replaced_by(source.name, document.doc)
        change = plan_put(self.quads, self.base, parse_document(document), replaced)
        text = source.text.encode("utf-8")
        if sha256(text).hexdigest() != source.sha256:
            raise ValueError(f"{source.name}: the SHA-256 of the source is not that of its text")
        with writing(self.path):
            write_atomically(text_path(self.path, source.sha256), text)
        read = InputRecord(source.name, document.doc, source.sha256)
        self.write(change, RecordChange(tuple(replaced), (), (record,), (read,)))
        return record

    def replaced_by(self, path: str, doc: str) -> list[str]:
        """Return the documents that go when the input at `path` becomes the document `doc`."""
        if path == "-":
            return []
        return [name for name in self.records.docs_only_at(path) if name != doc]

    def remove(self, doc: str) -> list[DocumentRecord]:
        """Remove a document, and return the records of what was removed.

        `doc` is a document name, the IRI of a work, text or document graph, or a work's path
        ("kz/resolution/2005-10-15/1033"); a work stands for every text of it. Raises
        UnknownDocument, naming near matches.
        """
        self.require_writable()
        removed = self.find(doc)
        self._remove([record.doc for record in removed])
        return removed

    def forget(self, path: str) -> list[str]:
        """Remove the input at `path`, and the documents that were read nowhere else."""
        self.require_writable()
        names = self.records.docs_only_at(path)
        self._remove(names, path)
        return names

    def _remove(self, names: Sequence[str], *forgotten: str) -> None:
        change = plan_remove(self.quads, self.base, names)
        self.write(change, RecordChange(tuple(names), forgotten))

    def find(self, doc: str) -> list[DocumentRecord]:
        """Return the records that `doc` names, in any of the forms that `remove` accepts."""
        work = self.base.id(f"eli/{doc.removeprefix('eli/')}")
        named = self.records.document(doc.removeprefix(self.base.graph("doc/")))
        found = [named] if named else []
        for iri in (doc, work, self.base.id(doc)):
            found = found or self.records.of_work(iri) or self.records.of_text(iri)
        if found:
            return found
        documents = self.documents()
        names = [name for record in documents for name in (self._path(record), record.doc)]
        near = get_close_matches(doc, names, n=3, cutoff=0.5)
        hint = (
            f"did you mean {' or '.join(near)}?" if near else f"documents in it: {len(documents)}"
        )
        raise UnknownDocument(f"no document {doc!r} in {self.path}: {hint}")

    def load_vocabulary(self) -> bool:
        """Bring `graph/ontology`, `graph/codes` and `graph/queries` up to date; True if changed."""
        from graph import ontology
        from graph.querying import examples

        return self._replace(
            {
                "ontology": ontology.statements("ontology"),
                "codes": ontology.statements("codes"),
                "queries": examples.statements(self.base),
            }
        )

    def describe(self) -> bool:
        """Bring `graph/void`, which counts the data, up to date; True if it changed.

        It reads every statement, unless the graph is about the documents of the store already.
        """
        from graph.storage import void

        wanted = void.print_of(self.records.prints())
        if void.described(self.quads, self.base) == wanted:
            return False
        counts = void.count(self.quads, self.base)
        return self._replace({"void": void.statements(counts, self.base, wanted)})

    def _replace(self, graphs: Mapping[str, Iterable[str]]) -> bool:
        """Give whole named graphs, by name, new statements; True if they changed."""
        self.require_writable()
        named = {self.base.graph(name): statements for name, statements in graphs.items()}
        change = plan_replace(self.quads, named)
        self.write(change, RecordChange())
        return not change.is_empty()

    def dump(self) -> bytes:
        """Return the named graphs as sorted N-Quads in UTF-8: equal data, equal bytes."""
        quads = self.quads.quads_for_pattern(None, None, None, None)
        lines = sorted(f"{q} .\n" for q in quads if not isinstance(q.graph_name, DefaultGraph))
        return "".join(lines).encode("utf-8")

    def write(
        self,
        change: Change,
        records: RecordChange,
        spools: Iterable[tuple[str, Blocks]] = (),
    ) -> None:
        """Write a change, blocks of spool files and the records, all or nothing."""
        if self.has_pending():
            raise StoreError(f"{self.path}: a write was interrupted: open the store again")
        write = Write(records, change.update(), tuple(spools))
        if change.is_empty() and not write.spools and not self.records.changes(records):
            return
        removed = [self.records.document(name) for name in records.removed]
        after = self._manifest.after(write.text())
        self._mark_unpublished(new_records=True)
        commit(self.path, self.quads, self.records, after, write)
        self._manifest = after
        self._leaving.update(old.sha256 for old in removed if old)

    def _path(self, record: DocumentRecord) -> str:
        """The path of a work, as people write it."""
        return record.work.removeprefix(self.base.id("")).removeprefix("eli/")


@contextmanager
def rebuild(
    path: str | os.PathLike[str], base: Base | None = None, *, wait: float = 0.0
) -> Iterator[GraphStore]:
    """Give an empty store to fill, which takes the place of the one at `path` on a clean exit.

    It grows in a folder beside `path`; an exception leaves the old store as it was. The old store
    need not be sound, but it must be a store, and it stays locked meanwhile: for that, `wait` is as
    for `GraphStore.open`.
    """
    folder = Path(path).absolute()
    restore_swap(folder)
    lock = None
    if not is_vacant(folder):
        if not (folder / "manifest.json").exists():
            require_store(folder)
        lock = lock_folder(folder, wait)
    beside = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        with GraphStore.open(beside, create=True, base=base) as store:
            yield store
        swap_in(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if lock is not None:
            os.close(lock)
