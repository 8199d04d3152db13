"""Hostile names, quotes and IRIs in the store: every page and file shows them as text."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from urllib.parse import quote, urlsplit

import pytest
from browser.pages import LAW, PAGES
from lxml import etree, html
from server import request, running

from service.processes.indexer import bring_in_step

SAID = "<script>alert(1)</script>"
HOSTILE = (
    SAID + "\"'><img src=x onerror=alert(2)>&lt;b&gt;{{7*7}}</title></textarea></svg>]]>--><!--"
    "\u202eRTL\u2066\u0085\u2028" + "ұ" * 3000
)
ADDRESSES = (
    "javascript:alert(3)",
    "JaVaScRiPt:alert('x')//",
    "data:text/html,x",
    "vbscript:x",
    "https://e.test/a'onmouseover='alert(4)",
    "urn:x:'-alert(5)-'",
)
LINKS = ("href", "src", "action", "formaction", "data", "{http://www.w3.org/1999/xlink}href")
UPDATES = (
    # Every name, title and quote; not the numbers and dates, which pages read.
    """DELETE {{ {open} ?s ?p ?o {close} }}
       INSERT {{ {open} ?s ?p {text}, {text}@kk, {text}@ru, {text}@en {close} }}
       WHERE {{ {open} ?s ?p ?o . FILTER(lang(?o) != '' || ?p = oa:exact) {close} }}""",
    # Addresses where pages make links, as subject, predicate, object and class.
    """INSERT {{ {open} ?s rdfs:seeAlso {addresses} ; dct:license {addresses} ; a {addresses} ;
           kzop:cites {addresses} ; <javascript:alert6> {addresses} .
         <javascript:alert(7)> eli:cites ?s . <data:text/html,y> kzop:statedIn ?s ; a kzop:Norm
       {close} }} WHERE {{ {open} ?s a ?class {close} }}""",
)
PREFIXES = """PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX dct: <http://purl.org/dc/terms/>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX kzop: <https://w3id.org/kzop/ontology#>
    PREFIX eli: <http://data.europa.eu/eli/ontology#>
    """


@pytest.fixture(scope="module")
def port(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    store = tmp_path_factory.mktemp("hostile") / "store"
    copytree(sample_folder, store)
    values = {
        "text": json.dumps(HOSTILE, ensure_ascii=False),
        "addresses": ", ".join(f"<{address}>" for address in ADDRESSES),
    }
    with running(store, KZOP_TOKEN="t") as number:
        for update in UPDATES:
            for opened, closed in (("", ""), ("GRAPH ?g {", "}")):
                status, _, answer = request(
                    number,
                    "POST",
                    "/sparql",
                    (PREFIXES + update.format(open=opened, close=closed, **values)).encode(),
                    Content_Type="application/sparql-update",
                    Authorization="Bearer t",
                )
                assert status == 204, answer
    bring_in_step(store)
    with running(store) as number:
        yield number


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return request(port, "GET", quote(path, safe="/:?&=%;,+(){}*"), None, **headers)


def faults(page: bytes) -> list[str]:
    """Return what a browser would run, or follow to another scheme than that of the web."""
    found = []
    for element in html.fromstring(page.decode()).iter(etree.Element):
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        for name, value in attributes.items():
            scheme = urlsplit(value.strip()).scheme.lower()
            if name.startswith("on") or name == "style":
                found.append(f"{element.tag!s} {name}={value[:80]}")
            if name in LINKS and scheme not in ("", "http", "https"):
                found.append(f"{element.tag!s} {name}={value[:80]}")
        if element.tag == "script" and not element.get("src"):
            if element.get("type") not in ("application/ld+json", "application/json"):
                found.append("script of its own")
            else:
                json.loads(element.text or "")
        if element.get("src") == "x" or element.get("http-equiv"):
            found.append(f"{element.tag!s} {attributes}")
    return found


def test_faults_are_found() -> None:
    page = f'<p><a href="{ADDRESSES[1]}">x</a>{HOSTILE}</p>'.encode()
    assert len(faults(page)) == 4


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_hostile_data_as_text(port: int, name: str) -> None:
    status, fields, page = get(port, PAGES[name], Accept="text/html")
    assert status < 500, page[:300]
    assert fields["content-type"].startswith("text/html")
    assert faults(page) == []


@pytest.mark.parametrize("name", ["act", "article", "norm", "mention", "reader", "code", "graphs"])
def test_the_text_is_there(port: int, name: str) -> None:
    page = get(port, PAGES[name], Accept="text/html")[2].decode()
    assert SAID in "".join(map(str, html.fromstring(page).itertext()))


@pytest.mark.parametrize("form", ["svg", "gexf", "graphml", "rdf"])
def test_a_file_of_xml_is_sound(port: int, form: str) -> None:
    status, fields, body = get(port, f"/doc/{LAW}.{form}")
    assert status == 200
    assert "default-src 'self'" in fields["content-security-policy"]
    root = etree.fromstring(body)
    assert SAID[:20].encode() in body.replace(b"&lt;", b"<").replace(b"&gt;", b">")
    for element in root.iter(etree.Element):
        assert etree.QName(element).localname != "script"
        if form != "rdf":
            assert not any(str(name).startswith("on") for name in element.attrib)
    if form == "svg":
        targets = [t for e in root.iter(etree.Element) for t in map(e.get, LINKS) if t]
        assert all(urlsplit(t).scheme in ("", "http", "https") for t in targets)


@pytest.mark.parametrize("form", ["cyjs", "jsonld"])
def test_a_file_of_json_is_sound(port: int, form: str) -> None:
    status, fields, body = get(port, f"/doc/{LAW}.{form}")
    assert status == 200
    assert fields["x-content-type-options"] == "nosniff"
    assert SAID in json.dumps(json.loads(body))


@pytest.mark.parametrize(
    "path",
    [
        "/doc/org/mfa?lang=kk%0d%0aInjected:1",
        "/search?q=a%0d%0aInjected:1",
        "/explore?iri=https://a.test/%0d%0aInjected:1",
        "/id/org/mfa%0d%0aInjected:1",
        "/documents/kz%0d%0aInjected:1",
        "/queries/conscription-age?lang=ru%0d%0aInjected:1",
    ],
)
def test_no_header_comes_out_of_an_address(port: int, path: str) -> None:
    status, fields, _ = get(port, path, Accept="text/html")
    assert status < 500
    assert "injected" not in fields


@pytest.mark.parametrize("path", ["//e.test/", "/id//e.test", "/%5ce.test", "/doc//e.test/"])
def test_no_redirection_leads_to_another_host(port: int, path: str) -> None:
    status, fields, _ = request(port, "GET", path)
    assert status == 404
    assert "location" not in fields


def test_the_host_of_one_request_is_in_no_answer_to_another(port: int) -> None:
    for path in ("/", "/sitemap.xml", "/dataset.ttl", "/robots.txt"):
        assert b"evil.test" not in get(port, path)[2]
        request(port, "GET", path, None, Host="evil.test")
        assert b"evil.test" not in get(port, path)[2]


def test_a_preview_alone_may_be_framed(port: int) -> None:
    preview = get(port, PAGES["preview"], Accept="text/html")[1]
    assert "frame-ancestors *" in preview["content-security-policy"]
    for name in ("home", "act", "reader", "explore"):
        policy = get(port, PAGES[name], Accept="text/html")[1]["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
