"""The skeleton of a text: which provisions there are, in which part, what text each owns."""

from pathlib import Path

import pytest

from graph.normalise import normalise
from graph.provisions.outline import outline
from graph.source import from_text, read
from graph.structure import Structure

SAMPLE = Path(__file__).parent.parent / "sample" / "report-2005.txt"


def cut(text: str) -> tuple[str, Structure]:
    """The clean text and its structure."""
    clean = normalise(from_text("case", text))
    return clean.text, outline(clean)


def eids(text: str) -> list[str]:
    return [unit.eid for unit in cut(text)[1].units]


ACT = """Орман қоры туралы

Қазақстан Республикасының Заңы 2003 жылғы 8 тамыздағы № 5-III

1-БӨЛІМ. ЖАЛПЫ БӨЛІК

2-тарау. Мемлекеттік басқару

5-бап. Құзырет

1. Үкімет:
1) саясатты айқындайды;
2) мыналарды бекітеді:
а) қағидаларды;
б) нормаларды.
2. Орман қоры қорғалады.
2-1. Қосымша шаралар белгіленеді.

Ескерту. 5-бапқа өзгеріс енгізілді - ҚР 2011.12.26 N 517-IV Заңымен.

5-1-бап. Бақылау

Бақылау тұрақты жүргізіледі.
"""


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (
            ACT,
            [
                "sec_1",
                "chp_2",
                "art_5",
                "art_5__para_1",
                "art_5__para_1__sub_1",
                "art_5__para_1__sub_2",
                "art_5__para_1__sub_2__sub_a",
                "art_5__para_1__sub_2__sub_b",
                "art_5__para_2",
                "art_5__para_2-1",
                "art_5-1",
            ],
        ),
        ("1. Бір.\n2. Екі.", ["para_1", "para_2"]),
        ("5-бап. 1. Бір.\n2. Екі.", ["art_5", "art_5__para_1", "art_5__para_2"]),
        (
            "1. Мыналар бекітілсін:\nбірінші тізбе;\nекінші тізбе.\nҚалған мәтін.",
            ["para_1", "para_1__indent_1", "para_1__indent_2"],
        ),
        ("III бөлім. Арнайы бөлік\n1-тарау. Жалпы\n1-бап. Атау", ["sec_III", "chp_1", "art_1"]),
        ("1-тарау. Жалпы\n2-параграф. Есеп\n1-бап. Атау", ["chp_1", "chp_1__prg_2", "art_1"]),
        (
            "5-бап. Ұғымдар\n1. Бір.\nЕскертпе. Осы бапта заттар деп тауарлар түсініледі.",
            ["art_5", "art_5__para_1", "art_5__note_1"],
        ),
        ("5-бап бойынша жұмыс жүргізілді.", []),
        ("7 бап\nТараптар көмектеседі.", ["art_7"]),
        ("7 бап бойынша жұмыс жүргізілді.", []),
        ("2005 жылғы есеп.\n15.10.2005 жылы басталды.", []),
        ("1) тек тармақша", []),
    ],
)
def test_units(text: str, units: list[str]) -> None:
    assert eids(text) == units


def test_a_unit_owns_its_heading_label_and_text() -> None:
    text, structure = cut(ACT)
    by_eid = {unit.eid: unit for unit in structure.units}
    article, clause = by_eid["art_5"], by_eid["art_5__para_2"]
    assert article.title
    assert text[slice(*article.title)] == "Құзырет"
    assert text[slice(*clause.label)].startswith("2. Орман")
    assert text[slice(*clause.text)] == "Орман қоры қорғалады."
    assert structure.units[clause.parent or 0] == article
    assert structure.unit_at(clause.text[0]) == structure.units.index(clause)
    assert structure.unit_at(0) is None


def test_a_note_of_the_publisher_is_no_text_of_the_act() -> None:
    text, structure = cut(ACT)
    (note,) = structure.notes
    assert text[note.start : note.end].startswith("Ескерту. 5-бапқа")
    assert structure.in_note(note.start)
    assert structure.in_note(note.end - 1)
    assert not structure.in_note(note.end)
    assert not structure.in_note(note.start - 1)


RESOLUTION = """Қағидаларды бекіту туралы

Қазақстан Республикасы Үкіметінің 2006 жылғы 5 мамырдағы № 383 қаулысы

Қазақстан Республикасының Үкіметі ҚАУЛЫ ЕТЕДІ:
1. Қоса беріліп отырған қағидалар бекітілсін.
2. Осы қаулы қол қойылған күнінен бастап күшіне енеді.

Қазақстан Республикасының
Премьер-Министрі Қ. Мысалов

Қазақстан Республикасы Үкіметінің
2006 жылғы 5 мамырдағы
№ 383 қаулысымен
бекітілген

Орман қорын пайдалану қағидалары

1. Жалпы тәртіп.
2. Пайдалану тәртібі.

Қазақстан Республикасы Үкіметінің
2006 жылғы 5 мамырдағы
№ 383 қаулысына
2-қосымша

1. Тізбе.
"""


