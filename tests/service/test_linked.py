"""Linked data over a real server: every IRI of the graph leads somewhere, whatever its kind."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Triple, parse
from server import running

from graph.iris import CODE, DEFAULT_BASE, ONTOLOGY
from graph.store import GraphStore
from service.linked.description import whole
from service.prefixes import HYDRA, OA, RDFS, VOID

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LAW = "eli/kz/law/2002-08-08/345-II"
ID = f"{DEFAULT_BASE}id/"
EXACT = NamedNode(f"{OA}exact")
FORMS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}

Answer = tuple[int, dict[str, str], bytes]


class Client:
    """Requests over one connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method: str, target: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, target, headers=named)
        response = self.connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return response.status, fields, response.read()

    def get(self, target: str, **headers: str) -> Answer:
        return self.ask("GET", target, **headers)

    def triples(self, target: str) -> set[Triple]:
        status, fields, body = self.get(target, Accept="application/n-triples")
        assert status == 200, (target, body)
        assert fields["content-type"] == "application/n-triples"
        return {quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)}


@contextmanager
def served(store: Path, public_url: str = "") -> Iterator[Client]:
    with running(store, KZOP_PUBLIC_URL=public_url) as port:
        client = Client(port)
        yield client
        client.connection.close()


@pytest.fixture(scope="module")
def client(sample_folder: Path) -> Iterator[Client]:
    with served(sample_folder) as client:
        yield client


@pytest.fixture(scope="module")
def text_path(sample_folder: Path) -> str:
    with GraphStore.open(sample_folder, read_only=True) as store:
        return "/" + store.documents()[0].text_iri.removeprefix(DEFAULT_BASE)


def own_iris(folder: Path) -> set[str]:
    """Return all IRIs of a store, in any place, that are under the base or kzop's namespaces."""
    found: set[str] = set()
    with GraphStore.open(folder, read_only=True) as store:
        for quad in store.quads.quads_for_pattern(None, None, None, None):
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                if isinstance(term, NamedNode):
                    found.add(term.value)
                elif isinstance(term, Literal):
                    found.add(term.datatype.value)
    return {iri for iri in found if iri.startswith((store.base.iri, CODE, ONTOLOGY))}


def test_every_iri_of_the_graph_leads_somewhere(client: Client, sample_folder: Path) -> None:
    iris = own_iris(sample_folder)
    kinds = {iri.removeprefix(DEFAULT_BASE).split("/")[0].partition("#")[0] for iri in iris}
    assert kinds == {"id", "graph", "code", "ontology", "sparql"}
    assert len(iris) > 1300
    terms = {str(triple.subject) for triple in client.triples("/ontology")}
    lost = []
    for name in ("queries", "void"):  # whose nodes are fragments: one document for all of them
        graph = f"{DEFAULT_BASE}graph/{name}"
        nodes = {str(triple.subject) for triple in client.triples(f"/graph/{name}")}
        fragments = {iri for iri in iris if iri.startswith(f"{graph}#")}
        assert {f"<{iri}>" for iri in fragments} <= nodes
        iris -= fragments
    for iri in sorted(iris):
        address, _, fragment = iri.removeprefix(DEFAULT_BASE).partition("#")
        target = f"/{address}"
        status, fields, body = client.get(target, Accept="application/n-triples, text/plain;q=0.9")
        if address.startswith("id/"):
            assert status == 303, iri
            assert fields["vary"] == "Accept"
            target = fields["location"]
            assert target.removesuffix(".nt") == f"/doc/{address.removeprefix('id/')}"
            status, fields, body = client.get(target, Accept="application/n-triples")
        if status != 200 or not body or fields["content-type"] != "application/n-triples":
            lost.append((iri, status))
        elif address == "ontology" and fragment:
            assert f"<{iri}>" in terms
        elif address != "sparql" and not address.startswith("graph/"):
            about = f"<{iri.partition('#')[0]}> <"
            assert about in body.decode(), f"{iri}: nothing is said about it"
    assert lost == []


def test_every_span_is_the_words_that_it_quotes(client: Client, sample_folder: Path) -> None:
    with GraphStore.open(sample_folder, read_only=True) as store:
        quads = store.quads.quads_for_pattern(None, EXACT, None, DefaultGraph())
        spans = {
            q.subject.value: q.object.value
            for q in quads
            if isinstance(q.subject, NamedNode) and isinstance(q.object, Literal)
        }
    assert len(spans) > 300
    for iri, exact in list(spans.items())[::5]:
        address, _, fragment = iri.removeprefix(DEFAULT_BASE).partition("#")
        status, fields, body = client.get(f"/{address}?{fragment}")
        assert (status, body.decode()) == (200, exact)
        assert f'</{address}>; rel="up"' in fields["link"]


