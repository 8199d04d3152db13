"""The comparison of answers: a wrong answer must not pass for a right one."""

from pathlib import Path

import pyoxigraph
import pytest
from answers import Answer, differences, read, rows

from graph.iris import Base


def test_comparison_sees_missing_and_surplus_rows_and_ignores_order(tmp_path: Path) -> None:
    answer = written(tmp_path, "a\tb\tc", "x | y\t*\t", "z\t*\t1")
    assert answer.compared == ("a", "c")
    first, second = (frozenset({"y", "x"}), frozenset[str]()), (frozenset("z"), frozenset("1"))
    assert differences(answer, [second, first, first]) == []
    assert differences(answer, [first]) == ["missing: z\t1"]
    assert differences(answer, [first, second, (frozenset("z"), frozenset("2"))]) == [
        "not expected: z\t2"
    ]


@pytest.mark.parametrize(
    ("ranges", "agree"),
    [
        ([(10, 20)], True),
        ([(15, 40)], True),
        ([(16, 40)], False),
        ([], False),
        ([(10, 20), (11, 20)], False),
    ],
)
def test_comparison_of_ranges_wants_half_of_the_expected_one(
    ranges: list[tuple[int, int]], agree: bool, tmp_path: Path
) -> None:
    answer = written(tmp_path, "start\tend", "10\t20")
    found = [(frozenset({str(start)}), frozenset({str(end)})) for start, end in ranges]
    assert (differences(answer, found) == []) is agree


def written(folder: Path, *lines: str) -> Answer:
    path = folder / "answer.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(path)


def test_cells_are_written_as_in_the_files() -> None:
    base = Base("http://localhost:8000/")
    act, body = base.id("eli/kz/constitution"), base.id("org/mes")
    found = pyoxigraph.Store().query(
        f'''SELECT ?act ?acts ?n ?none WHERE {{
            BIND(<{act}> AS ?act) BIND("{body} | {act}" AS ?acts) BIND(4.0 AS ?n)
        }}'''
    )
    assert isinstance(found, pyoxigraph.QuerySolutions)
    assert rows(found, ["acts", "n", "none", "act"], base) == [
        (
            frozenset({"org/mes", "kz/constitution"}),
            frozenset({"4"}),
            frozenset(),
            frozenset({"kz/constitution"}),
        )
    ]


def test_line_with_a_cell_too_few_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"answer.tsv:3: 1 cells, but 2 columns"):
        written(tmp_path, "a\tb", "1\t2", "3")
