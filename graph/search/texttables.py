"""The tables of the text index, and the writing of differences into them.

    meta(name, value)       version of the dataset, print of the code, next number
    entry(id, digest, iri, language, properties, text)
                            a text of a thing, with the set of properties that give it, as bits
    form(stem, word)        every word of the index under each of its stems
    label_words, text_words, evidence_words
                            FTS5 tables of folded words, without the text itself; a label has
                            one more word, its first one with a mark, to be found by its beginning

An entry's id is its count of words, then a running number. FTS5 gives matches in the order of the
id without sorting: the shortest come first, however many there are.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from unicodedata import unidata_version

from graph import vocab
from graph.search import searchwords
from graph.search.searchwords import key, stems_of
from graph.text import letters, morphology

Statement = tuple[str, str, str, str]
"""IRI of the subject, IRI of the property, text, language tag ("" for none)."""

LABEL, TEXT, EVIDENCE = "label", "text", "evidence"
PROPERTIES = (
    ("http://www.w3.org/2004/02/skos/core#prefLabel", LABEL),
    ("http://purl.org/dc/terms/title", LABEL),
    ("http://www.w3.org/2004/02/skos/core#altLabel", LABEL),
    ("http://www.w3.org/2000/01/rdf-schema#label", LABEL),
    ("https://schema.org/text", TEXT),
    (vocab.actionText, TEXT),
    (vocab.reading, EVIDENCE),
)
"""What is indexed, each with its kind; of two properties with the same text the first is told."""
KINDS = (LABEL, TEXT, EVIDENCE)
BITS = {iri: 1 << place for place, (iri, _) in enumerate(PROPERTIES)}

_MASKS = {kind: sum(BITS[iri] for iri, of_kind in PROPERTIES if of_kind == kind) for kind in KINDS}
_NUMBER_BITS = 40
_MOST_WORDS = 0xFFFF
BATCH_CHARACTERS = 8_000_000
BATCH_STATEMENTS = 50_000
_KNOWN_WORDS = 1_000_000

BEGINNING = "·"
"""Marks the first word of a label; no word holds it, and FTS5 takes it for a letter."""
APPLICATION_ID = 0x6B7A6F70
"""Tells a file of SQLite that is a text index: "kzop" in ASCII."""
_WORDS = "".join(
    f"CREATE VIRTUAL TABLE {kind}_words"
    " USING fts5(words, content='', columnsize=0, tokenize='ascii');\n"
    for kind in KINDS
)
_TABLES = f"""
    PRAGMA application_id = {APPLICATION_ID};
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, iri TEXT NOT NULL,
        language TEXT NOT NULL, properties INTEGER NOT NULL, text TEXT NOT NULL);
    CREATE UNIQUE INDEX entry_digest ON entry (digest, properties);
    CREATE TABLE form (stem TEXT, word TEXT, PRIMARY KEY (stem, word)) WITHOUT ROWID;
    {_WORDS}
"""
_CODE = b"".join(Path(str(one.__file__)).read_bytes() for one in (letters, morphology, searchwords))
PRINT = blake2b(
    repr((_TABLES, PROPERTIES, BEGINNING, unidata_version)).encode() + _CODE, digest_size=8
).hexdigest()
"""Stands for these tables and all that decides what is in them; an index of another is made anew.

What FTS5 is told to take out must be to the letter what was put in, so the code that folds counts.
"""

SCHEMA = f"""{_TABLES}
    INSERT INTO meta VALUES ('print', '{PRINT}'), ('next', '1'), ('version', '');
