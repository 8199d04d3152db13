"""The SPARQL functions of kzop, called by the engine."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from graph.search.textindex import TextIndex
from service.engine.functions import PREFIX, functions

PREF = "http://www.w3.org/2004/02/skos/core#prefLabel"


def value(expression: str, index: Path | None = None) -> str | None:
    """What the engine makes of an expression; None if it is an error."""
    query = f"PREFIX f: <{PREFIX}> SELECT ({expression} AS ?x) {{}}"
    result = Store().query(query, custom_functions=functions(index))
    assert isinstance(result, QuerySolutions)
    (row,) = result
    found = row["x"]
    assert found is None or isinstance(found, Literal)
    return None if found is None else found.value


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with TextIndex.open(tmp_path / "index") as index:
        index.apply((), [("x:law", PREF, "Неке туралы заң", "kk")], "1")
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('f:matches("Баланың құқықтары туралы"@kk, "бала құқығы")', "true"),
        ('f:matches("Баланың құқықтары туралы", "құқықтары бала")', "true"),
        ('f:matches("Баланың құқықтары", "\\"құқықтары баланың\\"")', "false"),
        ('f:matches("2002 жылғы № 345-II 3аңы", "345-ІІ заңына")', "true"),
        ('f:matches("Бaлa", "балалар")', "true"),
        ('f:matches("балалар", "бал")', "false"),
        ('f:matches("балалар", "")', "false"),
        ('f:matches("балалар", "\\"(*")', "false"),
        ('f:matches(345, "345")', None),
        ("f:matches(<x:law>, 'заң')", None),
        ('f:matches("заң")', None),
        ('f:matches("заң", "заң", "заң")', None),
        ("f:collate(<x:law>)", None),
        ("f:collate(7)", None),
        ("f:collate()", None),
        ('f:collate("Әлем") < f:collate("Бала"@kk)', "true"),
    ],
)
def test_without_an_index(expression: str, expected: str | None) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('f:found(<x:law>, "некенің заңы")', "true"),
        ('f:found(<x:law>, "кодекс")', "false"),
        ('f:found(<x:other>, "неке")', "false"),
        ('f:found(<x:law>, "")', "false"),
        ('f:found("x:law", "неке")', None),
        ("f:found(<x:law>, 1)", None),
    ],
)
def test_with_an_index(index: Path, expression: str, expected: str | None) -> None:
    assert value(expression, index) == expected


def test_without_an_index_nothing_is_found() -> None:
    with pytest.raises(RuntimeError, match="function#found> is not supported"):
        value('f:found(<x:law>, "неке")')


def test_an_index_that_is_not_there_makes_an_error(tmp_path: Path) -> None:
    assert value('f:found(<x:law>, "неке")', tmp_path / "missing") is None


def test_the_hits_are_read_once_for_the_same_words(index: Path) -> None:
    found = functions(index)[NamedNode(PREFIX + "found")]
    law, words = NamedNode("x:law"), Literal("неке")
    assert found(law, words) == Literal(True)
    index.unlink()
    assert found(law, words) == Literal(True)
    assert found(law, Literal("заң")) is None


def test_rows_are_sorted_in_kazakh_order() -> None:
    query = f"""
        SELECT ?name WHERE {{ VALUES ?name {{ "Яма" "Ақтөбе" "Ыбырай" "Әлем" "Іле" "Аякөз" }} }}
        ORDER BY <{PREFIX}collate>(?name)"""
    result = Store().query(query, custom_functions=functions())
    assert isinstance(result, QuerySolutions)
    names = [row["name"] for row in result]
    expected = ["Ақтөбе", "Аякөз", "Әлем", "Ыбырай", "Іле", "Яма"]
    assert names == [Literal(name) for name in expected]
