"""Reads extracted graphs back. In: DocumentGraphs. Out: items by kind, each with its places."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from graph.model import DocumentGraphs

Range = tuple[int, int]
"""Start and end in the original text, in code points, half open."""


@dataclass(frozen=True)
class Item:
    """One mention of one extracted thing."""

    places: tuple[Range, ...]
    values: dict[str, Any]
    """Attributes as the gold names them; None where the graph says nothing."""


_PREFIXES = """
PREFIX kzop: <https://w3id.org/kzop/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
"""

_FIELDS = {
    "ages": (
        "kzop:AgeThreshold",
        {
            "min": "kzop:minAge",
            "max": "kzop:maxAge",
            "minInclusive": "kzop:minInclusive",
            "maxInclusive": "kzop:maxInclusive",
        },
    ),
    "penalties": (
        "kzop:Penalty",
        {
            "kind": "kzop:penaltyKind",
            "min": "kzop:minAmount",
            "max": "kzop:maxAmount",
            "unit": "kzop:amountUnit",
            "confiscation": "kzop:confiscation",
            "statedIn": "kzop:statedIn",
        },
    ),
    "competences": (
        "kzop:Competence",
        {"role": "dcterms:type", "body": "kzop:bearer", "statedIn": "kzop:statedIn"},
    ),
    "statistics": (
        "kzop:Statistic",
        {"population": "dcterms:type", "exact": "schema:value", "over": "schema:minValue"},
    ),
    "measures": ("kzop:Measure", {"type": "dcterms:type"}),
    "places": ("schema:Place", {}),
}
"""Class and properties of the kinds that are read property by property."""


def read_items(document: DocumentGraphs) -> dict[str, list[Item]]:
    """Every mention of every kind, in the order of the text."""
    return _Reader(document).items()


class _Reader:
    """The merged graphs of one document in a store of their own."""

    def __init__(self, document: DocumentGraphs) -> None:
        self._store = Store()
        for graph in (document.content, document.evidence, document.authority):
            data = "".join(f"{statement} .\n" for statement in graph)
            self._store.load(data, format=RdfFormat.N_TRIPLES)
        spans: dict[str, set[Range]] = defaultdict(set)
        for row in self._rows(
            "SELECT ?m ?start ?end { ?m a kzop:Mention ; oa:hasTarget ?span ."
            " ?span kzop:start ?start ; kzop:end ?end }"
        ):
            spans[row["m"]].add((int(row["start"]), int(row["end"])))
        self._places = {mention: tuple(sorted(ranges)) for mention, ranges in spans.items()}
        self._documents = {
            row["x"]: {
                "slug": _tail(row["x"]),
                "type": _tail(row["type"]),
                "number": row["number"],
                "date": row["date"],
            }
            for row in self._rows(
                "SELECT ?x ?type ?number ?date { ?x a kzop:LegalDocument ."
                + _optional(
                    {
                        "type": "eli:type_document",
                        "number": "eli:number",
                        "date": "eli:date_document",
                    }
                )
                + "}"
            )
        }

    def items(self) -> dict[str, list[Item]]:
        """Read all kinds."""
        found = {
            "documents": list(self._read_documents()),
            "citations": list(self._read_citations()),
            "bodies": list(self._read_bodies()),
            "norms": list(self._read_norms()),
            "provisions": list(self._read_provisions()),
            **{kind: list(self._read_fields(kind)) for kind in _FIELDS},
        }
        for items in found.values():
            items.sort(key=lambda item: item.places)
        return found

    def _rows(self, query: str) -> Iterator[dict[str, Any]]:
        solutions = self._store.query(_PREFIXES + query)
        assert isinstance(solutions, QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: _value(solution[name]) for name in names}

    def _mentions(self, select: str, where: str) -> Iterator[tuple[tuple[Range, ...], Any]]:
        """Places of each mention of ?x, and the values of the selected variables."""
        for row in self._rows(
            f"SELECT DISTINCT ?m {select} {{ ?m a kzop:Mention ; oa:hasBody ?x . {where} }}"
        ):
            places = self._places.get(row.pop("m"))
            if places:
                yield places, row

    def _read_documents(self) -> Iterator[Item]:
        for places, row in self._mentions("?x", "?x a kzop:LegalDocument"):
            yield Item(places, self._documents[row["x"]])

    def _read_citations(self) -> Iterator[Item]:
        """Citations of a document, or of a provision below one."""
        above = {
            row["x"]: row["work"]
            for row in self._rows(
                "SELECT DISTINCT ?x ?work { ?x eli:is_part_of+ ?work . ?work a kzop:LegalDocument }"
            )
        }
        where = "?x a kzop:Citation OPTIONAL { ?x kzop:cited ?cited }"
        for places, row in self._mentions("?x ?cited", where):
            cited = row["cited"]
            whole = cited in self._documents
            work = self._documents.get(cited if whole else above.get(cited, ""), {})
            yield Item(places, {**work, "path": "" if whole else _tail(cited)})

    def _read_bodies(self) -> Iterator[Item]:
        where = """{ ?x a org:Organization } UNION { ?x a kzop:Ministry }
            OPTIONAL { ?x skos:prefLabel ?label FILTER(LANG(?label) = "kk") }"""
        for places, row in self._mentions("?x ?label", where):
            yield Item(places, {"label": row["label"]})

    def _read_norms(self) -> Iterator[Item]:
        where = """VALUES ?class { kzop:Obligation kzop:Prohibition kzop:Permission kzop:Right }
            ?x a ?class OPTIONAL { ?x kzop:statedIn ?in }"""
        for places, row in self._mentions("?x ?class ?in", where):
            yield Item(places, {"class": _tail(row["class"]), "statedIn": _tail(row["in"])})

    def _read_provisions(self) -> Iterator[Item]:
        for places, row in self._mentions("?x", "?x a kzop:Provision"):
            yield Item(places, {"id": row["x"].split("/id/", 1)[-1]})

    def _read_fields(self, kind: str) -> Iterator[Item]:
        name, fields = _FIELDS[kind]
        select = " ".join(f"?{field}" for field in ("x", *fields))
        for places, row in self._mentions(select, f"?x a {name} . {_optional(fields)}"):
            values = {
                field: _tail(value) if isinstance(value, str) else value
                for field, value in row.items()
            }
            values["id"] = values.pop("x")
            if kind == "statistics":
                over, exact = values.pop("over"), values.pop("exact")
                values["value"] = exact if over is None else f">{over}"
            yield Item(places, values)


def _optional(fields: dict[str, str]) -> str:
    return " ".join(f"OPTIONAL {{ ?x {term} ?{name} }}" for name, term in fields.items())


def _value(term: object) -> Any:
    """A literal as the Python value that the gold uses, an IRI as its text, None for nothing."""
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return None
    datatype = term.datatype.value.rsplit("#", 1)[-1]
    if datatype == "boolean":
        return term.value == "true"
    if datatype == "integer":
        return int(term.value)
    return float(term.value) if datatype == "decimal" else term.value


def _tail(iri: str | None) -> str | None:
    """Last part of an IRI; None stays None."""
    return iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1] if iri else iri
