"""Laws cited by title: which law it is, and one work for every way of citing it."""

from datetime import date, timedelta

import pytest

from graph.labels import MONTHS
from graph.lexicon import Entry, load
from graph.link import Linked
from graph.linking.works import Work
from graph.pipeline import extract, to_graphs
from graph.source import from_text

LAWS = load().laws
PARLIAMENTS = (
    ("1994-03-31", "XII"),
    ("1995-03-16", "XIII"),
    ("1996-01-30", ""),
    ("1999-12-31", "I"),
    ("2004-11-15", "II"),
    ("2007-07-31", "III"),
    ("2012-02-29", "IV"),
    ("2016-04-30", "V"),
    ("2021-01-14", "VI"),
    ("2023-03-28", "VII"),
    ("9999-12-31", "VIII"),
)
"""The last day on which a law of a parliament was signed, and its numeral."""


def linked(text: str) -> Linked:
    return extract(from_text("case", text))[1]


def law(text: str) -> Work:
    """The only law that a text names."""
    (work,) = [w for w in linked(text).works.values() if w.path.startswith("eli/kz/")]
    return work


def numeral(entry: Entry) -> str:
    """The numeral of the parliament that adopted a law; none for those of the President."""
    return next(numeral for last, numeral in PARLIAMENTS if entry.date <= last)


# The table


def test_a_title_and_a_date_are_one_law() -> None:
    keys = [(name.lower(), entry.date) for entry in LAWS for name in entry.surfaces]
    assert len(keys) == len(set(keys))
    numbers = [(entry.date, entry.number) for entry in LAWS if entry.number]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("entry", LAWS, ids=lambda entry: entry.id)
def test_every_entry_is_sound(entry: Entry) -> None:
    assert date(1991, 12, 16) <= date.fromisoformat(entry.date)
    assert (entry.valid_from or entry.date) >= entry.date
    year = entry.date[:4]
    if entry.id[-4:].isdigit():
        assert entry.id.endswith(f"-{year}")
    assert not entry.number or entry.number.partition("-")[2] == numeral(entry)
    assert not entry.adilet or entry.adilet.startswith(("Z" + year[2:], "Z" + year))


def test_a_later_law_of_one_parliament_has_a_larger_number() -> None:
    for _, roman in PARLIAMENTS:
        laws = [e for e in LAWS if e.number and numeral(e) == roman]
        known = [(date.fromisoformat(e.date), int(e.number.partition("-")[0])) for e in laws]
        for day, number in known:
            assert all(number < n for d, n in known if d > day + timedelta(days=1))


@pytest.mark.parametrize("entry", LAWS, ids=lambda entry: entry.id)
def test_every_way_of_citing_a_law_leads_to_one_work(entry: Entry) -> None:
    y, m, d = entry.date.split("-")
    day = f"{y} жылғы {int(d)} {MONTHS[int(m) - 1]}"
    head, noun = (
        ("Қазақстан Республикасы Президентінің", "Заң күші бар Жарлығының")
        if entry.type == "decree-force-of-law"
        else ("Қазақстан Республикасының", "Заңының")
    )
    works = [law(f"{head} «{entry.kk}» {day} {noun} 1-бабы")]
    if entry.number:
        digits = entry.number.partition("-")[0]
        works += [
            law(f"{head} {day} № {entry.number} {noun} 1-бабы"),
            law(f"{head} «{entry.kk}» {day} № {digits} {noun} 1-бабы"),
        ]
    assert {(w.path, w.number, w.date, w.law) for w in works} == {
        (works[0].path, entry.number, entry.date, entry.id)
    }
    if entry.number:
        segment = "law" if entry.type == "law" else "decree"
        assert works[0].path == f"eli/kz/{segment}/{entry.date}/{entry.number}"