def test_an_annex_has_a_number_series_of_its_own() -> None:
    _, structure = cut(RESOLUTION)
    parts = [(part.kind, part.type, part.number) for part in structure.parts]
    assert parts == [
        ("self", None, 1),
        ("signature", None, 1),
        ("annex", "rules", 1),
        ("annex", "annex", 2),
    ]
    numbers = [(unit.part, unit.eid) for unit in structure.units]
    assert numbers == [(0, "para_1"), (0, "para_2"), (2, "para_1"), (2, "para_2"), (3, "para_1")]


REPORT = """Балаларды қорғау туралы
баяндама

Кіріспе

1. Бірінші жауап.
2. Екінші жауап.
3. Үшінші жауап.

1-бап

1. Шарттың бірінші тармағы.
2. Шарттың екінші тармағы.

4. Төртінші жауап мына бапты келтіреді:
_ _ _ _ _ _ _ _
162-бап. Жалдау
1. Қолданыстағы кодекстің бірінші тармағы.
2. Қолданыстағы кодекстің екінші тармағы.

5. Бесінші жауап.
"""


def test_a_report_keeps_its_series_against_quoted_ones() -> None:
    _, structure = cut(REPORT)
    reports = [unit.number for unit in structure.units if unit.kind == "report-paragraph"]
    assert reports == ["1", "2", "3", "4", "5"]
    kinds = [structure.parts[unit.part].kind for unit in structure.units if unit.kind == "article"]
    assert kinds == ["treaty", "reproduced"]
    quoted = [unit.eid for unit in structure.units if unit.kind == "clause"]
    assert quoted == [
        "art_1__para_1",
        "art_1__para_2",
        "art_162__para_1",
        "art_162__para_2",
    ]


def test_the_sample_has_twenty_two_report_paragraphs() -> None:
    structure = outline(normalise(read(SAMPLE)))
    numbers = [unit.number for unit in structure.units if unit.kind == "report-paragraph"]
    assert numbers == [str(number) for number in range(1, 23)]


@pytest.mark.parametrize("text", [ACT, RESOLUTION, REPORT])
def test_units_and_parts_cover_the_text_in_order(text: str) -> None:
    clean, structure = cut(text)
    assert structure.parts[0].start == 0
    assert structure.parts[-1].end == len(clean)
    for before, after in zip(structure.parts, structure.parts[1:], strict=False):
        assert before.end == after.start
    for index, unit in enumerate(structure.units):
        if unit.kind == "report-section":
            continue  # its heading is the heading of the treaty's article, which begins a part
        assert unit.start < unit.end <= structure.parts[unit.part].end
        assert structure.part_at(unit.start) == unit.part
        assert structure.unit_at(unit.start) == index
        if unit.parent is not None:
            assert unit.parent < index


@pytest.mark.parametrize("text", ["", " \n", "Сот.", "Lorem ipsum dolor sit amet."])
def test_a_text_without_provisions_has_one_part_and_no_unit(text: str) -> None:
    skeleton = outline(normalise(from_text("case", text)))
    assert [part.kind for part in skeleton.parts] == ["self"]
    assert skeleton.units == ()
    assert skeleton.unit_at(0) is None


@pytest.mark.parametrize(
    ("text", "sentence", "owner"),
    [
        ("1. Шебер:\n\n1) қазады;\n\n2) тігеді.\n\nАспаз асады.\n\n2. Қайта.", "Аспаз", "para_1"),
        ("1. Шебер:\n\nқазады;\n\nтігеді.\n\nАспаз асады.\n\n2. Қайта.", "Аспаз", "para_1"),
        (
            "1. Шебер:\n\n1) қазады.\n\nАспаз асады.\n\n2) тігеді.",
            "Аспаз",
            "para_1__sub_1__indent_1",
        ),
        ("1. Шебер:\n\n1) қазады;\n\n2) тігеді.\n\n2. Аспаз асады.", "Аспаз", "para_2"),
    ],
)
def test_what_follows_a_list_belongs_to_the_provision_that_holds_it(
    text: str, sentence: str, owner: str
) -> None:
    words, structure = cut(text)
    at = structure.unit_at(words.index(sentence))
    assert at is not None
    assert structure.units[at].eid == owner
