"""Texts that nobody would write: extracted without error, exactly, in linear time."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steady import steadily

from benchmarks.fuzz import GAPS, MAKERS, PIECES, WEIRD, check, fault
from benchmarks.linear import TEXTS
from graph.pipeline import to_graphs
from graph.source import from_text

SHORT, LONG = 4_000, 32_000
STEEPEST = 3
"""How many times as long as its length warrants the longer text may take; a square takes 8."""


numbers = st.one_of(
    st.integers(0, 2030).map(str),
    st.tuples(st.integers(1, 99), st.integers(1, 9)).map(lambda pair: f"{pair[0]}-{pair[1]}"),
    st.sampled_from(["он сегіз", "екі мың бес жүз", "1 000 000", "IV", "бірінші", "٣", "9" * 30]),
)
dates = st.builds(
    "{} жылғы {} {}".format,
    st.integers(0, 9999),
    st.integers(0, 40),
    st.sampled_from(["тамыздағы", "15 қазан", "мамыр", "ай"]),
)
acts = st.builds(
    "{} {} № {} {}".format,
    st.sampled_from(["Қазақстан Республикасының", "ҚР Үкіметінің", "«Бала туралы»", "осы", ""]),
    dates,
    numbers,
    st.sampled_from(["Заңына", "қаулысымен", "Кодексінің", "бұйрығы", "Заңдарына", "хаттама"]),
)
provisions = st.builds(
    "{}-{} {}) {}".format,
    numbers,
    st.sampled_from(["бабының", "баптарына", "тармағының", "бап", "бап.", "қосымша"]),
    numbers,
    st.sampled_from(["тармақшасы", "тармақшаларына", "бөлігінде", "абзацы"]),
)
amounts = st.builds(
    "{} {} дейінгі {}".format,
    numbers,
    st.sampled_from(["жылға", "айлық есептік көрсеткішке", "жасқа", "теңгеге", "жүзге"]),
    st.sampled_from(["мерзімге бас бостандығынан айыруға", "айыппұл салуға жазаланады", "балалар"]),
)
headings = st.builds("\n{}{} {}\n".format, numbers, st.sampled_from([".", ")", "-бап."]), acts)
stamps = st.builds("\n\n{}\n\nбекітілген\n\n".format, acts)
notes = st.builds("\nЕскерту. {} өзгеріс енгізілді - {}.\n".format, provisions, acts)
pieces = st.one_of(
    *(acts, provisions, amounts, headings, stamps, notes, dates, numbers),
    st.sampled_from(PIECES),
    st.sampled_from(list(WEIRD)),
)
laws = st.lists(st.tuples(pieces, st.sampled_from(GAPS)), max_size=25).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@steadily(150)
@given(laws)
def test_what_looks_like_law_is_extracted_exactly(text: str) -> None:
    check(text)


@steadily(100)
@given(anything)
def test_any_characters_are_extracted_exactly(text: str) -> None:
    check(text)


@steadily(25)
@given(laws)
def test_two_extractions_are_alike(text: str) -> None:
    assert to_graphs(from_text("case", text)) == to_graphs(from_text("case", text))


@pytest.mark.parametrize("seed", range(20))
def test_what_the_fuzz_run_makes_is_extracted(seed: int) -> None:
    choice = random.Random(seed)
    text = choice.choice(MAKERS)(
        choice, ["1. Осы Заңның 5-бабына сәйкес он сегіз жасқа толмаған.\n"]
    )
    found = fault(text)
    assert not found or found.startswith("slow"), found  # a busy machine may be slow


NINES = "9" * 5000
"""More digits than Python makes an int of."""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("3.\x1dд", id="a separator that counts as space"),
        pytest.param(f"{NINES}-бап. Атауы\n\n{NINES}. Мәтін", id="a long number in a heading"),
        pytest.param(f"Осы Заңның 1-{NINES}-баптарына", id="a long number in a list"),
        pytest.param(f"5-{NINES} – {NINES}-тармақтары", id="a range of long numbers"),
        pytest.param(f"{NINES} жасқа толмаған {NINES} бала", id="a long number in an age"),
        pytest.param(f"{NINES} теңге айыппұл салуға жазаланады", id="a long number in a fine"),
        pytest.param(f"Қаулысына\n{NINES}-қосымша\n\nҚағидалары", id="a long number of an annex"),
        pytest.param(f"Баяндама\n\nКіріспе\n\n{NINES}. Мәтін\n\n{NINES}-бап\n", id="a report"),
        pytest.param(
            f"Баяндама\n\nКіріспе\n\n1. {NINES} бала, {NINES} мың оқушы", id="a long count"
        ),
        pytest.param("«1-бап. Бала құқығы»", id="a quoted article at the beginning"),
        pytest.param("12-3-" * 400, id="hyphens between numbers"),
        pytest.param(
            "Осы Заңның 1-199-баптарының 1-199-тармақтарының 1-199-тармақшалары",
            id="ranges of ranges",
        ),
        pytest.param("(" * 5000 + "5-бап" + ")" * 5000, id="parentheses"),
        pytest.param("«" * 5000 + '"' * 5000 + "»" * 3000, id="quotation marks"),
        pytest.param("а" * 100_000, id="one word"),
        pytest.param(
            "1. Мыналар:\n" + "бала құқығы;\n" * 5000 + "5-бабының 1-тармағы;\n",
            id="an indent below thousands",
        ),
    ],
)
def test_an_extreme_text_is_extracted_exactly(text: str) -> None:
    check(text)


def seconds(name: str, size: int) -> float:
    source = from_text(name, TEXTS[name](size))
    start = time.process_time()
    to_graphs(source)
    return time.process_time() - start


@pytest.mark.parametrize("name", TEXTS)
def test_time_grows_with_length_and_no_faster(name: str) -> None:
    """Measured again where another process got in the way."""
    to_graphs(from_text("first", "Осы Заңның 5-бабы."))
    ratios = []
    for _ in range(3):
        ratios.append(seconds(name, LONG) / max(seconds(name, SHORT), 0.01))
        if ratios[-1] < LONG / SHORT * STEEPEST:
            return
    raise AssertionError(ratios)
