"""Every IRI that kzop mints, by the patterns of docs/iris.md. ASCII only, no trailing slash."""

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_BASE = "https://w3id.org/kzop/"
ONTOLOGY = "https://w3id.org/kzop/ontology#"
CODE = "https://w3id.org/kzop/code/"


_NEVER = re.compile(r"[^!-~]|[<>\"{}|^`\\]")
"""Characters that no IRI of ASCII letters holds."""


def is_web_address(value: str) -> bool:
    """Tell whether `value` is an absolute http(s) address of a folder (ends in "/")."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and not _NEVER.search(value)
    whole = parts.scheme in ("http", "https") and bool(parts.netloc) and value.endswith("/")
    return whole and plain


@dataclass(frozen=True)
class Base:
    """The base IRI of the data; `KZOP_BASE_IRI` moves `id/` and `graph/` only."""

    iri: str = DEFAULT_BASE

    @classmethod
    def from_environment(cls) -> "Base":
        """Read `KZOP_BASE_IRI`; it must be an absolute http(s) IRI ending in "/"."""
        iri = os.environ.get("KZOP_BASE_IRI") or DEFAULT_BASE
        if not is_web_address(iri):
            raise ValueError(
                f"KZOP_BASE_IRI is {iri!r}: write an http or https IRI that ends in '/', "
                f"for example {DEFAULT_BASE}"
            )
        return cls(iri)

    def id(self, path: str) -> str:
        """IRI of a thing: `{base}id/{path}`."""
        return f"{self.iri}id/{path}"

    def graph(self, name: str) -> str:
        """IRI of a named graph: "ontology", "queries", "authority", "doc/X", "evidence/X"."""
        return f"{self.iri}graph/{name}"
