"""Linking: which work a mention stands for, and what its provisions belong to."""

from pathlib import Path

import pytest

from graph.findings import Findings
from graph.link import Linked
from graph.pipeline import extract, to_graphs
from graph.source import from_text, read

SAMPLE = Path(__file__).parent.parent / "sample" / "report-2005.txt"


def run(text: str) -> tuple[Findings, Linked]:
    return extract(from_text("case", text))


def works(text: str) -> list[str | None]:
    """The work of each act named in the text; `self` for the text's own."""
    _, linked = run(text)
    return [path and path.replace(linked.self_path, "self") for path in linked.act_paths]


RULES = """Қазақстан Республикасы Үкіметінің 2006 жылғы 5 мамырдағы № 383 қаулысы

Қазақстан Республикасының Үкіметі ҚАУЛЫ ЕТЕДІ:
1. Қоса беріліп отырған қағидалар бекітілсін.
2. Осы қаулы қол қойылған күнінен бастап күшіне енеді.

Қазақстан Республикасы Үкіметінің
2006 жылғы 5 мамырдағы
№ 383 қаулысымен
бекітілген

Орман қорын пайдалану қағидалары

1. Осы Қағидалар тәртіпті айқындайды, осы Қағидалардың 2-тармағына сәйкес.
2. Жалпы тәртіп.
"""


def test_the_text_is_the_act_of_its_heading_line() -> None:
    _, linked = run(RULES)
    assert linked.self_path == "eli/kz/resolution/2006-05-05/383"
    assert linked.works[linked.self_path].type == "resolution"
    assert linked.part_paths[0] == linked.self_path


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (
            "Қазақстан Республикасы Қаржы министрінің 2014 жылғы 4 желтоқсандағы № 540 бұйрығы. "
            "Қазақстан Республикасының Әділет министрлігінде 2014 жылғы 9 желтоқсанда № 9934 "
            "болып тіркелді",
            "eli/kz/order/ministry-finance/2014-12-04/540",
        ),
        (
            "Атырау облысы Атырау қалалық мәслихатының 2019 жылғы 5 мамырдағы № 3-12 шешімі. "
            "Атырау облысының Әділет департаментінде 2019 жылғы 8 мамырда № 4411 болып тіркелді.",
            "/2019-05-05/3-12",
        ),
        (
            "Қазақстан Республикасы Қаржы министрінің міндетін атқарушының 2014 жылғы 4 "
            "желтоқсандағы № 540 бұйрығы. Күші жойылды - Қазақстан Республикасы Қаржы министрінің "
            "2019 жылғы 5 мамырдағы № 6 бұйрығымен",
            "eli/kz/order/ministry-finance/2014-12-04/540",
        ),
        (
            "Қазақстан Республикасы Жоғарғы Сотының 2018 жылғы 11 мамырдағы № 4 нормативтік "
            "қаулысы",
            "eli/kz/resolution/2018-05-11/4",
        ),
        (
            "Қазақстан Республикасының 2014 жылғы 3 шілдедегі № 226-V ҚРЗ Кодексі.",
            "eli/kz/code/criminal-2014",
        ),
    ],
)
def test_heading_lines(line: str, path: str) -> None:
    _, linked = run(f"Тәртіп туралы\n\n{line}\n\n1. Тәртіп сақталсын.\n")
    assert linked.self_path.endswith(path)


def test_the_text_of_a_code_cites_its_own_edition() -> None:
    text = (
        "Қазақстан Республикасының Қылмыстық кодексі\n\n"
        "Қазақстан Республикасының 2014 жылғы 3 шілдедегі № 226-V ҚРЗ Кодексі\n\n1. Тәртіп.\n"
    )
    assert works(text) == ["self", "self"]


def test_a_stamp_names_the_act_though_its_issuer_is_not_known() -> None:
    _, linked = run(
        "1. Тәртіп сақталсын.\n\nҚазақстан Республикасы\nКеңесінің төрағасы\n"
        "2016 жылғы 8 қыркүйектегі\n№ 13/139 бұйрығымен\nбекітілген\n\n"
        "Куәлік беру қағидалары\n\n1. Жалпы тәртіп.\n"
    )
    assert linked.self_path == "eli/kz/order/x/2016-09-08/13-139"
    assert linked.part_paths[1] == f"{linked.self_path}/annex_1"


def test_these_rules_are_the_annex() -> None:
    findings, linked = run(RULES)
    annex = "eli/kz/resolution/2006-05-05/383/annex_1"
    assert linked.part_paths[1] == annex
    named = [
        path
        for act, path in zip(findings.acts, linked.act_paths, strict=True)
        if act.type == "rules" and act.this and not act.heading
    ]
    assert named == [annex, annex]
    assert f"{annex}/para_2" in linked.reference_paths


