"""The order of the Kazakh alphabet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steady import steadily

from graph.text.collation import ALPHABET, collation_key

LETTERS = (
    "Аа Әә Бб Вв Гг Ғғ Дд Ее Ёё Жж Зз Ии Йй Кк Ққ Лл Мм Нн Ңң Оо Өө Пп Рр Сс Тт Уу Ұұ Үү Фф Хх Һһ "
    "Цц Чч Шш Щщ Ъъ Ыы Іі Ьь Ээ Юю Яя"
)


def test_the_alphabet() -> None:
    assert "".join(pair[1] for pair in LETTERS.split()) == ALPHABET
    letters = LETTERS.replace(" ", "")
    assert sorted(letters, key=collation_key) == list(letters)


@pytest.mark.parametrize(
    "ordered",
    [
        ["Ақтөбе", "Аякөз", "Әлем", "Бала", "Индер", "Ыбырай", "Іле", "Яма"],
        ["4-бап", "12-бап", "112-бап", "Zet", "Абай"],
        ["ал", "ал бұл", "ала", "Алма", "алма", "Алматы"],
        ["Бала", "«Бала» қоры", "Бала туралы"],
    ],
)
def test_words_in_order(ordered: list[str]) -> None:
    assert sorted({*ordered}, key=collation_key) == ordered


def test_a_look_alike_stands_where_the_letter_does() -> None:
    ordered = sorted(["Қазан", "Қaзақ", "Қаза"], key=collation_key)
    assert ordered == ["Қаза", "Қaзақ", "Қазан"]


@steadily(100)
@given(st.text(ALPHABET), st.text(ALPHABET))
def test_letter_by_letter(one: str, other: str) -> None:
    places = [[ALPHABET.index(letter) for letter in word] for word in (one, other)]
    assert (collation_key(one) < collation_key(other)) == (places[0] < places[1])


@steadily(100)
@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_numbers_by_value(one: int, other: int) -> None:
    keys = collation_key(f"{one}-бап"), collation_key(f"{other}-бап")
    assert (keys[0] < keys[1]) == (one < other)


@steadily(100)
@given(st.text(), st.text())
def test_different_texts_have_different_keys(one: str, other: str) -> None:
    assert (collation_key(one) == collation_key(other)) == (one == other)
