"""The named queries: their files, the binder, and their answers on the sample."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest
from answers import differences, read, rows
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery
from server import request, running

from graph.files import data_folder
from graph.iris import CODE, DEFAULT_BASE, ONTOLOGY, Base
from graph.querying.queries import (
    TYPES,
    BadParameter,
    BadQueryFile,
    NamedQuery,
    Parameter,
    UnknownQuery,
    bind,
    catalogue,
    load,
)

BASE = Base()
QUERIES = catalogue(BASE)
ANSWERS = {path.stem: path for path in sorted((Path(__file__).parent / "queries").glob("*.tsv"))}
PARAMETERS = [(query, param) for query in QUERIES.values() for param in query.params]
ASKERS = {"committee-member", "data-curator", "legal-researcher", "ngo-monitor"}
REPORT = BASE.id("eli/kz/resolution/2005-10-15/1033/annex_1")
NOWHERE = {
    "iri": "https://example.org/nowhere",
    "string": "nowhere",
    "code": "nowhere",
    "integer": "0",
    "date": "0001-01-01",
}

JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"

each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
each_parameter = pytest.mark.parametrize(
    ("query", "param"),
    PARAMETERS,
    ids=[f"{query.name}-{param.name}" for query, param in PARAMETERS],
)


def solutions(store: pyoxigraph.Store, text: str) -> pyoxigraph.QuerySolutions:
    found = store.query(text)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return found


def terms(text: str, name: str) -> list[object]:
    """Return the terms that the VALUES line of one parameter holds, as the engine reads them."""
    line = re.search(rf"^ *VALUES \?{name} {{ .* }}$", text, re.MULTILINE)
    assert line, f"no VALUES line of ?{name}"
    found = solutions(pyoxigraph.Store(), f"SELECT ?{name} WHERE {{ {line[0]} }}")
    return [solution[name] for solution in found]


def a_query(kind: str) -> NamedQuery:
    """Return a small query with one parameter ?x of this type, and a constant in ?y."""
    text = 'SELECT ?x ?y WHERE {\n  VALUES ?x { UNDEF }\n  VALUES ?y { "kept" }\n}\n'
    return NamedQuery("small", "", {}, {}, (Parameter("x", kind, {}, None),), text, ())


# The files


def test_every_query_has_an_expected_answer_and_every_answer_a_query() -> None:
    assert len(QUERIES) == 25
    assert list(QUERIES) == list(ANSWERS)


@each_query
def test_header_is_complete(query: NamedQuery) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", query.name)
    assert set(query.titles) == {"en", "kk", "ru"}
    assert query.titles["en"] == query.summary
    for texts in (query.descriptions, *(param.descriptions for param in query.params)):
        assert set(texts) == {"en", "kk", "ru"}
        assert all(texts.values())
    assert all(text.endswith((".", ".)")) for text in query.descriptions.values())
    assert len(ASKERS & set(query.tags)) == 1


@each_query
def test_titles_are_written_in_cyrillic_letters(query: NamedQuery) -> None:
    assert not re.search("[A-Za-z]", query.titles["kk"] + query.titles["ru"])
    for texts in (query.titles, query.descriptions):
        assert re.search("[әғқңөұүһі]", texts["kk"])
        assert not re.search("[әғқңөұүһі]", texts["ru"])
    for param in query.params:
        assert not re.search("[A-Za-z]", param.descriptions["kk"] + param.descriptions["ru"])


@each_query
def test_two_engines_read_the_columns_of_the_answer(query: NamedQuery) -> None:
    columns = {str(variable) for variable in prepareQuery(query.text).algebra.PV}
    found = solutions(pyoxigraph.Store(), query.text)
    assert {variable.value for variable in found.variables} == columns
    assert set(read(ANSWERS[query.name]).columns) <= columns


@each_parameter
def test_default_in_the_header_is_the_one_in_the_query(query: NamedQuery, param: Parameter) -> None:
    expected: list[object] = [None]
    if param.default is not None:
        expected = terms(bind(query, {param.name: param.default}), param.name)
    assert terms(query.text, param.name) == expected


@each_query
def test_every_kzop_term_exists_in_the_ontology(query: NamedQuery) -> None:
    defined = subjects(data_folder("ontology") / "kzop.ttl")
    used = {ONTOLOGY + name for name in re.findall(r"\bkzop:(\w+)", body(query))}
    assert used
    assert used <= defined


@each_query
def test_every_code_exists_in_the_code_lists(query: NamedQuery) -> None:
    folder = data_folder("ontology")
    defined = subjects(folder / "codes.ttl") | subjects(folder / "rules.ttl")
    schemes = dict(re.findall(rf"^PREFIX (\w+): <({CODE}\w+/)>$", query.text, re.MULTILINE))
    for prefix, scheme in schemes.items():
        used = {scheme + code for code in re.findall(rf"\b{prefix}:([\w-]+)", body(query))}
        assert used, f"PREFIX {prefix}: is not used"
        assert used <= defined


def subjects(path: Path) -> set[str]:
    return {quad.subject.value for quad in pyoxigraph.parse(path=path)}


def body(query: NamedQuery) -> str:
    """Return the query without its header and prefixes."""
    return query.text[query.text.index("\nSELECT") :]


# Reading the catalogue


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cited-document", "did you mean cited-documents?"),
        ("../queries/forum", "the names are "),
        ("zzz", "the names are age-thresholds, ages-below-18-allowed, "),
        ("z" * 1000, "the names are "),
    ],
)
def test_unknown_query_names_the_near_ones(name: str, hint: str) -> None:
    with pytest.raises(UnknownQuery) as error:
        load(name, BASE)
    message = str(error.value)
    assert hint in message
    assert "\n" not in message
    assert len(message) < 1000


def test_base_moves_the_data_but_not_the_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZOP_BASE_IRI", "http://localhost:8000/")
    moved = load("penalties-article-162")
    assert moved.params[0].default == "http://localhost:8000/id/eli/kz/code/criminal"
    assert "VALUES ?code { <http://localhost:8000/id/eli/kz/code/criminal> }" in moved.text
    assert f"PREFIX kzop: <{ONTOLOGY}>" in moved.text
    assert f"PREFIX unit: <{CODE}unit/>" in moved.text
    assert moved == catalogue()["penalties-article-162"]
    assert all(DEFAULT_BASE + "id/" not in query.text for query in catalogue().values())


HEADER = """#+ summary: S
#+ titles: {kk: К, ru: Р}
#+ description: D
#+ descriptions: {kk: Д, ru: Д}
#+ params:
#+   x: {type: integer, description: number, descriptions: {kk: сан, ru: число}, default: "6"}
#+ evidence: [{of: x}]
#+ tags: [t]
"""
BODY = "SELECT ?x WHERE {\n  VALUES ?x { 6 }\n}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BODY, r"bad.rq: the '#\+' header is no mapping; write '#\+ summary: ...'"),
        ("#+ a: b: c\n" + BODY, r"bad.rq: the '#\+' header is not YAML: "),
        (HEADER.replace("#+ tags: [t]\n", "") + BODY, "bad.rq: the header has no 'tags'; add it"),
        (HEADER.replace("integer", "number") + BODY, "parameter x has type 'number'; write one of"),
        (HEADER.replace('"6"', "6") + BODY, "parameter x has default 6; quote it as text"),
        (HEADER + BODY.replace("?x {", "?y {"), r"declares \['x'\], but the lines .* bind \['y'\]"),
        (HEADER + BODY.replace("}\n", "}\n  VALUES ?x { 7 }\n", 1), r"bind \['x', 'x'\]"),
    ],
)
def test_bad_file_says_what_to_write(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.querying.queries.data_folder", lambda name: tmp_path / name)
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "good.rq").write_text(HEADER + BODY, encoding="utf-8")
    assert load("good", BASE).params == (
        Parameter("x", "integer", {"en": "number", "kk": "сан", "ru": "число"}, "6"),
    )
    (tmp_path / "queries" / "bad.rq").write_text(text, encoding="utf-8")
    with pytest.raises(BadQueryFile, match=message):
        catalogue(BASE)


# The binder


@given(st.text())
def test_any_string_comes_back_as_itself(value: str) -> None:
    bound = bind(a_query("string"), {"x": value})
    (row,) = solutions(pyoxigraph.Store(), bound)
    assert row["x"] == pyoxigraph.Literal(value)


@given(
    st.sampled_from(TYPES), st.text() | st.sampled_from(['" } #', "> } #", "\\", "1 } {", "UNDEF"])
)
def test_no_value_changes_the_query(kind: str, value: str) -> None:
    query = a_query(kind)
    try:
        bound = bind(query, {"x": value})
    except BadParameter:
        return
    before, after = query.text.split("\n"), bound.split("\n")
    assert [line for line in after if line not in before] == [after[1]]
    (row,) = solutions(pyoxigraph.Store(), bound)
    assert row["y"] == pyoxigraph.Literal("kept")
    assert row["x"] is not None


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_come_back_as_numbers(value: int) -> None:
    (row,) = solutions(pyoxigraph.Store(), bind(a_query("integer"), {"x": str(value)}))
    assert row["x"] == pyoxigraph.Literal(value)


@given(st.dates())
def test_dates_come_back_as_dates(value: object) -> None:
    (row,) = solutions(pyoxigraph.Store(), bind(a_query("date"), {"x": str(value)}))
    date_type = pyoxigraph.NamedNode("http://www.w3.org/2001/XMLSchema#date")
    assert row["x"] == pyoxigraph.Literal(str(value), datatype=date_type)


def test_two_values_are_bound_and_the_rest_stays() -> None:
    query = QUERIES["ages-below-18-allowed"]
    bound = bind(query, {"limit": "16", "report": REPORT})
    assert terms(bound, "limit") == [pyoxigraph.Literal(16)]
    assert terms(bound, "report") == [pyoxigraph.NamedNode(REPORT)]
    assert terms(bound, "lang") == terms(query.text, "lang")
    assert bind(query, {}) == query.text


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("iri", "", "an absolute IRI"),
        ("iri", "eli/kz/constitution", "an absolute IRI"),
        ("iri", "http://example.org/a b", "an absolute IRI"),
        ("integer", "", "a whole number"),
        ("integer", "1.5", "a whole number"),
        ("integer", "1_000", "a whole number"),
        ("integer", str(2**63), "a whole number"),
        ("date", "20051015", "a date"),
        ("date", "2005-02-30", "a date"),
        ("code", "", "a code"),
        ("code", "docType/law", "a code"),
        ("string", "\ud800", "text that UTF-8 can hold"),
    ],
)
def test_value_of_another_type_is_refused(kind: str, value: str, wanted: str) -> None:
    message = f"query small: parameter x is {value!r}, but must be {wanted}"
    with pytest.raises(BadParameter) as error:
        bind(a_query(kind), {"x": value})
    assert str(error.value).startswith(message)


def test_message_stays_short_and_on_one_line() -> None:
    with pytest.raises(BadParameter) as error:
        bind(a_query("iri"), {"x": "no IRI\n" * 1000})
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


def test_unknown_parameter_names_the_known_ones() -> None:
    with pytest.raises(BadParameter) as error:
        bind(QUERIES["ages-below-18-allowed"], {"limt": "16"})
    assert str(error.value) == (
        "query ages-below-18-allowed has no parameter 'limt': "
        "its parameters are limit, report, lang"
    )


# The answers


def test_a_citing_text_speaks_for_itself() -> None:
    """What a lexicon or another text knows of a cited code is not what the report says of it."""
    store = pyoxigraph.Store()
    report, code = (BASE.id(path) for path in ("eli/kz/resolution/1/annex_1", "eli/kz/code/civil"))
    content = f"""
        <{report}> eli:type_document <{CODE}docType/report> .
        <{code}> eli:type_document <{CODE}docType/code> .
        <{BASE.id("citation/1")}> kzop:citing <{report}> ; kzop:cited <{code}>, <{report}> .
        <{CODE}docType/code> skos:notation "code" .
        <{CODE}docType/report> skos:notation "report" ."""
    elsewhere = f'<{code}> eli:number "268-XIII" ; eli:type_document <{CODE}docType/code> .'
    prefixes = f"""
        PREFIX eli: <http://data.europa.eu/eli/ontology#>
        PREFIX kzop: <{ONTOLOGY}>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"""
    for name in ("doc/report.1", "doc/other.2", "authority"):
        facts = content if name == "doc/report.1" else elsewhere
        to = f"GRAPH <{BASE.graph(name)}> {{ {facts} }} {facts}"
        store.update(f"{prefixes} INSERT DATA {{ {to} }}")
    (row,) = solutions(store, QUERIES["cited-documents"].text)
    assert row["doc"] == pyoxigraph.NamedNode(code)
    assert row["number"] is None


@each_query
def test_answer_on_the_sample(query: NamedQuery, sample_store: pyoxigraph.Store) -> None:
    assert_answer(query, query.text, sample_store)


@pytest.fixture(scope="module")
def port(sample_folder: Path) -> Iterator[int]:
    with running(sample_folder) as number:
        yield number


@each_query
def test_answer_over_http(query: NamedQuery, port: int) -> None:
    form = urlencode({"query": query.text}).encode()
    named = request(port, "GET", f"/queries/{query.name}", Accept=JSON)
    asked = request(port, "POST", "/sparql", form, Accept=JSON, Content_Type=FORM)
    assert (named[0], asked[0]) == (200, 200)
    for _, _, body in (named, asked):
        found = pyoxigraph.parse_query_results(body, format=pyoxigraph.QueryResultsFormat.JSON)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        assert_same(query, found)


@each_parameter
def test_parameter_narrows_the_answer(
    query: NamedQuery, param: Parameter, sample_store: pyoxigraph.Store
) -> None:
    if param.name == "lang":
        assert_answer(query, bind(query, {"lang": "en"}), sample_store)
        return
    assert list(solutions(sample_store, bind(query, {param.name: NOWHERE[param.type]}))) == []
    for value in of_the_sample(param.name, sample_store):
        assert_answer(query, bind(query, {param.name: value}), sample_store)


def of_the_sample(name: str, store: pyoxigraph.Store) -> Iterator[str]:
    """Yield the values of a parameter that choose the whole sample."""
    if name == "report":
        yield REPORT
    if name == "text":
        graphs = [node.value for node in store.named_graphs()]
        yield from (iri for iri in graphs if iri.startswith(BASE.graph("doc/")))


def assert_answer(query: NamedQuery, text: str, store: pyoxigraph.Store) -> None:
    assert_same(query, solutions(store, text))


def assert_same(query: NamedQuery, found: pyoxigraph.QuerySolutions) -> None:
    answer = read(ANSWERS[query.name])
    assert differences(answer, rows(found, answer.compared, BASE)) == []
