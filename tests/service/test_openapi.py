"""The description of the interface against the service that it describes."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from server import request, running

from service.http.language import LANGUAGES
from service.processes.indexer import bring_in_step
from service.site.openapi import command, description, examples, groups

LAW = "https://w3id.org/kzop/id/eli/kz/law/2002-08-08/345-II"
IMPLIED = {"HEAD", "OPTIONS"}
"""Methods of every address that is read, described once for all."""


@pytest.fixture(scope="module")
def port(sample_folder: Path) -> Iterator[int]:
    bring_in_step(sample_folder)
    with running(sample_folder, KZOP_TOKEN="t", KZOP_PUBLIC_URL="") as port:
        yield port


def template(rule: str) -> str:
    """A rule of the app as OpenAPI writes it."""
    return re.sub(r"<(?:[^<>:]*(?:\([^()]*\))?:)?(\w+)>", r"{\1}", rule)


def test_every_route_is_described_and_every_description_has_a_route(
    app: Flask, client: FlaskClient
) -> None:
    served: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        sample = template(str(rule)).replace("{what}", "entity").replace("{extension}", "ttl")
        allow = client.options(re.sub(r"{\w+}", "x", sample)).headers["Allow"]
        methods = set(re.split(r",\s*", allow)) - IMPLIED
        served.setdefault(template(str(rule)), set()).update(methods)
    described = {
        path: {method.upper() for method in item if method in ("get", "put", "post", "delete")}
        for path, item in description()["paths"].items()
    }
    assert described == served


class Strict(yaml.SafeLoader):
    """Refuses a member that stands twice, of which YAML would take the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if key.value != "<<"]
        twice = {name for name in names if names.count(name) > 1}
        merged = getattr(node, "merged", False)
        assert merged or not twice, f"line {node.start_mark.line + 1}: {twice} twice"
        node.merged = True  # type: ignore[attr-defined]
        return super().construct_mapping(node, deep)


def test_no_member_stands_twice() -> None:
    path = Path(__file__).parents[2] / "service" / "openapi.yaml"
    assert yaml.load(path.read_text(encoding="utf-8"), Strict)["openapi"]
    with pytest.raises(AssertionError, match="line 2"):
        yaml.load("x:\n  a: 1\n  a: 2", Strict)


def test_the_document_is_valid(client: FlaskClient) -> None:
    document = client.get("/openapi.json", base_url="https://law.example.kz").get_json()
    validate(document)
    assert document["servers"] == [{"url": "https://law.example.kz"}]
    written = client.get("/openapi.yaml", base_url="https://law.example.kz").get_data(as_text=True)
    assert "&id" not in written
    assert yaml.safe_load(written) == document


def told() -> Iterator[Mapping[str, Any]]:
    """Everything that has a text for people."""
    yield from description()["tags"]
    for item in description()["paths"].values():
        yield from (item[method] for method in item if method != "parameters")
    yield from description()["components"]["parameters"].values()


def test_texts_are_in_three_languages() -> None:
    for one in told():
        assert one.get("x-kk"), one
        assert one.get("x-ru"), one
        assert re.search("[а-яәғқңөұүһі]|SPARQL", one["x-kk"]), one


def test_names_of_operations_are_unique() -> None:
    operations = [one for group in groups("kk", "http://x/") for one in group.operations]
    names = [one.id for one in operations]
    assert len(set(names)) == len(names)
    described = sum(method != "parameters" for i in description()["paths"].values() for method in i)
    assert len(operations) == described


def test_every_kind_of_problem_is_described() -> None:
    folder = Path(__file__).parents[2] / "service"
    text = json.dumps(description()["components"]["responses"])
    for path in folder.rglob("*.py"):
        for found in re.finditer(r'Problem(?:Error)?\(\s*(\d{3}),\s*"([a-z-]+)"', path.read_text()):
            status, slug = found.groups()
            if status not in ("405", "500") and slug != "client-gone":
                assert slug in text, f"{path.name}: {slug}"


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl: apt-get install curl")
@pytest.mark.parametrize("example", [e for _, e in examples()], ids=[n for n, _ in examples()])
def test_the_examples_work_as_they_are_shown(port: int, example: Mapping[str, Any]) -> None:
    shown = command(example, f"http://127.0.0.1:{port}/")
    done = subprocess.run(
        f"KZOP_TOKEN=t; {shown} --silent --show-error --fail --noproxy '*'",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"{shown}\n{done.stderr}"
    kind = example.get("headers", {}).get("Accept", "")
    if "json" in kind or "json" in example["path"]:
        json.loads(done.stdout)


def check(name: str, values: object) -> None:
    """Validate against a schema of the description, which has those of the API 0.2 in it."""
    root = {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}
    Draft202012Validator(root).validate(values)


@pytest.fixture(scope="module")
def ask(port: int) -> Any:
    def get(target: str) -> Any:
        status, _, body = request(port, "GET", target)
        assert status == 200, body
        return json.loads(body)

    return get


def test_answers_for_openrefine_follow_the_schemas(ask: Any) -> None:
    names = '{"q0":{"query":"345-II"},"q1":{"query":"Mini"},"q2":{"query":""}}'
    asked = {
        "ids": [LAW, "org/mia", "x y"],
        "properties": [{"id": "date"}, {"id": "kind"}, {"id": "see-also"}, {"id": "label-en"}],
    }
    check("Manifest", ask("/reconcile"))
    check("Manifest", ask("/reconcile?lang=en"))
    from urllib.parse import quote

    check("Candidates", ask(f"/reconcile?queries={quote(names)}"))
    check("Extended", ask(f"/reconcile?extend={quote(json.dumps(asked))}"))
    for what, prefix in (("entity", "м"), ("property", "а"), ("type", "з")):
        suggested = ask(f"/reconcile/suggest/{what}?prefix={quote(prefix)}")
        assert suggested["result"]
        check("Suggestions", suggested)
    check("Proposed", ask("/reconcile/properties"))
    check("Queries", json.loads(names))
    check("Extend", asked)


def test_the_schemas_refuse_what_is_wrong() -> None:
    validator = Draft202012Validator(
        {"$ref": "#/components/schemas/Candidates", "components": description()["components"]}
    )
    wrongs: list[Any] = [{"q0": []}, {"q0": {"result": [{"id": "x"}]}}, []]
    for wrong in wrongs:
        assert not validator.is_valid(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_operation(client: FlaskClient, language: str) -> None:
    page = client.get("/api", query_string={"lang": language}).get_data(as_text=True)
    for group in groups(language, "http://localhost/"):
        assert f'id="{group.id}"' in page
        assert group.operations, group.id
        for one in group.operations:
            assert f'id="{one.id}"' in page
            assert one.summary.replace("'", "&#39;") in page
    assert "http://localhost/reconcile</code>" in page
    assert "67\u00a0108\u00a0864" in page
