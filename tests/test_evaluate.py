"""The judge: each of its rules on a case of two or three items, and the scores of the sample."""

from pathlib import Path
from typing import Any

import pytest

from graph.files import data_folder
from graph.judging.evaluate import (
    DETAIL_KINDS,
    KINDS,
    GoldError,
    KindScore,
    Scores,
    evaluate,
    judge,
    read_gold,
)
from graph.judging.extracted import Item, Range, read_items
from graph.model import DocumentGraphs
from graph.source import SourceError

SAMPLE = data_folder("sample") / "report-2005.txt"
GOLD = Path(__file__).parent / "gold" / "report-2005.json"
TEXT = "0123456789" * 10

LAW: dict[str, Any] = {"type": "law", "number": "345-II", "date": "2002-08-08", "slug": None}
CODE: dict[str, Any] = {"type": "code", "number": None, "date": None, "slug": "criminal"}
AGE: dict[str, Any] = {"min": None, "minInclusive": None, "max": 18, "maxInclusive": False}
FINE: dict[str, Any] = {
    "kind": "fine",
    "min": 5,
    "max": 10,
    "unit": "mci",
    "confiscation": None,
    "statedIn": "art_1",
}


def at(start: int, end: int, **attributes: Any) -> dict[str, Any]:
    """A gold item."""
    return {"spans": [[start, end]], **attributes}


def got(*places: Range, **values: Any) -> Item:
    """An extracted item."""
    return Item(places, values)


def score(kind: str, gold: list[dict[str, Any]], *extracted: Item) -> KindScore:
    scores = judge(TEXT, {kind: gold}, {kind: list(extracted)})
    return (scores.details if kind in DETAIL_KINDS else scores.kinds)[kind]


# What is found, exact and wrong


def test_the_same_attributes_at_an_overlapping_place_are_exact() -> None:
    assert score("documents", [at(0, 10, **LAW)], got((9, 30), **LAW)) == KindScore(1, 1, 1, 0)


def test_a_wrong_attribute_is_found_but_wrong() -> None:
    extracted = got((0, 10), **{**LAW, "number": "346-II"})
    assert score("documents", [at(0, 10, **LAW)], extracted) == KindScore(1, 1, 0, 1)


def test_another_place_is_missed_and_extra() -> None:
    gold = [at(0, 10, label="Сот")]
    assert score("bodies", gold, got((10, 20), label="Үкімет")) == KindScore(1, 0, 0, 1)


def test_matching_is_one_to_one() -> None:
    two = [at(0, 10, **AGE), at(20, 30, **AGE)]
    assert score("ages", two, got((5, 25), **AGE)) == KindScore(2, 1, 1, 0)
    assert score("ages", two[:1], got((0, 5), **AGE), got((5, 9), **AGE)) == KindScore(1, 1, 1, 1)


def test_the_exact_partner_goes_before_the_closer_one() -> None:
    near, far = got((0, 10), **{**AGE, "max": 16}), got((8, 40), **AGE)
    assert score("ages", [at(0, 10, **AGE)], near, far) == KindScore(1, 1, 1, 1)


def test_of_exact_partners_the_one_with_more_overlap_and_then_the_closer_size_goes() -> None:
    """The second gold item gets a partner only if the first takes the right one."""
    gold = [at(0, 10, **AGE), at(12, 30, **AGE)]
    assert score("ages", gold, got((2, 30), **AGE), got((0, 10), **AGE)) == KindScore(2, 2, 2, 0)


@pytest.mark.parametrize(
    ("place", "found"), [((0, 50), 0), ((0, 51), 1), ((60, 100), 0), ((40, 100), 1)]
)
def test_a_norm_needs_more_than_half_of_the_gold(place: Range, found: int) -> None:
    norm: dict[str, Any] = {"class": "Right", "statedIn": "art_1"}
    expected = KindScore(1, found, found, 1 - found)
    assert score("norms", [at(0, 100, **norm)], got(place, **norm)) == expected


