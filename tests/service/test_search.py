"""The search: over HTTP, in SPARQL by its parameter and its functions, in step with the data."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from server import request, running

from graph.store import GraphStore, rebuild
from service.app import create_app
from service.config import Settings
from service.processes.indexer import bring_in_step

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
