"""The difference between the default graph and the text index, without holding either in memory.

While the statements of the graph are read, those that the index lacks are handed out and all are
noted in a temporary table of SQLite; what the index holds and the table does not is gone.
"""

import sqlite3
from collections.abc import Iterator
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.search.texttables import BITS, PROPERTIES, Statement, digest

_BLOCK = 2000
_GONE = """
    SELECT digest, properties & ~there AS gone FROM (
        SELECT digest, properties, coalesce(
            (SELECT sum(bit) FROM temp.present p WHERE p.digest = e.digest), 0) AS there
        FROM entry e WHERE digest > ?)
    WHERE gone ORDER BY digest LIMIT ?
"""
"""The digests of entries that lost properties, with their bits; both tables are read in order."""


def begin(connection: sqlite3.Connection) -> None:
    """Make the temporary table, empty."""
    connection.execute("DROP TABLE IF EXISTS temp.present")
    connection.execute(
        "CREATE TEMP TABLE present (digest INTEGER, bit INTEGER, PRIMARY KEY (digest, bit)) "
        "WITHOUT ROWID"
    )


def added_since(connection: sqlite3.Connection, quads: Store) -> Iterator[Statement]:
    """Yield the statements of the default graph that the index lacks; note all of them."""
    for iri, _ in PROPERTIES:
        statements = _statements(quads, iri)
        while block := list(islice(statements, _BLOCK)):
            marks = [(digest(one[0], one[2], one[3]), BITS[iri]) for one in block]
            insert = "INSERT OR IGNORE INTO temp.present VALUES (?, ?)"
            connection.executemany(insert, sorted(marks))
            for mark, statement in zip(marks, block, strict=True):
                if not connection.execute(
                    "SELECT 1 FROM entry WHERE digest = ? AND properties & ?", mark
                ).fetchone():
                    yield statement


def removed_since(connection: sqlite3.Connection) -> Iterator[Statement]:
    """Yield the statements of the index that `added_since` did not come across."""
    last = -(2**63)
    while block := connection.execute(_GONE, (last, _BLOCK)).fetchall():
        last = block[-1][0]
        for mark, gone in block:
            entry = "SELECT iri, text, language FROM entry WHERE digest = ?"
            ((subject, text, language),) = connection.execute(entry, (mark,)).fetchall()
            for iri, bit in BITS.items():
                if gone & bit:
                    yield subject, iri, text, language
    connection.execute("DROP TABLE temp.present")


def _statements(quads: Store, property: str) -> Iterator[Statement]:
    """The statements of the default graph with that property, an IRI and a literal."""
    for quad in quads.quads_for_pattern(None, NamedNode(property), None, DefaultGraph()):
        subject, text = quad.subject, quad.object
        if isinstance(subject, NamedNode) and isinstance(text, Literal):
            yield subject.value, property, text.value, text.language or ""