def test_pieces_count_together() -> None:
    gold = {"spans": [[0, 10], [20, 30]], "class": "Right", "statedIn": "art_1"}
    norm = {"class": "Right", "statedIn": "art_1"}
    assert score("norms", [gold], got((0, 7), (24, 30), **norm)).found == 1
    assert score("norms", [gold], got((0, 10), **norm)).found == 0


# What is optional


@pytest.mark.parametrize("mark", ["lenient", "note", "generic"])
def test_an_optional_item_earns_and_costs_nothing(mark: str) -> None:
    gold = [at(0, 10, label="сот", **{mark: True})]
    assert score("bodies", gold) == KindScore(0, 0, 0, 0)
    assert score("bodies", gold, got((0, 10), label="сот")) == KindScore(0, 0, 0, 0)
    assert score("bodies", gold, got((0, 10), label="Үкімет")) == KindScore(0, 0, 0, 0)
    two = (got((0, 10), label="сот"), got((5, 10), label="Үкімет"))
    assert score("bodies", gold, *two) == KindScore(0, 0, 0, 0)
    assert score("bodies", gold, got((10, 20), label="Үкімет")) == KindScore(0, 0, 0, 1)


def test_only_norms_are_optional_by_core() -> None:
    norm: dict[str, Any] = {"class": "Right", "statedIn": "art_1", "core": False}
    assert score("norms", [at(0, 10, **norm)]) == KindScore(0, 0, 0, 0)
    assert score("ages", [at(0, 10, **AGE, core=False)]) == KindScore(1, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "known", "wrong"),
    [
        ("bodies", {"label": "Үкімет"}, 0),
        ("documents", LAW, 0),
        ("ages", AGE, 1),
        ("penalties", FINE, 1),
    ],
)
def test_a_further_mention_of_a_known_document_or_body_is_no_error(
    kind: str, known: dict[str, Any], wrong: int
) -> None:
    found = score(kind, [at(0, 10, **known)], got((0, 10), **known), got((50, 60), **known))
    assert found == KindScore(1, 1, 1, wrong)


def test_a_text_that_speaks_of_itself_makes_no_other_mention_known() -> None:
    itself = at(0, 10, type="law", self=True)
    found = score("documents", [itself], got((0, 10), **LAW), got((50, 60), **LAW))
    assert found == KindScore(1, 1, 1, 1)


# When attributes agree


@pytest.mark.parametrize(
    ("gold", "values", "agree"),
    [
        (LAW, {**LAW, "number": "345-ІІ"}, True),  # Cyrillic ІІ
        ({**LAW, "number": None, "date": None}, LAW, True),
        ({**LAW, "type": None}, LAW, True),
        (LAW, {**LAW, "date": "2002-08-09"}, False),
        (LAW, {**LAW, "type": "resolution"}, False),
        ({**LAW, "type": "decree"}, {**LAW, "type": "decree-force-of-law"}, True),
        (CODE, CODE, True),
        (CODE, {**CODE, "slug": "criminal-2014"}, True),
        (CODE, {**CODE, "slug": "criminal-procedure"}, False),
        ({"type": "law", "self": True}, LAW, True),
        ({"type": "order", "self": True}, LAW, False),
    ],
)
def test_documents_agree_by_what_the_gold_says(
    gold: dict[str, Any], values: dict[str, Any], agree: bool
) -> None:
    assert score("documents", [at(0, 10, **gold)], got((0, 10), **values)).exact == agree
    target = "self" if gold.get("self") else gold
    values = {**values, "path": "art_1"}
    if target != "self":
        cited = score("citations", [at(0, 10, target=target, path="art_1")], got((0, 10), **values))
        assert cited.exact == agree
        other = score("citations", [at(0, 10, target=target, path="art_2")], got((0, 10), **values))
        assert other == KindScore(1, 1, 0, 1)


def test_a_citation_of_the_text_itself_agrees_by_its_path() -> None:
    gold = [at(0, 10, target="self", path="para_3")]
    assert score("citations", gold, got((0, 10), **LAW, path="para_3")).exact == 1
    assert score("citations", gold, got((0, 10), **LAW, path="")).exact == 0


