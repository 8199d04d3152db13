"""CLEAR passes for a graph that is not there, and nothing else of an update changes."""

import pytest
from pyoxigraph import Store

from service.sparql.using import with_silent_clear


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CLEAR GRAPH <urn:a>", "CLEAR SILENT GRAPH <urn:a>"),
        ("clear #x\ndefault;CLEAR ALL", "clear SILENT #x\ndefault;CLEAR SILENT ALL"),
        ("CLEAR SILENT GRAPH <urn:a>", "CLEAR SILENT GRAPH <urn:a>"),
        ("INSERT DATA { <urn:a> <urn:b> 'CLEAR' }", "INSERT DATA { <urn:a> <urn:b> 'CLEAR' }"),
        ("PREFIX clear: <urn:> DROP ALL # CLEAR", "PREFIX clear: <urn:> DROP ALL # CLEAR"),
        ("DROP GRAPH <urn:a>", "DROP GRAPH <urn:a>"),
        ("CLEAR", "CLEAR"),
    ],
)
def test_clear_is_silent(text: str, expected: str) -> None:
    assert with_silent_clear(text) == expected


def test_the_engine_takes_it() -> None:
    store = Store()
    update = "BASE <http://a/> CLEAR GRAPH <g> ; INSERT DATA { GRAPH <g> { <s> <p> <o> } }"
    with pytest.raises(RuntimeError):
        store.update(update)
    store.update(with_silent_clear(update))
    assert len(store) == 1
