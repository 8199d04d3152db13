"""What a store knows about its documents besides their statements: a table on the disk.

In come `RecordChange`s, out come `DocumentRecord`s. Nothing is held in memory but what is asked
for, so that a store of a whole country's law opens as fast as a small one. Two tables: the
documents, and the inputs that they were read from, since several files may hold the same text.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from threading import Lock
from typing import Any


@dataclass(frozen=True)
class DocumentRecord:
    """What the store knows about one document besides its statements."""

    doc: str
    """Name in graph IRIs: `{work-slug}.{first 12 hex of the SHA-256}`."""
    work: str
    """IRI of the work."""
    text_iri: str
    """IRI of the source text."""
    sha256: str
    """Hexadecimal SHA-256 of the text in UTF-8; also the name of its file in `texts/`."""
    extractor: str
    """Version of the rules and lexicons that extracted the document; "" if it has to be extracted
    again, since the input that it was read from is gone and another remains."""
    characters: int
    """Length of the text in code points."""
    content: int
    """Number of statements in the named graph `graph/doc/{doc}`."""
    evidence: int
    """Number of statements in the named graph `graph/evidence/{doc}`."""
    source: str
    """Where it was read from: a path, or "-". Of several inputs with the same text, the first in
    order of path: they may differ in their links, and so in their statements."""


@dataclass(frozen=True)
class InputRecord:
    """One place that a document was read from."""

    path: str
    """An absolute path, or "-" for standard input."""
    doc: str
    """The document that was found there."""
    sha256: str
    """Hexadecimal SHA-256 of the bytes of the file, whatever its format."""


@dataclass(frozen=True)
class RecordChange:
    """What a write does to the records. Applying it again changes nothing."""

    removed: tuple[str, ...] = ()
    """Documents that go, with their inputs."""
    forgotten: tuple[str, ...] = ()
    """Paths of inputs that go; their documents stay."""
    documents: tuple[DocumentRecord, ...] = ()
    """Documents that come or change."""
    inputs: tuple[InputRecord, ...] = ()
    """Inputs that come or change; an input takes the place of others at the same path."""

    def to_json(self) -> dict[str, object]:
        """Return the change as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, list[Any]]) -> "RecordChange":
        """Read what `to_json` gave; KeyError and TypeError if it did not."""
        return cls(
            tuple(values["removed"]),
            tuple(values["forgotten"]),
            tuple(DocumentRecord(**record) for record in values["documents"]),
            tuple(InputRecord(**record) for record in values["inputs"]),
        )


SCHEMA = """
CREATE TABLE document (
  doc TEXT PRIMARY KEY, work TEXT NOT NULL, text_iri TEXT NOT NULL, sha256 TEXT NOT NULL,
  extractor TEXT NOT NULL, characters INTEGER NOT NULL, content INTEGER NOT NULL,
  evidence INTEGER NOT NULL, source TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX document_work ON document (work);
CREATE INDEX document_text ON document (text_iri);
CREATE INDEX document_sha256 ON document (sha256);
CREATE TABLE input (
  path TEXT NOT NULL, doc TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (path, doc)
) WITHOUT ROWID;
CREATE INDEX input_doc ON input (doc);
"""

ORPHANS = """
UPDATE document SET extractor = '' WHERE doc IN (SELECT doc FROM touched)
  AND NOT EXISTS (SELECT 1 FROM input WHERE input.doc = document.doc AND path = source)
"""
"""Documents of the inputs touched whose own input is gone."""