@pytest.mark.parametrize(
    ("kind", "gold", "change", "agree"),
    [
        ("bodies", {"label": "Iшкi iстер министрлiгi"}, {"label": "Ішкі істер министрлігі"}, True),
        ("bodies", {"label": "Сот"}, {"label": "Жоғарғы Сот"}, False),
        ("bodies", {"label": "Сот"}, {"label": None}, False),
        ("ages", AGE, {"max": 16}, False),
        ("ages", AGE, {"min": 16}, False),
        ("ages", AGE, {"maxInclusive": True}, False),
        ("ages", {**AGE, "maxInclusive": None}, {"maxInclusive": True}, True),
        ("penalties", FINE, {"min": 5.0, "max": 10.0}, True),
        ("penalties", FINE, {"kind": "arrest"}, False),
        ("penalties", FINE, {"max": 11.0}, False),
        ("penalties", FINE, {"unit": "tenge"}, False),
        ("penalties", FINE, {"confiscation": "mandatory"}, True),
        ("penalties", {**FINE, "confiscation": "none"}, {"confiscation": "mandatory"}, False),
        ("penalties", FINE, {"statedIn": "art_2"}, False),
        ("penalties", {**FINE, "statedIn": None}, {"statedIn": "art_2"}, True),
        ("norms", {"class": "Right", "statedIn": "kz/law/art_1"}, {"statedIn": "art_1"}, True),
        ("norms", {"class": "Right", "statedIn": "art_1"}, {"class": "Permission"}, False),
        ("norms", {"class": "Right", "statedIn": "art_1"}, {"statedIn": "art_2"}, False),
        ("competences", {"role": "competent", "body": "md"}, {"body": "mia"}, False),
        ("statistics", {"population": "refugees", "value": ">300"}, {"value": 300}, False),
        ("statistics", {"population": "refugees", "value": 600}, {"value": 600}, True),
        ("measures", {"type": "tv"}, {"type": "radio"}, False),
        ("places", {"id": "almaty"}, {"id": "akmola"}, False),
        ("provisions", {"id": "eli/kz/constitution/art_4"}, {}, True),
    ],
)
def test_attributes_agree_kind_by_kind(
    kind: str, gold: dict[str, Any], change: dict[str, Any], agree: bool
) -> None:
    found = score(kind, [at(0, 10, **gold)], got((0, 10), **{**gold, **change}))
    assert (found.found, found.exact) == (1, agree)


# The figures


def test_scores_are_those_of_information_retrieval() -> None:
    found = KindScore(gold=4, found=3, exact=2, wrong=2)
    assert (found.recall, found.precision, found.f1) == (0.5, 0.5, 0.5)
    assert KindScore(0, 0, 0, 0).f1 == 1.0
    assert KindScore(3, 0, 0, 0).f1 == 0.0
    assert (KindScore(0, 0, 0, 2).precision, KindScore(0, 0, 0, 2).f1) == (0.0, 0.0)


def test_macro_is_the_mean_over_the_kinds_with_gold() -> None:
    gold = {"ages": [at(0, 10, **AGE)], "bodies": [at(0, 10, label="Сот")], "places": []}
    scores = judge(TEXT, gold, {"ages": [got((0, 10), **AGE)], "norms": []})
    assert scores.macro == 0.5
    assert Scores({}, {}, ()).macro == 0.0


def test_detail_kinds_count_neither_errors_nor_the_mean() -> None:
    gold = {"ages": [at(0, 10, **AGE)], "places": [at(0, 10, id="almaty")]}
    places = [got((0, 10), id="akmola"), got((50, 60), id="aktau")]
    scores = judge(TEXT, gold, {"ages": [got((0, 10), **AGE)], "places": places})
    assert scores.details == {"places": KindScore(1, 1, 0, 0)}
    assert scores.macro == 1.0


