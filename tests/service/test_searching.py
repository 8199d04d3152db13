"""`search=` beside a query: the parameters, and the hits in the query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store
from steady import steadily

from service.sparql.searching import Searching, read_searching, with_hits

QUERY = "SELECT ?hit ?name WHERE {\n  VALUES ?hit { UNDEF }\n  ?hit <x:name> ?name\n}"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, None),
        ({"query": "q"}, None),
        ({"search": "заң"}, Searching("заң", "hit", 200)),
        ({"search": ""}, Searching("", "hit", 200)),
        (
            {"search": "заң", "search-var": "?act", "search-limit": "1000"},
            Searching("заң", "act", 1000),
        ),
    ],
)
def test_parameters(parameters: dict[str, str], expected: Searching | None) -> None:
    assert read_searching(parameters) == expected


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "", "ten", "1e2", "²", "9" * 5000])
def test_a_limit_out_of_bounds(limit: str) -> None:
    with pytest.raises(ValueError, match="search-limit= must be a whole number from 1 to 1000"):
        read_searching({"search": "заң", "search-limit": limit})


def test_a_parameter_without_words() -> None:
    with pytest.raises(ValueError, match="search-var= goes with search="):
        read_searching({"search-var": "act"})


def names(query: str) -> list[str]:
    store = Store()
    store.extend(
        [Quad(NamedNode(f"x:{name}"), NamedNode("x:name"), Literal(name)) for name in "abc"]
    )
    result = store.query(query)
    assert isinstance(result, QuerySolutions)
    return sorted(str(row["name"].value) for row in result)


def test_the_hits_are_bound_and_the_query_runs_without_them() -> None:
    assert names(QUERY) == ["a", "b", "c"]
    assert names(with_hits(QUERY, "hit", ["x:b", "x:c", "x:d"])) == ["b", "c"]
    assert names(with_hits(QUERY, "hit", [])) == []


@pytest.mark.parametrize(
    "line",
    [
        "VALUES ?hit { UNDEF }",
        "\tvalues $hit {undef}",
        "    VALUES  ?hit  {  UNDEF  }  \r",
    ],
)
def test_the_line_may_be_written_in_several_ways(line: str) -> None:
    query = QUERY.replace("  VALUES ?hit { UNDEF }", line)
    assert names(with_hits(query, "hit", ["x:a"])) == ["a"]


def test_other_lines_stay_as_they_are() -> None:
    query = QUERY.replace("?hit <x:name>", "VALUES ?other { UNDEF }\n  # VALUES\n  ?hit <x:name>")
    bound = with_hits(query, "hit", ["x:a"])
    assert bound == query.replace("?hit { UNDEF }", "?hit { <x:a> }")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * {}", "has no line 'VALUES \\?hit { UNDEF }'"),
        (QUERY.replace("?hit", "?thing"), "has no line"),
        (f"{QUERY}\n  VALUES ?hit {{ UNDEF }}", "has 2 lines"),
        (QUERY.replace("UNDEF", "<x:a>"), "bound already"),
        (QUERY.replace("  VALUES", "  # VALUES"), "has no line"),
    ],
)
def test_a_query_without_the_line(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_hits(query, "hit", ["x:a"])


@steadily(100)
@given(st.text())
def test_what_is_no_iri_never_gets_into_a_query(iri: str) -> None:
    try:
        bound = with_hits(QUERY, "hit", [iri])
    except ValueError:
        return
    assert bound == QUERY.replace("?hit { UNDEF }", f"?hit {{ <{iri}> }}")
    names(bound)
