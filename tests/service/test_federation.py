"""No query that would make the engine call another host passes the scan.

Port 9 serves as the other host: the engine refuses it with an error that names it, so the tests
see an attempt to call without there being one.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store
from steady import steadily

from service.http.problem import Problem
from service.sparql.federation import (
    LOAD,
    SERVICE,
    calls_only,
    refuse_calls,
    without_calls,
)


def may_call_service(query: str) -> bool:
    return not calls_only(query, SERVICE, ())


HOST = "http://127.0.0.1:9/"
PROLOGUE = f"PREFIX ex: <{HOST}> PREFIX : <{HOST}> "

CALLS = [
    f"SELECT * {{ SERVICE <{HOST}> {{}} }}",
    f"SELECT * {{ service<{HOST}>{{}} }}",
    "SELECT * { SERVICE ex:a {} }",
    "SELECT * { SERVICEex:a{} }",
    "SELECT * { SERVICE:a{} }",
    f"SELECT * {{ BIND(1 AS ?x)SERVICE#>\n<{HOST}>{{}} }}",
    f"SELECT * {{ BIND(1<2 AS ?x)SERVICE#>\n<{HOST}>{{}} }}",
    f"SELECT * {{ VALUES ?x {{'''a' }} SERVICE <{HOST}> {{}} # \\x'''\n}}",
    f"SELECT * {{ #\r SERVICE <{HOST}> {{}} }}",
    f"SELECT * {{ VALUES ?x {{true}}SERVICE<{HOST}>{{}} }}",
]

SILENT = [
    f"SELECT * {{ SERVICE SILENT <{HOST}> {{}} }}",
    f"SELECT * {{ SERVICESILENT<{HOST}>{{}} }}",
    f"SELECT * {{ ?s ?p trueSERVICE<{HOST}>{{}} }}",
    f"SELECT * {{ ?s ?p 1e5SERVICE<{HOST}>{{}} }}",
    f'SELECT * {{ ?s ?p "x"^^<http://d>SERVICE<{HOST}>{{}} }}',
    f"SELECT * {{ ?s ?p ex:a\\' . SERVICE <{HOST}> {{}} }}",
    f"SELECT * {{ ?s ?p <http://d>#x>\n SERVICE <{HOST}> {{}} }}",
    f"SELECT * {{ ?s ?p ex:.SERVICE<{HOST}>{{}} }}",
    "SELECT * { SERVICE ?endpoint {} }",
]

HARMLESS = [
    "SELECT * { SERVICE {} }",
    "SELECT * { SERVICE",
    "ASK {}",
    "SELECT * { ?s ?p ?o # SERVICE\n }",
    "SELECT * { ?s ?p 'SERVICE' }",
    "SELECT * { ?s ?p 'a\\'SERVICE' }",
    'SELECT * { ?s ?p """a"SERVICE""" }',
    'SELECT * { ?s ?p "", "service" }',
    "SELECT ?service { ?service ?p $service }",
    "SELECT * { ?s <http://www.w3.org/ns/sparql-service-description#endpoint> ?o }",
    "SELECT * { ?s a ex:Service ; ex:service.a ?o }",
]


def calls(query: str) -> bool:
    """Run a query and tell whether the engine tried to call HOST."""
    store = Store()
    node = NamedNode("http://example.org/a")
    store.add(Quad(node, node, Literal("x")))
    try:
        answer = store.query(query, base_iri="http://example.org/")
        assert isinstance(answer, QuerySolutions)
        for _ in answer:
            pass
    except OSError as error:
        return "port 9" in str(error)
    except (SyntaxError, RuntimeError, ValueError):
        return False
    return False


@pytest.mark.parametrize("query", CALLS)
def test_a_call_is_seen(query: str) -> None:
    assert calls(PROLOGUE + query)
    assert may_call_service(PROLOGUE + query)


@pytest.mark.parametrize("query", SILENT)
def test_a_call_that_shows_no_error_is_seen(query: str) -> None:
    assert may_call_service(PROLOGUE + query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_alone_is_no_call(query: str) -> None:
    assert not may_call_service(PROLOGUE + query)


PIECES = [
    *(" ", "\n", "\r", "#", '"', "'", '"""', "'''", "''", "\\", "\\x", "\\'", "<", ">", "(", ")"),
    *("{", "}", ".", ",", "?", "?a", "true", "1", "1e5", "ex:", "ex:a", ":a", "@kk", "_:b", "^^"),
    *("FILTER(?a<?b)", "BIND(1<2 AS ?x)", "VALUES ?x {", "VALUES ?y {1}", "?s ?p ", "?s ?p ?o"),
    *("<#>", "<a'b>", "<http://x/#>", "ex:\\'", "OPTIONAL{", "SERVICEex:p{}", "SERVICE:p{}"),
    *(f"SERVICE <{HOST}>{{}}", f"SERVICE<{HOST}>{{}}", "SERVICE"),
]


@steadily(400)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["}", "\n}", "'''\n}"]))
@example(["BIND(1<2 AS ?x)", "SERVICE", "#", ">", "\n", f"<{HOST}>{{}}"], "}")
def test_nothing_that_calls_passes(pieces: list[str], end: str) -> None:
    query = PROLOGUE + "SELECT * {" + "".join(pieces) + end
    assert may_call_service(query) or not calls(query)


@pytest.mark.parametrize(
    "piece",
    ["'''\n\\'''\n\\", "a.", "'", '"', "<", "<a", "ex:", "ex:a.", "#", "\\", "a-", ":%41", "'a\\x"],
)
def test_long_queries_are_scanned_in_linear_time(piece: str) -> None:
    # A quadratic scan of this length takes minutes: the run would be stopped, not slow.
    may_call_service(piece * (250_000 // len(piece)) + " service")


LOADS = {
    f"LOAD SILENT <{HOST}>": True,
    f"load#\n silent<{HOST}>INTO GRAPH <a:g> ; CLEAR ALL": True,
    f"LOAD SILENT <{HOST}> ; LOAD <{HOST}>": False,
    f"LOADSILENT <{HOST}>": False,
    f"PREFIX ex: <{HOST[:-1]}> LOAD SILENT ex:a": False,
}


@pytest.mark.parametrize("update", LOADS)
def test_a_silent_load_leads_nowhere(update: str) -> None:
    text = without_calls(update, LOAD, (), silent=True)
    if LOADS[update]:
        refuse_calls(text, (LOAD,), ())
        assert f"<{HOST}>" not in text
        Store().update(text)
    else:
        with pytest.raises(Problem):
            refuse_calls(text, (LOAD,), ())


def test_a_silent_load_of_an_allowed_host_is_left() -> None:
    update = "LOAD SILENT <http://127.0.0.1:9/>"
    assert without_calls(update, LOAD, ("127.0.0.1",), silent=True) == update


@steadily(400)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["}", "\n}", "'''\n}"]))
@example([f"SERVICE <{HOST}>{{}}"], "}")
@example(["SERVICE ex:a {}"], "}")
def test_a_sound_query_is_sound_without_its_calls(pieces: list[str], end: str) -> None:
    query = PROLOGUE + "SELECT * {" + "".join(pieces) + end
    text = without_calls(query, SERVICE, ())
    if calls_only(text, SERVICE, ()):
        assert parses(text) or not parses(query)  # a prefix that is not declared goes unseen


def parses(query: str) -> bool:
    try:
        Store().query(query, base_iri="http://example.org/")
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True