def test_every_rule_says_what_it_is(client: Client, sample_folder: Path) -> None:
    rules = {iri for iri in own_iris(sample_folder) if iri.startswith(f"{CODE}rule/")}
    assert len(rules) > 50
    label = NamedNode(f"{RDFS}label")
    for rule in sorted(rules):
        found = client.triples("/" + rule.removeprefix(DEFAULT_BASE))
        words = [t.object for t in found if t.subject == NamedNode(rule) and t.predicate == label]
        assert {w.language for w in words if isinstance(w, Literal)} == {"kk", "ru", "en"}


def test_every_form_says_the_same(client: Client) -> None:
    expected = client.triples(f"/doc/{LAW}")
    assert len(expected) > 50
    for name, rdf_format in FORMS.items():
        status, fields, body = client.get(f"/doc/{LAW}.{name}")
        assert status == 200
        assert fields["content-location"] == f"/doc/{LAW}.{name}"
        assert {quad.triple for quad in parse(body, rdf_format)} == expected


def test_a_thing_leads_to_its_document(client: Client) -> None:
    status, fields, _ = client.get(f"/id/{LAW}", **BROWSER)
    assert (status, fields["location"]) == (303, f"/doc/{LAW}")
    assert f'</doc/{LAW}>; rel="describedby"' in fields["link"]
    assert client.get(f"/id/{LAW}.ttl")[1]["location"] == f"/doc/{LAW}.ttl"
    assert client.get(f"/id/{LAW}?lang=ru")[1]["location"] == f"/doc/{LAW}?lang=ru"
    assert client.ask("HEAD", f"/id/{LAW}")[0] == 303


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/id/eli/kz/law/1900-01-01/1", "the graph says nothing about id/eli/kz/law/1900-01-01/1"),
        (f"/id/{LAW}.docx", f"id/{LAW} has no form .docx: use one of .ttl, .nt"),
        (f"/doc/{LAW}.docx", f"id/{LAW} has no form .docx: use one of .ttl, .nt"),
        ("/code/docType/law.docx", "code/docType/law has no form .docx"),
        ("/ontology.docx", "/ontology.docx has no form .docx"),
        ("/code.docx", "/code.docx has no form .docx"),
        ("/graph/codes.docx", "graph/codes has no form .docx"),
        (f"/doc/{LAW}.ttl?page=2", f"/doc/{LAW}?page=2: the description has 1 pages"),
    ],
)
def test_what_is_not_there_is_a_problem(client: Client, path: str, told: str) -> None:
    status, fields, body = client.get(path)
    assert status == 404
    assert fields["content-type"] == "application/problem+json"
    assert told in body.decode()


@pytest.mark.parametrize("page", ["0", "-1", "a", "1.5", "٣", "9999999999"])
def test_what_is_no_page_is_a_problem(client: Client, page: str) -> None:
    from urllib.parse import quote

    status, _, body = client.get(f"/doc/{LAW}.ttl?page={quote(page)}")
    assert status == 400
    assert "is no page: write a whole number from 1 on" in body.decode()


@pytest.mark.parametrize("path", [f"/doc/{LAW}", "/code/docType/law", "/ontology", "/graph/codes"])
def test_head_and_options(client: Client, path: str) -> None:
    status, got, body = client.get(path, Accept="text/turtle")
    assert (status, bool(body)) == (200, True)
    status, headers, nothing = client.ask("HEAD", path, Accept="text/turtle")
    assert (status, nothing) == (200, b"")
    for name in ("content-type", "etag", "link", "content-location", "vary"):
        assert headers[name] == got[name], name
    status, headers, _ = client.ask("OPTIONS", path, Origin="https://app.example")
    assert status == 200
    assert {"GET", "HEAD", "OPTIONS"} <= set(headers["allow"].split(", "))
    assert headers["access-control-allow-origin"] == "*"
    assert client.get(path, Accept="text/turtle", If_None_Match=got["etag"])[0] == 304


def links(fields: dict[str, str], rel: str) -> list[str]:
    """Return the targets of the links of a kind."""
    return re.findall(rf'<([^>]*)>; rel="{re.escape(rel)}"', fields["link"])


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "html"])
def test_a_document_links_to_its_surroundings(client: Client, extension: str) -> None:
    _, fields, _ = client.get(f"/doc/{LAW}.{extension}")
    assert links(fields, "canonical") == [f"/doc/{LAW}"]
    others = {f"/doc/{LAW}.{name}" for name in (*FORMS, "jsonld", "html") if name != extension}
    assert set(links(fields, "alternate")) == others
    assert f'</doc/{LAW}.rdf>; rel="alternate"; type="application/rdf+xml"' in fields["link"]
    assert links(fields, "describedby") == ["/.well-known/void"]
    assert links(fields, "license") == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert links(fields, "describes") == [ID + LAW]
    assert f"{ONTOLOGY}Law" in links(fields, "type")
    context = links(fields, "http://www.w3.org/ns/json-ld#context")
    assert context == (["/context.jsonld"] if extension == "jsonld" else [])
    for target in (*links(fields, "alternate"), "/.well-known/void", "/context.jsonld"):
        assert client.get(target)[0] == 200, target


