"""Where to start in the graph: the queries for the things that most is said of, by list.

Each property is read from end to end in a SELECT of its own, and then joined: to look up each norm
or citation would take several times as long.
"""

STARTS = {
    "start_cited": """
        { SELECT ?counted ?part { ?counted kzop:cited ?part } }
        { SELECT DISTINCT ?part ?thing {
            { SELECT DISTINCT ?part { ?counted kzop:cited ?part } }
            ?part eli:is_part_of* ?thing } }
        { SELECT ?thing { ?thing a kzop:LegalDocument } }""",
    "start_duties": """
        { SELECT ?counted { ?counted a kzop:Obligation } }
        { SELECT ?counted ?thing { ?counted kzop:bearer ?thing } }
        { SELECT ?thing { ?thing a org:Organization } }""",
    "start_rights": """
        { SELECT ?counted { ?counted a kzop:Right } }
        { SELECT ?counted ?thing { ?counted kzop:bearer ?thing } }
        { SELECT ?thing { ?thing a kzop:PartyClass } }""",
}
"""Word of the list -> what counts for a thing to stand in it, each ?counted once for a ?thing."""


def start_query(key: str, most: int) -> str:
    """Return the query for the first things of a list and their numbers, ?key and ?n."""
    return f"""PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX kzop: <https://w3id.org/kzop/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT (?thing AS ?key) (COUNT(*) AS ?n) WHERE {{ {STARTS[key]} }}
GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT {most}"""
