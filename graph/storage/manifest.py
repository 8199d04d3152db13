"""What a store folder says about itself: manifest.json, and the errors of stores."""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FORMAT = 3
"""Version of the folder's layout; another one than this is refused, never guessed at."""


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


class StoreTooOld(StoreError):
    """The store was made by an earlier layout, which this kzop does not read."""


class WrongBase(StoreError):
    """The store was built for another base IRI than the one asked for."""


class UnknownDocument(StoreError):
    """No document of the store has that name."""


@dataclass(frozen=True)
class Manifest:
    """The content of manifest.json."""

    base: str
    """Base IRI that the statements were minted under."""
    version: str
    """16 hex digits, changed by every write: each one is a hash of the one before and the write."""
    kzop: str
    """Version of kzop that wrote the store last."""

    def after(self, write: str) -> "Manifest":
        """Return the manifest that stands once a write, given as text, is done."""
        version = sha256(f"{self.version}\n{write}".encode()).hexdigest()[:16]
        return Manifest(self.base, version, kzop_version())

    def to_json(self) -> dict[str, object]:
        """Return the manifest as JSON values, the layout's version first."""
        return {
            "format": FORMAT,
            "kzop": self.kzop,
            "base": self.base,
            "version": self.version,
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
            f"this kzop reads {FORMAT}: update kzop, or build another store"
        )
    if values["format"] < FORMAT:
        raise StoreTooOld(
            f"{folder}: made by kzop {values.get('kzop', '?')} in store format {values['format']}, "
            f"this kzop reads {FORMAT}: rebuild it with `kzop build --fresh`"
        )
    try:
        return Manifest(values["base"], values["version"], values["kzop"])
    except KeyError as error:
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
