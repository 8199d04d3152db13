"""Cleaning: what each kind of noise becomes, and the way back to the original."""

import re
from itertools import pairwise

import pytest

from graph.normalise import Normalised, normalise
from graph.source import from_text


def clean(text: str) -> Normalised:
    return normalise(from_text("case", text))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("О р м а н   қ о р ы", "Орман қоры"),
        ("1 6 2 - б а п.  Т ә р т і п", "162-бап. Тәртіп"),
        (
            "Осы баптың талаптарын бұзған кінәлі адамдар екі жылға ж а з а л а н а д ы не босайды",
            "Осы баптың талаптарын бұзған кінәлі адамдар екі жылға жазаланады не босайды",
        ),
        ("1 2 3 қатар", "1 2 3 қатар"),
        ("№ 344-I З а ң ы н ы ң 7 және 9-баптары", "№ 344-I Заңының 7 және 9-баптары"),
        ("17 с ә у і р д е г і № 148-IV", "17 сәуірдегі № 148-IV"),
        ('және "Е г е м е н Қазақстан" газеті', 'және "Егемен Қазақстан" газеті'),
        (
            "Республикасының Cy кодексіне, New York қаласы",
            "Республикасының Су кодексіне, New York қаласы",
        ),
        ("3.\x1dд", "3. д"),
        ("жүрг i з iлу i  мүмкін", "жүргізілуі мүмкін"),
        ("өмiр iне қауіп", "өміріне қауіп"),
        ("ескі іс, ішкі сот", "ескі іс, ішкі сот"),
        ("Қaзaқcтaн Pecпубликacы", "Қазақстан Республикасы"),
        ("Yкiмет пен ҚР Білім", "Үкімет пен ҚР Білім"),
        ("74-ІІІ және ХІІ", "74-III және XII"),
        ("N 345-II web word", "N 345-II web word"),
        ("соғыс іс-\nқимылдары", "соғыс іс-қимылдары"),
        ("Тұрмыс -тіршілік", "Тұрмыс-тіршілік"),
        ("сөз , үтір .", "сөз, үтір."),
        ("со\u00adғыс қо\u200bса", "соғыс қоса"),
        ("\ufeffЗаң", "Заң"),
        ("и\u0306од, е\u0308лка", "йод, ёлка"),
        ("кең    арақашықтық\u00a0осында\tда", "кең арақашықтық осында да"),
        ("1. Бір.\r\n2. Екі.\r3. Үш.", "1. Бір.\n2. Екі.\n3. Үш."),
        ("1. Бір.\f2. Екі.", "1. Бір.\n2. Екі."),
        ("Атау\n_ _ _ _ _ _\n5-бап. Тәртіп", "Атау\n5-бап. Тәртіп"),
        ("18\nжасқа толмаған", "18 жасқа толмаған"),
        ("", ""),
        (" \n\t\n", ""),
    ],
)
def test_noise_becomes_clean_text(raw: str, text: str) -> None:
    assert clean(raw).text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("О р м а н   қ о р ы туралы", "Орман қоры туралы"),
        ("Ж а з а л а н а д ы.", "Жазаланады."),
        ("Олар бес жылға  ж а з а л а н а д ы.", "Олар бес жылға жазаланады."),
        (
            "Мұндай адам екі жылға сотпен ж а з а л а н а д ы.",
            "Мұндай адам екі жылға сотпен жазаланады.",
        ),
        ("жүрг i з iлу i мүмкін", "жүргізілуі мүмкін"),
    ],
)
def test_letter_spacing_beside_other_text(raw: str, text: str) -> None:
    assert clean(raw).text == text


PARAGRAPH = (
    "1. Мемлекеттік органдар балалардың құқықтарын қорғау жөніндегі шараларды\n"
    "қабылдайды және олардың орындалуын қамтамасыз етеді, сондай-ақ қоғамдық\n"
    "ұйымдармен бірлесіп жұмыс жүргізеді және оның нәтижелерін жариялап отырады\n"
    "деп белгіленген осы тәртіптің талаптары барлық органдарға міндетті болады.\n"
)


def test_wrapped_lines_are_one_block() -> None:
    text = clean(PARAGRAPH * 4)
    assert len(text.blocks) == 4
    assert all("\n" not in text.text[b.start : b.end] for b in text.blocks)


def test_a_page_break_inside_a_sentence_does_not_cut_it() -> None:
    at = PARAGRAPH.index("ұйымдармен")
    first, second = PARAGRAPH[:at], PARAGRAPH[at:]
    broken = f"{PARAGRAPH * 3}{first}\n\n\n{second}"
    assert len(clean(broken).blocks) == 4


