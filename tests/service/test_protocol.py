"""The SPARQL Protocol as tables: parts of a request, and the operation or the refusal."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steady import steadily

from service.sparql.protocol import (
    FORM,
    QUERY,
    UPDATE,
    Operation,
    ProtocolError,
    Update,
    read_operation,
)

ASK = "ASK {}"
ASKED = b"query=ASK%20%7B%7D"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
G1, G2 = "http://example.org/1", "http://example.org/2"

OPERATIONS = {
    "get": (("GET", ASKED, None, b""), Operation(ASK)),
    "head": (("HEAD", ASKED, None, b""), Operation(ASK)),
    "get, plus is a space": (("GET", b"query=ASK+%7B%7D", None, b""), Operation(ASK)),
    "get, content type ignored": (("GET", ASKED, "text/csv", b""), Operation(ASK)),
    "form": (("POST", b"", FORM, ASKED), Operation(ASK)),
    "form, charset": (("POST", b"", f"{FORM}; charset=UTF-8", ASKED), Operation(ASK)),
    "form, capitals": (("POST", b"", FORM.upper(), ASKED), Operation(ASK)),
    "direct": (("POST", b"", QUERY, b"ASK {}"), Operation(ASK)),
    "direct, charset": (("POST", b"", f'{QUERY};charset="utf-8"', b"ASK {}"), Operation(ASK)),
    "direct, not decoded": (("POST", b"", QUERY, b"ASK+%7B%7D"), Operation("ASK+%7B%7D")),
    "decoded once": (("GET", b"query=%2541", None, b""), Operation("%41")),
    "raw UTF-8": (("GET", "query=құқық".encode(), None, b""), Operation("құқық")),
    "not an escape": (("GET", b"query=100%25+%zz", None, b""), Operation("100% %zz")),
    "empty query": (("GET", b"query=", None, b""), Operation("")),
    "no equals sign": (("GET", b"query", None, b""), Operation("")),
    "equals sign in the value": (("GET", b"query=a=b", None, b""), Operation("a=b")),
    "semicolon is no separator": (
        ("GET", b"query=a;format=json", None, b""),
        Operation("a;format=json"),
    ),
    "unknown parameters": (
        ("GET", ASKED + b"&callback=x&callback=y", None, b""),
        Operation(ASK),
    ),
    "timeout": (("GET", ASKED + b"&timeout=2.5", None, b""), Operation(ASK, timeout=2.5)),
    "no timeout": (("GET", ASKED + b"&timeout=0", None, b""), Operation(ASK)),
    "timeout of another kind": (("GET", ASKED + b"&timeout=nan", None, b""), Operation(ASK)),
    "update by form": (("POST", b"", FORM, b"update=CLEAR+ALL"), Update("CLEAR ALL")),
    "direct update": (("POST", b"", UPDATE, b"CLEAR ALL"), Update("CLEAR ALL")),
    "graphs of an update": (
        ("POST", f"using-graph-uri={G1}&using-named-graph-uri={G2}".encode(), UPDATE, b"CLEAR ALL"),
        Update("CLEAR ALL", (G1,), (G2,)),
    ),
    "format": (("GET", ASKED + b"&format=csv", None, b""), Operation(ASK, format="csv")),
    "output": (("GET", ASKED + b"&output=csv", None, b""), Operation(ASK, format="csv")),
    "format before output": (
        ("GET", ASKED + b"&output=csv&format=tsv", None, b""),
        Operation(ASK, format="tsv"),
    ),
    "empty format": (("GET", ASKED + b"&format=", None, b""), Operation(ASK)),
    "format of a direct query": (
        ("POST", b"format=csv", QUERY, b"ASK {}"),
        Operation(ASK, format="csv"),
    ),
    "graphs in the url": (
        ("GET", ASKED + f"&default-graph-uri={G1}&default-graph-uri={G2}".encode(), None, b""),
        Operation(ASK, (G1, G2)),
    ),
    "graphs of a direct query": (
        ("POST", f"named-graph-uri={quote(G1, safe='')}".encode(), QUERY, b"ASK {}"),
        Operation(ASK, (), (G1,)),
    ),
    "graphs in the form": (
        ("POST", b"", FORM, ASKED + f"&named-graph-uri={G1}&default-graph-uri={G2}".encode()),
        Operation(ASK, (G2,), (G1,)),
    ),
    "query in the form, graph in the url": (
        ("POST", f"default-graph-uri={G1}".encode(), FORM, ASKED),
        Operation(ASK, (G1,)),
    ),
    "nothing": (("GET", b"", None, b""), None),
    "nothing but unknown parameters": (("GET", b"lang=ru&&", None, b""), None),
}

REFUSALS = {
    "put": (("PUT", ASKED, None, b""), 405),
    "delete": (("DELETE", ASKED, None, b""), 405),
    "query twice": (("GET", ASKED + b"&" + ASKED, None, b""), 400),
    "query twice in the form": (("POST", b"", FORM, ASKED + b"&" + ASKED), 400),
    "query in url and form": (("POST", ASKED, FORM, ASKED), 400),
    "query in url and direct": (("POST", ASKED, QUERY, b"ASK {}"), 400),
    "update in url and direct": (("POST", b"update=x", QUERY, b"ASK {}"), 400),
    "format twice": (("GET", ASKED + b"&format=csv&format=csv", None, b""), 400),
    "format in url and form": (("POST", b"format=csv", FORM, ASKED + b"&format=csv"), 400),
    "graph in url and form": (
        ("POST", b"default-graph-uri=a:b", FORM, ASKED + b"&default-graph-uri=a:c"),
        400,
    ),
    "graph without a query": (("GET", b"default-graph-uri=a:b", None, b""), 400),
    "form without a query": (("POST", b"", FORM, b""), 400),
    "get of an update": (("GET", b"update=CLEAR+ALL", None, b""), 400),
    "head of an update": (("HEAD", b"update=CLEAR+ALL", None, b""), 400),
    "query and update": (("POST", b"", FORM, ASKED + b"&update=CLEAR+ALL"), 400),
    "update twice": (("POST", b"", FORM, b"update=CLEAR+ALL&update=CLEAR+ALL"), 400),
    "query in url and direct update": (("POST", ASKED, UPDATE, b"CLEAR ALL"), 400),
    "dataset of an update": (("POST", b"default-graph-uri=a:b", UPDATE, b"CLEAR ALL"), 400),
    "graphs of an update with a query": (("GET", ASKED + b"&using-graph-uri=a:b", None, b""), 400),
    "no content type": (("POST", b"", None, b"ASK {}"), 415),
    "empty content type": (("POST", b"", " ", b"ASK {}"), 415),
    "other content type": (("POST", b"", "text/plain", b"ASK {}"), 415),
    "multipart": (("POST", b"", "multipart/form-data; boundary=x", ASKED), 415),
    "utf-16": (("POST", b"", f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16")), 415),
    "latin-1 form": (("POST", b"", f"{FORM};charset=iso-8859-1", ASKED), 415),
    "invalid utf-8 in the url": (("GET", b"query=%FF", None, b""), 400),
    "invalid utf-8 in a name": (("GET", b"%FF=1", None, b""), 400),
    "invalid utf-8 in the form": (("POST", b"", FORM, b"query=%C3%28"), 400),
    "invalid utf-8 in the body": (("POST", b"", QUERY, b"ASK { \xff }"), 400),
    "surrogates": (("GET", b"query=%ED%A0%80", None, b""), 400),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation(name: str) -> None:
    (method, query_string, content_type, body), expected = OPERATIONS[name]
    assert read_operation(method, query_string, content_type, body) == expected


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(name: str) -> None:
    (method, query_string, content_type, body), status = REFUSALS[name]
    with pytest.raises(ProtocolError) as caught:
        read_operation(method, query_string, content_type, body)
    assert caught.value.status == status
    assert caught.value.detail
    assert "\n" not in caught.value.detail


def test_405_says_what_is_allowed() -> None:
    with pytest.raises(ProtocolError) as caught:
        read_operation("PATCH", b"")
    assert caught.value.headers == {"Allow": "GET, HEAD, OPTIONS, POST"}


def test_415_says_what_is_accepted() -> None:
    with pytest.raises(ProtocolError) as caught:
        read_operation("POST", b"", "text/plain", b"ASK {}")
    assert QUERY in caught.value.headers["Accept-Post"]


@pytest.mark.parametrize(("length", "refused"), [(10, False), (11, True)])
def test_length_counts_bytes(length: int, refused: bool) -> None:
    query = "ә" * 5 + "x" * (length - 10)
    if not refused:
        assert read_operation("POST", b"", QUERY, query.encode(), max_query_bytes=10)
        return
    with pytest.raises(ProtocolError) as caught:
        read_operation("POST", b"", QUERY, query.encode(), max_query_bytes=10)
    assert caught.value.status == 413


@steadily(200)
@given(TEXT, st.lists(TEXT), st.lists(TEXT))
def test_any_text_survives_all_three_ways(
    query: str, defaults: list[str], named: list[str]
) -> None:
    graphs = [("default-graph-uri", d) for d in defaults] + [("named-graph-uri", n) for n in named]
    whole = urlencode([("query", query), *graphs]).encode()
    expected = Operation(query, tuple(defaults), tuple(named))
    assert read_operation("GET", whole) == expected
    assert read_operation("POST", b"", FORM, whole) == expected
    rest = urlencode(graphs).encode()
    assert read_operation("POST", rest, QUERY, query.encode()) == expected


@steadily(200)
@given(st.binary(), st.one_of(st.none(), TEXT), st.binary())
def test_any_bytes_give_an_operation_or_a_refusal(
    url: bytes, kind: str | None, body: bytes
) -> None:
    statuses = []
    for method in ("GET", "POST"):
        try:
            read_operation(method, url, kind, body)
        except ProtocolError as refusal:
            statuses.append(refusal.status)
    assert set(statuses) <= {400, 403, 413, 415}
