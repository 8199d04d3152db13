"""Counts of people in a report: which population, how many, when; and what is no count."""

import pytest

from graph.pipeline import extract
from graph.source import from_text

HEAD = "Балалардың құқықтары туралы баяндама\n\nКіріспе\n\n1. "


def counts(sentence: str) -> list[tuple[str, int, bool, str]]:
    findings, _ = extract(from_text("report", HEAD + sentence))
    return [(s.population, s.value, s.more_than, s.date) for s in findings.statistics]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("2004 жылы 4 миллион 769 мың бала тіркелген.", [("children", 4_769_000, False, "2004")]),
        ("Халық саны 15 776 492 адам.", [("persons", 15_776_492, False, "")]),
        ("Курсқа 1 200 жасөспірім қатысты.", [("adolescents", 1_200, False, "")]),
        ("2013 жылы 870-тен астам әйел оқыды.", [("women", 870, True, "2013")]),
        ("1,5 мың оқушы марапатталды.", [("pupils", 1_500, False, "")]),
        ("2005 жылы 600 босқын тіркелген.", [("refugees", 600, False, "2005")]),
        ("Форумға 300 баладан астам бала келді.", [("forum-participants", 300, True, "")]),
        ("18 жасқа толмаған бала, 5-бала, 12 балабақша.", []),
    ],
)
def test_a_report_counts_people(sentence: str, found: list[tuple[str, int, bool, str]]) -> None:
    assert counts(sentence) == found


def test_only_a_report_counts() -> None:
    findings, _ = extract(from_text("law", "1-бап. Бір\n\n1. 300 бала оқиды."))
    assert findings.statistics == []
