"""Displaced words: the thirteen of the sample by offset, and texts where nothing may move."""

from itertools import pairwise
from pathlib import Path

import pytest

from graph.normalise import Normalised, normalise
from graph.source import from_text, read

SAMPLE = Path(__file__).parent.parent / "sample" / "report-2005.txt"
DISPLACED = [
    ("хаттаманың 8-бабының 1-тармағына", "8-бабының", 498),
    ("Конституциясының 4-бабының 3-тармағына", "4-бабының", 2847),
    ("N 345-II Заңына сәйкес", "Заңына", 4543),
    ("ҚРЗ Заңына сәйкес он сегіз", "Заңына", 5612),
    ("желтоқсандағы Заңына сәйкес", "Заңына", 6499),
    ("күші бар Жарлығымен енгізілген", "Жарлығымен", 6733),
    ("Республикасының Заңы (2005", "Заңы", 10037),
    ("N 3049 Жарлығына және", "Жарлығына", 10696),
    ("N 309 қаулысына сәйкес", "қаулысына", 10846),
    ("Қылмыстық кодексінің", "кодексінің", 12128),
    ("N 345-II Заң қабылданды", "Заң", 13909),
    ("халқына Жолдауында балалардың", "Жолдауында", 14711),
    ("N 1348 қаулысына сәйкес", "қаулысына", 23956),
]


@pytest.fixture(scope="module")
def sample() -> Normalised:
    return normalise(read(SAMPLE))


def moves(text: Normalised) -> int:
    """How often a word of the clean text stands further on in the original than the next one."""
    starts, at = [], 0
    for word in text.text.split():
        at = text.text.index(word, at)
        starts.append(text.original(at, at + len(word))[0][0])
        at += len(word)
    return sum(first > second for first, second in pairwise(starts))


@pytest.mark.parametrize(("phrase", "word", "offset"), DISPLACED)
def test_a_displaced_word_is_back(sample: Normalised, phrase: str, word: str, offset: int) -> None:
    start = sample.text.index(phrase) + phrase.index(word)
    assert sample.original(start, start + len(word)) == ((offset, offset + len(word)),)


def test_nothing_else_moved_in_the_sample(sample: Normalised) -> None:
    assert moves(sample) == len(DISPLACED)


def test_a_word_that_stands_in_its_gap_stays(sample: Normalised) -> None:
    start = sample.text.index("туралы кодексінде")
    assert len(sample.original(start, start + len("туралы кодексінде"))) == 1


@pytest.mark.parametrize(
    "sound",
    [
        "Қазақстан Республикасының 2002 жылғы 8 тамыздағы N 345-II Заңына сәйкес.",
        "Бұл  тәртіп  Заңға  сәйкес  Қазақстан  Республикасында  белгіленеді.",
        "Кестенің бағандары:   нөмірі    атауы    қаулысы",
        "Қазақстан Республикасының  2002 жылғы 8 тамыздағы N 345-II Заңына\nсәйкес бекітілген.",
        "О р м а н   қ о р ы   т у р а л ы   З а ң",
        "Мемлекеттер Баланың  құқықтары  туралы конвенцияның  38-бабына\nсәйкес әрекет етеді.",
        "Үкімет тәртіпті бекітеді.  Министрлік бақылайды және Заңына\nсәйкес есеп береді.",
    ],
)
def test_no_word_moves_in_a_sound_text(sound: str) -> None:
    text = normalise(from_text("case", sound))
    assert moves(text) == 0


def test_a_glued_word_is_cut_off_before_it_moves() -> None:
    raw = (
        "Қазақстан Республикасы Президентінің 1995 жылғы 19 маусымдағы N 2337 Заң күші бар  \n"
        "\n"
        "енгізілген тәртіппен әр азаматтың жекеЖарлығымен\n"
        "куәлігі болады."
    )
    text = normalise(from_text("case", raw)).text
    assert "Заң күші бар Жарлығымен енгізілген тәртіппен әр азаматтың жеке куәлігі" in text
