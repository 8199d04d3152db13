"""Pages, dereferencing and named queries: what a reader and a crawler get."""

import html
import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from server import request, running
from werkzeug.test import TestResponse

import service
from graph.model import DocumentGraphs, Source
from graph.querying.queries import catalogue
from graph.store import GraphStore
from service.app import create_app
from service.config import Settings
from service.http.language import LANGUAGES, messages
from service.http.negotiate import TURTLE
from service.linked.resource import EXTENSIONS
from service.things.terms import reused_labels

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ID = "https://w3id.org/kzop/id/"
LAW = "eli/kz/law/2002-08-08/345-II"
ARTICLE = f"{LAW}/art_47"
CITATION = "citation/00000000000000c1"
PAGES = [
    "/",
    "/documents",
    "/documents/kz/resolution/2005-10-15/1033",
    f"/documents/{LAW.removeprefix('eli/')}",
    "/queries",
    "/queries/prohibitions",
    "/sparql",
    "/sparql?query=SELECT+*+%7B?s+a+?o%7D",
    "/ontology",
    "/code",
    "/code/docType",
    "/code/docType/law",
    "/graph/codes",
    f"/doc/{ARTICLE}",
    f"/doc/{CITATION}",
    "/doc/org/government",
]


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200, path
    assert response.mimetype == "text/html"
    return response.text


VOID = {"meta", "link", "input", "br", "img"}