def test_a_text_without_a_heading_line_is_named_by_its_hash() -> None:
    source = from_text("case", "1. Тәртіп сақталсын.")
    _, linked = extract(source)
    assert linked.self_path == f"text/{source.sha256[:12]}"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (
            "1. Осы Заңның 5-бабына сәйкес.",
            ["self"],
        ),
        (
            "1. «Мұрағат ісі туралы» Қазақстан Республикасының 2007 жылғы 27 шілдедегі N 5-III "
            "Заңы (бұдан әрі - Заң) қолданылады, бұл ретте Заңда көзделген тәртіп сақталады.",
            ["eli/kz/law/2007-07-27/5-III"] * 3,
        ),
        (
            "1. «Мұрағат ісі туралы» Қазақстан Республикасының 2007 жылғы 27 шілдедегі N 5-III "
            "Заңына сәйкес. Бұл «Мұрағат ісі туралы» Қазақстан Республикасының Заңында көзделген.",
            ["eli/kz/law/2007-07-27/5-III"] * 2,
        ),
        (
            "1. Қазақстан Республикасы Қаржы министрінің 2014 жылғы 4 желтоқсандағы № 540 бұйрығы.",
            ["eli/kz/order/ministry-finance/2014-12-04/540"],
        ),
        (
            "1. Бала құқықтары туралы конвенцияға сәйкес, Конвенцияның 12-бабында көзделген.",
            ["eli/un/treaty/crc"] * 2,
        ),
        (
            "1. «Мұрағат ісі туралы» Қазақстан Республикасының 2007 жылғы 27 шілдедегі № 5 және "
            "«Пошта туралы» 2008 жылғы 9 сәуірдегі № 7 заңдарына сәйкес.",
            ["eli/kz/law/2007-07-27/5", "eli/kz/law/2008-04-09/7"],
        ),
        (
            "1. ҚР ҚПК-нің 53-бабы, АПК-нің 5, 6 және 12–15-баптары, ҚК және АК қолданылады.",
            ["eli/kz/code/criminal-procedure-2014", "eli/kz/code/civil-procedure-2015"],
        ),
        (
            "1. Үкіметтің 2007 жылғы 27 шілдедегі № 81 қаулысы, 2008 жылғы 9 сәуірдегі № 82 "
            "қаулысы және 2009 жылғы 9 сәуірдегі № 82 қаулысы. "
            "Бұл № 81 қаулыда, № 82 қаулыда көзделген.",
            [
                "eli/kz/resolution/2007-07-27/81",
                "eli/kz/resolution/2008-04-09/82",
                "eli/kz/resolution/2009-04-09/82",
                "eli/kz/resolution/2007-07-27/81",
                "eli/kz/resolution/n-82",
            ],
        ),
        ("1. Қазақстан Республикасының Конституциясына сәйкес.", ["eli/kz/constitution"]),
        ("1. Заңға тәуелді актілер мен заңдар қабылданады.", []),
    ],
)
def test_what_an_act_stands_for(text: str, paths: list[str]) -> None:
    assert works(text) == paths


@pytest.mark.parametrize(
    ("heading", "cited"),
    [
        ("Кодексі 2014 жылғы 5 шілдедегі № 235-V ҚРЗ", "eli/kz/code/criminal-2014"),
        ("Заңы 2014 жылғы 5 шілдедегі № 236-V ҚРЗ", "eli/kz/code/criminal"),
    ],
)
def test_a_code_cites_those_in_force_on_its_first_day(heading: str, cited: str) -> None:
    body = "1-бап. Тәртіп\n\nҚылмыстық кодексте көзделген."
    assert works(f"Тәртіп туралы\n\nҚазақстан Республикасының {heading}\n\n{body}")[1:] == [cited]


@pytest.mark.parametrize(
    ("year", "code"),
    [
        ("1999", "eli/kz/code/criminal"),
        ("2010", "eli/kz/code/criminal"),
        ("2016", "eli/kz/code/criminal-2014"),
    ],
)
def test_a_code_without_a_date_is_the_one_in_force_at_the_time(year: str, code: str) -> None:
    text = (
        f"Қазақстан Республикасы Үкіметінің {year} жылғы 5 мамырдағы № 383 қаулысы\n\n"
        "1. Қазақстан Республикасының Қылмыстық кодексіне сәйкес.\n"
    )
    assert code in works(text)


