"""Reads one input, whatever its format. In: a path, or bytes with a name. Out: a Source.

The content tells the format before the name does: files are often named wrongly, and standard
input has no name. Readers are imported when their format comes up: plain text needs none of them.
"""

import hashlib
import re
import sys
from pathlib import Path, PurePath

from graph.model import Source
from graph.readers import text as plain
from graph.readers.draft import Reading, SourceError

__all__ = ["READABLE", "SourceError", "from_bytes", "from_text", "read", "read_bytes"]

READABLE = (".txt", ".html", ".htm", ".md", ".pdf", ".docx")
"""Suffixes of the files that are read from a folder, in lower case."""
_PDF_WITHIN = 1024
"""A PDF may begin after a few other bytes."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|meta|article)\b",
    re.IGNORECASE | re.DOTALL,
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read(path: str | Path) -> Source:
    """Read the document at `path` ("-" is standard input).

    Raises SourceError for a missing file, a folder, a file that may not be read, and one that
    has no text that can be read. An empty plain text is a text without entities.
    """
    name = str(path)
    return from_bytes(name, sys.stdin.buffer.read() if name == "-" else read_bytes(name))


def read_bytes(name: str) -> bytes:
    """Read a file. Raises SourceError for a missing file, a folder, and one that is not allowed."""
    try:
        return Path(name).read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{name}: no such file; check the path") from None
    except IsADirectoryError:
        raise SourceError(f"{name}: is a folder; name the files in it") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(f"{name}: cannot be read ({reason}); check its permissions") from None


def from_bytes(name: str, data: bytes) -> Source:
    """Read a document that is in memory; its name may tell the format. Raises SourceError."""
    try:
        found = _reading(PurePath(name).suffix.lower(), data)
    except SourceError as error:
        raise SourceError(f"{name}: {error}") from None
    source = from_text(name, found.text)
    return Source(name, source.text, source.sha256, found.links, found.code)


def from_text(name: str, text: str) -> Source:
    """Wrap a text that is already decoded."""
    return Source(name, text, hashlib.sha256(text.encode("utf-8")).hexdigest())


def _reading(suffix: str, data: bytes) -> Reading:
    """Read by the reader of the format that the content tells, else the suffix."""
    if not data and suffix in READABLE[1:]:
        raise SourceError("is empty (0 bytes); copy it again")
    if b"%PDF-" in data[:_PDF_WITHIN]:
        from graph.readers import pdf

        return pdf.read(data)
    if data.startswith(_ZIP):
        from graph.readers import docx

        return docx.read(data)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise SourceError("is encrypted with a password; save it without one as .docx")
        raise SourceError("is a file of an old Office (.doc); save it as .docx or .txt")
    if data.startswith(b"{\\rtf"):
        raise SourceError("is RTF; save it as .docx or .txt")
    if suffix == ".md":
        from graph.readers import markdown

        return markdown.read(data)
    if suffix in (".html", ".htm") or _opens_page(data):
        from graph.readers import html

        return html.read(data)
    return plain.read(data)


def _opens_page(data: bytes) -> bool:
    """Whether it begins as an HTML page does, in any encoding."""
    return _PAGE.match(data[:2000].replace(b"\x00", b"")) is not None
