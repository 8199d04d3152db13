"""What holds for every text: nothing is refused, every offset leads back, noise loses no entity."""

import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steady import steadily

from graph.findings import Findings
from graph.link import Linked
from graph.model import Found
from graph.normalise import normalise
from graph.pipeline import extract, to_graphs
from graph.source import from_text
from graph.text.numerals import SCALES, UNITS, value
from graph.text.quotes import pair_quotes

SAMPLE = Path(__file__).parent.parent / "sample" / "report-2005.txt"
TWINS = dict(zip("іеорсхауЕОРСХАВНКМТ", "ieopcxayEOPCXABHKMT", strict=True))
"""Cyrillic letters and the Latin ones that look like them."""


PHRASES = """
Қазақстан Республикасының Үкіметінің 2005 жылғы 15 қазандағы N № 1033 345-II ҚРЗ Заңына
Заңның қаулысымен кодексінің Қылмыстық Жарлығына осы Осы баптың 5-бап 12-1-тармағының 1)
а) 3. 1-тарау II бөлім бөлігі тармақшасында абзацы және немесе , . ; : - – ( ) « » "
(бұдан әрі - Заң) 18 жасқа толмаған он сегіз жастан дейінгі бастап жылдан жылға мерзімге
бас бостандығынан айыруға жазаланады айыппұл салуға әкеп соғады айлық есептік көрсеткіш
мөлшерінде тәркіленіп онсыз тиіс міндетті құқылы тыйым салынады алады Қорғаныс Ішкі істер
министрлігінің министрліктері министрі Ескерту. Баяндама баяндама Кіріспе қосымша
бекітілген ЕТЕДІ: i з iлу ж а з __________ Бала құқықтары туралы конвенцияның 2011.12.26
"""
legal = st.lists(
    st.tuples(
        st.sampled_from(PHRASES.split()), st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n", ""])
    ),
    max_size=60,
).map(lambda parts: "".join(word + gap for word, gap in parts))
anything = st.text(max_size=200)


def found(findings: Findings) -> list[Found]:
    """Every mention of every kind."""
    return [
        *findings.bodies,
        *findings.acts,
        *findings.references,
        *findings.ages,
        *findings.penalties,
        *findings.norms,
        *findings.competences,
        *findings.statistics,
        *findings.measures,
        *findings.places,
        *findings.dates,
    ]


def check_offsets(text: str) -> None:
    findings, linked = extract(from_text("case", text))
    normalised = findings.context.normalised
    assert len(normalised.text) == len(normalised.low)
    spans = [
        span
        for mention in found(findings)
        for span in ((mention.start, mention.end), *mention.more)
    ]
    spans += [(citation.start, citation.end) for citation in linked.citations]
    for start, end in spans:
        assert 0 <= start < end <= len(normalised.text)
        ranges = normalised.original(start, end)
        assert all(first < last for first, last in ranges)
        assert all(before[1] <= after[0] for before, after in pairwise(ranges))
        if normalised.text[start:end].strip():
            assert ranges
            assert ranges[0][0] >= 0
            assert ranges[-1][1] <= len(text)


@steadily(200)
@given(legal)
def test_a_legal_text_is_never_refused(text: str) -> None:
    check_offsets(text)


@steadily(150)
@given(anything)
def test_no_text_at_all_is_refused(text: str) -> None:
    check_offsets(text)


@steadily(25)
@given(legal)
def test_a_text_gives_the_same_statements_every_time(text: str) -> None:
    source = from_text("case", text)
    assert to_graphs(source) == to_graphs(source)


@steadily(60)
@given(st.one_of(legal, anything))
def test_every_character_of_the_clean_text_rests_on_the_original(text: str) -> None:
    clean = normalise(from_text("case", text))
    for at, character in enumerate(clean.text):
        if not character.isspace():
            ranges = clean.original(at, at + 1)
            assert len(ranges) == 1
            assert text[ranges[0][0] : ranges[0][1]].strip()


@steadily(200)
@given(legal)
def test_cleaning_a_clean_text_changes_no_letter(text: str) -> None:
    """Where lines join and words part may change: a block is one line then, of another width.

    So may a lone Latin i: after a wide gap it is a word, after one space a stray letter.
    """
    once = normalise(from_text("case", text)).text
    again = normalise(from_text("case", once)).text
    assert letters_of(again) == letters_of(once)


def letters_of(text: str) -> str:
    """What is not space, with the letter i of either alphabet."""
    return re.sub(r"\s", "", text).replace("i", "і")


TENS = {worth: word for word, worth in UNITS.items()}