def test_a_code_with_its_date_is_that_edition_whenever_the_text_speaks() -> None:
    text = (
        "Қазақстан Республикасы Үкіметінің 2016 жылғы 5 мамырдағы № 383 қаулысы\n\n"
        "1. Қазақстан Республикасының 2001 жылғы 30 қаңтардағы Әкімшілік құқық бұзушылық туралы "
        "кодексіне сәйкес.\n"
    )
    assert "eli/kz/code/administrative-offences" in works(text)
    assert "eli/kz/code/administrative-offences-2014" in works(
        text.replace("2001 жылғы 30 қаңтардағы ", "")
    )


def test_a_reproduced_article_belongs_to_the_law_its_paragraph_names() -> None:
    text = """Балаларды қорғау туралы
баяндама

Кіріспе

1. Бірінші жауап.
2. Қазақстан Республикасының 2002 жылғы 8 тамыздағы N 345-II Заңында мынадай бап бар:
_ _ _ _ _ _ _ _
30-бап. Жауынгерлік іс-қимылдар
1. Балаларды тартуға тыйым салынады.

3. Үшінші жауап.
"""
    findings, linked = run(text)
    units = findings.context.structure.units
    article = next(i for i, unit in enumerate(units) if unit.eid == "art_30")
    assert linked.unit_paths[article] == "eli/kz/law/2002-08-08/345-II/art_30"
    assert linked.reference_paths == ("eli/kz/law/2002-08-08/345-II/art_30",)


def test_every_unit_of_the_sample_has_a_path_of_its_own() -> None:
    findings, linked = extract(read(SAMPLE))
    assert len(linked.unit_paths) == len(findings.context.structure.units)
    assert all(path.startswith(("eli/", "text/")) for path in linked.unit_paths)


def test_a_citation_is_of_known_form_and_ends_in_a_path() -> None:
    _, linked = extract(read(SAMPLE))
    assert {c.form for c in linked.citations} <= {
        "accordance",
        "amendment",
        "internal",
        "mention",
        "quotation",
    }
    for citation in linked.citations:
        assert citation.start < citation.end
        assert citation.cited.startswith(("eli/", "text/"))


def test_an_amending_law_in_a_note_amends_the_text() -> None:
    text = (
        "7-бап. Тәртіп\n1. Осы Заңда тәртіп белгіленеді.\n"
        "Ескерту. 7-бапқа өзгеріс енгізілді - ҚР 2011.12.26 N 517-IV Заңымен.\n"
    )
    _, linked = run(text)
    assert linked.amendments == (("eli/kz/law/2011-12-26/517-IV", linked.self_path),)


def test_an_act_named_before_is_not_the_text_itself() -> None:
    text = """Қазақстан Республикасы Үкіметінің 2006 жылғы 5 мамырдағы № 383 қаулысы

1. Қазақстан Республикасы Үкіметінің 2003 жылғы 17 ақпандағы № 163 қаулысына:
көрсетілген қаулымен бекітілген тізбеде бір сөз алып тасталсын.
2. Осы қаулы қол қойылған күнінен бастап күшіне енеді.
3. Көрсетілген қаулыға қосымша жойылсын. Аталған жарлыққа сәйкес.
"""
    other = "eli/kz/resolution/2003-02-17/163"
    assert works(text) == ["self", other, other, "self", other, None]


def test_rules_are_those_of_the_act_that_approved_them() -> None:
    text = (
        "1. Қазақстан Республикасы Үкіметінің 2021 жылғы 6 мамырдағы № 305 қаулысымен бекітілген "
        "Кітапханаларға қойылатын талаптарға сәйкес. "
        "Тиісті қаулымен бекітілген Орман күзету қағидаларына сәйкес."
    )
    _, linked = run(text)
    rules = {work.title: work.annex_of for work in linked.works.values() if work.type == "rules"}
    assert rules == {
        "Кітапханаларға қойылатын талаптар": "eli/kz/resolution/2021-05-06/305",
        "Орман күзету қағидалары": "",
    }
    evidence = to_graphs(from_text("case", text)).evidence
    at = text.index("Кітапханаларға")
    there = {s.split(" ")[0] for s in evidence if f"#char={at}," in s and "#hasTarget>" in s}
    bodies = {s.split(" ")[2] for s in evidence if s.split(" ")[0] in there and "#hasBody>" in s}
    assert any(body.endswith("/resolution/2021-05-06/305>") for body in bodies)