class Records:
    """An open table of records; threads may share it. `sqlite3.Error` says that it is damaged."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the table at `path`; without `read_only` it is made if it is missing."""
        # A reader holds the lock of the folder, so the file does not change under it.
        mode = "mode=ro&immutable=1" if read_only else "mode=rwc"
        uri = f"{path.absolute().as_uri()}?{mode}"
        self._lock = Lock()
        self._tables = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            if not read_only and not self._rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                self._tables.executescript(f"BEGIN; {SCHEMA} COMMIT;")
            self._rows("SELECT count(*) FROM input")
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Release the file."""
        self._tables.close()

    def documents(self) -> list[DocumentRecord]:
        """Return all documents, sorted by name."""
        return self._documents("ORDER BY doc")

    def some(self, first: int, number: int) -> list[DocumentRecord]:
        """Return at most `number` documents from the `first` on (from 0), sorted by name."""
        return self._documents("ORDER BY doc LIMIT ? OFFSET ?", number, first)

    def document(self, doc: str) -> DocumentRecord | None:
        """Return the document with that name, or None."""
        return next(iter(self._documents("WHERE doc = ?", doc)), None)

    def of_work(self, work: str) -> list[DocumentRecord]:
        """Return the documents that are texts of a work, sorted by name."""
        return self._documents("WHERE work = ? ORDER BY doc", work)

    def of_text(self, text_iri: str) -> list[DocumentRecord]:
        """Return the documents of a source text, sorted by name."""
        return self._documents("WHERE text_iri = ? ORDER BY doc", text_iri)

    def count(self) -> int:
        """Return the number of documents."""
        ((number,),) = self._rows("SELECT count(*) FROM document")
        return int(number)

    def has_text(self, sha256: str) -> bool:
        """Tell whether a document has the text with that SHA-256."""
        return bool(self._rows("SELECT 1 FROM document WHERE sha256 = ? LIMIT 1", sha256))

    def texts(self) -> Iterator[str]:
        """Yield the SHA-256 of every text, in order."""
        last = ""
        while rows := self._rows(
            "SELECT DISTINCT sha256 FROM document WHERE sha256 > ? ORDER BY sha256 LIMIT 1000", last
        ):
            yield from (row[0] for row in rows)
            last = rows[-1][0]

    def prints(self) -> Iterator[str]:
        """Yield for every document, in order of name, what tells its statements from others."""
        last = ""
        while rows := self._rows(
            "SELECT doc, extractor, content, evidence FROM document WHERE doc > ? "
            "ORDER BY doc LIMIT 1000",
            last,
        ):
            yield from (" ".join(map(str, row)) + "\n" for row in rows)
            last = rows[-1][0]

    def known(self, path: str, extractor: str) -> str:
        """Return the SHA-256 of the file that `extractor` read at `path`, or "" if it did not."""
        rows = self._rows(
            "SELECT input.sha256 FROM input JOIN document USING (doc) "
            "WHERE path = ? AND extractor = ?",
            path,
            extractor,
        )
        return rows[0][0] if rows else ""

    def docs_at(self, path: str) -> list[str]:
        """Return the names of the documents that were read at `path`."""
        return [row[0] for row in self._rows("SELECT doc FROM input WHERE path = ?", path)]

    def docs_only_at(self, path: str) -> list[str]:
        """Return the names of the documents that were read at `path` and nowhere else."""
        rows = self._rows(
            "SELECT doc FROM input WHERE path = ?1 AND NOT EXISTS (SELECT 1 FROM input AS other "
            "WHERE other.doc = input.doc AND other.path <> ?1)",
            path,
        )
        return [row[0] for row in rows]

    def paths_below(self, folder: str) -> Iterator[str]:
        """Yield the paths of the inputs below a folder (a path without a final "/"), in order."""
        start = folder.rstrip("/")
        last = f"{start}/"
        # "0" is the character after "/".
        while rows := self._rows(
            "SELECT DISTINCT path FROM input WHERE path > ? AND path < ? ORDER BY path LIMIT 1000",
            last,
            f"{start}0",
        ):
            yield from (row[0] for row in rows)
            last = rows[-1][0]

    def changes(self, change: RecordChange) -> bool:
        """Tell whether a change that only puts documents and inputs would change anything."""
        if change.removed or change.forgotten:
            return True
        for new in change.documents:
            old = self.document(new.doc)
            if old != new:
                return True
        put = "SELECT 1 FROM input WHERE path = ? AND doc = ? AND sha256 = ?"
        return any(not self._rows(put, new.path, new.doc, new.sha256) for new in change.inputs)

    def apply(self, change: RecordChange) -> None:
        """Make a change durable, all of it or nothing."""
        documents = [astuple(record) for record in change.documents]
        inputs = [(record.path, record.doc, record.sha256) for record in change.inputs]
        paths = [(path,) for path in change.forgotten]
        paths += [(path,) for path, _, _ in inputs if path != "-"]
        with self._lock, self._tables:
            run = self._tables.executemany
            self._tables.execute("CREATE TEMP TABLE IF NOT EXISTS touched (doc TEXT)")
            self._tables.execute("DELETE FROM touched")
            run("DELETE FROM document WHERE doc = ?", [(name,) for name in change.removed])
            run("DELETE FROM input WHERE doc = ?", [(name,) for name in change.removed])
            run("INSERT INTO touched SELECT doc FROM input WHERE path = ?", paths)
            run("DELETE FROM input WHERE path = ?", paths)
            run("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", documents)
            run("INSERT OR REPLACE INTO input VALUES (?, ?, ?)", inputs)
            self._tables.execute(ORPHANS)

    def _documents(self, rest: str, *values: str | int) -> list[DocumentRecord]:
        return [
            DocumentRecord(*row) for row in self._rows(f"SELECT * FROM document {rest}", *values)
        ]

    def _rows(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._tables.execute(statement, values).fetchall()
