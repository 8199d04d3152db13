"""Reconciling names with the things of the sample, as OpenRefine asks for it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.processes.indexer import bring_in_step

ID = "https://w3id.org/kzop/id/"
ACT = "https://w3id.org/kzop/ontology#LegalDocument"
BODY = "http://www.w3.org/ns/org#Organization"
LAW = f"{ID}eli/kz/law/2002-08-08/345-II"
LINES = (Path(__file__).parents[1] / "reconciliation" / "names.tsv").read_text(encoding="utf-8")
NAMES = [line.split("\t") for line in LINES.splitlines() if line and line[0] != "#"]
"""Name, kind, and what it means, or "-"."""


@pytest.fixture(scope="module")
def client(sample_folder: Path) -> Iterator[FlaskClient]:
    bring_in_step(sample_folder)
    app = create_app(Settings(store=sample_folder, public_url="https://law.example.kz/"))
    yield app.test_client()
    app.extensions["kzop"].engine.close()


def ask(client: FlaskClient, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    batch = {f"q{place}": query for place, query in enumerate(queries)}
    response = client.post("/reconcile", data={"queries": json.dumps(batch)})
    assert response.status_code == 200, response.data
    answers: dict[str, Any] = response.get_json()
    return [answers[key]["result"] for key in batch]


def ask_one(client: FlaskClient, text: str, **more: Any) -> list[dict[str, Any]]:
    return ask(client, {"query": text, **more})[0]


def scores(client: FlaskClient, kinds: dict[str, str]) -> tuple[float, float, float]:
    """How often the first candidate is right; of the certain ones, how many; how many are found."""
    asked = [{"query": name, "type": kinds.get(kind, ACT)} for name, kind, _ in NAMES]
    if not kinds:
        asked = [{"query": name} for name, _, _ in NAMES]
    first, meant, certain, right = 0, 0, 0, 0
    for (name, _, path), found in zip(NAMES, ask(client, *asked), strict=True):
        matches = [one["id"] for one in found if one["match"]]
        assert len(matches) <= 1, name
        certain += len(matches)
        right += matches == [ID + path]
        if path != "-":
            meant += 1
            first += [one["id"] for one in found[:1]] == [ID + path]
    return first / meant, right / certain, right / meant


@pytest.mark.parametrize("kinds", [{"act": ACT, "body": BODY}, {}], ids=["kind told", "not told"])
def test_names_as_people_write_them(client: FlaskClient, kinds: dict[str, str]) -> None:
    first, precision, recall = scores(client, kinds)
    assert first >= 0.95
    assert precision == 1.0
    assert recall >= 0.8


def test_a_name_of_several_things_is_no_match(client: FlaskClient) -> None:
    """The code of 2014 has the same name, though the sample knows only that of 1997."""
    (found,) = ask_one(client, "Қылмыстық кодекс", type=ACT)
    assert (found["match"], found["score"]) == (False, 100)
    (dated,) = ask_one(
        client, "Қылмыстық кодекс", type=ACT, properties=[{"pid": "date", "v": "1997-07-16"}]
    )
    assert dated["match"]
    (other,) = ask_one(
        client, "Қылмыстық кодекс", type=ACT, properties=[{"pid": "date", "v": "2014-07-03"}]
    )
    assert not other["match"]
    assert other["score"] < found["score"]


def test_a_slip_of_the_pen_is_no_match(client: FlaskClient) -> None:
    found = ask_one(client, "Ішкі істер минстрлігі")
    assert found[0]["id"] == f"{ID}org/mia"
    assert not found[0]["match"]


def test_properties_tell_the_thing_without_a_name(client: FlaskClient) -> None:
    for condition in (
        {"pid": "number", "v": "345-II"},
        {"pid": "http://data.europa.eu/eli/ontology#number", "v": ["№ 345-ІІ"]},
        {"pid": "adilet", "v": "Z020000345_"},
    ):
        found = ask_one(client, "", properties=[condition])
        assert [(one["id"], one["match"]) for one in found[:1]] == [(LAW, True)], condition


def test_the_kind_of_thing_is_kept_to(client: FlaskClient) -> None:
    for name, kind in (("ІІМ", ACT), ("345-II", BODY), ("ІІМ", "http://example.org/none")):
        assert ask_one(client, name, type=kind) == []
    (code, *_) = ask_one(client, "жарлық", type="http://www.w3.org/2004/02/skos/core#Concept")
    assert code["id"].startswith("https://w3id.org/kzop/code/docType/decree")


def test_fifty_names_take_less_than_a_second(client: FlaskClient) -> None:
    queries = [{"query": name} for name, _, _ in NAMES[:50]]
    ask(client, *queries)
    began = time.process_time()
    ask(client, *queries)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("no JSON", 400),
        ("[]", 400),
        ('{"q": "ІІМ"}', 400),
        ('{"q": {}}', 400),
        ('{"q": {"query": 1}}', 400),
        ('{"q": {"query": "a", "limit": "x"}}', 400),
        ('{"q": {"query": "a", "limit": 0}}', 400),
        ('{"q": {"query": "a", "type": [1]}}', 400),
        ('{"q": {"query": "a", "properties": [{"pid": "date"}]}}', 400),
        ("[" * 100_000, 400),
        (json.dumps({f"q{n}": {"query": "a"} for n in range(101)}), 413),
        (json.dumps({"q": {"query": "а" * 1001}}), 413),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, asked: str, status: int) -> None:
    response = client.post("/reconcile", data={"queries": asked})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert "queries" in response.get_json()["detail"]


def test_the_manifest_names_addresses_of_this_service(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").get_json()
    assert manifest["identifierSpace"] == ID
    base = "https://law.example.kz/"
    addresses = [manifest["view"]["url"], manifest["preview"]["url"]]
    addresses += [one["service_url"] + one["service_path"] for one in manifest["suggest"].values()]
    extend = manifest["extend"]["propose_properties"]
    addresses.append(extend["service_url"] + extend["service_path"])
    for address in addresses:
        assert address.startswith(base)
        local = address.removeprefix(base.rstrip("/")).replace("{{id}}", f"{ID}org/mia")
        response = client.get(local, query_string=None if "?" in local else {"prefix": "а"})
        assert response.status_code in (200, 303), address


def test_the_language_goes_with_the_address(client: FlaskClient) -> None:
    manifest = client.get("/reconcile?lang=ru").get_json()
    assert all(one["service_path"].endswith("?lang=ru") for one in manifest["suggest"].values())
    response = client.get(
        "/reconcile",
        query_string={"queries": '{"q": {"query": "ІІМ"}}'},
        headers={"Accept-Language": "ru"},
    )
    assert response.get_json()["q"]["result"][0]["name"] == "Министерство внутренних дел"


def test_an_answer_is_handed_to_a_function(client: FlaskClient) -> None:
    response = client.get("/reconcile?callback=jQuery1_$.done")
    assert response.mimetype == "application/javascript"
    body = response.get_data(as_text=True)
    assert json.loads(body.removeprefix("/**/jQuery1_$.done(").removesuffix(");"))["versions"]
    assert client.get("/reconcile?callback=alert(1)").status_code == 400


def test_pages_of_other_origins_may_ask(client: FlaskClient) -> None:
    response = client.get("/reconcile", headers={"Origin": "http://127.0.0.1:3333"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_things_are_suggested(client: FlaskClient) -> None:
    def suggested(what: str, prefix: str, **more: str) -> list[str]:
        response = client.get(f"/reconcile/suggest/{what}", query_string={"prefix": prefix, **more})
        return [one["id"] for one in response.get_json()["result"]]

    assert suggested("entity", "қорған")[0] == f"{ID}org/md"
    assert suggested("entity", "ІІМ") == [f"{ID}org/mia"]
    assert LAW in suggested("entity", "баланың құқық")
    assert (
        suggested("entity", "баланың құқық", cursor="1") == suggested("entity", "баланың құқық")[1:]
    )
    assert suggested("type", "құқықтық") == [ACT]
    assert suggested("property", "нөмір") == ["number"]
    assert suggested("property", "num", lang="en") == ["number"]
    assert client.get("/reconcile/suggest/entity").status_code == 400
    assert client.get("/reconcile/suggest/entity?prefix=a&cursor=-1").status_code == 400
    assert client.get("/reconcile/suggest/thing?prefix=a").status_code == 404


def test_data_is_extended(client: FlaskClient) -> None:
    asked = {
        "ids": [LAW, "org/mia", "no such thing"],
        "properties": [{"id": one} for one in ("number", "date", "kind", "label-ru")],
    }
    response = client.post("/reconcile", data={"extend": json.dumps(asked)})
    told = response.get_json()
    assert [one["id"] for one in told["meta"]] == ["number", "date", "kind", "label-ru"]
    assert told["rows"][LAW] == {
        "number": [{"str": "345-II"}],
        "date": [{"date": "2002-08-08T00:00:00Z"}],
        "kind": [{"id": "https://w3id.org/kzop/code/docType/law", "name": "заң"}],
        "label-ru": [{"str": "Закон о правах ребенка"}],
    }
    assert told["rows"]["org/mia"]["label-ru"] == [{"str": "Министерство внутренних дел"}]
    assert not any(told["rows"]["no such thing"].values())
    wrong = {"ids": [LAW], "properties": [{"id": "colour"}]}
    assert client.post("/reconcile", data={"extend": json.dumps(wrong)}).status_code == 400


def test_the_properties_of_a_class_are_proposed(client: FlaskClient) -> None:
    told = client.get("/reconcile/properties", query_string={"type": BODY}).get_json()
    assert {one["id"] for one in told["properties"]} >= {"label-kk", "classification"}
    assert "number" not in {one["id"] for one in told["properties"]}


def test_a_preview_may_stand_in_a_frame_and_no_other_page(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview", query_string={"id": LAW, "lang": "ru"})
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert "Закон о правах ребенка" in response.get_data(as_text=True)
    other = client.get("/search", headers={"Accept": "text/html"})
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert client.get("/reconcile/preview?id=nothing").status_code == 404
    assert client.get("/reconcile/preview").status_code == 400


def test_the_view_leads_to_the_page_of_this_service_only(client: FlaskClient) -> None:
    view = client.get("/reconcile/view", query_string={"id": LAW})
    assert (view.status_code, view.headers["Location"]) == (
        303,
        "/doc/eli/kz/law/2002-08-08/345-II",
    )
    assert client.get("/reconcile/view", query_string={"id": BODY}).status_code == 404
