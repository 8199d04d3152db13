"""The counts of the data: right, made besides the requests, and again when the data changes."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, QueryResultsFormat, QuerySolutions

from graph.store import GraphStore
from service.app import create_app
from service.config import Settings
from service.engine.engine import Engine
from service.engine.starts import STARTS
from service.engine.statistics import TOGETHER, Statistics, batches, count
from service.http.problem import Problem
from service.prefixes import RDF
from service.processes.pool import TOO_MUCH

TYPE = NamedNode(f"{RDF}type")
MANY = 100


@dataclass
class Seen:
    version: str
    path: str


def counts_of(app: Flask) -> Statistics:
    engine: Engine = app.extensions["kzop"].engine
    found = engine.statistics.current(wait=20)
    assert found is not None
    return found


def test_counts_are_those_of_the_store(app: Flask, store_folder: Path) -> None:
    found = counts_of(app)
    with GraphStore.open(store_folder, read_only=True) as store:
        triples = list(store.quads.quads_for_pattern(None, None, None, DefaultGraph()))
        everything = store.quads.quads_for_pattern(None, None, None, None)
        names = [quad.graph_name for quad in everything]
        assert found.version == store.version
    assert found.triples == len(triples) > 0
    assert found.subjects == len({quad.subject for quad in triples})
    types = [quad.object for quad in triples if quad.predicate == TYPE]
    classes = Counter(kind.value for kind in types if isinstance(kind, NamedNode))
    assert dict(found.classes) == classes
    uses = Counter(quad.predicate.value for quad in triples)
    subjects = Counter(p for _, p in {(q.subject, q.predicate.value) for q in triples})
    assert {p.iri: (p.triples, p.subjects) for p in found.properties} == {
        iri: (uses[iri], subjects[iri]) for iri in uses
    }
    assert found.graphs == Counter(name.value for name in names if isinstance(name, NamedNode))


@given(st.lists(st.integers(1, 3 * TOGETHER)))
def test_no_query_remembers_too_many_subjects(sizes: list[int]) -> None:
    properties = [(f"urn:{number}", size) for number, size in enumerate(sizes)]
    size_of = dict(properties)
    found = list(batches(properties))
    assert [iri for batch in found for iri in batch] == [iri for iri, _ in properties]
    for batch in found:
        assert len(batch) == 1 or sum(size_of[iri] for iri in batch) <= TOGETHER
    for one, other in pairwise(found):
        assert sum(size_of[iri] for iri in one) + size_of[other[0]] > TOGETHER


@pytest.mark.parametrize("slug", [*TOO_MUCH, "too-many-requests"])
def test_what_needs_too_much_is_left_out_and_what_is_in_the_way_is_not(
    store_folder: Path, slug: str
) -> None:
    with GraphStore.open(store_folder, read_only=True) as store:

        async def ask(query: str, snapshot: str) -> bytes:
            if STARTS["start_duties"] in query:
                raise Problem(503, slug, "", "")
            found = store.quads.query(query)
            assert isinstance(found, QuerySolutions)
            return found.serialize(format=QueryResultsFormat.JSON) or b""

        counting = count(Seen(store.version, str(store_folder)), ask)
        if slug in TOO_MUCH:
            starts = asyncio.run(counting).starts
            assert starts.keys() == STARTS.keys()
            assert starts["start_duties"] == []
            assert starts["start_cited"]
        else:
            with pytest.raises(Problem):
                asyncio.run(counting)


def test_the_largest_come_first(app: Flask) -> None:
    found = counts_of(app)
    numbers = [number for _, number in found.classes]
    assert numbers == sorted(numbers, reverse=True)
    assert [p.triples for p in found.properties] == sorted(
        (p.triples for p in found.properties), reverse=True
    )


def test_a_change_of_the_data_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.engine.statistics.REST", 0.0)
    with GraphStore.open(tmp_path / "store", create=True) as store:
        store.load_vocabulary()
    app = create_app(Settings(store=tmp_path / "store"))
    engine: Engine = app.extensions["kzop"].engine
    try:
        before = counts_of(app)
        values = " ".join(f"<urn:a> <urn:b> {number} ." for number in range(MANY))
        engine.write_now({"kind": "update", "update": f"INSERT DATA {{ {values} }}"})
        engine.settle_now()
        deadline = time.monotonic() + 60
        while (after := counts_of(app)).version == before.version:
            assert time.monotonic() < deadline, "the change is never counted"
            time.sleep(0.05)
        assert after.triples == before.triples + MANY
        assert next(p for p in after.properties if p.iri == "urn:b").subjects == 1
    finally:
        engine.close()
