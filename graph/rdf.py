"""Terms in N-Triples, and a graph under construction. No engine: the statements are strings."""

import re
from collections import defaultdict
from collections.abc import Iterable

from graph.iris import Base

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ELI = "http://data.europa.eu/eli/ontology#"
ORG = "http://www.w3.org/ns/org#"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "https://schema.org/"
FOAF = "http://xmlns.com/foaf/0.1/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

_ESCAPED = re.compile(r'["\\\n\r\t\x00-\x1f\x7f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def iri(value: str) -> str:
    """An IRI in N-Triples; the caller gives ASCII without spaces or angle brackets."""
    return f"<{value}>"


def literal(value: str, language: str = "", datatype: str = "") -> str:
    """A literal in N-Triples."""
    if _ESCAPED.search(value):
        value = _ESCAPED.sub(lambda m: _ESCAPES.get(m.group()) or f"\\u{ord(m.group()):04X}", value)
    if language:
        return f'"{value}"@{language}'
    return f'"{value}"^^<{XSD}{datatype}>' if datatype else f'"{value}"'


def integer(value: int) -> str:
    """An xsd:integer."""
    return f'"{value}"^^<{XSD}integer>'


def decimal(value: float) -> str:
    """An xsd:decimal in its shortest form: `4`, `0.5`."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return f'"{text}"^^<{XSD}decimal>'


def boolean(value: bool) -> str:
    """An xsd:boolean."""
    return f'"{str(value).lower()}"^^<{XSD}boolean>'


def date(value: str) -> str:
    """A day, month or year as xsd:date, xsd:gYearMonth or xsd:gYear, by its length."""
    datatype = {10: "date", 7: "gYearMonth", 4: "gYear"}[len(value)]
    return f'"{value}"^^<{XSD}{datatype}>'


class Graph:
    """Statements "S P O", collected; duplicates count once."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._about: defaultdict[str, set[str]] = defaultdict(set)
        """Subject to "P O" of its statements."""
        self._ids: dict[str, str] = {}

    def id(self, path: str) -> str:
        """The term of a thing by its path below `id/`."""
        term = self._ids.get(path)
        if term is None:
            term = self._ids[path] = f"<{self.base.iri}id/{path}>"
        return term

    def add(self, subject: str, predicate: str, object: str) -> None:
        """Add one statement; `predicate` is a bare IRI, subject and object are terms."""
        self._about[subject].add(f"<{predicate}> {object}")

    def type(self, subject: str, *classes: str) -> None:
        """Add classes (bare IRIs)."""
        self._about[subject].update(f"{RDF_TYPE} <{name}>" for name in classes)

    def label(self, subject: str, text: str, language: str) -> None:
        """Add skos:prefLabel and its copy rdfs:label."""
        value = literal(text, language)
        self._about[subject].update((f"<{SKOS}prefLabel> {value}", f"<{RDFS}label> {value}"))

    def describe(self, subject: str, tails: Iterable[str]) -> None:
        """Add statements of one subject, each given as "P O"."""
        self._about[subject].update(tails)

    def statements(self) -> tuple[str, ...]:
        """All statements, sorted; no subject is the beginning of another: it ends in `>`."""
        about = self._about
        return tuple(
            f"{subject} {tail}" for subject in sorted(about) for tail in sorted(about[subject])
        )
