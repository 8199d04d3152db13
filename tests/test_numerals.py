"""Numbers, ordinals and dates."""

import re

import pytest

from graph.text.numerals import DATE, NUMBER, ORDINAL, iso_date, ordinal, value


@pytest.mark.parametrize(
    ("number", "worth"),
    [
        ("0", 0),
        ("18", 18),
        ("1 000", 1000),
        ("2 500 000", 2_500_000),
        ("1,5", 1.5),
        ("нөл", 0),
        ("он сегіз", 18),
        ("жүз", 100),
        ("бір жүз", 100),
        ("екі жүз елу", 250),
        ("мың", 1000),
        ("он мың екі жүз", 10_200),
        ("үш жүз қырық бес мың алты жүз жетпіс сегіз", 345_678),
        ("бір миллион екі жүз мың", 1_200_000),
        ("екі миллиард", 2_000_000_000),
        ("бір жарым", 1.5),
        ("екі жарым мың", 2500),
    ],
)
def test_value(number: str, worth: float) -> None:
    assert value(number) == worth


@pytest.mark.parametrize("number", ["жас", "он сегіз жас", "он,сегіз"])
def test_what_is_no_number_has_no_value(number: str) -> None:
    with pytest.raises(ValueError, match=r"not a number: '"):
        value(number)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("он сегіз жасқа", ["он сегіз"]),
        ("10 000 теңге, 5 адам", ["10 000", "5"]),
        ("жетіге дейін", ["жеті"]),
        ("41-1-бап", ["41"]),
        ("бір жарым жыл", ["бір жарым"]),
        ("орман оны", ["он"]),
        ("тоғызыншы жүз", ["тоғыз", "жүз"]),
    ],
)
def test_number_pattern_ends_where_the_digits_and_number_words_end(
    text: str, found: list[str]
) -> None:
    assert [m.group() for m in re.finditer(NUMBER, text)] == found


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("бірінші", 1),
        ("үшінші", 3),
        ("оныншы", 10),
        ("жиырма бірінші", 21),
        ("тоқсан тоғызыншы", 99),
        ("жүзінші", 100),
        ("жүз жиырма бесінші", 125),
    ],
)
def test_ordinal(words: str, number: int) -> None:
    assert ordinal(words) == number
    assert re.fullmatch(ORDINAL, words)


@pytest.mark.parametrize("words", ["бір", "бесініші", "жас"])
def test_what_is_no_ordinal(words: str) -> None:
    assert not re.fullmatch(ORDINAL, words)
    with pytest.raises(KeyError):
        ordinal(words)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2005 жылғы 15 қазандағы", "2005-10-15"),
        ("2005 жылдың 5 қаңтарында", "2005-01-05"),
        ("2001 ж. 4 шілде", "2001-07-04"),
        ("2001ж. 4 шілде", "2001-07-04"),
        ("2005 жылғы «15» желтоқсан", "2005-12-15"),
        ("2011.12.26", "2011-12-26"),
        ("24.11.2015", "2015-11-24"),
        ("2004 жылғы 29 ақпан", "2004-02-29"),
        ("2005 жылғы 29 ақпан", None),
        ("2005 жылғы 31 сәуір", None),
        ("2011.13.26", None),
        ("00.01.2015", None),
    ],
)
def test_dates_are_checked_against_the_calendar(text: str, date: str | None) -> None:
    match = DATE.search(text)
    assert match
    assert iso_date(match) == date


@pytest.mark.parametrize(
    "text", ["2005 жылғы қазан", "5.10.15", "1.2.3.4", "2005-10-15", "124.11.2015"]
)
def test_what_is_no_date(text: str) -> None:
    assert DATE.search(text) is None