# Which law


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("«Құқықтық актілер туралы» Қазақстан Республикасының Заңына сәйкес", "480-V"),
        ("«Сәулет, қала құрылысы және құрылыс қызметі туралы» ҚР Заңының 20-бабы", "242-II"),
        ("Қазақстан Республикасының «Неке және отбасы туралы» Заңының 10-бабы", "321-I"),
        ("«Сайлау туралы» Қазақстан Республикасының Конституциялық заңына", "2464"),
        ("«БIЛIМ ТУРАЛЫ» Қазақстан Республикасының Заңы", "319-III"),  # Latin I
        ("«Бiлiм  туралы» Қазақстан Республикасының Заңы", "319-III"),  # Latin i
        ("«Білім туралы» Қазақстан Республикасының 1999 жылғы 7 маусымдағы Заңы", "389-I"),
        ("«Білім туралы» Қазақстан Республикасының № 389 Заңы", "389-I"),
        ("«Экстремизмге қарсы іс–қимыл туралы» Қазақстан Республикасының Заңы", "31-III"),
        ("«Киберқауіпсіздік туралы» Қазақстан Республикасының Заңы", "418-V"),
    ],
)
def test_a_title_tells_the_number(text: str, number: str) -> None:
    assert law(text).number == number


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2000 жылғы 5 мамырдағы", "163-I"),
        ("2007 жылғы 10 тамыздағы", "321-II"),
        ("2012 жылғы 5 мамырдағы", "303-III"),
        ("2015 жылғы 20 желтоқсандағы", "303-III"),  # the next is not in force yet
        ("2016 жылғы 5 мамырдағы", "434-V"),
        ("2026 жылғы 5 мамырдағы", "106-VIII"),
    ],
)
def test_the_law_in_force_at_the_time_of_the_text_is_meant(day: str, number: str) -> None:
    text = f"""Қазақстан Республикасы Үкіметінің {day} № 383 қаулысы

«Мемлекеттік сатып алу туралы» Қазақстан Республикасының Заңына сәйкес Қазақстан Республикасының
Үкіметі ҚАУЛЫ ЕТЕДІ:
1. Осы қаулы қол қойылған күнінен бастап күшіне енеді.
"""
    (work,) = [w for w in linked(text).works.values() if w.type == "law"]
    assert work.number == number


def test_a_law_told_in_full_elsewhere_in_the_text_is_meant() -> None:
    text = (
        "«Білім туралы» Қазақстан Республикасының 1999 жылғы 7 маусымдағы № 389 Заңының 3-бабы. "
        "«Ғылым туралы» Қазақстан Республикасының 2011 жылғы 18 ақпандағы Заңы. "
        "«Білім туралы» Қазақстан Республикасының Заңының 4-бабы."
    )
    assert sorted(w.number for w in linked(text).works.values() if w.law) == ["389-I", "407-IV"]


@pytest.mark.parametrize(
    "text",
    [
        "«Білім туралы» Қазақстан Республикасының 1999 жылғы 8 маусымдағы Заңы",
        "«Білім туралы» Қазақстан Республикасының 1999 жылғы 7 маусымдағы № 12 Заңы",
        "«Білім туралы» Қазақстан Республикасының Жарлығы",
        "«Білім туралы» Қазақстан Республикасы Заңының жобасы",
        "«Балық туралы» Қазақстан Республикасының Заңы",
        "Қазақстан Республикасы Президентінің «Пробация туралы» Заң күші бар Жарлығы",
        "Қазақстан Республикасы Үкіметінің 2001 жылғы 5 мамырдағы № 383 қаулысы\n\n"
        "«Мемлекеттік қызмет туралы» Ресей Федерациясының Заңы",
    ],
)
def test_what_contradicts_every_law_stays_as_told(text: str) -> None:
    assert not [w for w in linked(text).works.values() if w.law]


def test_a_text_cites_no_law_of_later_years() -> None:
    text = """Қазақстан Республикасы Үкіметінің 2001 жылғы 5 мамырдағы № 383 қаулысы

«Пробация туралы» Қазақстан Республикасының Заңына сәйкес Үкімет ҚАУЛЫ ЕТЕДІ:
1. Осы қаулы қол қойылған күнінен бастап күшіне енеді.
"""
    assert not [w for w in linked(text).works.values() if w.law]


def test_a_decree_that_became_a_law_is_what_the_text_calls_it() -> None:
    decree = law(
        "Қазақстан Республикасы Президентінің «Қазақстан Республикасының ішкі істер органдары "
        "туралы» Заң күші бар Жарлығы"
    )
    assert (decree.path, decree.type) == ("eli/kz/decree/1995-12-21/2707", "decree-force-of-law")


# What is known of it


def test_the_authority_graph_has_title_labels_and_code() -> None:
    graphs = to_graphs(from_text("case", "Қазақстан Республикасының «Нотариат туралы» Заңы"))
    facts = [line for line in graphs.authority if "law/1997-07-14/155-I>" in line]
    for fact in ('"Нотариат туралы"@kk', '"Закон о нотариате"@ru', '"Law on Notaries"@en'):
        assert [line for line in facts if line.endswith(fact)]
    for fact in ('"155-I"', '"Z970000155_"', '"1997-07-14"'):
        assert [line for line in facts if fact in line]
