"""Quotation marks: every style, nested, unbalanced, never across blocks."""

import pytest

from graph.text.quotes import Quotes, pair_quotes


def pairs(text: str) -> list[str]:
    """The quotations of a text of one block, nested ones before the one they stand in."""
    quotes = pair_quotes(text, [(0, len(text))])
    return [text[start:end] for end, start in sorted(quotes.by_end.items())]


def outer(text: str) -> list[str]:
    return [text[s:e] for s, e in pair_quotes(text, [(0, len(text))]).outer]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"Білім туралы" Заң', ['"Білім туралы"']),
        ("«Білім туралы» Заң", ["«Білім туралы»"]),
        ("“Білім туралы” Заң", ["“Білім туралы”"]),
        ("„Білім туралы“ Заң", ["„Білім туралы“"]),
        ("”Білім туралы” Заң", ["”Білім туралы”"]),
        ("(«Білім») және «Ғылым».", ["«Білім»", "«Ғылым»"]),
        ('«"Болашақ" бағдарламасы туралы» қаулы', ['"Болашақ"', '«"Болашақ" бағдарламасы туралы»']),
        ("«Қор «Даму» туралы» қаулы", ["«Даму»", "«Қор «Даму» туралы»"]),
        ('"Қор "Даму" туралы" қаулы', ['"Даму"', '"Қор "Даму" туралы"']),
        ("тырнақшасыз мәтін", []),
        ("ашық « тырнақша", []),
        ("жабық » тырнақша", []),
    ],
)
def test_pairs(text: str, found: list[str]) -> None:
    assert pairs(text) == found


def test_one_closing_mark_printed_for_two_ends_the_outer_one() -> None:
    assert outer('"Генерал "Жас ұлан" мектебі" ашылды') == ['"Генерал "Жас ұлан" мектебі"']
    text = 'құру туралы "Академия" мектебі" ашылды'
    assert outer(text) == ['"Академия" мектебі"']


def test_an_opening_mark_too_many_leaves_the_inner_quotation() -> None:
    assert pairs("«Ашық «Білім туралы» Заң") == ["«Білім туралы»"]
    assert outer("«Ашық «Білім туралы» Заң") == ["«Білім туралы»"]


def test_marks_pair_within_their_block() -> None:
    text = "«бірінші блок\nекінші блок» соңы"
    at = text.index("\n")
    quotes = pair_quotes(text, [(0, at), (at + 1, len(text))])
    assert quotes == Quotes({}, ())


def test_inside_is_strict_and_outermost() -> None:
    text = "сөз «ішкі «терең» сөз» сыртқы"
    quotes = pair_quotes(text, [(0, len(text))])
    start, end = text.index("«"), text.rindex("»")
    assert not quotes.inside(start)
    assert quotes.inside(start + 1)
    assert quotes.inside(text.index("терең"))
    assert quotes.inside(end)
    assert not quotes.inside(end + 1)