def test_a_clause_of_rules_is_of_the_act_that_approved_them() -> None:
    text = """1. Қазақстан Республикасы Үкіметінің 2009 жылғы 5 мамырдағы № 17 қаулысына:

көрсетілген қаулымен бекітілген Көлді қорғау қағидаларында:

3-тармақтың 2) тармақшасы алып тасталсын.

2. Тиісті қаулымен бекітілген Орман күзету қағидаларының 4-тармағына сәйкес.
3. Қазақстан Республикасы Үкіметінің 2010 жылғы 4 мамырдағы № 18 қаулысымен бекітілген Тоғанды
тазалау қағидаларының 5-тармағына сәйкес.
"""
    _, linked = run(text)
    cited = [path for path in linked.reference_paths if path]
    rules = next(path for path, work in linked.works.items() if work.part)
    assert rules.startswith("eli/kz/resolution/2009-05-05/17/annex_")
    assert cited[0] == f"{rules}/para_3__sub_2"
    assert cited[1].startswith("eli/kz/rules/title-")
    whole = [citation.cited for citation in linked.citations]
    assert whole.count("eli/kz/resolution/2009-05-05/17") == 1
    assert rules not in whole
    assert "eli/kz/resolution/2010-05-04/18" not in whole
    content = "\n".join(to_graphs(from_text("case", text)).content)
    assert f"{rules}> <http://data.europa.eu/eli/ontology#is_part_of>" in content


def test_a_provision_is_of_the_day_of_its_last_amendment() -> None:
    text = """Кітапханалар туралы

Қазақстан Республикасының 2002 жылғы 18 наурыздағы N 304 Заңы

1-бап. Бұрынғы
1. «Білім туралы» Қазақстан Республикасының Заңына және Бюджет кодексіне сәйкес.

2-бап. Өзгерген
1. «Білім туралы» Қазақстан Республикасының Заңына және Қазақстан Республикасының Бюджет
кодексіне сәйкес.
Ескерту. 2-бапқа өзгеріс енгізілді - ҚР 2010.03.29 N 258-IV Заңымен.

3-бап. «Пробация туралы» Қазақстан Республикасының Заңына сәйкес.
4-бап. «Мемлекеттік құқықтық статистика туралы» Қазақстан Республикасының Заңына сәйкес.
"""
    numbers = [
        linked.works[path].law or path.rsplit("/", 1)[-1]
        for linked in [run(text)[1]]
        for path in linked.act_paths
        if path and path != linked.self_path
    ]
    assert numbers[:5] == ["education-1999", "budget", "education-2007", "budget-2008", "258-IV"]
    assert numbers[5].startswith("title-")


def test_an_annex_that_nobody_names_rests_on_its_first_lines() -> None:
    text = """Қазақстан Республикасы Үкіметінің 2006 жылғы 5 мамырдағы № 383 қаулысы

1. Осы қаулы қол қойылған күнінен бастап күшіне енеді.

Қазақстан Республикасы Үкіметінің
2006 жылғы 5 мамырдағы
№ 383 қаулысымен
бекітілген

Орман қорын пайдаланудың
ТӘРТІБІ

1. Жалпы ережелер

1. Тәртіп айқындалады.
"""
    graphs = to_graphs(from_text("case", text))
    annex = "/resolution/2006-05-05/383/annex_1>"
    assert [s for s in graphs.content if s.split(" ")[0].endswith(annex)]
    assert [s for s in graphs.evidence if s.endswith(annex) and "#hasBody>" in s]


@pytest.mark.parametrize(
    ("words", "cited"),
    [
        ("Орган осы Заңда, елдің өзге де заңдарында көзделген шараны қолданады.", 1),
        ("Заң актілері мен осы Заңда көзделмеген алымға жол берілмейді.", 1),
        ("Орган осы Заңды, өзге де заңдарды жариялайды.", 0),
    ],
)
def test_the_own_act_is_cited_where_the_text_relies_on_it(words: str, cited: int) -> None:
    _, linked = run(f"Көлдер туралы\n\nОсы Заң көлдерді қорғайды.\n\n3-бап. Құзырет\n\n{words}\n")
    assert [c.cited for c in linked.citations] == [linked.self_path] * cited


def test_the_stamp_of_an_annex_may_have_a_sign_before_its_number() -> None:
    text = """Көл туралы

Облыс әкімі шешім қабылдады:

1. Тізбе бекітілсін.

Облыс әкімінің
2004 жылғы 16 ақпандағы
№ 2-22 шешіміне № 1 қосымша

Көлдердің тізбесі
"""
    findings, linked = run(text)
    assert [part.kind for part in findings.context.structure.parts] == ["self", "annex"]
    assert linked.citations == ()


@pytest.mark.parametrize(("noun", "kind"), [("Заң", "law"), ("Қаулы", "resolution")])
def test_a_law_may_be_passed_with_the_formula_of_a_resolution(noun: str, kind: str) -> None:
    _, linked = run(
        "Рақымшылық жасау туралы\n\nҚазақстан Республикасының Жоғарғы Кеңесі қаулы етеді:\n\n"
        f"1. Осы {noun} жарияланған күннен бастап күшіне енеді.\n"
    )
    assert linked.works[linked.self_path].type == kind
