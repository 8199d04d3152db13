"""What made the statements of a document: the version of the rules, and a print of the lexicons."""

import hashlib
from functools import cache
from importlib.resources import files

EXTRACTOR_VERSION = "0.1.0"
"""Changes when the same text gives other statements."""


@cache
def extractor_version() -> str:
    """Return `EXTRACTOR_VERSION` and 8 hex digits of the lexicons: `0.1.0+5d0c82aa`.

    People edit the lexicons; a document extracted with other ones is out of date.
    """
    digest = hashlib.sha256()
    lexicons = (file for file in (files("graph") / "lexicon").iterdir() if file.is_file())
    for file in sorted(lexicons, key=lambda file: file.name):
        if file.name.endswith(".toml"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{EXTRACTOR_VERSION}+{digest.hexdigest()[:8]}"
