"""Messages between the service and its processes: a kind, a length, and as many bytes.

    kind      1 byte, one of the constants below
    length    4 bytes, big-endian: bytes of the payload
    payload

A job is answered by one ANSWER or PROBLEM, or by some PARTs and then an END or a PROBLEM. A sender
that dies closes its socket, and who waits for it sees the end instead of a message.
"""

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.querying.queries import Resting
from service.http.problem import Problem

JOB = b"j"
DATA = b"d"
"""Bytes that belong to the job before it."""
ANSWER = b"a"
"""A whole answer."""
PART = b"p"
"""A part of an answer, more of which follows."""
END = b"e"
"""The end of an answer in parts."""
NOTICE = b"n"
"""Something that the service did not ask for."""
PROBLEM = b"x"
"""The job failed; JSON with the fields of a Problem."""

HEAD = struct.Struct(">cI")
SMALL = 65_536
"""Bytes that one call of the system sends or takes."""


@dataclass(frozen=True)
class Job:
    """What a query worker is to do with a snapshot."""

    kind: str
    """`query`: answer it; `check`: only start it, without data; `parse`, `parse update`: only tell
    whether it is well-formed; `table`: answer it as JSON for a page, cut at
    `rows`; `graph`: write out the graph named `graph`; `open`: only open the snapshot."""
    base: str = ""
    """Base IRI of the query."""
    query: str = ""
    media_type: str = ""
    """Media type of the answer."""
    variant: str = ""
    """`bom`: CSV with a byte order mark; `ascii`: RDF/XML in ASCII; the name of a format of
    `graph.interchange`."""
    language: str = ""
    """Language of the names in such a format."""
    title: str = ""
    """What a file in such a format says that it holds."""
    default_graphs: tuple[str, ...] | None = None
    """IRIs that the request names as its default graph; None leaves it to the query."""
    named_graphs: tuple[str, ...] | None = None
    """IRIs that the request names as its named graphs; None leaves it to the query."""
    graph: str | None = None
    """IRI of the graph to write out; None is the default graph."""
    evidence: tuple[Resting, ...] = ()
    """What the rows of a named query rest on: they are answered with the columns of evidence."""
    rows: int = 0

    def encode(self, snapshot: str) -> bytes:
        """Return the job as a message: the folder of the snapshot, a line feed, JSON."""
        return snapshot.encode() + b"\n" + self._json

    @cached_property
    def _json(self) -> bytes:
        return json.dumps(vars(self)).encode()

    @classmethod
    def decode(cls, payload: bytes) -> tuple[str, "Job"]:
        """Read what `encode` gave: the snapshot and the job."""
        snapshot, _, text = payload.partition(b"\n")
        values = json.loads(text)
        for name in ("default_graphs", "named_graphs"):
            if values[name] is not None:
                values[name] = tuple(values[name])
        values["evidence"] = tuple(Resting(*entry) for entry in values["evidence"])
        return snapshot.decode(), cls(**values)


def frame(kind: bytes, payload: bytes) -> bytes:
    """Return one message."""
    return HEAD.pack(kind, len(payload)) + payload


def send(connection: socket.socket, kind: bytes, payload: bytes | bytearray = b"") -> None:
    """Send one message; OSError if nobody is there any more."""
    if len(payload) < SMALL:
        connection.sendall(HEAD.pack(kind, len(payload)) + payload)
    else:
        connection.sendall(HEAD.pack(kind, len(payload)))
        connection.sendall(payload)


class Receiver:
    """Reads messages from a socket, waiting for each."""

    def __init__(self, connection: socket.socket) -> None:
        """Read from `connection`, which nobody else reads from."""
        self._connection = connection
        self._data = bytearray()

    def receive(self) -> tuple[bytes, bytes] | None:
        """Wait for one message, and return its kind and payload; None if the sender is gone."""
        if not self._fill(HEAD.size):
            return None
        kind, length = HEAD.unpack_from(self._data)
        end = HEAD.size + length
        if not self._fill(end):
            return None
        payload = bytes(self._data[HEAD.size : end])
        del self._data[:end]
        return kind, payload

    def _fill(self, length: int) -> bool:
        """Read until `length` bytes are there; False if the sender goes before."""
        while len(self._data) < length:
            piece = self._connection.recv(max(SMALL, min(length - len(self._data), 1 << 20)))
            if not piece:
                return False
            self._data += piece
        return True


def encode_problem(problem: Problem) -> bytes:
    """Return a Problem as JSON."""
    values: Mapping[str, object] = {
        "status": problem.status,
        "slug": problem.slug,
        "title": problem.title,
        "detail": problem.detail,
        "headers": problem.headers,
        "members": problem.members,
    }
    return json.dumps(values).encode()


def decode_problem(payload: bytes) -> Problem:
    """Read what `encode_problem` gave."""
    values: dict[str, Any] = json.loads(payload)
    return Problem(**values)