def test_the_context_is_for_everybody(client: Client) -> None:
    status, fields, body = client.get("/context.jsonld", Origin="https://app.example")
    assert status == 200
    assert fields["content-type"] == "application/ld+json"
    assert fields["access-control-allow-origin"] == "*"
    assert fields["cache-control"] == "public, max-age=86400"
    assert b'"statedIn"' in body
    assert client.get("/context.jsonld", If_None_Match=fields["etag"])[0] == 304


def test_the_host_header_is_never_in_data(client: Client) -> None:
    for path in (f"/doc/{LAW}.nt", "/graph.nt", "/ontology.nt", "/code/docType/law.jsonld"):
        _, fields, body = client.get(path, Host="evil.example")
        assert b"evil.example" not in body, path
        assert "evil.example" not in str(fields), path


def test_documents_have_their_iris_below_the_public_address(sample_folder: Path) -> None:
    with served(sample_folder, "https://law.example.kz/") as client:
        _, _, body = client.get(f"/doc/{LAW}.nt")
        assert f"<https://law.example.kz/doc/{LAW}> <http://xmlns.com/foaf" in body.decode()


def test_a_text_leads_a_browser_to_its_reader(client: Client, text_path: str) -> None:
    status, fields, _ = client.get(text_path, **BROWSER)
    reader = "/documents/kz/resolution/2005-10-15/1033"
    assert (status, fields["location"], fields["vary"]) == (303, reader, "Accept")
    fields = client.get(f"{text_path}?char=10,20", **BROWSER)[1]
    assert fields["location"] == f"{reader}?char=10,20#char=10,20"
    for accept in ("*/*", "text/plain", "text/*"):
        assert client.get(text_path, Accept=accept)[1]["content-type"].startswith("text/plain")
    assert client.get(f"{text_path}?format=txt", **BROWSER)[0] == 200
    assert client.get(text_path, Accept="text/turtle")[1]["location"].endswith(".txt.ttl")


def test_a_text_is_served_whole_and_in_parts(client: Client, text_path: str) -> None:
    status, fields, whole = client.get(text_path)
    assert (status, fields["accept-ranges"]) == (200, "bytes")
    assert links(fields, "describedby") == [text_path.replace("/id/", "/doc/", 1)]
    status, fields, part = client.get(text_path, Range="bytes=100-199")
    assert (status, part) == (206, whole[100:200])
    assert fields["content-range"] == f"bytes 100-199/{len(whole)}"
    assert client.get(text_path, Range=f"bytes={len(whole)}-")[0] == 416
    assert client.ask("HEAD", text_path)[1]["content-length"] == str(len(whole))
    text = whole.decode()
    assert client.get(f"{text_path}?char=5,9")[2].decode() == text[5:9]
    assert client.get(f"{text_path}?char=0,{len(text)}")[2] == whole
    assert client.get(f"{text_path}?char=7,7")[2] == b""
    assert client.get(f"{text_path}?char=0,{len(text) + 1}")[0] == 404
    for wrong in ("9,5", "a,b", "5", "-1,5", "1,2,3"):
        assert client.get(f"{text_path}?char={wrong}")[0] == 400, wrong


def test_the_description_of_a_text_has_its_spans(client: Client, text_path: str) -> None:
    document = text_path.replace("/id/", "/doc/", 1)
    found = pages_of(client, document)
    ranges = {t.subject for t in found if t.predicate == EXACT}
    assert len(ranges) > 300


def pages_of(client: Client, path: str) -> set[Triple]:
    """Follow `next` from the first page to the last, and return what all of them say."""
    found: set[Triple] = set()
    target = path
    seen = 0
    while target:
        status, fields, body = client.get(target, Accept="application/n-triples")
        assert status == 200
        found |= {quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)}
        seen += 1
        following = links(fields, "next")
        assert fields["link"].count('rel="canonical"') == 1
        if not following:
            assert links(fields, "last") in ([], [f"{path}?page={seen}"])
        target = following[0] if following else ""
    return found