def spell(number: int) -> str:
    """A number below a million in Kazakh words."""
    words: list[str] = []
    for scale, name in ((1000, "мың"), (100, "жүз")):
        count, number = divmod(number, scale)
        if count:
            words += ([spell(count)] if count > 1 else []) + [name]
    if number >= 10:
        words.append(TENS[number // 10 * 10])
        number %= 10
    if number or not words:
        words.append(TENS[number])
    return " ".join(words)


@steadily(500)
@given(st.integers(min_value=0, max_value=999_999))
def test_a_number_in_words_has_its_value(number: int) -> None:
    assert value(spell(number)) == number
    assert value(f"{number:,}".replace(",", " ")) == number


def test_the_speller_knows_the_words_of_the_table() -> None:
    assert spell(345_678) == "үш жүз қырық бес мың алты жүз жетпіс сегіз"
    assert {*spell(123_456).split(), *spell(7_890).split()} <= {*UNITS, *SCALES}


@steadily(60)
@given(st.lists(st.text(alphabet='аб «»"“”„.,(', max_size=30), min_size=1, max_size=5))
def test_quotation_marks_pair_within_a_block(blocks: list[str]) -> None:
    ranges, at = [], 0
    for block in blocks:
        ranges.append((at, at + len(block)))
        at += len(block) + 1
    quotes = pair_quotes("\n".join(blocks), ranges)
    assert all(
        any(first <= start < end <= last for first, last in ranges)
        for end, start in quotes.by_end.items()
    )
    assert all(before[1] <= after[0] for before, after in pairwise(quotes.outer))


def keys(text: str) -> set[tuple[object, ...]]:
    """What a text says, wherever it stands: acts, provisions, bodies, ages, penalties, norms."""
    findings, linked = extract(from_text("case", text))
    own = linked.self_path

    def told(path: str | None) -> str:
        return (path or "").replace(own, "self")

    return {
        *(("act", told(path)) for path in linked.act_paths),
        *(("provision", told(path)) for path in linked.reference_paths),
        *(("body", body.label) for body in findings.bodies),
        *(("age", a.min, a.min_inclusive, a.max, a.max_inclusive) for a in findings.ages),
        *(("penalty", p.kind, p.min, p.max, p.unit, p.confiscation) for p in findings.penalties),
        *(("norm", *norm_key(findings, linked, at)) for at in range(len(findings.norms))),
    }


def norm_key(findings: Findings, linked: Linked, at: int) -> tuple[str, str, str]:
    """Modality and bearer of a norm and the number of its provision."""
    norm = findings.norms[at]
    unit = findings.context.structure.unit_at(norm.start)
    eid = findings.context.structure.units[unit].eid if unit is not None else ""
    return norm.modality, norm.bearer, eid


@pytest.fixture(scope="module")
def sample() -> str:
    return SAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entities(sample: str) -> set[tuple[object, ...]]:
    return keys(sample)


def test_the_sample_holds_entities_of_every_kind(entities: set[tuple[object, ...]]) -> None:
    kinds = {key[0] for key in entities}
    assert kinds == {"act", "provision", "body", "age", "penalty", "norm"}
    assert len(entities) > 80


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_look_alike_letters_lose_no_entity(
    sample: str, entities: set[tuple[object, ...]], seed: int
) -> None:
    """A third of the letters that have a Latin twin, in words that keep a letter that has none."""
    choice = random.Random(seed)

    def disguise(match: re.Match[str]) -> str:
        word = match.group()
        if not any(letter not in TWINS for letter in word):
            return word
        return "".join(
            TWINS[letter] if letter in TWINS and choice.random() < 0.33 else letter
            for letter in word
        )

    noisy = re.sub(r"[\u0400-\u04ff]{3,}", disguise, sample)
    assert noisy != sample
    assert keys(noisy) == entities


@pytest.mark.parametrize(
    "seed",
    [
        1,
        2,
        3,
    ],
)
def test_doubled_spaces_lose_no_entity(
    sample: str, entities: set[tuple[object, ...]], seed: int
) -> None:
    """In lines without letter-spacing, where a double space would part words."""
    choice = random.Random(seed)
    noisy = "".join(
        re.sub(r"(?<=\w\w) (?=\w\w)", lambda _: "  " if choice.random() < 0.2 else " ", line)
        if not re.search(r"(?<!\S)\S \S(?!\S)", line)
        else line
        for line in sample.splitlines(keepends=True)
    )
    assert noisy != sample
    assert keys(noisy) == entities


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n\n\n\n", "\n\f"), id="form feeds"),
        pytest.param(
            lambda text: text.replace("й", "и\u0306"),
            id="decomposed letters",
        ),
        pytest.param(
            lambda text: re.sub(r"(?<=\w{4})(?=\w{4})", "\u00ad", text),
            id="soft hyphens",
        ),
    ],
)
def test_the_form_of_the_file_loses_no_entity(
    sample: str, entities: set[tuple[object, ...]], change: Callable[[str], str]
) -> None:
    noisy = change(sample)
    assert noisy != sample
    assert keys(noisy) == entities
