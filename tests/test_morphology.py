"""Endings of nouns."""

import pytest

from graph.text.morphology import CASES, is_genitive, nominative, stems


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("заңның", "заң"),
        ("заңдарымен", "заң"),
        ("кодексінде", "кодекс"),
        ("министрліктеріне", "министрлік"),
        ("министрлігінің", "министрлік"),
        ("жарлыққа", "жарлық"),
        ("жарлығында", "жарлық"),
        ("бұұ-ның", "бұұ"),
        ("баптардағы", "бап"),
        ("бабынан", "бап"),
        ("балаларға", "бала"),
        ("заң", "заң"),
    ],
)
def test_a_stem_is_among_the_forms(word: str, stem: str) -> None:
    assert stem in stems(word)


@pytest.mark.parametrize(
    ("word", "stem"), [("заңгер", "заң"), ("кодексші", "кодекс"), ("бала", "бап")]
)
def test_other_words_have_other_stems(word: str, stem: str) -> None:
    assert stem not in stems(word)


def test_stems_come_in_one_order_the_word_first_then_the_longest() -> None:
    forms = stems("министрліктерінің")
    assert forms[0] == "министрліктерінің"
    assert list(forms[1:]) == sorted(forms[1:], key=lambda form: (-len(form), form))
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("word", ["а", "ын", "ның", "х"])
def test_a_stem_is_never_empty(word: str) -> None:
    assert all(stems(word))


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("министрлігінің", "министрлігі"),
        ("министрлігіне", "министрлігі"),
        ("министрлігін", "министрлігі"),
        ("министрлігінде", "министрлігі"),
        ("министрлігінен", "министрлігі"),
        ("министрлігімен", "министрлігі"),
        ("басқармасының", "басқармасы"),
        ("министрлігі", "министрлігі"),
        ("орман", "орман"),
        ("адаммен", "адаммен"),
    ],
)
def test_nominative_of_a_word_in_the_possessive(word: str, name: str) -> None:
    assert nominative(word) == name


@pytest.mark.parametrize("word", ["заңның", "кодекстің", "министрдің", "адамдардың", "баптың"])
def test_genitive(word: str) -> None:
    assert is_genitive(word)


@pytest.mark.parametrize("word", ["заң", "заңға", "адамдар", "кодексте"])
def test_not_genitive(word: str) -> None:
    assert not is_genitive(word)


def test_no_case_ending_is_listed_twice() -> None:
    assert len(set(CASES)) == len(CASES)
