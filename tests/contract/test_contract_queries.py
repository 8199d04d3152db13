"""The named queries answer the same over every engine, as terms, with and without evidence."""

import pytest
from contract.conftest import Served
from contract.deviations import LISTED, check_rows
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from server import request

from graph.querying.queries import catalogue

NAMES = sorted(catalogue())
QUOTED = [f"{name}?evidence=1" for name in NAMES]


def rows(port: int, target: str) -> list[list[str]]:
    """Ask for a table in JSON, and return its terms."""
    status, _, body = request(port, "GET", target, Accept="application/sparql-results+json")
    assert status == 200, body
    answer = parse_query_results(body, QueryResultsFormat.JSON)
    assert isinstance(answer, QuerySolutions)
    return [["" if term is None else str(term) for term in row] for row in answer]


@pytest.mark.parametrize("name", [*NAMES, *QUOTED])
def test_a_named_query_answers_the_same(remote: Served, embedded: int, name: str) -> None:
    target = f"/queries/{name}"
    wanted = rows(embedded, target)
    assert wanted
    check_rows(remote.engine.name, name, rows(remote.port, target), wanted)


def test_deviations_are_of_named_queries_and_have_a_reason() -> None:
    for listed in LISTED.values():
        assert listed.keys() <= {*NAMES, *QUOTED, "literals", "pages"}
        assert all(entry["reason"] for entry in listed.values())