class Reader(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def all(self, tag: str, attribute: str) -> list[str]:
        return [
            found[attribute] or ""
            for name, found in self.tags
            if name == tag and attribute in found
        ]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(client: FlaskClient, path: str, language: str) -> None:
    text = page(client, path + ("&" if "?" in path else "?") + f"lang={language}")
    reader = Reader(text)
    assert not reader.open, "every element is closed"
    tags = [tag for tag, _ in reader.tags]
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert reader.all("html", "lang") == [language]
    assert messages()[language]["documents"] in text
    ids = [found["id"] for _, found in reader.tags if "id" in found]
    assert len(ids) == len(set(ids))
    labels = reader.all("label", "for")
    for tag, found in reader.tags:
        assert "style" not in found
        assert not any(name.startswith("on") for name in found)
        assert tag != "style"
        if tag == "script":  # the policy forbids scripts in the page; data is none
            assert (found.get("src") or "").startswith("/static/") or "json" in str(found["type"])
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            assert found.get("aria-label") or found["id"] in labels


@pytest.mark.parametrize("path", PAGES)
def test_no_local_link_is_broken(client: FlaskClient, path: str) -> None:
    reader = Reader(page(client, path))
    local = {link for link in reader.all("a", "href") if link.startswith("/")}
    assert local
    # A link of each kind is enough; all pages together cover all kinds.
    sample = {re.sub(r"\d+|[a-z]+$", "", link): link for link in sorted(local)}
    for link in sample.values():
        response = client.get(link.partition("#")[0], headers=BROWSER)
        assert response.status_code in (200, 303), link


@pytest.mark.parametrize("path", PAGES)
def test_assets_are_our_own(client: FlaskClient, path: str) -> None:
    reader = Reader(page(client, path))
    for tag, found in reader.tags:
        if tag == "link" and found.get("rel") in ("stylesheet", "icon"):
            response = client.get(str(found["href"]))
            assert response.status_code == 200
            response.close()


def test_an_empty_store_has_pages_too(tmp_path: Path) -> None:
    GraphStore.open(tmp_path / "store", create=True).close()
    app = create_app(Settings(store=tmp_path / "store"))
    client = app.test_client()
    for path in ("/", "/documents", "/queries", "/queries/prohibitions", "/sparql", "/code"):
        assert page(client, path)
    assert messages()["kk"]["no_documents"] in page(client, "/")
    assert client.get("/.well-known/void").status_code == 200
    assert client.get("/ontology.ttl").status_code == 404
    app.extensions["kzop"].engine.close()


def test_messages_have_the_same_keys_in_all_languages() -> None:
    assert set(messages()) == set(LANGUAGES)
    files = sorted((Path(service.__file__).parent / "messages").iterdir())
    keys = [key for file in files for key in tomllib.loads(file.read_text("utf-8"))["kk"]]
    assert len(keys) == len(set(keys)) == len(messages()["kk"]), "a key stands in one file"
    for language in LANGUAGES:
        assert set(messages()[language]) == set(messages()["kk"])
        assert all(messages()[language].values())
    for name, labels in reused_labels().items():
        assert set(labels) == set(LANGUAGES), name


def test_kazakh_and_russian_words_have_no_latin_look_alikes() -> None:
    for language in ("kk", "ru"):
        texts = [*messages()[language].values(), *(n[language] for n in reused_labels().values())]
        for text in texts:
            for word in re.findall(r"\w+", text):
                mixed = re.search(r"[A-Za-z]", word) and re.search(r"[Ѐ-ӿ]", word)
                assert not mixed, word


def test_language(client: FlaskClient) -> None:
    def language(**headers: str) -> str | None:
        return client.get("/", headers=headers).headers.get("Content-Language")

    assert language() == "kk"
    assert language(**{"Accept-Language": "de, ru-KZ;q=0.8, en;q=0.5"}) == "ru"
    assert language(**{"Accept-Language": "de"}) == "kk"
    assert client.get("/?lang=en").headers["Content-Language"] == "en"
    assert language(**{"Accept-Language": "ru"}) == "en", "the choice is remembered"
    assert client.get("/?lang=xx").headers["Content-Language"] == "en"


def test_start_page_counts_kinds_and_asks_questions(app: Flask, client: FlaskClient) -> None:
    assert app.extensions["kzop"].engine.statistics.current(wait=20), "the data is counted"
    text = page(client, "/")
    acts = re.search(r'href="/search\?kind=act"><span class="many">(\d+)</span> Құжаттар', text)
    assert acts
    assert acts[1] == "3"
    assert "2005 жылғы 15 қазандағы N 1033 қаулы" in text
    described = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert described
    assert json.loads(described[1])["@type"] == "Dataset"
    asked = re.findall(r'href="/queries/([^"]+)"', text)
    assert len(asked) == 5
    assert set(asked) <= set(catalogue())


def test_document_page_shows_the_tree_with_evidence(client: FlaskClient) -> None:
    text = page(client, f"/documents/{LAW.removeprefix('eli/')}")
    order = [text.index(f'/doc/{LAW}{part}"') for part in ("/chp_9", "/art_47", "/art_47__para_1")]
    assert order == sorted(order)
    assert text.count(f'of-part"><a href="/doc/{ARTICLE}"') == 1, "below its chapter only"
    assert "Баланы соғыс қимылдарына тартуға тыйым салынады." in text
    assert "/ontology#Prohibition" in text
    assert client.get("/documents/kz/law/1999-01-01/1").status_code == 404
    assert client.get("/documents/a b<").status_code == 404


def test_entity_page_shows_facts_and_evidence(
    client: FlaskClient, example: DocumentGraphs, source: Source
) -> None:
    text = page(client, f"/doc/{CITATION}")
    assert "сілтеме жасалған" in text
    assert f'href="/doc/{ARTICLE}"' in text
    assert "47-бабында" in text
    reader = "/documents/" + "kz/resolution/2005-10-15/1033"
    jump = rf'<a href="{reader}\?char=(\d+),(\d+)#char=(\d+),(\d+)">([^<]+)</a>'
    ranges = re.findall(jump, text)
    assert len(ranges) == 2, "displaced text has two ranges"
    for start, end, *again, exact in ranges:
        assert again == [start, end]
        assert source.text[int(start) : int(end)] == exact
        assert f"{start}–{end}" in text


def test_things_lead_to_documents(client: FlaskClient) -> None:
    response = client.get(f"/id/{ARTICLE}")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/doc/{ARTICLE}"
    assert "Accept" in response.headers["Vary"]
    assert client.get(f"/id/{ARTICLE}.ttl").headers["Location"] == f"/doc/{ARTICLE}.ttl"
    dotted = "norm/kz-law-2002-08-08-345-II.art_47__para_1.1"
    assert client.get(f"/id/{dotted}").headers["Location"] == f"/doc/{dotted}"
    for path in ("/id/nothing", "/id/nothing.ttl", "/id/a b", "/doc/nothing", "/doc/nothing.ttl"):
        assert client.get(path).status_code == 404


def test_a_name_that_ends_like_an_extension(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EXTENSIONS, "1", TURTLE)
    dotted = "norm/kz-law-2002-08-08-345-II.art_47__para_1.1"
    assert client.get(f"/id/{dotted}").headers["Location"] == f"/doc/{dotted}"
    assert client.get(f"/id/{ARTICLE}.1").headers["Location"] == f"/doc/{ARTICLE}.1"


@pytest.mark.parametrize(
    ("extension", "rdf_format"),
    [
        ("ttl", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("rdf", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
        ("trig", RdfFormat.TRIG),
        ("nq", RdfFormat.N_QUADS),
    ],
)
def test_description(client: FlaskClient, extension: str, rdf_format: RdfFormat) -> None:
    response = client.get(f"/doc/{ARTICLE}.{extension}", headers=BROWSER)
    triples = {str(q.triple) for q in parse(response.data, rdf_format)}
    article = f"<{ID}{ARTICLE}>"
    eli = "http://data.europa.eu/eli/ontology#"
    assert f'{article} <{eli}number> "47"' in triples
    assert f"<{ID}{CITATION}> <https://w3id.org/kzop/ontology#cited> {article}" in triples
    assert any(t.startswith(f"<{ID}{LAW}> <http://www.w3.org/2004/02/skos") for t in triples)
    assert any("oa#hasBody" in t and article in t for t in triples)
    assert any("oa#exact" in t and "47-бап. Қарулы жанжалдар" in t for t in triples)
    assert len(triples) < 120, "a description, not the whole graph"


def test_document_negotiates(client: FlaskClient) -> None:
    def media_type(accept: str) -> str | None:
        return client.get(f"/doc/{ARTICLE}", headers={"Accept": accept}).mimetype

    assert media_type("*/*") == "text/turtle"
    assert media_type("application/ld+json") == "application/ld+json"
    assert media_type(BROWSER["Accept"]) == "text/html"
    assert client.get(f"/doc/{ARTICLE}.html").mimetype == "text/html"
    assert client.get(f"/doc/{ARTICLE}", headers={"Accept": "image/png"}).status_code == 406
    first = client.get(f"/doc/{ARTICLE}.ttl")
    again = client.get(f"/doc/{ARTICLE}.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_source_text_is_served_as_read(
    client: FlaskClient, example: DocumentGraphs, source: Source
) -> None:
    path = "/id/" + example.text_iri.removeprefix(ID)
    response = client.get(path)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.data == source.text.encode("utf-8")
    assert client.get(path.replace("original-", "original-0")).status_code == 404


def test_vocabulary(client: FlaskClient) -> None:
    kzop = "https://w3id.org/kzop/ontology#"
    for path in ("/ontology", "/ontology.ttl"):
        triples = {q.triple for q in parse(client.get(path).data, RdfFormat.TURTLE)}
        assert NamedNode(f"{kzop}Norm") in {t.subject for t in triples}
    assert 'id="Norm"' in page(client, "/ontology")
    codes = {str(q.subject) for q in parse(client.get("/code.ttl").data, RdfFormat.TURTLE)}
    assert "<https://w3id.org/kzop/code/docType/law>" in codes
    assert "заң" in client.get("/code/docType/law.ttl").text
    assert 'href="/code/docType/law"' in page(client, "/code/docType")
    for path in ("/ontology.txt", "/code.txt", "/code/nothing"):
        assert client.get(path).status_code == 404


def test_named_graphs(client: FlaskClient, example: DocumentGraphs) -> None:
    for kind, size in (("doc", len(example.content)), ("evidence", len(example.evidence))):
        path = f"/graph/{kind}/{example.doc}"
        for form in (client.get(path), client.get(f"{path}.ttl")):
            assert len(list(parse(form.data, RdfFormat.TURTLE))) == size
        assert str(size) in page(client, path)
    assert client.get("/graph/doc/nothing").status_code == 404
    assert client.get("/graph/a b").status_code == 404


def query(client: FlaskClient, name: str, accept: str = "*/*", **given: str) -> TestResponse:
    return client.get(f"/queries/{name}", query_string=given, headers={"Accept": accept})


def test_named_query_in_every_format(client: FlaskClient) -> None:
    found = query(client, "prohibitions").get_json(force=True)["results"]["bindings"]
    assert [row["marker"]["value"] for row in found if "marker" in row] in (["тыйым салынады"], [])
    assert len(found) == 1
    for accept in ("text/csv", "text/tab-separated-values", "application/sparql-results+xml"):
        assert query(client, "prohibitions", accept).mimetype == accept
    assert query(client, "prohibitions", format="csv").mimetype == "text/csv"
    posted = client.post("/queries/prohibitions", data={"format": "csv"})
    assert posted.data == query(client, "prohibitions", "text/csv").data
    text = page(client, "/queries/prohibitions")
    assert "PREFIX kzop:" in text
    assert f"/doc/{ARTICLE}" in text


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_named_query_answers(client: FlaskClient, name: str) -> None:
    assert query(client, name).status_code == 200
    assert page(client, f"/queries/{name}")


def test_parameters_of_a_named_query(client: FlaskClient) -> None:
    name, parameter = next(
        (q.name, p.name) for q in catalogue().values() for p in q.params if p.type == "iri"
    )
    assert query(client, name, **{parameter: ID + LAW}).status_code == 200
    assert query(client, name, **{parameter: ""}).data == query(client, name).data
    for given in ({parameter: "not an iri"}, {"no-such-parameter": "1"}):
        refused = query(client, name, **given)
        assert refused.status_code == 400
        assert refused.mimetype == "application/problem+json"
    assert client.get(f"/queries/{name}?{parameter}=a:b&{parameter}=a:c").status_code == 400
    injected = query(client, name, **{parameter: "a:b> } SELECT * { ?s ?p <a:c"})
    assert injected.status_code == 400


def test_unknown_named_query(client: FlaskClient) -> None:
    response = query(client, "prohibition")
    assert response.status_code == 404
    assert "prohibitions" in response.text, "near matches are named"


def test_sparql_page(client: FlaskClient) -> None:
    text = page(client, "/sparql?lang=en")
    assert "<textarea" in text
    shown = page(client, "/sparql?query=SELECT+?x+%7B+VALUES+?x+%7B+%22%3Cb%3E%22+%7D+%7D")
    assert "&lt;b&gt;" in shown
    assert "<td><b>" not in shown
    assert "Жоқ" in page(client, "/sparql?lang=kk&query=ASK+%7B+?s+a+%3Curn:no%3E+%7D")
    broken = client.get("/sparql?query=SELECT", headers=BROWSER)
    assert broken.status_code == 400
    assert "line 1, column 7" in broken.text


def test_links_of_data_cannot_run_script(client: FlaskClient) -> None:
    text = page(
        client, "/sparql?query=SELECT+?x+%7B+VALUES+?x+%7B+%3Cjavascript:alert(1)%3E+%7D+%7D"
    )
    assert 'href="javascript' not in text


def test_void_and_health(client: FlaskClient) -> None:
    triples = {str(q.triple) for q in parse(client.get("/.well-known/void").data, RdfFormat.TURTLE)}
    dataset = "<https://w3id.org/kzop/.well-known/void#dataset>"
    void = "http://rdfs.org/ns/void#"
    assert f"{dataset} <{void}sparqlEndpoint> <http://localhost/sparql>" in triples
    assert any(f"<{void}classPartition>" in triple for triple in triples)
    health = client.get("/health")
    assert health.get_json()["status"] == "ok"
    assert health.get_json()["documents"] == 1


@pytest.mark.parametrize(
    ("path", "status", "title", "detail"),
    [
        ("/doc/org/interpol", 404, "Такой страницы нет", "says nothing about id/org/interpol"),
        ("/nowhere", 404, "Такой страницы нет", "there is nothing at /nowhere"),
        ("/search?q=a&year=x", 400, "Запрос не удалось понять", "year=x: write a year"),
        ("/code.pdf", 404, "Такой страницы нет", ".pdf"),
    ],
)
def test_a_problem_is_explained_in_the_language_of_the_reader(
    client: FlaskClient, path: str, status: int, title: str, detail: str
) -> None:
    response = client.get(path, headers={**BROWSER, "Accept-Language": "ru"})
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.text
    assert '<pre lang="en" tabindex="0">' in response.text
    assert detail in response.text
    assert ('class="button" href="/search?q=' in response.text) is (status == 404)


def test_an_absent_page_suggests_a_search_with_its_words(client: FlaskClient) -> None:
    text = client.get("/doc/org/jastar-isteri_komiteti.ttl", headers=BROWSER).text
    assert 'href="/search?q=jastar-isteri+komiteti"' in text
    escaped = client.get('/doc/"><b>x', headers=BROWSER)
    assert "<b>x" not in escaped.text


def test_a_page_keeps_its_answer_when_the_evidence_is_late(sample_folder: Path) -> None:
    path = "/queries/penalties-article-162?lang=ru"
    with running(sample_folder, KZOP_EVIDENCE_PATIENCE="0.000001") as port:
        status, _, body = request(port, "GET", path, Accept="text/html")
        text = body.decode()
        assert status == 200
        assert text.count("<tr>") == 7
        assert "<blockquote" not in text
        assert "Цитаты не нашлись вовремя" in text
        (wait,) = re.findall(r'class="notice" role="status">[^<]*<a href="([^"]+)"', text)
        status, _, body = request(port, "GET", html.unescape(wait), Accept="text/html")
        assert status == 200
        assert body.decode().count("<blockquote") == 6
        status, _, body = request(port, "GET", f"{path}&evidence=1&format=json")
        assert status == 200
        assert len(json.loads(body)["results"]["bindings"]) == 6
