"""No gold document of the project scores less than it did: docs/evaluation.md holds the figures."""

import pytest

from benchmarks.evaluation import TABLE, counts, documents, falls, known, table
from graph.judging.evaluate import evaluate

DOCUMENTS = documents()


def test_the_gold_documents_are_of_many_genres() -> None:
    assert len(DOCUMENTS) >= 9
    assert list(known()) == list(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_figure_falls(name: str) -> None:
    assert falls(name, counts(evaluate(*DOCUMENTS[name])), known()) == []


def test_the_table_is_that_of_the_committed_scores() -> None:
    assert TABLE.read_text(encoding="utf-8").endswith(f"\n{table(known())}\n")