def test_the_table_names_every_kind_and_every_miss() -> None:
    gold = {"ages": [at(0, 10, **AGE), at(20, 30, **AGE)], "places": [at(0, 9, id="almaty")]}
    extracted = {"ages": [got((0, 10), **{**AGE, "max": 16}), got((50, 60), **AGE)]}
    table = judge(TEXT, gold, extracted).format()
    assert [line.split()[0] for line in table.splitlines()] == [
        *("kind", *KINDS, "macro", "places"),
        *("ages:", "ages:", "ages:", "places:"),
    ]
    (ages,) = [line.split() for line in table.splitlines() if line.startswith("ages ")]
    assert ages == ["ages", "2", "1", "0", "2", "0.000", "0.000", "0.000"]
    assert "ages: wrong «0123456789» wanted max=18 got max=16" in table
    assert "ages: missed «0123456789» wanted max=18\n" in table
    assert "ages: extra «0123456789» got max=18\n" in table


# Files


def test_quotes_are_found_in_the_text(tmp_path: Path) -> None:
    gold = {"bodies": [{"quotes": ["23", "78"], "nth": [1, 0], "label": "Сот"}]}
    extracted = {"bodies": [got((12, 14), label="Сот")]}
    assert judge(TEXT, gold, extracted).kinds["bodies"].exact == 1
    gold = {"bodies": [{"quote": "23", "nth": 2, "label": "Сот"}]}
    assert judge(TEXT, gold, extracted).kinds["bodies"].found == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "gold.json: line 1: not JSON ("),
        ("[]", "gold.json: no list of any kind; write for example"),
        ('{"norm": []}', "gold.json: no list of any kind"),
        (
            '{"bodies": [{"quote": "жоқ", "label": "Сот"}]}',
            "gold.json: bodies[0]: 'жоқ' is not in the text so often; copy it anew",
        ),
        ('{"bodies": [{"label": "Сот"}]}', "gold.json: bodies[0]: no place; write spans, quote"),
    ],
)
def test_a_gold_file_that_cannot_be_used_is_explained(
    content: str, message: str, tmp_path: Path
) -> None:
    text, gold = tmp_path / "text.txt", tmp_path / "gold.json"
    text.write_text("1. Сот.", encoding="utf-8")
    gold.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as error:
        evaluate(text, gold)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_absent_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"absent.json: cannot be read"):
        read_gold(tmp_path / "absent.json")
    with pytest.raises(SourceError, match=r"absent.txt: no such file"):
        evaluate(tmp_path / "absent.txt", GOLD)


# The sample


@pytest.fixture(scope="module")
def sample_scores() -> Scores:
    return evaluate(SAMPLE, GOLD)


def test_the_gold_of_the_sample_is_complete() -> None:
    """The counts of the guide; a copy that lost items would score too well."""
    gold = read_gold(GOLD)
    assert {kind: len(items) for kind, items in gold.items()} == {
        "documents": 49,
        "citations": 42,
        "bodies": 58,
        "ages": 11,
        "penalties": 8,
        "norms": 38,
        "competences": 13,
        "provisions": 82,
        "statistics": 3,
        "measures": 29,
        "places": 3,
    }


def test_the_sample_scores_no_less_than_the_floor(sample_scores: Scores) -> None:
    assert sample_scores.macro >= 0.97, sample_scores.format()


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_the_sample_scores_less_than_its_floor(kind: str, sample_scores: Scores) -> None:
    assert sample_scores.kinds[kind].f1 >= 0.95, sample_scores.format()


@pytest.mark.parametrize("kind", DETAIL_KINDS)
def test_no_detail_of_the_sample_is_lost(kind: str, sample_scores: Scores) -> None:
    assert sample_scores.details[kind].recall >= 0.95, sample_scores.format()


def test_items_carry_the_values_that_the_graph_states(sample_graphs: DocumentGraphs) -> None:
    items = read_items(sample_graphs)
    assert set(items) == {*KINDS, *DETAIL_KINDS}
    assert all(items.values())
    penalty = next(item.values for item in items["penalties"] if item.values["min"] == 4)
    assert {key: penalty[key] for key in ("kind", "max", "unit", "statedIn")} == {
        "kind": "imprisonment",
        "max": 8.0,
        "unit": "year",
        "statedIn": "art_162__para_1",
    }
    assert any(item.values["value"] == ">300" for item in items["statistics"])
    everything = [item.places for found in items.values() for item in found]
    assert all(places == tuple(sorted(places)) for places in everything)
    assert all(start < end for places in everything for start, end in places)
