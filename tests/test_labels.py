"""Names of nodes: the same in every text, whatever words the text uses."""

import pytest

from graph.labels import age_label, penalty_label, unit_label, work_label
from graph.lexicon import load
from graph.linking.works import Work
from graph.model import AgeMention, PenaltyMention

ACT = Work("eli/kz/resolution/2005-10-15/1033", "resolution", "1033", "2005-10-15")


@pytest.mark.parametrize(
    ("work", "label"),
    [
        (ACT, "2005 жылғы 15 қазандағы № 1033 қаулы"),
        (Work("a", "law", "345-II", "2002-08-08"), "2002 жылғы 8 тамыздағы № 345-II Заң"),
        (Work("a", "law", "", "1991-12-20"), "1991 жылғы 20 желтоқсандағы Заң"),
        (Work("a", "law", title='"Орман" туралы'), "«Орман туралы» Заң"),
        (Work("a", "code", slug="criminal"), "Қылмыстық кодекс"),
        (
            Work("a", "report", annex_of=ACT.path),
            "2005 жылғы 15 қазандағы № 1033 қаулы, баяндама",
        ),
    ],
)
def test_work(work: Work, label: str) -> None:
    assert work_label(work, {ACT.path: ACT}, load()) == label


@pytest.mark.parametrize(
    ("kind", "number", "label"),
    [
        ("article", "162", "162-бап"),
        ("part", "3", "3-бөлік"),
        ("subclause", "1", "1) тармақша"),
        ("report-section", "intro", "Кіріспе"),
    ],
)
def test_unit(kind: str, number: str, label: str) -> None:
    assert unit_label(kind, number) == label


@pytest.mark.parametrize(
    ("age", "label"),
    [
        (
            AgeMention(0, 1, "", (), 18, True, 27, False, "compulsory-recruitment"),
            "18 жастан бастап, 27 жасқа дейін: міндетті түрде шақыру",
        ),
        (
            AgeMention(0, 1, "", max=63, max_inclusive=True),
            "63 жасқа дейін (қоса алғанда): өзге",
        ),
        (AgeMention(0, 1, "", min=16, min_inclusive=False), "16 жастан асқан: өзге"),
    ],
)
def test_age(age: AgeMention, label: str) -> None:
    assert age_label(age) == label


@pytest.mark.parametrize(
    ("penalty", "label"),
    [
        (
            PenaltyMention(0, 1, "", kind="imprisonment", min=4, max=8, unit="year"),
            "бас бостандығынан айыру, 4-8 жыл",
        ),
        (
            PenaltyMention(0, 1, "", kind="fine", min=20, max=20, unit="mci"),
            "айыппұл, 20 айлық есептік көрсеткіш",
        ),
        (
            PenaltyMention(0, 1, "", kind="imprisonment", max=5, unit="year"),
            "бас бостандығынан айыру, 5 жылға дейін",
        ),
        (PenaltyMention(0, 1, "", kind="death"), "өлім жазасы"),
    ],
)
def test_penalty(penalty: PenaltyMention, label: str) -> None:
    assert penalty_label(penalty) == label
