"""The queries behind the page of a thing: its IRI in, SPARQL that gives what the page shows out."""

PREFIXES = """PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX kzop: <https://w3id.org/kzop/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
FACTS = "SELECT ?property ?value WHERE {{ {node} ?property ?value }}"
INCOMING = "SELECT ?thing ?property WHERE {{ ?thing ?property {node} }}\nORDER BY ?property ?thing"
EVIDENCE = """SELECT ?words ?text ?start ?end ?rule WHERE {{
  ?mention oa:hasBody {node} ; oa:hasTarget ?span ; kzop:extractionRule ?rule .
  ?span oa:exact ?words ; kzop:start ?start ; kzop:end ?end .
  BIND(STRBEFORE(STR(?span), "#") AS ?text)
}} ORDER BY ?text ?start"""
PARTS = """SELECT DISTINCT ?part ?label WHERE {{
  ?part eli:is_part_of+ {node} ; rdfs:label ?label
}} ORDER BY ?part"""
STATED = """SELECT DISTINCT ?thing ?class ?provision WHERE {{
  ?provision eli:is_part_of* {node} .
  ?thing kzop:statedIn ?provision ; a ?class
}} ORDER BY ?provision ?thing"""

QUERIES = {"facts": FACTS, "evidence": EVIDENCE, "incoming": INCOMING}
"""Name -> query for every thing; the words for `behind_NAME` are its title."""
OF_PARTS = {"parts": PARTS, "stated": STATED}
"""The queries that acts and provisions have besides."""


def queries(iri: str, kind: str) -> list[tuple[str, str]]:
    """Return names and texts of the queries behind the page of a thing of that kind."""
    chosen = QUERIES | (OF_PARTS if kind in ("act", "provision") else {})
    return [(name, written(text.format(node=f"<{iri}>"))) for name, text in chosen.items()]


def written(body: str) -> str:
    """Return a query with those of `PREFIXES` that it uses."""
    needed = [line for line in PREFIXES.splitlines() if f"{line.split()[1]}" in body]
    return "\n".join([*needed, body])