MANY = 1203


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server over one thing that many point at, and that points at many."""
    folder = tmp_path_factory.mktemp("crowded") / "store"
    thing = f"<{ID}org/x>"
    with GraphStore.open(folder, create=True) as store:
        store.load_vocabulary()
        lines = [
            f"<{ID}n/{i}> <{ONTOLOGY}bearer> {thing} ; <{RDFS}label> 'n {i}'@kk ."
            f"{thing} <{ONTOLOGY}sees> {i} . "
            f"{thing} <{ONTOLOGY}evidencedBy> <{ID}m/{i}> . <{ID}m/{i}> <{OA}hasBody> {thing} ;"
            f" <{OA}hasTarget> <{ID}t.txt#char={i},{i + 1}> ."
            f" <{ID}t.txt#char={i},{i + 1}> <{OA}exact> 'w{i}' ."
            for i in range(MANY)
        ]
        store.update(f"INSERT DATA {{ {' '.join(lines)} {thing} <{RDFS}label> 'X'@kk, 'Х'@ru }}")
    with served(folder) as client:
        yield client


def test_a_large_description_comes_in_pages_and_is_whole(crowded: Client) -> None:
    found = pages_of(crowded, "/doc/org/x")
    thing = NamedNode(f"{ID}org/x")
    own = {t for t in found if t.subject == thing}
    assert len(own) == 2 + 2 * MANY
    pointing = {t.subject for t in found if t.object == thing and "bearer" in str(t.predicate)}
    assert len(pointing) == MANY
    assert len([t for t in found if "hasBody" in str(t.predicate)]) == MANY
    words = {str(t.object) for t in found if t.predicate == EXACT}
    assert words == {f'"w{i}"' for i in range(MANY)}
    labels = [t for t in found if t.subject != thing and str(t.object).startswith('"n ')]
    assert len(labels) == MANY, "all neighbours are named"


def test_a_page_says_what_there_is(crowded: Client) -> None:
    _, fields, body = crowded.get("/doc/org/x.nt?page=3")
    whole = f"{DEFAULT_BASE}doc/org/x"
    total = 2 + 3 * MANY
    last = -(-total // 500)
    assert f'"{total}"^^' in body.decode()
    found = {quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)}
    for rel, name, number in (
        ("first", "first", 1),
        ("prev", "previous", 2),
        ("next", "next", 4),
        ("last", "last", last),
    ):
        assert links(fields, rel) == [f"/doc/org/x?page={number}"]
        page, other = NamedNode(f"{whole}?page=3"), NamedNode(f"{whole}?page={number}")
        assert Triple(page, NamedNode(HYDRA + name), other) in found
    assert (
        Triple(NamedNode(whole), NamedNode(f"{HYDRA}view"), NamedNode(f"{whole}?page=3")) in found
    )
    assert any("label" in str(t.predicate) and "org/x" in str(t.subject) for t in found)
    assert fields["content-location"] == "/doc/org/x.nt?page=3"
    first, last_page = (crowded.get(f"/doc/org/x.nt?page={n}")[1] for n in (1, last))
    assert links(first, "prev") == [] == links(last_page, "next")
    status, _, told = crowded.get(f"/doc/org/x.nt?page={last + 1}")
    assert status == 404
    assert f"the description has {last} pages" in told.decode()


def test_a_page_is_the_same_each_time(crowded: Client) -> None:
    first = crowded.get("/doc/org/x.nt?page=2")
    assert crowded.get("/doc/org/x.nt?page=2")[2] == first[2]
    assert crowded.get("/doc/org/x.nt?page=1")[2] != first[2]


def test_a_graph_streams_and_its_head_is_cheap(client: Client, sample_folder: Path) -> None:
    with GraphStore.open(sample_folder, read_only=True) as store:
        for name in store.quads.named_graphs():
            expected = {q.triple for q in store.quads.quads_for_pattern(None, None, None, name)}
            path = "/" + str(name.value).removeprefix(DEFAULT_BASE)
            assert client.triples(path) == expected
            status, fields, body = client.ask("HEAD", f"{path}.nt")
            assert (status, body) == (200, b"")
            assert fields["content-type"] == "application/n-triples"


def test_the_list_of_graphs_says_what_each_holds(client: Client, sample_folder: Path) -> None:
    found = client.triples("/graph")
    with GraphStore.open(sample_folder, read_only=True) as store:
        for name in store.quads.named_graphs():
            size = sum(1 for _ in store.quads.quads_for_pattern(None, None, None, name))
            told = [t for t in found if t.subject == name and t.predicate.value == f"{VOID}triples"]
            assert [t.object for t in told] in ([], [whole(size)]), "they may not be counted yet"
            assert any(t.object == name for t in found if t.predicate == NamedNode(f"{VOID}subset"))
    assert f"<{ID}run/" in client.get("/graph.nt")[2].decode()
    for lang, words in (("kk", "Атаулы графтар"), ("ru", "Именованные графы")):
        assert words in client.get(f"/graph?lang={lang}", **BROWSER)[2].decode()
