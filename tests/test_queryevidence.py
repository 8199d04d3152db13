"""The evidence of the named queries: every row of the plain answer, with true quotes beside it."""

from collections import Counter
from dataclasses import replace

import pyoxigraph
import pytest
from rdflib.plugins.sparql import prepareQuery

from graph.iris import Base
from graph.model import Source
from graph.queries import BadQueryFile, NamedQuery, bind, catalogue
from graph.queryevidence import COLUMNS, with_evidence

BASE = Base()
QUERIES = catalogue(BASE)
SECOND = "eli/kz/law/2001-01-01/1-II"

each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)

Cells = tuple[object, ...]


def rows(store: pyoxigraph.Store, text: str) -> tuple[list[str], list[Cells]]:
    """Return the columns and rows of an answer; joint cells in one order."""
    found = store.query(text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [v.value for v in found.variables], [tuple(map(in_order, row)) for row in found]


def in_order(term: object) -> object:
    """Return a term, the parts of a GROUP_CONCAT sorted: they have no order of their own."""
    if isinstance(term, pyoxigraph.Literal) and " | " in term.value:
        return frozenset(term.value.split(" | "))
    return term


@each_query
def test_every_row_has_true_evidence_beside_it(
    query: NamedQuery, sample_store: pyoxigraph.Store, sample_source: Source
) -> None:
    columns, plain = rows(sample_store, query.text)
    wide, found = rows(sample_store, with_evidence(query, query.text))
    assert wide == [*columns, *COLUMNS]
    assert plain
    assert Counter(dict.fromkeys(plain, 1)) == Counter(
        dict.fromkeys((row[: len(columns)] for row in found), 1)
    )
    assert len(found) == len(set(found))
    for row in found:
        document, provision, quote, start, end, span = row[len(columns) :]
        assert document == pyoxigraph.NamedNode(BASE.id("eli/kz/resolution/2005-10-15/1033"))
        assert isinstance(provision, pyoxigraph.NamedNode)
        assert isinstance(quote, pyoxigraph.Literal)
        assert isinstance(start, pyoxigraph.Literal)
        assert isinstance(end, pyoxigraph.Literal)
        assert isinstance(span, pyoxigraph.NamedNode)
        assert quote.value == sample_source.text[int(start.value) : int(end.value)]
        assert quote.value
        assert span.value.endswith(f".txt#char={start.value},{end.value}")


@each_query
def test_rows_stay_together_and_their_evidence_in_the_order_of_the_text(
    query: NamedQuery, sample_store: pyoxigraph.Store
) -> None:
    columns, plain = rows(sample_store, query.text)
    _, found = rows(sample_store, with_evidence(query, query.text))
    keys = [row[: len(columns)] for row in found]
    changes = sum(1 for before, after in zip([None, *keys], keys, strict=False) if before != after)
    assert changes == len(set(plain)), "the rows of one answer stand together"
    starts = [int(row[-3].value) for row in found if isinstance(row[-3], pyoxigraph.Literal)]
    assert len(starts) == len(found)
    for place in range(1, len(found)):
        if keys[place] == keys[place - 1]:
            assert starts[place - 1] <= starts[place]


@each_query
def test_another_engine_reads_the_query(query: NamedQuery) -> None:
    columns = {str(variable) for variable in prepareQuery(query.text).algebra.PV}
    wide = prepareQuery(with_evidence(query, query.text)).algebra.PV
    assert {str(variable) for variable in wide} == columns | set(COLUMNS)


def test_the_evidence_of_an_age_is_what_the_provision_of_its_row_says(
    sample_store: pyoxigraph.Store,
) -> None:
    """The sample states the age of conscription in a report and in a law that it quotes."""
    query = QUERIES["conscription-age"]
    _, found = rows(sample_store, with_evidence(query, query.text))
    (row,) = found
    law = pyoxigraph.NamedNode(BASE.id("eli/kz/law/2005-07-08/74-III/art_23__para_1"))
    assert row[-5] == law
    ages = QUERIES["age-thresholds"]
    columns, everywhere = rows(sample_store, with_evidence(ages, ages.text))
    age = columns.index("age") if "age" in columns else 6
    same = [r for r in everywhere if r[age] == age_of(sample_store) and r[0] is not None]
    assert {r[-5] for r in same} > {law}
    assert len({r[-1] for r in same}) == len(same), "each quote stands with one provision only"


def age_of(store: pyoxigraph.Store) -> pyoxigraph.NamedNode:
    return pyoxigraph.NamedNode(BASE.id("age/compulsory-recruitment_18i-27e"))


def test_what_another_text_says_of_the_same_is_no_evidence_of_a_row(
    sample_store: pyoxigraph.Store,
) -> None:
    query = QUERIES["conscription-age"]
    text = with_evidence(query, query.text)
    _, before = rows(sample_store, text)
    store = pyoxigraph.Store()
    store.bulk_extend(sample_store)
    act, age = BASE.id(SECOND), age_of(sample_store).value
    source = f"{act}/kaz@2001-01-01/original-000000000000.txt"
    says = f"<{age}> kzop:statedIn <{act}> ."
    told = f"""<{BASE.id("mention/0")}> oa:hasBody <{age}> ; oa:hasTarget <{source}#char=0,2> .
        <{age}> kzop:evidencedBy <{BASE.id("mention/0")}> .
        <{source}#char=0,2> oa:exact "ab" ; kzop:start 0 ; kzop:end 2 ."""
    work = f"""<{source}> eli:embodies <{act}/kaz@2001-01-01> .
        <{act}/kaz@2001-01-01> eli:realizes <{act}> . <{act}> a kzop:LegalDocument ."""
    store.update(f"""
        PREFIX eli: <http://data.europa.eu/eli/ontology#>
        PREFIX kzop: <https://w3id.org/kzop/ontology#>
        PREFIX oa: <http://www.w3.org/ns/oa#>
        INSERT DATA {{
          GRAPH <{BASE.graph("doc/second")}> {{ {says} {work} }}
          GRAPH <{BASE.graph("evidence/second")}> {{ {told} }}
          {says} {work} {told}
        }}""")
    assert rows(store, text)[1] == before
    ages = QUERIES["age-thresholds"]
    stated = [row for row in rows(store, with_evidence(ages, ages.text))[1] if row[-1]]
    assert [row[-5] for row in stated if row[-4] == pyoxigraph.Literal("ab")] == [
        pyoxigraph.NamedNode(act)
    ]


def test_values_stay_bound(sample_store: pyoxigraph.Store) -> None:
    query = QUERIES["penalties-article-162"]
    text = with_evidence(query, bind(query, {"article": "1"}))
    assert rows(sample_store, text)[1] == []


def test_a_query_of_another_shape_is_refused() -> None:
    query = replace(QUERIES["forum"], text="")
    with pytest.raises(BadQueryFile, match=r"forum: SELECT, WHERE \{, the last \}"):
        with_evidence(query, "SELECT * WHERE { ?s ?p ?o }")
