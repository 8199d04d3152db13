"""Graphs for graph programs over HTTP, from the service in its own process."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import networkx
import pytest
from lxml import etree
from server import request, running

CITES = "CONSTRUCT WHERE { ?s <http://data.europa.eu/eli/ontology#cites> ?o }"
LAW = "/doc/eli/kz/law/2002-08-08/345-II"
FORMS = {
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
    "cyjs": "application/vnd.cytoscape+json",
    "dot": "text/vnd.graphviz; charset=utf-8",
    "svg": "image/svg+xml",
    "gephi": "application/zip",
    "neo4j": "application/zip",
}


@pytest.fixture(scope="module")
def port(sample_folder: Path) -> Iterator[int]:
    with running(sample_folder, KZOP_QUERY_WORKERS="1") as found:
        yield found


def count(form: str, data: bytes) -> tuple[int, int]:
    """The nodes and edges in a file."""
    if form in ("gexf", "graphml"):
        read = networkx.read_gexf if form == "gexf" else networkx.read_graphml
        graph = read(io.BytesIO(data))
        return graph.number_of_nodes(), graph.number_of_edges()
    if form == "cyjs":
        elements = json.loads(data)["elements"]
        return len(elements["nodes"]), len(elements["edges"])
    if form == "svg":
        picture = etree.fromstring(data)
        return len(picture.findall(".//{*}circle")), len(picture.findall(".//{*}path[@stroke]"))
    if form == "dot":
        lines = data.decode().splitlines()
        return (
            sum(line.startswith("n") and " -> " not in line.split("[")[0] for line in lines) - 1,
            sum(" -> " in line.split("[")[0] for line in lines),
        )
    archive = zipfile.ZipFile(io.BytesIO(data))
    nodes, edges = (archive.read(f"{name}.csv").count(b"\r\n") - 1 for name in ("nodes", "edges"))
    return nodes, edges


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["/sparql?query=" + quote(CITES), LAW, "/graph/authority"])
def test_every_address_gives_every_form(port: int, path: str, form: str) -> None:
    sign = "&" if "?" in path else "?"
    by_name = f"{path}{sign}format={form}"
    status, headers, body = request(port, "GET", by_name)
    assert status == 200, body
    assert headers["content-type"] == FORMS[form]
    assert "Accept" in headers["vary"]
    assert count(form, body) == count("cyjs", request(port, "GET", f"{path}{sign}format=cyjs")[2])
    name, _, extension = headers["content-disposition"].partition("filename=")
    assert name == ("inline; " if form == "svg" else "attachment; ")
    assert extension.strip('"').endswith(f".{form}.zip" if form in ("gephi", "neo4j") else form)
    again = request(port, "GET", by_name, If_None_Match=headers["etag"])
    assert (again[0], again[2]) == (304, b"")
    if form != "neo4j":  # an archive is that for Gephi
        accepted = request(port, "GET", path, Accept=FORMS[form].partition(";")[0])
        assert (accepted[0], accepted[2]) == (200, body)
    if "?" not in path:
        extended = request(port, "GET", f"{path}.{form}")
        assert (extended[0], extended[2]) == (200, body)


def test_names_come_in_the_asked_language(port: int) -> None:
    texts = {}
    for language in ("kk", "ru", "en"):
        asked = urlencode({"query": CITES, "format": "gexf", "lang": language})
        answers = [
            request(port, "GET", f"/sparql?{asked}"),
            request(port, "POST", "/sparql", asked.encode(), Content_Type=FORM),
            request(port, "GET", f"{LAW}.gexf?lang={language}"),
        ]
        assert [status for status, _, _ in answers] == [200] * 3
        assert answers[0][2] == answers[1][2]
        texts[language] = [body.decode() for _, _, body in answers]
        assert len({headers["etag"] for _, headers, _ in answers[::2]}) == 2
    for place in (0, 2):
        assert 'label="сілтеме жасайды"' in texts["kk"][place]
        assert len({texts[language][place] for language in texts}) == 3
    assert request(port, "GET", f"{LAW}.gexf")[2].decode() == texts["kk"][2]


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/sparql?query=" + quote(CITES) + "&format=gexf&lang=de", 400, "lang=de"),
        (f"{LAW}.gexf?lang=xx", 400, "lang=xx"),
        ("/graph/authority.svg?lang=xx", 400, "lang=xx"),
        (f"{LAW}.gexf?depth=3", 400, "depth=3"),
        ("/sparql?query=" + quote("SELECT * {}") + "&format=gexf", 406, "CONSTRUCT or DESCRIBE"),
        ("/queries/prohibitions?format=gexf", 406, "CONSTRUCT or DESCRIBE"),
        (
            "/sparql?query=" + quote("CONSTRUCT WHERE {?s ?p ?o}") + "&format=svg",
            400,
            "at most 300",
        ),
        ("/doc/nothing.gexf", 404, "nothing"),
        ("/graph/nothing.gexf", 404, "nothing"),
    ],
)
def test_what_there_is_not_is_a_problem(port: int, path: str, status: int, words: str) -> None:
    answer = request(port, "GET", path)
    assert (answer[0], answer[1]["content-type"]) == (status, "application/problem+json")
    assert words in json.loads(answer[2])["detail"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("text/*", "text/turtle; charset=utf-8"),
        ("application/*", "application/n-triples"),
        ("application/json", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("text/html,image/avif,image/png,image/svg+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("image/svg+xml", "image/svg+xml"),
        ("image/*;q=0.5, text/turtle;q=0.1", "image/svg+xml"),
    ],
)
def test_other_accept_lines_get_what_they_got(port: int, accept: str, expected: str) -> None:
    for path in ("/sparql?query=" + quote(CITES), LAW, "/graph/authority"):
        assert request(port, "GET", path, Accept=accept)[1]["content-type"] == expected


def test_a_neighbourhood_goes_as_deep_as_asked(port: int) -> None:
    def uris(query: str) -> set[str]:
        data = json.loads(request(port, "GET", f"{LAW}.cyjs{query}")[2])
        return {node["data"]["uri"] for node in data["elements"]["nodes"]}

    near, far, proven = uris(""), uris("?depth=2"), uris("?evidence=1")
    assert near < far
    assert near < proven
    assert not any("/id/mention/" in uri for uri in near | far)
    assert any("/id/mention/" in uri for uri in proven)


def test_what_a_neighbourhood_leaves_out_is_said(tmp_path: Path, sample_folder: Path) -> None:
    from graph.store import GraphStore

    base = "https://w3id.org/kzop/"
    folder = tmp_path / "store"
    with GraphStore.open(folder, create=True) as store:
        said = "".join(f"<{base}id/{i}> <http://x/p> <{base}id/hub> . " for i in range(1200))
        store.update(f"INSERT DATA {{ {said} }}")
    with running(folder) as port:
        status, headers, body = request(port, "GET", "/doc/hub.cyjs")
        assert (status, count("cyjs", body)) == (200, (1001, 1000))
        assert "some statements are left out" in headers["kzop-note"]
        assert json.loads(body)["data"]["note"] == headers["kzop-note"]
        assert "kzop-note" not in request(port, "GET", "/doc/7.cyjs")[1]
        for form in ("gexf", "graphml", "dot"):
            assert headers["kzop-note"] in request(port, "GET", f"/doc/hub.{form}")[2].decode()
        assert request(port, "GET", "/doc/hub.svg")[0] == 400


def test_blank_nodes_and_triple_terms_are_nodes(port: int) -> None:
    query = 'CONSTRUCT { [] <http://x/p> <<( <http://x/a> <http://x/b> "ң" )>> } WHERE {}'
    for form in FORMS:
        asked = urlencode({"query": query, "format": form})
        status, headers, body = request(port, "GET", f"/sparql?{asked}")
        assert (status, count(form, body)) == (200, (2, 1))
        assert "etag" not in headers


def test_a_result_that_needs_too_much_memory_is_refused(sample_folder: Path) -> None:
    pairs = "?a ?p ?o . ?b ?q ?r BIND(CONCAT(STR(?o), STR(?r), STR(?p), STR(?q)) AS ?text)"
    query = f"CONSTRUCT {{ ?a <http://x/p> ?text }} WHERE {{ {pairs} }}"
    with running(sample_folder, KZOP_QUERY_MEMORY="256", KZOP_QUERY_TIMEOUT="15") as port:
        asked = urlencode({"query": query, "format": "gexf"})
        status, _, body = request(port, "GET", f"/sparql?{asked}")
        # A machine that is slow enough comes to the end of the time first.
        slug = json.loads(body)["type"].rpartition("/")[2]
        assert (status, slug) in ((503, "query-too-large"), (503, "query-timeout"))
        assert request(port, "GET", "/sparql?query=" + quote(CITES))[0] == 200
