"""What a name says, and how a thing is judged by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.search.gazetteer import gazetteer
from graph.search.namewords import Reading, alike, distance, initials, may_be, read_name
from graph.search.reconcile import Thing, Wanted, judge, rank


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2003 жылғы 5 сәуірдегі № 405-II", Reading((), ("жылғы",), "405-II", "2003-04-05")),
        ("405-ІІ", Reading((), (), "405-II")),
        (
            "05.04.2003 ж. N 12 бұйрық",
            Reading((), ("ж", "бұйрық"), "12", "2003-04-05", frozenset({"order"})),
        ),
        (
            "Закон РК от 5 апреля 2003 года № 405-II",
            Reading((), ("закон", "от", "года"), "405-II", "2003-04-05", frozenset({"law"})),
        ),
        ("Order No. 7 of April 5, 2003", Reading((), ("огdег", "оf"), "7", "2003-04-05")),
        (
            "2003 жылғы қаулы",
            Reading((), ("жылғы", "қаулы"), "", "2003", frozenset({"resolution"})),
        ),
        ("Қазақстан Республикасының Жоғарғы Соты", Reading(("жоғарғы", "соты"))),
        ("Қазақстан Республикасы", Reading(("қазақстан", "республикасы"))),
        ("2003 жылғы 31 сәуірдегі", Reading(("31", "сәуірдегі"), (), "", "2003")),
        ("", Reading(())),
    ],
)
def test_the_parts_of_a_name(name: str, expected: Reading) -> None:
    found = read_name(name)
    assert (found.number, found.date) == (expected.number, expected.date)
    assert set(expected.words) <= set(found.words)
    assert found.kinds >= expected.kinds
    if not expected.words:
        assert found.words == ()


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read = read_name(text)
    assert all(word for word in (*read.words, *read.small))
    assert judge(Wanted(text), Thing("urn:x", ("Сот", text))).score <= 100


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("сот", "сотқа", 0.95, 1),
        ("қорғау", "коргау", 0.95, 1),
        ("прокуратура", "прокуратуры", 0.95, 1),
        ("комитет", "комтет", 0.5, 0.9),
        ("сот", "соз", 0, 0),
        ("1033", "1034", 0, 0),
        ("министр", "министрлік", 0, 0.9),
    ],
)
def test_words_that_are_alike(one: str, other: str, least: float, most: float) -> None:
    assert least <= alike(one, other) <= most
    assert least <= alike(other, one) <= most


@given(st.text("абв", max_size=7), st.text("абв", max_size=7))
def test_the_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)
    assert distance(one, other, 9) <= max(len(one), len(other))


def test_initials() -> None:
    assert initials("Жоғарғы Сот Кеңесі") == "жск"
    assert initials("Сот") == ""


def test_words_of_a_kind_may_mean_others() -> None:
    assert may_be(frozenset({"law"}), "code")
    assert may_be(frozenset(), "order")
    assert not may_be(frozenset({"order"}), "law")


COURT = Thing("urn:court", ("Жоғарғы Сот",), ("жс",))
LAW = Thing("urn:law", ("Сот туралы",), (), "12-II", "2001-02-03", "law")
ORDER = Thing("urn:order", ("Нысанды бекіту туралы",), (), "12", "2001-02-03", "order")


@pytest.mark.parametrize(
    ("name", "certain"),
    [
        ("Жоғарғы Сотқа", "urn:court"),
        ("ЖС", "urn:court"),
        ("Сот туралы заң", "urn:law"),
        ("2001 жылғы 3 ақпандағы № 12-II Заң", "urn:law"),
        ("«Нысанды бекіту туралы» № 12 бұйрық", "urn:order"),
        ("Сот", ""),
        ("Жоғарғы", ""),
        ("2001 жылғы 4 ақпандағы № 12-II Заң", ""),
        ("2001 жылғы 3 ақпандағы № 12-II бұйрық", ""),
        ("2001 жылғы 3 ақпандағы № 12 бұйрық", ""),
        ("Сот туралы № 13-II Заң", ""),
    ],
)
def test_certain_is_what_nothing_contradicts(name: str, certain: str) -> None:
    found = rank(Wanted(name), [COURT, LAW, ORDER], 5)
    assert [one.thing.iri for one in found if one.certain] == ([certain] if certain else [])


def test_of_two_that_would_do_neither_is_certain() -> None:
    twin = Thing("urn:twin", ("Жоғарғы Сот",))
    assert not any(one.certain for one in rank(Wanted("Жоғарғы Сот"), [COURT, twin], 5))
    ghost = Thing("urn:twin", ("Жоғарғы Сот",), known=False)
    (only,) = rank(Wanted("Жоғарғы Сот"), [COURT, ghost], 5)
    assert (only.thing, only.certain) == (COURT, False)


def test_the_lexicons_are_found_by_every_name() -> None:
    known = gazetteer()
    for thing in known.things[::7]:
        for name in thing.names:
            if read_name(name).words:
                assert thing in known.find(name, most=len(known.things)), name
