"""Every IRI that kzop mints, by the patterns of docs/iris.md. ASCII only, no trailing slash."""

import os
from dataclasses import dataclass

DEFAULT_BASE = "https://w3id.org/kzop/"
ONTOLOGY = "https://w3id.org/kzop/ontology#"
CODE = "https://w3id.org/kzop/code/"


@dataclass(frozen=True)
class Base:
    """The base IRI of the data; `KZOP_BASE_IRI` moves `id/` and `graph/` only."""

    iri: str = DEFAULT_BASE

    @classmethod
    def from_environment(cls) -> "Base":
        """Read `KZOP_BASE_IRI`; it must be an absolute http(s) IRI ending in "/"."""
        iri = os.environ.get("KZOP_BASE_IRI") or DEFAULT_BASE
        if not iri.startswith(("http://", "https://")) or not iri.endswith("/"):
            raise ValueError(
                f"KZOP_BASE_IRI is {iri!r}: write an http or https IRI that ends in '/', "
                f"for example {DEFAULT_BASE}"
            )
        return cls(iri)

    def id(self, path: str) -> str:
        """IRI of a thing: `{base}id/{path}`."""
        return f"{self.iri}id/{path}"

    def graph(self, name: str) -> str:
        """IRI of a named graph: "ontology", "codes", "authority", "doc/X", "evidence/X"."""
        return f"{self.iri}graph/{name}"
