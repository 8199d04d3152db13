"""The text index beside the store: labels and texts in, the things that words name out.

It stands on FTS5 of SQLite, over words that Python has folded (`searchwords.py`). The inflections
of a word are looked up in the table of all words of the index, and searched for side by side, so
that the index holds every word as it is written and phrases stay exact. docs/architecture.md has
the measurements behind that.

One process writes while any number of processes and threads read (WAL); a write is one transaction,
so a reader sees the old index or the new one, and so does the next run after a crash. The index
holds nothing that the store does not: an unreadable one is made anew by `sync`.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyoxigraph import Store

from graph.closing import Closing
from graph.search.textdifference import added_since, begin, removed_since
from graph.search.textsearch import Choose, Hit, Hits, Search
from graph.search.texttables import APPLICATION_ID, KINDS, PRINT, SCHEMA, Statement, Writer

__all__ = ["Hit", "Hits", "Statement", "TextIndex", "TextIndexError"]

NAME = "text.db"
"""The file of the text index, in the folder of the store."""

_PATIENCE = 30.0  # seconds that a writer waits for another
_WRITER_CACHE = 128_000  # KB
_HEAD, _APPLICATION = 100, slice(68, 72)  # of a file of SQLite, in bytes


class TextIndexError(Exception):
    """No index that can be used is at the path; the message says what to do."""


class TextIndex(Closing):
    """An open text index; use it as a context manager, or call `close`.

    An object may be shared by threads, each of which borrows a connection while it searches. It
    survives a fork, but a process that forks should rather have its children open the index.
    """

    def __init__(self, path: Path, read_only: bool) -> None:
        """Call `TextIndex.open` instead."""
        self.path = path
        self.read_only = read_only
        self._idle: list[tuple[int, sqlite3.Connection]] = []
        self._inherited: list[sqlite3.Connection] = []
        self._is_closed = False
        self._writing = threading.Lock()

    @classmethod
    def open(cls, path: str | os.PathLike[str], read_only: bool = False) -> "TextIndex":
        """Open the index in the file `path`.

        For writing, a file that is missing, damaged or of another version of kzop becomes an empty
        index, whose version is "". For reading, such a file raises TextIndexError. Where a reader
        may not write the folder and nobody has the index open, the file must not change meanwhile.
        """
        index = cls(Path(path), read_only)
        if not read_only:
            _require_index_or_nothing(index.path)
        try:
            if index._meta("print") == PRINT:
                return index
            reason = "made by another version of kzop"
        except sqlite3.Error as error:
            reason = str(error)
            if reason == "database is locked":
                index._close_idle()
                raise TextIndexError(f"{path}: another process writes it: try again") from error
        index._close_idle()
        if read_only:
            raise TextIndexError(f"{path}: {reason}: open it for writing and sync it")
        with index._errors():
            index._create()
        return index

    @property
    def version(self) -> str:
        """The version of the dataset that the index is in step with; "" if it never was."""
        with self._errors():
            return self._meta("version")

    def sync(self, quads: Store, version: str) -> None:
        """Bring the index in step with the default graph of `quads`, all or nothing.

        Whatever happened to the graph, only the difference is written. Memory is bounded; the
        difference is worked out in temporary files of SQLite.
        """
        with self._transaction(version) as writer:
            begin(writer.connection)
            writer.write((), added_since(writer.connection, quads))
            writer.write(removed_since(writer.connection), ())

    def apply(self, removed: Iterable[Statement], added: Iterable[Statement], version: str) -> None:
        """Take `removed` out and put `added` in, all or nothing, and note the version.

        Statements of properties that are not indexed are passed over; so are those that are
        already out or in. The iterables are read once and may be long.
        """
        with self._transaction(version) as writer:
            writer.write(removed, added)

    def search(
        self,
        text: str,
        *,
        language: str | None = None,
        kind: str | None = None,
        limit: int = 20,
        offset: int = 0,
        choose: Choose | None = None,
    ) -> Hits:
        """Find the things whose label or text holds all the words of `text`, best first.

        Labels that are the words come first, then labels that begin with them, labels that hold
        them, texts; among equals the shortest. `language` ("kk") keeps texts with that tag.
        `kind` is "label", "text" or "evidence" (what mentions read); None means labels and texts.
        A thing is one hit, by its best text. Any `text` will do; its first 1,000 characters count.
        `choose` gets the IRIs of the first 1,000 hits and returns those that are wanted; if it
        leaves some out, only the wanted ones are counted, and all of them if there are no more
        than 1,000 hits (`Hits.complete`).
        """
        if kind not in (None, *KINDS):
            raise ValueError(f"kind must be {', '.join(KINDS)} or None, not {kind!r}")
        with self._search() as search:
            return search.hits(text, language, kind, max(limit, 0), max(offset, 0), choose)

    def complete(self, prefix: str, limit: int = 10, *, language: str | None = None) -> list[Hit]:
        """Return labels for what is being typed: those that begin so, then those that go on so."""
        with self._search() as search:
            return search.completions(prefix, language, max(limit, 0))

    def near(self, text: str, accept: Callable[[str], bool], most: int = 50) -> list[str]:
        """Return the IRIs of at most `most` things whose labels share words with `text`.

        Those that share the most words, or the rarest, come first. A word that the index lacks
        stands for those that differ from it by a slip of the pen. `accept` says of an IRI whether
        it is wanted.
        """
        with self._search() as search:
            return search.near(text, accept, most)

    def things(self, text: str, most: int = 100_000) -> frozenset[str] | None:
        """Return the IRIs of all things that `search` would find; None if more than `most`."""
        with self._search() as search:
            return search.things(text, most)

    def close(self) -> None:
        """Close the connections of this process; a second call does nothing."""
        self._is_closed = True
        self._close_idle()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile."""
        if self._is_closed:
            raise TextIndexError(f"{self.path}: the index is closed")
        connection = self._take() or _connect(self.path, self.read_only)
        try:
            yield connection
        finally:
            self._idle.append((os.getpid(), connection))
            if self._is_closed:
                self._close_idle()

    def _take(self) -> sqlite3.Connection | None:
        """An idle connection of this process."""
        with suppress(IndexError):
            while True:
                process, connection = self._idle.pop()
                if process == os.getpid():
                    return connection
                self._inherited.append(connection)  # SQLite forbids a fork even to close it
        return None

    def _close_idle(self) -> None:
        while connection := self._take():
            connection.close()

    def _meta(self, name: str) -> str:
        with self._borrowed() as connection:
            query = "SELECT value FROM meta WHERE name = ?"
            found = connection.execute(query, (name,)).fetchone()
        return str(found[0]) if found else ""

    def _create(self) -> None:
        """Make an empty index in place of what is there."""
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                os.unlink(f"{self.path}{ending}")
        with self._borrowed() as connection:
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
            connection.execute("PRAGMA journal_mode = WAL").fetchall()

    @contextmanager
    def _search(self) -> Iterator[Search]:
        with self._errors(), self._borrowed() as connection, Search(connection) as search:
            yield search

    @contextmanager
    def _transaction(self, version: str) -> Iterator[Writer]:
        if self.read_only:
            raise TextIndexError(f"{self.path}: opened for reading only")
        with self._writing, self._errors(), self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Writer(connection)
                connection.execute("UPDATE meta SET value = ? WHERE name = 'version'", (version,))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has ended it already
                    connection.execute("ROLLBACK")
                raise
            _shorten_log(connection)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise errors of SQLite as TextIndexError."""
        try:
            yield
        except sqlite3.Error as error:
            raise TextIndexError(f"{self.path}: {error}") from error


def _require_index_or_nothing(path: Path) -> None:
    """Raise TextIndexError if the file at `path` is something else than a text index."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TextIndexError(f"{path}: {error.strerror}: name another path") from error
    if head and head[_APPLICATION] != APPLICATION_ID.to_bytes(4, "big"):
        raise TextIndexError(f"{path}: no text index: remove it, or name another path")


def _shorten_log(connection: sqlite3.Connection) -> None:
    """Move the log into the file and empty it, if no reader needs it just now."""
    connection.execute("PRAGMA busy_timeout = 0").fetchall()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {int(1000 * _PATIENCE)}").fetchall()


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """Open a connection, without the transactions that the sqlite3 module begins on its own."""
    mode = "ro" if read_only else "rwc"
    if read_only and _is_frozen(path):
        mode += "&immutable=1"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    if not read_only:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE}")
    return connection


def _is_frozen(path: Path) -> bool:
    """Tell whether nobody writes the index and a reader could not make the files that WAL needs."""
    return not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