WORDS = "көл жағалауларын қорғау саласындағы қоғамдық"


@pytest.mark.parametrize("page", ["\n\f", "\n\n\n12\n\n\n", "\n\f- 12 -\n\f"])
def test_the_end_of_a_page_does_not_cut_a_sentence(page: str) -> None:
    whole = clean(f"1. Осы Заң {WORDS}{page}қатынастарды реттейді.\n2. Осы Заң күшінде.")
    blocks = [whole.text[block.start : block.end] for block in whole.blocks]
    assert blocks[0] == f"1. Осы Заң {WORDS} қатынастарды реттейді."
    assert blocks[-1] == "2. Осы Заң күшінде."
    start = whole.text.index("қоғамдық")
    ranges = whole.original(start, start + len("қоғамдық қатынастарды"))
    said = [whole.source.text[low:high] for low, high in ranges]
    assert " ".join(" ".join(said).split()).startswith("қоғамдық")
    assert said[-1].endswith("қатынастарды")


def test_a_number_between_paragraphs_stays_where_it_is() -> None:
    whole = clean(f"Барлығы {WORDS}:\n\n12\n\nоның ішінде балалар")
    assert [whole.text[b.start : b.end] for b in whole.blocks][1] == "12"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("1. Ескерту № 13-\nIII, 2011 жыл", "1. Ескерту № 13-III, 2011 жыл"),
        (
            "Ескерту. ҚР 2004.12.20 № 3,\n2011.12.05 № 5",
            "Ескерту. ҚР 2004.12.20 № 3, 2011.12.05 № 5",
        ),
        ("Хаттаманың 38-бабының\n3-тармағында", "Хаттаманың 38-бабының 3-тармағында"),
    ],
)
def test_a_number_cut_at_a_line_end_is_one(broken: str, whole: str) -> None:
    assert clean(broken).text == whole


def test_items_and_headings_begin_blocks() -> None:
    raw = "1-бап. Тәртіп\n1. Мыналар:\n1) бірінші;\n2) екінші.\n2. Соңы."
    blocks = [clean(raw).text[b.start : b.end] for b in clean(raw).blocks]
    assert blocks == raw.split("\n")


def test_blocks_cover_the_text_in_order() -> None:
    text = clean(PARAGRAPH * 2 + "\n\n5-бап. Тәртіп\n1. Соңы.")
    assert text.blocks[0].start == 0
    assert text.blocks[-1].end == len(text.text)
    for before, after in pairwise(text.blocks):
        assert text.text[before.end : after.start] == "\n"
        assert text.block_at(after.start) == after
        assert text.block_at(after.start - 1) == before


@pytest.mark.parametrize(
    ("raw", "word", "original"),
    [
        ("Осы  З а ң  туралы", "Заң", ["З а ң"]),
        ("Бұл со\u00adғыс туралы", "соғыс", ["со\u00adғыс"]),
        ("Қaзaқcтaн заңы", "заңы", ["заңы"]),
        ("Қaзaқcтaн заңы", "Қазақстан", ["Қaзaқcтaн"]),
        ("өмiр iне қауіп", "өміріне", ["өмiр iне"]),
        ("и\u0306од ерітіндісі", "йод", ["и\u0306од"]),
        ("соғыс іс-\nқимылдары", "іс-қимылдары", ["іс-\nқимылдары"]),
        ("Он сегіз\nжасқа", "сегіз жасқа", ["сегіз\nжасқа"]),
        (
            "Қазақстан Республикасының 2002 жылғы 8 тамыздағы N 345-II  сәйкес қабылданды Заңына",
            "345-II Заңына сәйкес",
            ["345-II", "сәйкес", "Заңына"],
        ),
    ],
)
def test_the_way_back_gives_exact_ranges(raw: str, word: str, original: list[str]) -> None:
    text = clean(raw)
    start = text.text.index(word)
    ranges = text.original(start, start + len(word))
    assert [raw[first:last] for first, last in ranges] == original


def test_lower_case_keeps_the_offsets() -> None:
    text = clean("İstanbul ҚАЗАҚСТАН ẞ Ⅷ ǅ")
    assert len(text.low) == len(text.text)
    assert text.low[text.text.index("ҚАЗ") :].startswith("қазақстан")


def test_nothing_but_space_and_rules_is_lost() -> None:
    raw = PARAGRAPH + "\n«Тырнақша» (жақша) № 5 – сызықша; 50 % ©"
    assert re.sub(r"\s", "", clean(raw).text) == re.sub(r"\s", "", raw)
