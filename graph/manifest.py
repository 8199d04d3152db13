"""What a store folder says about itself: manifest.json, its document records, and its errors."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

FORMAT = 1
"""Version of the folder's layout; a newer one than this is refused, never guessed at."""


class StoreError(Exception):
    """A store cannot do what was asked; the message is one line for a person at a terminal."""


class StoreMissing(StoreError):
    """There is no store at the path."""


class NotAStore(StoreError):
    """The path holds something that kzop did not make, and will not touch."""


class StoreCorrupt(StoreError):
    """The folder is a store whose files are damaged."""


class StoreReadOnly(StoreError):
    """A write was asked of a store that this process may only read."""


class StoreLocked(StoreError):
    """Another process holds the store."""


class StoreTooNew(StoreError):
    """The store was made by a later layout than this kzop knows."""


class WrongBase(StoreError):
    """The store was built for another base IRI than the one asked for."""


class UnknownDocument(StoreError):
    """No document of the store has that name."""


@dataclass(frozen=True)
class DocumentRecord:
    """What the store knows about one document besides its statements."""

    doc: str
    """Name in graph IRIs: `{work-slug}.{first 12 hex of the SHA-256}`."""
    work: str
    """IRI of the work."""
    text_iri: str
    """IRI of the source text."""
    source: str
    """Where the text was read from: a path, or "-" for standard input."""
    sha256: str
    """Hexadecimal SHA-256 of the text in UTF-8; also the name of its file in `texts/`."""
    extractor: str
    """Version of kzop that extracted the document."""
    characters: int
    """Length of the text in code points."""
    content: int
    """Number of statements in the named graph `graph/doc/{doc}`."""
    evidence: int
    """Number of statements in the named graph `graph/evidence/{doc}`."""


@dataclass(frozen=True)
class Manifest:
    """The content of manifest.json."""

    base: str
    """Base IRI that the statements were minted under."""
    version: str
    """16 hex digits, changed by every write: each one is a hash of the one before and the write."""
    kzop: str
    """Version of kzop that wrote the store last."""
    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    """Records by document name."""

    def after(self, update: str, documents: Mapping[str, DocumentRecord], kzop: str) -> "Manifest":
        """Return the manifest that stands once `update` is done and `documents` are the records."""
        records = dict(sorted(documents.items()))
        write = json.dumps([self.version, [asdict(record) for record in records.values()]])
        version = sha256(write.encode() + update.encode()).hexdigest()[:16]
        return Manifest(self.base, version, kzop, records)

    def to_json(self) -> dict[str, object]:
        """Return the manifest as JSON values, the layout's version first."""
        return {
            "format": FORMAT,
            "kzop": self.kzop,
            "base": self.base,
            "version": self.version,
            "documents": [asdict(record) for record in self.documents.values()],
        }


def new_manifest(base: str) -> Manifest:
    """Return the manifest of an empty store."""
    return Manifest(base, sha256(base.encode()).hexdigest()[:16], kzop_version())


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a store; StoreCorrupt or StoreTooNew say what is wrong with it."""
    path = folder / "manifest.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except PermissionError as error:
        raise StoreError(f"{path}: permission denied: make the store readable") from error
    except (OSError, ValueError) as error:
        raise damaged(folder, f"manifest.json is not readable ({error})") from error
    return parse_manifest(values, folder)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write manifest.json atomically."""
    text = json.dumps(manifest.to_json(), ensure_ascii=False, indent=1)
    write_atomically(folder / "manifest.json", f"{text}\n".encode())


def parse_manifest(values: object, folder: Path) -> Manifest:
    """Turn the JSON values of a manifest into a Manifest; `folder` is for the messages."""
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise damaged(folder, "manifest.json has no format number")
    if values["format"] > FORMAT:
        raise StoreTooNew(
            f"{folder}: made by kzop {values.get('kzop', '?')} in store format {values['format']}, "
            f"this kzop reads up to {FORMAT}: update kzop, or build another store"
        )
    try:
        records = [DocumentRecord(**record) for record in values["documents"]]
        documents = {record.doc: record for record in records}
        return Manifest(values["base"], values["version"], values["kzop"], documents)
    except (KeyError, TypeError) as error:
        raise damaged(folder, f"manifest.json lacks a field ({error})") from error


def damaged(folder: Path, what: str) -> StoreCorrupt:
    """Return the error for a damaged store, with the way out."""
    line = " ".join(what.split())
    return StoreCorrupt(f"{folder}: damaged store: {line}: rebuild it with `kzop build --fresh`")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` so that a crash leaves either the old file or the whole new one on the disk."""
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def kzop_version() -> str:
    """Return the version of the installed distribution, or "unknown" in a bare checkout."""
    # Imported here: it costs more than all the rest of this module, and only writing needs it.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kzop")
    except PackageNotFoundError:
        return "unknown"
