"""What the service says of its data, and the way that it shows to search engines."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.store import GraphStore
from service.app import create_app
from service.config import Settings
from service.linked import sitemap
from service.prefixes import DCAT, DCTERMS, FOAF, RDF, VOID

DATA = NamedNode("https://w3id.org/kzop/.well-known/void#dataset")
XML = {"s": sitemap.NAMESPACE}
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def sample(sample_folder: Path) -> Iterator[Flask]:
    app = create_app(Settings(store=sample_folder, publisher="https://law.example.kz/about"))
    assert app.extensions["kzop"].engine.statistics.current(wait=60)
    yield app
    app.extensions["kzop"].engine.close()


@pytest.fixture
def reader(sample: Flask) -> FlaskClient:
    return sample.test_client()


def described(reader: FlaskClient, path: str = "/.well-known/void") -> set[Triple]:
    answer = reader.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    return {quad.triple for quad in parse(answer.data, RdfFormat.TURTLE)}


def values(triples: set[Triple], name: str, subject: NamedNode = DATA) -> set[str]:
    found = {t.object for t in triples if t.subject == subject and t.predicate.value == name}
    return {term.value for term in found if isinstance(term, NamedNode | Literal)}


def test_the_description_is_complete(reader: FlaskClient, sample_folder: Path) -> None:
    triples = described(reader)
    assert values(triples, f"{RDF}type") == {f"{VOID}Dataset", f"{DCAT}Dataset"}
    for name in ("title", "description"):
        words = [t.object for t in triples if t.predicate.value == f"{DCTERMS}{name}"]
        assert {w.language for w in words if isinstance(w, Literal)} >= {"kk", "ru", "en"}
    assert values(triples, f"{DCTERMS}license") == {
        "https://creativecommons.org/publicdomain/zero/1.0/"
    }
    assert values(triples, f"{DCTERMS}publisher") == {"https://law.example.kz/about"}
    assert values(triples, f"{VOID}sparqlEndpoint") == {"http://localhost/sparql"}
    assert values(triples, f"{FOAF}homepage") == {"http://localhost/"}
    assert values(triples, f"{VOID}dataDump") == set(), "there is no dump to be had"
    assert values(triples, f"{VOID}uriSpace") == {"https://w3id.org/kzop/id/"}
    with GraphStore.open(sample_folder, read_only=True) as store:
        assert values(triples, f"{DCAT}version") == {store.version}
    (moment,) = values(triples, f"{DCTERMS}modified")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    (period,) = values(triples, f"{DCTERMS}temporal")
    (first,) = values(triples, f"{DCAT}startDate", NamedNode(period))
    (last,) = values(triples, f"{DCAT}endDate", NamedNode(period))
    assert "1985" < first < last < "2006", "the acts that the report names"
    service = NamedNode(f"{DATA.value.partition('#')[0]}#sparql-service")
    assert values(triples, f"{RDF}type", service) == {f"{DCAT}DataService"}
    assert values(triples, f"{DCAT}servesDataset", service) == {DATA.value}
    assert "http://localhost/openapi.json" in values(triples, f"{DCAT}endpointDescription", service)


def test_every_example_is_there(reader: FlaskClient) -> None:
    examples = values(described(reader), f"{VOID}exampleResource")
    assert examples
    for iri in examples:
        path = iri.removeprefix("https://w3id.org/kzop")
        assert reader.get(path, follow_redirects=True).status_code == 200


def test_the_partitions_are_named_after_what_they_hold(reader: FlaskClient) -> None:
    triples = described(reader)
    laws = NamedNode(f"{DATA.value.partition('#')[0]}#class-kzop-Law")
    assert values(triples, f"{VOID}class", laws) == {"https://w3id.org/kzop/ontology#Law"}
    parts = values(triples, f"{VOID}propertyPartition")
    assert len(parts) > 60
    sums = [int(*values(triples, f"{VOID}triples", NamedNode(part))) for part in parts]
    assert {str(sum(sums))} == values(triples, f"{VOID}triples")


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_the_description_comes_in_every_form(reader: FlaskClient, form: str) -> None:
    assert reader.get(f"/dataset.{form}").status_code == 200
    assert reader.get(f"/.well-known/void?format={form}").status_code == 200


def test_both_addresses_say_the_same(reader: FlaskClient) -> None:
    assert described(reader, "/dataset") == described(reader)
    assert reader.get("/dataset.docx").status_code == 404
    assert reader.get("/.well-known/void", headers=BROWSER).status_code == 406


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_search_engines_read_the_dataset_in_a_page(reader: FlaskClient, path: str) -> None:
    text = reader.get(path, headers=BROWSER).text
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    said = json.loads(script)
    assert said["@type"] == "Dataset"
    assert {name["@language"] for name in said["name"]} == {"kk", "ru", "en"}
    assert all(50 <= len(d["@value"]) <= 5000 for d in said["description"])
    assert said["license"].startswith("https://")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", said["temporalCoverage"])


def test_the_start_page_links_to_the_descriptions(reader: FlaskClient) -> None:
    header = reader.get("/", headers=BROWSER).headers["Link"]
    for target, rel in (("/openapi.json", "service-desc"), ("/.well-known/void", "describedby")):
        assert f'<{target}>; rel="{rel}"' in header
        assert reader.get(target).status_code == 200


def locations(body: bytes, name: str) -> list[str]:
    root = ElementTree.fromstring(body)
    return [str(found.text) for found in root.findall(f"s:{name}/s:loc", XML)]


def all_addresses(reader: FlaskClient) -> list[str]:
    index = reader.get("/sitemap.xml")
    assert index.mimetype == "application/xml"
    found = []
    for part in locations(index.data, "sitemap"):
        answer = reader.get(part)
        assert answer.status_code == 200, part
        addresses = locations(answer.data, "url")
        assert 0 < len(addresses) <= sitemap.MOST
        found += addresses
    return found


def test_every_address_of_the_sitemap_is_a_page(reader: FlaskClient) -> None:
    addresses = all_addresses(reader)
    assert len(addresses) == len(set(addresses)) > 250
    assert "http://localhost/doc/eli/kz/law/2002-08-08/345-II" in addresses
    assert "http://localhost/documents/kz/resolution/2005-10-15/1033" in addresses
    for address in addresses[::7]:
        assert reader.get(address, headers=BROWSER).status_code == 200, address


def test_parts_are_bounded_and_lose_nothing(
    reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = set(all_addresses(reader))
    monkeypatch.setattr(sitemap, "MOST", 100)
    assert set(all_addresses(reader)) == whole


def test_a_sitemap_is_kept_until_the_data_changes(reader: FlaskClient) -> None:
    tag = reader.get("/sitemap/act-1.xml").headers["ETag"]
    assert reader.get("/sitemap/act-1.xml", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["act-0", "act-2", "nothing-1", "pages-1", "act", "x"])
def test_there_are_no_other_parts(reader: FlaskClient, path: str) -> None:
    assert reader.get(f"/sitemap/{path}.xml").status_code == 404


def test_robots_are_kept_from_queries(reader: FlaskClient) -> None:
    text = reader.get("/robots.txt").text
    assert "Disallow: /sparql\n" in text
    assert "Sitemap: http://localhost/sitemap.xml\n" in text
    assert "Disallow: /doc" not in text
