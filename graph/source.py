"""Reads one input text. In: a path, or bytes with a name. Out: a Source, exactly as written."""

import hashlib
import sys
from pathlib import Path

from graph.model import Source


class SourceError(ValueError):
    """An input that cannot be read as text; the message is one line and says what to do."""


def read(path: str | Path) -> Source:
    """Read the UTF-8 text at `path` ("-" is standard input).

    Raises SourceError for a missing file, a folder, a file that may not be read, and bytes that
    are not UTF-8 text. An empty file is a text without entities.
    """
    name = str(path)
    if name == "-":
        return decode(name, sys.stdin.buffer.read())
    try:
        data = Path(name).read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise SourceError(f"{name}: is a folder; name the text files in it") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(f"{name}: cannot be read ({reason}); check its permissions") from None
    return decode(name, data)


def decode(name: str, data: bytes) -> Source:
    """Decode UTF-8 bytes; `name` is used in messages only. Raises SourceError."""
    if b"\x00" in data:
        at = data.index(b"\x00")
        raise SourceError(
            f"{name}: is not text (a zero byte at offset {at}); convert it to UTF-8 plain text"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}: is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}); "
            f"convert it, for example: iconv -f WINDOWS-1251 -t UTF-8"
        ) from None
    return from_text(name, text)


def from_text(name: str, text: str) -> Source:
    """Wrap a text that is already decoded."""
    return Source(name, text, hashlib.sha256(text.encode("utf-8")).hexdigest())
