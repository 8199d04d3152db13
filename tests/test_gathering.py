"""Evidence over quads that are elsewhere: few questions, and the quotes of the embedded store."""

import asyncio
import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from graph.iris import Base
from graph.querying import queryevidence
from graph.querying.queries import NamedQuery, catalogue
from graph.querying.queryevidence import with_evidence
from graph.remote.endpoint import Endpoint
from service.engine.evaluation import Output
from service.http.problem import Problem
from service.processes.pool import timed_out
from service.remote import gathering
from service.remote.client import Read
from service.remote.conversion import Conversion, nothing
from service.remote.quads import DEADLINE, RemoteQuads

QUERIES = catalogue(Base())
STEPS = 8
"""Questions for the rows, their statements, texts, headings, mentions and documents."""


def asking(store: Store, asked: list[str]) -> Callable[[Read], bytes]:
    """Return an engine that answers from a store, and notes what it was asked."""

    def ask(read: Read) -> bytes:
        asked.append(read.query)
        answer = store.query(read.query)
        assert isinstance(answer, QuerySolutions)
        return answer.serialize(format=QueryResultsFormat.JSON) or b""

    return ask


def quoted(store: Store, query: NamedQuery) -> tuple[list[str], list[str]]:
    """Return the rows of a query with its evidence over a store that is elsewhere, and the asks."""
    asked: list[str] = []
    quads = RemoteQuads(asking(store, asked), Endpoint("http://engine.example/"), Base())
    found = with_evidence(quads, query.text, query.evidence, quads.query)
    return [str(list(map(str, row))) for row in found], asked


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_few_questions_give_the_same_quotes(query: NamedQuery, sample_store: Store) -> None:
    near = with_evidence(sample_store, query.text, query.evidence, sample_store.query)
    found, asked = quoted(sample_store, query)
    assert found == [str(list(map(str, row))) for row in near]
    assert len(asked) <= STEPS


def test_many_things_are_asked_for_in_parts(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = QUERIES["most-cited"]
    found, few = quoted(sample_store, query)
    monkeypatch.setattr(queryevidence, "AT_ONCE", 7)
    monkeypatch.setattr(gathering, "TOGETHER", 5)
    again, many = quoted(sample_store, query)
    assert again == found
    assert len(many) > len(few)
    assert max(one.count("<") for one in many[2:]) <= 5 + 4  # the things, and properties


def test_a_conversion_that_asks_on_and_on_ends_at_its_limit() -> None:
    def write(_: io.BufferedReader, out: Output) -> None:
        while time.monotonic() < DEADLINE.get():
            out.write(b"row\n" * 10_000)
        raise timed_out(0.3)

    async def read(threads: ThreadPoolExecutor) -> int:
        conversion = Conversion(nothing(), write, threads, 0.3)
        return sum([len(part) async for part in conversion.parts()])

    with ThreadPoolExecutor(1) as threads, pytest.raises(Problem, match="limit"):
        asyncio.run(asyncio.wait_for(read(threads), 20))
