"""The evidence of the named queries: every row of the plain answer, with true quotes beside it."""

import csv
import time
from collections import Counter
from dataclasses import replace

import pyoxigraph
import pytest

from graph.iris import Base
from graph.model import Source
from graph.querying.queries import BadQueryFile, NamedQuery, bind, catalogue
from graph.querying.queryevidence import COLUMNS, with_evidence
from graph.querying.quotations import Quotes

BASE = Base()
QUERIES = catalogue(BASE)
SECOND = "eli/kz/law/2001-01-01/1-II"

each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)

Cells = tuple[object, ...]


def quoted(
    store: pyoxigraph.Store, query: NamedQuery, text: str | None = None
) -> tuple[list[str], list[Cells]]:
    """Return the columns and rows of an answer with its evidence."""
    return read(with_evidence(store, text or query.text, query.evidence, store.query))


def rows(store: pyoxigraph.Store, text: str) -> tuple[list[str], list[Cells]]:
    """Return the columns and rows of an answer."""
    return read(store.query(text))


def read(found: object) -> tuple[list[str], list[Cells]]:
    """Return the columns and rows of an answer; joint cells in one order."""
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
    wide, found = quoted(sample_store, query)
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
    _, found = quoted(sample_store, query)
    keys = [row[: len(columns)] for row in found]
    changes = sum(1 for before, after in zip([None, *keys], keys, strict=False) if before != after)
    assert changes == len(set(plain)), "the rows of one answer stand together"
    starts = [int(row[-3].value) for row in found if isinstance(row[-3], pyoxigraph.Literal)]
    assert len(starts) == len(found)
    for place in range(1, len(found)):
        if keys[place] == keys[place - 1]:
            assert starts[place - 1] <= starts[place]


def test_the_evidence_of_an_age_is_what_the_provision_of_its_row_says(
    sample_store: pyoxigraph.Store,
) -> None:
    """The sample states the age of conscription in a report and in a law that it quotes."""
    query = QUERIES["conscription-age"]
    _, found = quoted(sample_store, query)
    (row,) = found
    law = pyoxigraph.NamedNode(BASE.id("eli/kz/law/2005-07-08/74-III/art_23__para_1"))
    assert row[-5] == law
    ages = QUERIES["age-thresholds"]
    columns, everywhere = quoted(sample_store, ages)
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
    _, before = quoted(sample_store, query)
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
    assert quoted(store, query)[1] == before
    ages = QUERIES["age-thresholds"]
    stated = [row for row in quoted(store, ages)[1] if row[-1]]
    assert [row[-5] for row in stated if row[-4] == pyoxigraph.Literal("ab")] == [
        pyoxigraph.NamedNode(act)
    ]


def test_values_stay_bound(sample_store: pyoxigraph.Store) -> None:
    query = QUERIES["penalties-article-162"]
    assert quoted(sample_store, query, bind(query, {"article": "1"}))[1] == []


def test_a_query_of_another_shape_is_refused(sample_store: pyoxigraph.Store) -> None:
    query = replace(QUERIES["forum"], text="")
    with pytest.raises(BadQueryFile, match=r"SELECT, WHERE \{, the last \}"):
        quoted(sample_store, query, "SELECT * WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("form", ["JSON", "XML", "CSV", "TSV"])
def test_every_format_holds_the_same_rows(sample_store: pyoxigraph.Store, form: str) -> None:
    query = QUERIES["penalties-article-162"]
    answer = with_evidence(sample_store, query.text, query.evidence, sample_store.query)
    kind = getattr(pyoxigraph.QueryResultsFormat, form)
    data = answer.serialize(format=kind)
    assert data is not None
    if form == "CSV":  # has no types
        assert len(list(csv.reader(data.decode().splitlines(keepends=True)))) == 7
        return
    again = pyoxigraph.parse_query_results(data, format=kind)
    assert read(again) == quoted(sample_store, query)


def test_rows_come_before_all_are_looked_up(sample_store: pyoxigraph.Store) -> None:
    """A long answer is not gathered first: the store is asked while the rows are read."""
    query = QUERIES["most-cited"]
    asked: list[str] = []

    def run(text: str) -> pyoxigraph.QuerySolutions:
        asked.append(text)
        found = sample_store.query(text)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        return found

    answer = with_evidence(sample_store, query.text, query.evidence, run)
    assert len(asked) == 2
    assert "?citation" in asked[0]
    assert "?n" in asked[1]
    assert next(iter(answer)) is not None


def test_of_many_provisions_a_quote_belongs_to_the_one_it_stands_in() -> None:
    store = thousand_ages(400)
    query = QUERIES["age-thresholds"]
    _, found = quoted(store, query)
    act = BASE.id("eli/kz/law/2001-01-01/1-II")
    assert [(row[-5], row[-4]) for row in found] == [
        (pyoxigraph.NamedNode(f"{act}/art_{n}"), pyoxigraph.Literal(f"{n} жас")) for n in range(400)
    ]


def test_the_work_of_looking_up_grows_with_the_number_of_quotes() -> None:
    age = pyoxigraph.NamedNode(BASE.id("age/employment_16i-"))

    def seconds(count: int) -> float:
        quotes = Quotes(thousand_ages(count))
        begun = time.process_time()
        assert len(list(quotes.of(age, "statedIn"))) == count
        return time.process_time() - begun

    few = min(seconds(400) for _ in range(3))
    assert seconds(3200) < 24 * few + 0.2, "eight times as many: no square"


def thousand_ages(count: int) -> pyoxigraph.Store:
    """Return a store with an act of so many articles, each of which states the same age."""
    act = BASE.id("eli/kz/law/2001-01-01/1-II")
    source = f"{act}/kaz@2001-01-01/original-000000000000.txt"
    age = BASE.id("age/employment_16i-")
    content = [
        f"<{source}> eli:embodies <{act}/kaz@2001-01-01> .",
        f"<{act}/kaz@2001-01-01> eli:realizes <{act}> . <{act}> a kzop:LegalDocument .",
        f"<{age}> kzop:ageContext <urn:context> . <urn:context> skos:notation 'employment' .",
    ]
    for n in range(count):
        article = f"{act}/art_{n}"
        content.append(f"<{article}> eli:is_part_of <{act}> . <{age}> kzop:statedIn <{article}> .")
        for thing, kind, start, words in (
            (article, "structure-article", 100 * n, f"{n}-бап"),
            (age, "age", 100 * n + 50, f"{n} жас"),
        ):
            span = f"{source}#char={start},{start + len(words)}"
            content.append(f"""<{thing}> kzop:evidencedBy <urn:m:{start}> .
                <urn:m:{start}> oa:hasTarget <{span}> ;
                    kzop:extractionRule <https://x/rule/{kind}> .
                <{span}> oa:exact "{words}" .""")
    said = "\n".join(content)
    prefixes = """@base <urn:x> . @prefix eli: <http://data.europa.eu/eli/ontology#> .
        @prefix kzop: <https://w3id.org/kzop/ontology#> . @prefix oa: <http://www.w3.org/ns/oa#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."""
    store = pyoxigraph.Store()
    store.load(prefixes + said, pyoxigraph.RdfFormat.TURTLE)
    graph = pyoxigraph.NamedNode(BASE.graph("doc/first"))
    store.load(prefixes + said, pyoxigraph.RdfFormat.TURTLE, to_graph=graph)
    return store
