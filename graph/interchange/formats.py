"""The formats by name, and writing in one of them."""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from graph.interchange.cyjs import cyjs
from graph.interchange.dot import dot
from graph.interchange.gexf import gexf
from graph.interchange.graphml import graphml
from graph.interchange.network import Network
from graph.interchange.svg import svg
from graph.interchange.tables import gephi, neo4j
from graph.storage.dump import pieces
from graph.storage.growing import growing_file, growing_folder, sync_folder
from graph.storage.manifest import StoreError

Files = Callable[[Network], Iterator[tuple[str, Iterator[str]]]]


class Output(Protocol):
    """Where a file is written to."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""


@dataclass(frozen=True)
class Format:
    """A format of networks."""

    name: str
    media_type: str
    document: Callable[[Network], Iterator[str]] | None = None
    """What makes the file, where it is one."""
    files: Files | None = None
    """What makes the files, where they are several: they come in a zip archive, or a folder."""

    @property
    def extension(self) -> str:
        """What the name of its file ends in."""
        return self.name if self.document else f"{self.name}.zip"


FORMATS = {
    form.name: form
    for form in (
        Format("gexf", "application/gexf+xml", gexf),
        Format("graphml", "application/graphml+xml", graphml),
        Format("cyjs", "application/vnd.cytoscape+json", cyjs),
        Format("dot", "text/vnd.graphviz", dot),
        Format("svg", "image/svg+xml", svg),
        Format("gephi", "application/zip", files=gephi),
        Format("neo4j", "application/zip", files=neo4j),
    )
}


def write(network: Network, form: Format, output: Output) -> None:
    """Write a network into `output`, as it is made. Raises TooLarge for too large a picture."""
    if form.document:
        for piece in encoded(form.document(network)):
            output.write(piece)
        return
    assert form.files
    # zipfile is content with any object that has `write`; it then seeks nowhere.
    with zipfile.ZipFile(cast(IO[bytes], Unseekable(output)), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in form.files(network):
            # The date is the earliest there is, so that equal data gives equal bytes.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as member:
                for piece in encoded(parts):
                    member.write(piece)


def write_to(path: Path, network: Network, form: Format) -> None:
    """Write a network to `path`, which appears or is replaced when all is written.

    A format of several files makes a folder there, unless the name ends in `.zip`; what is there
    already must then be empty. Raises StoreError, TooLarge and the OSError of the disk.
    """
    target = path.resolve()
    if form.files and target.suffix.lower() != ".zip":
        write_folder(target, network, form.files)
        return
    if target.is_dir():
        raise StoreError(f"{path}: a folder: name a file")
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            write(network, form, file)
        return
    with growing_file(target) as file:
        write(network, form, file)


def write_folder(target: Path, network: Network, files: Files) -> None:
    """Make a folder with the files of a network."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target}: is there, and no empty folder: name another, or a file.zip")
    with growing_folder(target) as beside:
        for name, parts in files(network):
            with (beside / name).open("wb") as file:
                for piece in encoded(parts):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        beside.replace(target)
    sync_folder(target.parent)


class Unseekable:
    """An output that is only written to."""

    def __init__(self, output: Output) -> None:
        """Write on to `output`."""
        self._output = output

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._output.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: who made the output flushes it."""


def encoded(parts: Iterable[str]) -> Iterator[bytes]:
    """Yield text as UTF-8, in pieces that are worth writing."""
    return pieces(part.encode() for part in parts)
