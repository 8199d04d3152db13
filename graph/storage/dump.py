"""The whole dataset, or one graph of it, as RDF: written as it is read, whatever its size.

Sorted N-Quads need more than one look: what comes is cut into runs, each is sorted in memory and
put into a temporary file without a name, which nothing can leave behind; then they are merged.
"""

import heapq
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, serialize

from graph.storage.growing import growing_file
from graph.storage.manifest import StoreError
from graph.storage.open_store import OpenStore

QUAD_FORMATS = {
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
}
"""Formats that tell the graphs apart."""
TRIPLE_FORMATS = {
    "ntriples": RdfFormat.N_TRIPLES,
    "turtle": RdfFormat.TURTLE,
    "rdfxml": RdfFormat.RDF_XML,
}
"""Formats that hold one graph."""

RUN = 32 << 20
"""Bytes that are sorted at once; this takes four times as much memory."""
FAN = 128
"""Runs that are merged at once."""
BLOCK = 1 << 16
"""Bytes of a run that are read at once."""


class UnknownGraph(StoreError):
    """The store has no graph of that name."""


def dump_to_file(
    store: OpenStore,
    path: Path,
    format_name: str,
    graph: str | None = None,
    *,
    named_only: bool = False,
    ordered: bool = False,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Do what `dump` does into a file, which is replaced whole or not at all. Raises OSError."""
    target = path.resolve()
    if target.is_dir():
        raise StoreError(f"{path}: a folder: name a file")
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        with target.open("wb") as file:
            dump(store, file, format_name, graph, named_only, ordered, prefixes)
        return
    graph_name(store, graph)  # an unknown graph makes no file
    with growing_file(target) as file:
        dump(store, file, format_name, graph, named_only, ordered, prefixes, target.parent)


def dump(
    store: OpenStore,
    output: BinaryIO,
    format_name: str,
    graph: str | None = None,
    named_only: bool = False,
    ordered: bool = False,
    prefixes: Mapping[str, str] | None = None,
    temporary: Path | None = None,
) -> None:
    """Write the dataset to `output`, or only the graph with the IRI `graph` ("" is the default).

    `named_only` leaves the default graph out. `ordered` sorts the lines of N-Quads by their bytes,
    with temporary files in the folder `temporary`. A format without graphs holds the default graph
    if none is named. Raises UnknownGraph, and the OSError of the output.
    """
    name = graph_name(store, graph)
    if ordered:
        with tempfile.TemporaryFile(dir=temporary) as runs:
            spool = Runs(runs)
            write(store, cast(BinaryIO, spool), format_name, name, named_only, prefixes)
            for piece in pieces(spool.merged(temporary)):
                output.write(piece)
    else:
        write(store, output, format_name, name, named_only, prefixes)
    output.flush()


def graph_name(store: OpenStore, graph: str | None) -> NamedNode | DefaultGraph | None:
    """Return the name of a graph of the store; UnknownGraph if there is none."""
    if graph is None:
        return None
    if graph == "":
        return DefaultGraph()
    try:
        name = NamedNode(graph)
    except ValueError as error:
        raise UnknownGraph(f"{graph!r} is no absolute IRI: name a graph of the store") from error
    if not store.quads.contains_named_graph(name):
        example = f", for example {store.base.graph('authority')}"
        raise UnknownGraph(
            f"no graph <{graph}> in {store.path}: name a graph of the store{example}"
        )
    return name


def write(
    store: OpenStore,
    output: BinaryIO,
    format_name: str,
    name: NamedNode | DefaultGraph | None,
    named_only: bool,
    prefixes: Mapping[str, str] | None,
) -> None:
    """Let the engine write quads or triples as it finds them."""
    short = dict(prefixes or {})
    if format_name in TRIPLE_FORMATS:
        rdf_format = TRIPLE_FORMATS[format_name]
        store.quads.dump(output, rdf_format, from_graph=name or DefaultGraph(), prefixes=short)
    elif name is None and not named_only:
        store.quads.dump(output, QUAD_FORMATS[format_name], prefixes=short)
    else:
        quads: Iterable[Quad] = store.quads.quads_for_pattern(None, None, None, name)
        if name is None:
            quads = (quad for quad in quads if not isinstance(quad.graph_name, DefaultGraph))
        # The engine is content with any object that has `write`.
        serialize(quads, cast(IO[bytes], output), QUAD_FORMATS[format_name], prefixes=short)


class Runs:
    """Takes lines in any pieces; gives them back sorted."""

    def __init__(self, file: IO[bytes]) -> None:
        """Keep the sorted runs in `file`."""
        self._file = file
        self._ranges: list[tuple[int, int]] = []
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._waiting.append(bytes(data))
        self._size += len(data)
        if self._size >= RUN:
            self._sort()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the engine calls it at its own pace."""

    def _sort(self) -> None:
        whole, _, rest = b"".join(self._waiting).rpartition(b"\n")
        self._waiting, self._size = [rest], len(rest)
        if whole:
            lines = whole.split(b"\n")
            del whole
            lines.sort()
            self._ranges.append(append(self._file, (line + b"\n" for line in lines)))

    def merged(self, temporary: Path | None) -> Iterator[bytes]:
        """Yield all lines in order, once."""
        self._sort()
        while len(self._ranges) > FAN:
            groups = [self._ranges[i : i + FAN] for i in range(0, len(self._ranges), FAN)]
            with tempfile.TemporaryFile(dir=temporary) as wider:
                self._ranges = [append(wider, merge(self._file, group)) for group in groups]
                # The file of before goes when it is closed: the descriptor takes the new one.
                wider.flush()
                os.dup2(wider.fileno(), self._file.fileno())
        yield from merge(self._file, self._ranges)


def append(file: IO[bytes], lines: Iterable[bytes]) -> tuple[int, int]:
    """Write lines at the end of a file, and return the range of bytes that they take."""
    start = file.tell()
    for piece in pieces(lines):
        file.write(piece)
    file.flush()
    return start, file.tell()


def merge(file: IO[bytes], ranges: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """Yield the lines of sorted ranges in order."""
    return heapq.merge(*(read_lines(file, start, end) for start, end in ranges))


def read_lines(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """Yield the lines in a range of a file."""
    rest = b""
    while start < end:
        data = os.pread(file.fileno(), min(BLOCK, end - start), start)
        start += len(data)
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line + b"\n"


def pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines to pieces that are worth writing."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