"""


def digest(iri: str, text: str, language: str) -> int:
    """Return the 64 bits by which an entry is known."""
    mark = f"{iri}\n{language}\n{text}".encode()
    return int.from_bytes(blake2b(mark, digest_size=8).digest(), "big", signed=True)


def size_of(entry: int) -> int:
    """Return the count of words of the entry with this id."""
    return entry >> _NUMBER_BITS


def property_of(bits: int, kind: str) -> str:
    """Return the first property of that kind among the bits."""
    return next(iri for iri, of_kind in PROPERTIES if of_kind == kind and bits & BITS[iri])


@dataclass(slots=True)
class _Entry:
    """An entry that a batch changes: its bits before and after."""

    iri: str
    text: str
    language: str
    id: int = 0
    words: str = ""
    """The folded words with a space between them."""
    before: int = 0
    after: int = 0


class Writer:
    """Writes differences through a connection; the caller begins and ends the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._known: set[str] = set()
        ((value,),) = connection.execute("SELECT value FROM meta WHERE name = 'next'")
        self._next = int(value)

    def write(self, removed: Iterable[Statement], added: Iterable[Statement]) -> None:
        """Take statements out and put others in, in batches of bounded memory.

        Statements of other properties are passed over. Nothing happens where a removed statement
        is unknown or an added one known.
        """
        signed = chain(((False, one) for one in removed), ((True, one) for one in added))
        for batch in _batches(signed):
            self._write_batch(batch)
        update = "UPDATE meta SET value = ? WHERE name = 'next'"
        self.connection.execute(update, (str(self._next),))

    def _write_batch(self, batch: Sequence[tuple[bool, Statement]]) -> None:
        entries: dict[int, _Entry] = {}
        for is_added, (iri, property, text, language) in batch:
            mark = digest(iri, text, language)
            entry = entries.get(mark) or self._read(mark, iri, text, language)
            entries[mark] = entry
            bit = BITS[property]
            entry.after = entry.after | bit if is_added else entry.after & ~bit
        changed = {mark: one for mark, one in entries.items() if one.before != one.after}
        for entry in changed.values():
            entry.words = key(entry.text)
            if not entry.id:
                size = min(entry.words.count(" ") + bool(entry.words), _MOST_WORDS)
                entry.id = size << _NUMBER_BITS | self._next
                self._next += 1
        # FTS5 writes out what it holds whenever an id is lower than the one before.
        ordered = sorted(changed.items(), key=lambda item: item[1].id)
        self._write_entries(dict(ordered))
        self._write_words([entry for _, entry in ordered])

    def _read(self, mark: int, iri: str, text: str, language: str) -> _Entry:
        found = self.connection.execute(
            "SELECT id, properties FROM entry WHERE digest = ?", (mark,)
        ).fetchone()
        number, bits = found or (0, 0)
        return _Entry(iri, text, language, number, before=bits, after=bits)

    def _write_entries(self, entries: dict[int, _Entry]) -> None:
        execute = self.connection.executemany
        execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
            [
                (one.id, mark, one.iri, one.language, one.after, one.text)
                for mark, one in entries.items()
                if not one.before
            ],
        )
        execute(
            "UPDATE entry SET properties = ? WHERE id = ?",
            [(one.after, one.id) for one in entries.values() if one.before and one.after],
        )
        execute(
            "DELETE FROM entry WHERE id = ?",
            [(one.id,) for one in entries.values() if not one.after],
        )

    def _write_words(self, entries: Sequence[_Entry]) -> None:
        execute = self.connection.executemany
        for kind, mask in _MASKS.items():
            gone = [one for one in entries if one.before & mask and not one.after & mask]
            new = [one for one in entries if one.after & mask and not one.before & mask]
            table = f"{kind}_words"
            execute(
                f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)",
                ((one.id, _indexed(kind, one.words)) for one in gone),
            )
            execute(
                f"INSERT INTO {table} (rowid, words) VALUES (?, ?)",
                ((one.id, _indexed(kind, one.words)) for one in new),
            )
            self._write_forms({word for one in new for word in one.words.split()})

    def _write_forms(self, words: set[str]) -> None:
        """Note the stems of words; words that are in no text any more stay noted."""
        fresh = words - self._known
        rows = sorted((stem, word) for word in fresh for stem in stems_of(word))
        self.connection.executemany("INSERT OR IGNORE INTO form VALUES (?, ?)", rows)
        if len(self._known) > _KNOWN_WORDS:
            self._known.clear()
        self._known |= fresh


def _indexed(kind: str, words: str) -> str:
    """The words of an entry as the table of that kind holds them."""
    return f"{BEGINNING}{words.partition(' ')[0]} {words}" if kind == LABEL and words else words


def _batches(
    statements: Iterable[tuple[bool, Statement]],
) -> Iterator[list[tuple[bool, Statement]]]:
    """Cut known statements into batches of a bounded number and length."""
    batch: list[tuple[bool, Statement]] = []
    characters = 0
    for signed in statements:
        if signed[1][1] not in BITS:
            continue
        batch.append(signed)
        characters += len(signed[1][2])
        if characters > BATCH_CHARACTERS or len(batch) >= BATCH_STATEMENTS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
