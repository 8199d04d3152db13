"""Words and queries as the text index sees them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inflections import FORMS, LATIN, OTHERS, forms
from steady import steadily

from graph.search.searchquery import MOST_TERMS, Term, read_query
from graph.search.searchwords import LONGEST_WORD, fold_word, key, stems_of, words_in

NOUNS = st.sampled_from(sorted(FORMS))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("2002 жылғы 8 тамыздағы № 345-II Заң", "2002 жылғы 8 тамыздағы 345 іі заң"),
        ("N 1033", "1033"),
        ("№1033", "1033"),
        ("ҚР ДСМ-32", "қр дсм 32"),
        ("345-ІІ", "345 іі"),  # Cyrillic
        ("БҰҰ-ның", "бұұ"),
        ("3аңы", "заңы"),
        ("Мemлекет", "мемлекет"),
        ("ата-ана", "ата ана"),
        ("12-1-бап", "12 1 бап"),
        ("12а", "12 а"),
        ("Байқоңы\u0301р", "байқоңыр"),
        ("ми\u00adнистр", "министр"),
        ("", ""),
        ("«—» ...", ""),
    ],
)
def test_the_key_of_a_text(text: str, folded: str) -> None:
    assert key(text) == folded


def test_case_and_look_alikes_make_no_difference() -> None:
    assert len({key(text) for text in ("СУ", "су", "CY", "Cy", "cу")}) == 1
    assert len({key(text) for text in ("345-II", "345-ii", "345-ІІ", "345-Іi")}) == 1
    assert key("HTML") == key("html")


@steadily(100)
@given(st.text())
def test_words_point_into_the_text(text: str) -> None:
    words = words_in(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(a.end <= b.start for a, b in pairwise(words))
    assert all(word.folded.isalnum() and len(word.folded) <= LONGEST_WORD for word in words)


@steadily(100)
@given(st.text(min_size=1))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold_word(fold_word(word)) == fold_word(word)


@steadily(100)
@given(st.data(), NOUNS)
def test_forms_of_a_noun_share_a_stem(data: st.DataObject, noun: str) -> None:
    one, other = (data.draw(st.sampled_from(forms(noun))) for _ in range(2))
    assert not stems_of(one).isdisjoint(stems_of(other)), (one, other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_words_share_none(one: str, other: str) -> None:
    assert stems_of(one).isdisjoint(stems_of(other))


@steadily(100)
@given(st.data(), NOUNS)
def test_a_damaged_word_is_the_word(data: st.DataObject, noun: str) -> None:
    word = data.draw(st.sampled_from(forms(noun)))
    where = data.draw(st.sets(st.integers(0, len(word) - 1)))
    damaged = "".join(LATIN.get(c, c) if i in where else c for i, c in enumerate(word))
    assert fold_word(damaged) == word


def term(*words: str, exact: bool = False) -> Term:
    return Term(words, exact)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("бала құқығы", (term("бала"), term("құқығы"))),
        ("345-II заңы", (term("345", "іі"), term("заңы"))),
        ("№ 1033", (term("1033"),)),
        ("15.10.2005", (term("15", "10", "2005"),)),
        ('"бала құқықтары" туралы', (term("бала", "құқықтары", exact=True), term("туралы"))),
        ("«Неке туралы» заң", (term("неке", "туралы", exact=True), term("заң"))),
        ('неке "туралы', (term("неке"), term("туралы"))),
        ("заң, заң", (term("заң"),)),
        ('"" * ( -', ()),
    ],
)
def test_the_terms_of_a_query(query: str, terms: tuple[Term, ...]) -> None:
    assert read_query(query).terms == terms


def test_a_query_is_bounded() -> None:
    assert len(read_query(" ".join(map(str, range(10_000)))).terms) == MOST_TERMS
    assert len(read_query("а" * 1_000_000).key) == LONGEST_WORD


def test_where_the_terms_stand() -> None:
    text = "Баланың құқықтары туралы 345-ІІ Заң"
    found = read_query("заңдар 345-II бала").find(text)
    assert found is not None
    assert [text[start:end] for start, end in found] == ["Баланың", "345-ІІ", "Заң"]
    assert read_query("заңдар ата").find(text) is None
    assert read_query('"баланың құқығы"').find(text) is None
    assert read_query("құқықтары-баланың").find(text) is None
    assert read_query("345 345-II ата").marks(text) == [(25, 31)]


@steadily(100)
@given(st.text(), st.text())
def test_a_quoted_text_is_found_where_it_stands(before: str, quoted: str) -> None:
    quoted = re.sub('["«»“”]', " ", quoted)[:200]
    found = read_query(f'"{quoted}"').find(f"{before} . {quoted} .")
    # A sign of number goes with the figures after it, and what is after `before` may be figures.
    assert found is not None or re.search(r"\d|[nN№]", quoted)
