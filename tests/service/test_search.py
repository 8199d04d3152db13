"""The search: over HTTP, in SPARQL by its parameter and its functions, in step with the data."""

import json
import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from server import request, running

from graph.search.textindex import NAME, TextIndex
from graph.store import GraphStore, rebuild
from service.app import create_app
from service.config import Settings
from service.processes.indexer import bring_in_step
from service.things.kinds import KINDS, ROOT_OF

LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
FUNCTION = "https://w3id.org/kzop/function#"
BODY = "urn:kzop:test:body"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one labelled thing, and its text index."""
    path = tmp_path_factory.mktemp("search") / "store"
    with GraphStore.open(path, create=True) as store:
        store.update(f'INSERT DATA {{ <{BODY}> <{LABEL}> "Балаларды қорғау комитеті"@kk }}')
    assert bring_in_step(path) == 1
    assert bring_in_step(path) == 0
    return path


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(store=folder))
    yield app.test_client()
    app.extensions["kzop"].engine.close()


def found(client: FlaskClient, **parameters: str) -> list[str]:
    response = client.get("/search", query_string={"format": "json", **parameters})
    assert response.status_code == 200
    return [hit["iri"] for hit in response.get_json()["hits"]]


@pytest.mark.parametrize("words", ["комитеттің", "БАЛАЛАР комитет", "балаларды қoрғау", "қорғауын"])
def test_words_are_found_in_any_inflection_and_with_look_alikes(
    client: FlaskClient, words: str
) -> None:
    assert found(client, q=words) == [BODY]


@pytest.mark.parametrize("words", ["министр", "балалар мен министр", "", '"', "\x00", "* OR"])
def test_other_words_find_nothing(client: FlaskClient, words: str) -> None:
    assert found(client, q=words) == []


def test_what_is_typed_is_completed(client: FlaskClient) -> None:
    assert found(client, prefix="балаларды қорғ") == [BODY]


def test_the_page_marks_the_words(client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": "комитеттің", "lang": "kk"})
    page = response.get_data(as_text=True)
    assert "<mark>комитеті</mark>" in page
    assert "Табылды: 1" in page


@pytest.mark.parametrize(
    ("parameter", "value"), [("limit", "x"), ("offset", "-1"), ("kind", "laws")]
)
def test_bad_parameters(client: FlaskClient, parameter: str, value: str) -> None:
    response = client.get("/search", query_string={"q": "a", parameter: value})
    assert response.status_code == 400


def ask(client: FlaskClient, query: str, **parameters: str) -> list[str]:
    response = client.get("/sparql", query_string={"query": query, **parameters})
    assert response.status_code == 200, response.data
    rows = response.get_json()["results"]["bindings"]
    return [row["hit"]["value"] for row in rows]


def test_a_query_asks_the_index_by_a_parameter(client: FlaskClient) -> None:
    query = f"SELECT ?hit WHERE {{\n VALUES ?hit {{ UNDEF }}\n ?hit <{LABEL}> ?label }}"
    assert ask(client, query, search="комитеттің") == [BODY]
    assert ask(client, query, search="министр") == []
    assert ask(client, query) == [BODY]
    wrong = client.get("/sparql", query_string={"query": "SELECT * {}", "search": "a"})
    assert wrong.status_code == 400
    assert b"VALUES ?hit" in wrong.data


def test_a_query_asks_the_index_by_functions(client: FlaskClient) -> None:
    for condition in (
        f'<{FUNCTION}matches>(?label, "комитеттің")',
        f'<{FUNCTION}found>(?hit, "комитеттің")',
    ):
        query = f"SELECT ?hit WHERE {{ ?hit <{LABEL}> ?label FILTER({condition}) }}"
        assert ask(client, query) == [BODY]
        assert ask(client, query.replace("комитеттің", "министр")) == []


def test_the_index_follows_writes(tmp_path: Path) -> None:
    store = tmp_path / "store"
    GraphStore.open(store, create=True).close()
    with running(store, KZOP_TOKEN="t") as port:
        update = f'INSERT DATA {{ <{BODY}> <{LABEL}> "Жаңа агенттік"@kk }}'
        headers = {"Content_Type": "application/sparql-update", "Authorization": "Bearer t"}
        assert request(port, "POST", "/sparql", update.encode(), **headers)[0] == 204
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            status, _, body = request(port, "GET", f"/search?format=json&q={quote('агенттіктің')}")
            assert status in (200, 503)  # there is no index yet
            if status == 200 and json.loads(body)["hits"]:
                return
            time.sleep(0.2)
        pytest.fail("the index did not follow")


def test_the_index_of_a_rebuilt_store_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "store"

    def fill(label: str) -> None:
        with rebuild(folder) as store:
            store.update(f'INSERT DATA {{ <{BODY}> <{LABEL}> "{label}"@kk }}')
        bring_in_step(folder)

    fill("Ескі комитет")
    app = create_app(Settings(store=folder))
    client = app.test_client()
    assert found(client, q="ескі") == [BODY]
    fill("Жаңа комитет")
    assert (found(client, q="ескі"), found(client, q="жаңа")) == ([], [BODY])
    app.extensions["kzop"].engine.close()


@pytest.fixture(scope="module")
def sample(sample_folder: Path) -> Iterator[FlaskClient]:
    """The service over the sample and its text index."""
    bring_in_step(sample_folder)
    app = create_app(Settings(store=sample_folder))
    yield app.test_client()
    app.extensions["kzop"].engine.close()


def answer(client: FlaskClient, **parameters: str) -> dict[str, Any]:
    response = client.get("/search", query_string={"format": "json", **parameters})
    assert response.status_code == 200, response.text
    values: dict[str, Any] = response.get_json()
    return values


def test_facets_count_what_choosing_them_gives(sample: FlaskClient) -> None:
    whole = answer(sample, q="бала", limit="100")
    assert whole["facets_complete"] is True
    assert sum(one["count"] for one in whole["facets"]["kind"]) == whole["total"]
    for name in ("kind", "act", "body", "year"):
        assert whole["facets"][name], name
        for choice in whole["facets"][name][:5]:
            narrowed = answer(sample, q="бала", **{name: choice["value"]})
            assert narrowed["total"] == choice["count"], choice
            assert narrowed["complete"] is True
    acts = whole["facets"]["act"]
    assert all(act["label"] for act in acts)


def test_other_values_of_a_chosen_facet_stay_on_offer(sample: FlaskClient) -> None:
    whole = answer(sample, q="бала")
    kinds = {one["value"]: one["count"] for one in whole["facets"]["kind"]}
    narrowed = answer(sample, q="бала", kind="norm")
    assert {one["value"]: one["count"] for one in narrowed["facets"]["kind"]} == kinds
    assert {hit["kind"] for hit in narrowed["hits"]} == {"norm"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_alone_lists_all_its_things(sample: FlaskClient, kind: str) -> None:
    query = f"SELECT ?hit WHERE {{ ?hit a <{ROOT_OF[kind]}> }}"
    everything = set(ask(sample, query))
    assert everything
    seen: list[str] = []
    while True:
        found = answer(sample, kind=kind, limit="15", offset=str(len(seen)))
        assert found["total"] == len(everything)
        if not found["hits"]:
            break
        seen += [hit["iri"] for hit in found["hits"]]
    assert len(seen) == len(everything)
    assert set(seen) == everything


def test_an_act_lists_what_it_states(sample: FlaskClient) -> None:
    act = "https://w3id.org/kzop/id/eli/kz/code/criminal"
    found = answer(sample, act=act, kind="penalty", limit="100")
    query = f"""SELECT DISTINCT ?hit WHERE {{ ?p <http://data.europa.eu/eli/ontology#is_part_of>*
    <{act}> . ?hit <https://w3id.org/kzop/ontology#statedIn> ?p ; a
    <https://w3id.org/kzop/ontology#Penalty> }}"""
    assert {hit["iri"] for hit in found["hits"]} == set(ask(sample, query))
    assert found["total"] == 6


def test_facets_of_many_hits_are_lower_bounds(
    sample: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answer(sample, q="бала")
    monkeypatch.setattr("service.search.facets.MOST", 10)
    monkeypatch.setattr("service.search.search.MOST", 10)
    monkeypatch.setattr("graph.search.textsearch.MOST_HITS", 10)
    bounded = answer(sample, q="бала")
    assert bounded["total"] == whole["total"]
    assert bounded["facets_complete"] is False
    assert sum(one["count"] for one in bounded["facets"]["kind"]) == 10
    page = sample.get("/search", query_string={"q": "бала", "lang": "en"}).text
    assert "counted over the first 10 results: they are lower bounds" in page
    narrowed = answer(sample, q="бала", kind=bounded["facets"]["kind"][0]["value"])
    assert narrowed["complete"] is (len(bounded["facets"]["kind"]) == 1)


def test_the_page_of_a_search_links_facets_places_and_words(sample: FlaskClient) -> None:
    text = sample.get("/search", query_string={"q": "бала", "lang": "kk"}).text
    links = [unescape(link) for link in re.findall(r'href="(/search\?[^"]+)"', text)]
    assert len(links) > 5
    for link in links:
        assert sample.get(link, headers={"Accept": "text/html"}).status_code == 200
    assert re.search(r'href="[^"]*#char=\d+,\d+">мәтіннен көру', text)
    assert 'class="badge kind-' in text


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("kind", "laws"), ("year", "x"), ("act", "no iri"), ("body", "<>"), ("in", "laws")],
)
def test_bad_facets(sample: FlaskClient, parameter: str, value: str) -> None:
    response = sample.get("/search", query_string={"q": "a", parameter: value})
    assert response.status_code == 400
    assert parameter in response.text


def test_words_without_hits_together_are_offered_alone(client: FlaskClient) -> None:
    page = client.get("/search?q=комитеті+жоқсөз&lang=kk", headers={"Accept": "text/html"}).text
    assert "Сөздердің әрқайсысы бойынша:" in page
    alone = page.partition("Сөздердің әрқайсысы бойынша:")[2].partition("</p>")[0]
    assert ">комитеті</a>" in alone
    assert "жоқсөз" not in alone
    page = client.get("/search?q=жоқсөз&lang=kk", headers={"Accept": "text/html"}).text
    assert "Сөздердің әрқайсысы бойынша:" not in page


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("ІІМ", "org/mia"),
        ("Министерство внутренних дел", "org/mia"),
        ("ҚК", "eli/kz/code/criminal"),
        ("Z020000345_", "eli/kz/law/2002-08-08/345-II"),
    ],
)
def test_what_the_words_name_stands_before_what_they_find(
    sample: FlaskClient, words: str, path: str
) -> None:
    page = sample.get(
        "/search", query_string={"q": words, "lang": "kk"}, headers={"Accept": "text/html"}
    ).text
    named = page.partition("Атауы бойынша:")[2].partition("</p>")[0]
    assert f'href="/doc/{path}"' in named


@pytest.mark.parametrize("words", ["бала", "жоқсөз", "a" * 500])
def test_words_that_name_nothing_are_only_searched_for(sample: FlaskClient, words: str) -> None:
    page = sample.get("/search", query_string={"q": words, "lang": "kk"}).text
    assert "Атауы бойынша:" not in page


def test_an_index_that_was_never_written_is_not_searched(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with GraphStore.open(store, create=True):
        pass
    TextIndex.open(store / NAME).close()
    app = create_app(Settings(store=store))
    answer = app.test_client().get("/search?q=бала&format=json")
    app.extensions["kzop"].engine.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
