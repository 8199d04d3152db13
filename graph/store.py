"""The store: a folder with the RDF quads, the source texts and a manifest, written atomically.

In come the `DocumentGraphs` of documents and their `Source`; out come a pyoxigraph store to query,
the document records and the texts. The folder:

    DIR/quads/         the RocksDB database of pyoxigraph
    DIR/texts/         source texts, each named by the SHA-256 of its UTF-8 form
    DIR/manifest.json  layout version, base IRI, version of the data, document records
    DIR/pending.json   only while a write is under way: the write, to be done again after a crash

Every fact stands in a named graph, and the default graph holds the merge of them all, once each.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import DefaultGraph, Store

from graph.change import Change, plan_put, plan_remove, plan_replace
from graph.folder import (
    create_folder,
    is_vacant,
    lock_folder,
    make_writable,
    open_quads,
    require_store,
    require_texts,
    restore_swap,
    swap_in,
    sync_quads,
    text_path,
    writing,
)
from graph.iris import Base
from graph.manifest import (
    DocumentRecord,
    Manifest,
    NotAStore,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreReadOnly,
    StoreTooNew,
    UnknownDocument,
    WrongBase,
    damaged,
    kzop_version,
    parse_manifest,
    read_manifest,
    write_atomically,
    write_manifest,
)
from graph.model import DocumentGraphs, Source

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
    "UnknownDocument",
    "WrongBase",
]

PENDING = "pending.json"
"""The write under way: {"update": SPARQL update, "manifest": the manifest that stands after it}."""


class GraphStore:
    """An open store folder; use it as a context manager, or call `close`.

    Many processes may read a store at once, or one may write it: the folder is locked while open.
    """

    def __init__(
        self, path: Path, lock: int, quads: Store, manifest: Manifest, read_only: bool
    ) -> None:
        """Wrap what `open` has opened; call `GraphStore.open` instead."""
        self.path = path
        self.base = Base(manifest.base)
        self.read_only = read_only
        self._lock: int | None = lock
        self._quads: Store | None = quads
        self._manifest = manifest

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        create: bool = False,
        base: Base | None = None,
    ) -> "GraphStore":
        """Open the store at `path`, finishing a write that a crash interrupted.

        With `create`, a missing or empty folder becomes an empty store. `base` is the base IRI of
        a store to be created, and must agree with that of an existing one; None takes what is
        there. Raises the subclasses of StoreError, each with a one-line message.
        """
        folder = Path(path)
        restore_swap(folder)
        if create and not read_only and is_vacant(folder):
            create_folder(folder, base or Base())
        require_store(folder)
        if read_only and (folder / PENDING).exists():
            cls.open(folder).close()
        with ExitStack() as undo:
            lock = lock_folder(folder, exclusive=not read_only)
            undo.callback(os.close, lock)
            manifest = read_manifest(folder)
            if base is not None and base.iri != manifest.base:
                raise WrongBase(
                    f"{folder}: built for the base IRI {manifest.base}, not {base.iri}: "
                    f"set KZOP_BASE_IRI={manifest.base}, or rebuild it with `kzop build --fresh`"
                )
            require_texts(folder, manifest)
            if not read_only:
                make_writable(folder)
            quads = open_quads(folder, manifest, read_only=read_only)
            undo.pop_all()
        store = cls(folder, lock, quads, manifest, read_only)
        del quads  # else the frame of an exception would keep the database open
        if not read_only:
            try:
                store._recover()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        """Release the database and the lock; a second call does nothing."""
        # pyoxigraph closes its database when the last reference goes.
        self._quads = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    @property
    def quads(self) -> Store:
        """The pyoxigraph store, for queries."""
        if self._quads is None:
            raise StoreError(f"{self.path}: the store is closed")
        return self._quads

    @property
    def version(self) -> str:
        """16 hex digits that change with every write; equal histories give equal versions."""
        return self._manifest.version

    def documents(self) -> list[DocumentRecord]:
        """Return the records of all documents, sorted by name."""
        return [record for _, record in sorted(self._manifest.documents.items())]

    def source_text(self, text_iri: str) -> str | None:
        """Return the source text with that IRI exactly as it was read, or None if unknown."""
        for record in self._manifest.documents.values():
            if record.text_iri == text_iri:
                return text_path(self.path, record).read_bytes().decode("utf-8")
        return None

    def put(self, document: DocumentGraphs, source: Source) -> DocumentRecord:
        """Add a document, or replace the one of the same name or read from the same path.

        All of it is written or nothing. Authority facts in `document.authority` replace those
        about the same nodes; facts about nodes that no document mentions any more are dropped.
        Putting the same document again writes nothing. Returns the new record.
        """
        self._require_writable()
        record = DocumentRecord(
            doc=document.doc,
            work=document.work,
            text_iri=document.text_iri,
            source=source.name,
            sha256=source.sha256,
            extractor=kzop_version(),
            characters=len(source.text),
            content=len(document.content),
            evidence=len(document.evidence),
        )
        replaced = [
            old.doc
            for old in self._manifest.documents.values()
            if old.doc != document.doc and old.source == source.name != "-"
        ]
        change = plan_put(self.quads, self.base, document, replaced)
        text = source.text.encode("utf-8")
        if sha256(text).hexdigest() != source.sha256:
            raise ValueError(f"{source.name}: the SHA-256 of the source is not that of its text")
        with writing(self.path):
            write_atomically(text_path(self.path, record), text)
        kept = {d: r for d, r in self._manifest.documents.items() if d not in replaced}
        self._commit(change, kept | {record.doc: record})
        return record

    def remove(self, doc: str) -> list[DocumentRecord]:
        """Remove a document, and return the records of what was removed.

        `doc` is a document name, the IRI of a work, text or document graph, or a work's path
        ("kz/resolution/2005-10-15/1033"); a work stands for every text of it. Raises
        UnknownDocument, naming near matches.
        """
        self._require_writable()
        removed = self.find(doc)
        names = [record.doc for record in removed]
        change = plan_remove(self.quads, self.base, names)
        kept = {d: r for d, r in self._manifest.documents.items() if d not in names}
        self._commit(change, kept)
        return removed

    def find(self, doc: str) -> list[DocumentRecord]:
        """Return the records that `doc` names, in any of the forms that `remove` accepts."""
        found = [record for record in self.documents() if doc in self._names(record)]
        if found:
            return found
        paths = [self._names(record)[1] for record in self.documents()]
        names = [record.doc for record in self.documents()]
        near = get_close_matches(doc, [*paths, *names], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"documents in it: {len(names)}"
        raise UnknownDocument(f"no document {doc!r} in {self.path}: {hint}")

    def load_vocabulary(self) -> bool:
        """Bring the graphs `graph/ontology` and `graph/codes` up to date; True if they changed."""
        from graph.ontology import statements

        self._require_writable()
        change = plan_replace(
            self.quads,
            {self.base.graph(name): statements(name) for name in ("ontology", "codes")},
        )
        self._commit(change, self._manifest.documents)
        return not change.is_empty()

    def dump(self) -> bytes:
        """Return the named graphs as sorted N-Quads in UTF-8: equal data, equal bytes."""
        quads = self.quads.quads_for_pattern(None, None, None, None)
        lines = sorted(f"{q} .\n" for q in quads if not isinstance(q.graph_name, DefaultGraph))
        return "".join(lines).encode("utf-8")

    def _names(self, record: DocumentRecord) -> list[str]:
        """Everything that a person may call a document; the work's path stands second."""
        path = record.work.removeprefix(self.base.id("")).removeprefix("eli/")
        graph_iri = self.base.graph(f"doc/{record.doc}")
        return [record.doc, path, f"eli/{path}", record.work, record.text_iri, graph_iri]

    def _require_writable(self) -> None:
        if self.read_only:
            raise StoreReadOnly(f"{self.path}: opened for reading only")

    def _commit(self, change: Change, documents: Mapping[str, DocumentRecord]) -> None:
        """Write a change and the records that stand after it, all or nothing."""
        if change.is_empty() and documents == self._manifest.documents:
            return
        update = change.update()
        manifest = self._manifest.after(update, documents, kzop_version())
        pending = json.dumps({"update": update, "manifest": manifest.to_json()}, ensure_ascii=False)
        with writing(self.path):
            write_atomically(self.path / PENDING, pending.encode("utf-8"))
            try:
                self.quads.update(update)
            except (OSError, RuntimeError, SyntaxError):
                # The engine has rolled the whole update back: there is nothing to do again.
                (self.path / PENDING).unlink()
                raise
            self._finish(manifest)

    def _recover(self) -> None:
        """Finish the write that a crash interrupted, if one did, and clear what it left."""
        pending = self.path / PENDING
        if pending.exists():
            try:
                values = json.loads(pending.read_text(encoding="utf-8"))
                update, manifest = values["update"], values["manifest"]
            except (OSError, ValueError, TypeError, KeyError) as error:
                raise damaged(self.path, f"{PENDING} is not readable ({error!r})") from error
            with writing(self.path):
                self.quads.update(update)
                self._finish(parse_manifest(manifest, self.path))
        self._sweep_texts()

    def _finish(self, manifest: Manifest) -> None:
        """Do what follows the update of the quads; pending.json goes last."""
        sync_quads(self.path)
        before, self._manifest = self._manifest, manifest
        write_manifest(self.path, manifest)
        (self.path / PENDING).unlink()
        if before.documents.keys() - manifest.documents.keys():
            self._sweep_texts()

    def _sweep_texts(self) -> None:
        """Delete the texts that no document has."""
        wanted = {text_path(self.path, record) for record in self._manifest.documents.values()}
        for path in (self.path / "texts").iterdir():
            if path not in wanted:
                path.unlink()


@contextmanager
def rebuild(path: str | os.PathLike[str], base: Base | None = None) -> Iterator[GraphStore]:
    """Give an empty store to fill, which takes the place of the one at `path` on a clean exit.

    It grows in a folder beside `path`; an exception leaves the old store as it was. The old store
    need not be sound, but it must be a store, and it stays locked meanwhile.
    """
    folder = Path(path).absolute()
    restore_swap(folder)
    lock = None
    if not is_vacant(folder):
        if not (folder / "manifest.json").exists():
            require_store(folder)
        lock = lock_folder(folder, exclusive=True)
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
