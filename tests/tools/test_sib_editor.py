"""What SIB's SPARQL editor asks the endpoint for: prefixes, VoID, example queries.

The queries are those of `metadata.ts` in @sib-swiss/sparql-editor 0.2.7, asked of the default
graph.
"""

import json

import pytest
from tools.exchange import KZOP, get

from graph.iris import Base
from graph.prefixes import PREFIXES
from graph.querying.queries import catalogue

ASK_PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
      SELECT DISTINCT ?prefix ?namespace
      WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix}
      ORDER BY ?prefix"""

ASK_EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
  ?sq a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""

ASK_VOID = """PREFIX up: <http://purl.uniprot.org/core/>
      PREFIX void: <http://rdfs.org/ns/void#>
      PREFIX void-ext: <http://ldf.fi/void-ext#>
      SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
      WHERE {
        {
          ?cp void:class ?subjectClass ;
              void:propertyPartition ?pp .
          ?pp void:property ?prop .
          OPTIONAL {
              {
                  ?pp  void:classPartition [ void:class ?objectClass ] .
              } UNION {
                  ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
              }
          }
        } UNION {
          ?ls void:subjectsTarget [ void:class ?subjectClass ] ;
              void:linkPredicate ?prop ;
              void:objectsTarget [ void:class ?objectClass ] .
        }
      }"""

ASK_VOID_WITH_LABELS = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh:<http://www.w3.org/ns/shacl#>
PREFIX sd:<http://www.w3.org/ns/sparql-service-description#>
PREFIX void:<http://rdfs.org/ns/void#>
PREFIX void-ext:<http://ldf.fi/void-ext#>
SELECT DISTINCT ?graph ?graphLabel ?subjectClass ?prop ?objectClass ?objectDatatype
?triples ?subjectClassLabel ?objectClassLabel ?subjectClassComment ?objectClassComment ?propLabel ?propComment
WHERE {
      {
        OPTIONAL {
          ?graph sd:graph ?graphDesc .
          OPTIONAL { ?graph rdfs:label ?graphLabel }
          ?graphDesc void:classPartition ?cp .
        }
        ?cp void:class ?subjectClass ;
          void:propertyPartition ?pp .
        OPTIONAL { ?subjectClass rdfs:label ?subjectClassLabel }
        OPTIONAL { ?subjectClass rdfs:comment ?subjectClassComment }

        ?pp void:property ?prop .
        OPTIONAL { ?pp void:triples ?triples }
        OPTIONAL { ?prop rdfs:label ?propLabel }
        OPTIONAL { ?prop rdfs:comment ?propComment }
        OPTIONAL {
          {
            ?pp  void:classPartition [ void:class ?objectClass ] .
            OPTIONAL { ?objectClass rdfs:label ?objectClassLabel }
            OPTIONAL { ?objectClass rdfs:comment ?objectClassComment }
          } UNION {
            ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
          }
        }
      } UNION {
        ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
          void:linkPredicate ?prop ;
          void:objectsTarget [ void:class ?objectClass ] .
      }
} ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""  # noqa: E501


def ask(port: int, query: str) -> list[dict[str, str]]:
    headers = [("Accept", "application/sparql-results+json"), ("Origin", "https://sib.example")]
    answer = get(port, "/sparql", headers, ac="1", query=query)
    assert answer.status == 200, answer.body
    assert answer.headers["access-control-allow-origin"] == "*"
    rows = json.loads(answer.body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def test_prefixes(port: int) -> None:
    """@sib-swiss/sparql-editor 0.2.7, `getPrefixes`."""
    found = {row["prefix"]: row["namespace"] for row in ask(port, ASK_PREFIXES)}
    assert found == PREFIXES


def test_examples(port: int) -> None:
    """@sib-swiss/sparql-editor 0.2.7, `getExampleQueries`; each example runs as it stands."""
    queries = catalogue(Base())
    rows = ask(port, ASK_EXAMPLES)
    titles = {(row["sq"].rpartition("#")[2], row["comment"]) for row in rows}
    assert titles == {(name, text) for name, q in queries.items() for text in q.titles.values()}
    assert len(rows) == 3 * len(queries)
    for row in rows[::3]:
        assert get(port, "/sparql", query=row["query"]).status == 200


@pytest.mark.parametrize("query", [ASK_VOID, ASK_VOID_WITH_LABELS])
def test_completion(port: int, query: str) -> None:
    """@sib-swiss/sparql-editor 0.2.7, `getVoidDescription`, and that of earlier ones."""
    rows = ask(port, query)
    offered = {(row["subjectClass"], row["prop"]) for row in rows}
    actual = ask(
        port,
        f"""SELECT DISTINCT ?subjectClass ?prop {{ ?s a ?subjectClass ; ?prop ?o
        FILTER(STRSTARTS(STR(?subjectClass), "{KZOP}")) }}""",
    )
    wanted = {(row["subjectClass"], row["prop"]) for row in actual}
    assert {pair for pair in offered if pair[0].startswith(KZOP)} == wanted
    ends = {row.get("objectClass") for row in rows if row["prop"] == f"{KZOP}statedIn"}
    assert f"{KZOP}Article" in ends
