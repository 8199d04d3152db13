"""HTML pages: the act and nothing around it, links, tables, raised numbers; Markdown copies."""

import pytest

from graph.iris import Base
from graph.model import Source
from graph.pipeline import extract, to_graphs
from graph.source import SourceError, from_bytes

PAGE = """<!DOCTYPE html>
<html lang="kk"><head><meta charset="utf-8"><title>Көлдер туралы - "Әділет" АҚЖ</title>
<style>.x {{ color: red }}</style><script>var words = "Заңның 5-бабы";</script></head><body>
<div class="header"><ul><li><a href="/kaz">Негізгі</a></li><li><a href="/rus">РУС</a></li>
</ul></div>
<div class="container_gamma breadcrumbs"><p><a href="/kaz">Негізгі</a> » Құжат</p></div>
<div class="container_alpha slogan"><h1>Ойдан шығарылған көлдер туралы</h1>
<span class="status status_upd">Жаңартылған</span>
<p>Қазақстан Республикасының 2012 жылғы 16 ақпандағы № 998-IV Заңы.</p></div>
<div id="tabs_container"><ul><li><a href="/kaz/docs/Z1200000998">Мәтін</a></li>
<li><a href="/kaz/docs/Z1200000998/info">Ақпарат</a></li>
<li><a href="/kaz/docs/Z1200000998/history">Өзгерістер тарихы</a></li></ul></div>
<div class="container_gamma text text_upd"><div class="gs_12"><article>
{act}
</article></div></div>
<div class="container_omega aftertext"><a href="#">Көшіру</a></div>
<div class="footer"><p>© 2012. Қазақстан Республикасы Әділет министрлігінің институты</p></div>
</body></html>"""
ACT = """<h3 id="z1">1-тарау. ЖАЛПЫ ЕРЕЖЕЛЕР</h3>
<p id="z2">&nbsp;&nbsp;&nbsp;<b>1-бап. Негізгі   ұғымдар</b>
<button onclick="copy()">Көшірме</button></p>
<p><a name="z3"></a>Көлдер <a href="/kaz/docs/K1400000226">Қазақстан Республикасының Қылмыстық
кодексіне</a>, «Көл қоры туралы» <a href="http://adilet.zan.kz/kaz/docs/Z100000345_">Заңның</a>
<a href="https://adilet.zan.kz/kaz/docs/Z100000345_#z32">12<sup>1</sup>-бабына</a> және Қазақстан
Республикасы Үкіметінің 2005 жылғы 15 қазандағы <a href="/rus/docs/P050001033%5F">қаулысына</a>
сәйкес қорғалады.</p>
<p class="note">Ескерту. 1-бапқа өзгеріс енгізілді - ҚР 03.07.2013
<a href="/kaz/docs/Z1300000125#z8">№ 125-V</a> Заңымен; <a href="#z1">1-тарауды</a> қараңыз.</p>
<table><tr><td><p>Р/с №</p></td><td><p>Атауы</p></td></tr>
<tr><td>1</td><td>Айна<br>көл</td></tr></table>
<p>Қазақстан Республикасының<br>Президенті</p>
<p style="display: none">Көрінбейді</p>"""
TEXT = """Ойдан шығарылған көлдер туралы

Қазақстан Республикасының 2012 жылғы 16 ақпандағы № 998-IV Заңы.

1-тарау. ЖАЛПЫ ЕРЕЖЕЛЕР

\u00a0\u00a0\u00a01-бап. Негізгі ұғымдар

Көлдер Қазақстан Республикасының Қылмыстық кодексіне, «Көл қоры туралы» Заңның 12-1-бабына және \
Қазақстан Республикасы Үкіметінің 2005 жылғы 15 қазандағы қаулысына сәйкес қорғалады.

Ескерту. 1-бапқа өзгеріс енгізілді - ҚР 03.07.2013 № 125-V Заңымен; 1-тарауды қараңыз.

Р/с №\tАтауы

1\tАйна көл

Қазақстан Республикасының
Президенті
"""


def page(act: str) -> Source:
    return from_bytes("page.html", PAGE.format(act=act).encode())


def test_a_page_gives_the_act_its_title_and_stamp_and_nothing_around() -> None:
    source = page(ACT)
    assert source.text == TEXT
    assert source.code == "Z1200000998"


def test_links_lead_from_their_words_to_codes_and_places() -> None:
    source = page(ACT)
    found = [(source.text[a.start : a.end], a.target, a.anchor) for a in source.links]
    assert found == [
        ("Қазақстан Республикасының Қылмыстық кодексіне", "K1400000226", ""),
        ("Заңның", "Z100000345_", ""),
        ("12-1-бабына", "Z100000345_", "z32"),
        ("қаулысына", "P050001033_", ""),
        ("№ 125-V", "Z1300000125", "z8"),
        ("1-тарауды", "Z1200000998", "z1"),
    ]


def test_a_title_that_the_act_begins_with_is_not_said_twice() -> None:
    title = "<h1>Ойдан шығарылған   көлдер туралы</h1><p>Заңның мәтіні осында жалғасады.</p>"
    assert page(title).text.count("Ойдан шығарылған көлдер туралы") == 1


def test_links_identify_works_and_are_their_evidence() -> None:
    source = page(ACT)
    findings, linked = extract(source)
    codes = {
        path: act.adilet
        for act, path in zip(findings.acts, linked.act_paths, strict=True)
        if path and act.adilet
    }
    title = next(path for path in codes if "title-" in path)
    assert codes == {
        "eli/kz/code/criminal-2014": "K1400000226",
        title: "Z100000345_",
        "eli/kz/resolution/2005-10-15/1033": "P050001033_",
        "eli/kz/law/2013-07-03/125-V": "Z1300000125",
    }
    base = Base()
    graphs = to_graphs(source, base)
    told = {line for line in graphs.content if "id_local" in line or "seeAlso" in line}
    works = {**codes, "eli/kz/law/2012-02-16/998-IV": "Z1200000998"}
    for path, code in works.items():
        node = f"<{base.iri}id/{path}>"
        assert f'{node} <http://data.europa.eu/eli/ontology#id_local> "{code}"' in told
        see = "<http://www.w3.org/2000/01/rdf-schema#seeAlso> <https://adilet.zan.kz/kaz/docs/"
        assert f"{node} {see}{code}>" in told
    article = f"<{base.iri}id/{title}/art_12-1>"
    assert f"{article} {see}Z100000345_#z32>" in told
    chapter = f"<{base.iri}id/eli/kz/law/2012-02-16/998-IV/chp_1>"
    assert f"{chapter} {see}Z1200000998#z1>" in told
    assert len(told) == 2 * len(works) + 2
    rules = [line for line in graphs.evidence if line.endswith("/rule/adilet-link>")]
    assert len(rules) == len(codes)


def acts(text: str) -> list[tuple[str | None, str]]:
    findings, linked = extract(page(text))
    pairs = zip(findings.acts, linked.act_paths, strict=True)
    return [(path, act.adilet) for act, path in pairs if not act.this and not act.heading]


def test_acts_with_one_code_are_one_act() -> None:
    text = (
        '<p>«Көл қоры туралы» <a href="/kaz/docs/Z100000345_">Заңға</a> сәйкес.</p>'
        "<p>Қазақстан Республикасының 2010 жылғы 5 мамырдағы № 345-IV "
        '<a href="/kaz/docs/Z100000345_">Заңының</a> 3-бабы.</p>'
    )
    assert set(acts(text)) == {("eli/kz/law/2010-05-05/345-IV", "Z100000345_")}


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("K940001000_", "eli/kz/code/civil"),
        ("K990000409_", "eli/kz/code/civil-special"),
        ("K1400000226", "eli/kz/code/civil-special"),  # another code: the article tells the part
    ],
)
def test_a_link_tells_which_part_of_a_code_is_meant(code: str, path: str) -> None:
    text = f'<p>Республика <a href="/kaz/docs/{code}">Азаматтық кодексінің</a> 683-бабы.</p>'
    assert acts(text) == [(path, code)]


@pytest.mark.parametrize(
    ("words", "code", "path"),
    [
        # A law's code lacks the convocation, which the day tells if it is not near its ends.
        ("2010 жылғы 5 мамырдағы Заңының", "Z100000345_", "eli/kz/law/2010-05-05/345-IV"),
        ("2012 жылғы 5 наурыздағы Заңының", "Z1200000572", "eli/kz/law/2012-03-05"),
        ("Президентінің 2010 жылғы 5 мамырдағы Жарлығының", "U100000977_", "/2010-05-05/977"),
        # Numbers that the site invented tell nothing.
        ("Президентінің 2010 жылғы 5 мамырдағы Жарлығының", "U100001000_", "decree/2010-05-05"),
    ],
)
def test_a_code_completes_only_what_it_tells_for_sure(words: str, code: str, path: str) -> None:
    text = f'<p>Қазақстан Республикасы <a href="/kaz/docs/{code}">{words}</a> 3-бабы.</p>'
    ((found, known),) = acts(text)
    assert found is not None
    assert (found.endswith(path), known) == (True, code)


@pytest.mark.parametrize(
    ("words", "code", "path"),
    [
        ("талаптарда", "P050001033_", "eli/kz/resolution/adilet-p050001033"),
        ("тізбеде", "V1500010964", "eli/kz/other/adilet-v1500010964"),
        # The lexicon knows the law or code of a year and number.
        ("нормаларда", "Z010000267_", "eli/kz/law/2001-12-13/267-II"),
        ("Заңда", "Z010000267_", "eli/kz/law/2001-12-13/267-II"),
        ("Кодекске", "K970000167_", "eli/kz/code/criminal"),
        ("Қылмыстық кодексте", "K970000167_", "eli/kz/code/criminal"),
        ("Мерекелер туралы Заңында", "Z010000267_", "eli/kz/law/2001-12-13/267-II"),
        # What it has in the year, not in the number, it does not know.
        ("нормаларда", "Z010000999_", "eli/kz/law/adilet-z010000999"),
    ],
)
def test_a_link_makes_a_mention_where_its_words_are_weak(words: str, code: str, path: str) -> None:
    text = f'<p>Көлдер <a href="/kaz/docs/{code}">{words}</a> айтылғандай қорғалады.</p>'
    assert acts(text) == [(path, code)]


def test_a_link_tells_whose_provision_is_meant_but_not_one_of_the_page_itself() -> None:
    text = (
        '<p>1-бап. Көлдер</p><p>Көлдер <a href="/kaz/docs/Z010000267_#z5">13-бабының</a> '
        "2-тармағына, "
        '<a href="/kaz/docs/Z1200000998#z7">5-бапқа</a> және осы баптың '
        '<a href="/kaz/docs/K970000167_#z7">3-тармағына</a> сәйкес қорғалады.</p>'
    )
    _, linked = extract(page(text))
    assert acts(text) == [("eli/kz/law/2001-12-13/267-II", "Z010000267_")]
    own = "eli/kz/law/2012-02-16/998-IV"
    assert linked.reference_paths == (
        "eli/kz/law/2001-12-13/267-II/art_13__para_2",
        f"{own}/art_5",
        f"{own}/art_1__para_3",
    )


def test_links_without_words_of_the_act_are_no_mentions() -> None:
    text = (
        '<p>Көлдер <a href="/kaz/docs/Z010000267_"> </a>қорғалады '
        '<a href="/kaz/docs/X">мұнда</a>.</p>'
    )
    assert acts(text) == []


@pytest.mark.parametrize("code", ["Z110000345_", "Z100000346_", "P100000345_", "V1000000345"])
def test_a_link_that_contradicts_its_words_is_not_believed(code: str) -> None:
    words = "Қазақстан Республикасының 2010 жылғы 5 мамырдағы № 345-IV Заңының"
    assert acts(f'<p><a href="/kaz/docs/{code}">{words}</a> 3-бабы.</p>') == [
        ("eli/kz/law/2010-05-05/345-IV", "")
    ]


def test_an_unknown_page_gives_its_largest_text() -> None:
    body = "".join(f"<p>{n}-бап. Көлдің суы таза болуға тиіс, ол қорғалады.</p>" for n in range(9))
    html = f"""<html><body><nav><a href="/">Басты бет</a></nav>
    <div class="sidebar"><ul><li><a href="1">Жаңалық</a></li><li><a href="2">Хабар</a></li>
    <li><a href="3">Сұхбат</a></li></ul></div>
    <div id="wrap"><div class="content">{body}</div><div class="share">Бөлісу</div></div>
    <footer>Барлық құқықтар қорғалған</footer></body></html>"""
    lines = from_bytes("-", html.encode()).text.split("\n\n")
    assert lines[0] == "0-бап. Көлдің суы таза болуға тиіс, ол қорғалады."
    assert len(lines) == 9


def test_text_without_blocks_is_read_from_the_body() -> None:
    html = "<html><body>1-бап. Көл.<br>2-бап. Өзен.<pre>  3-бап.\n\n  4-бап.</pre></body></html>"
    assert from_bytes("-", html.encode()).text == (
        "1-бап. Көл.\n2-бап. Өзен.\n\n  3-бап.\n\n  4-бап.\n"
    )


def test_lists_show_the_numbers_that_a_browser_shows() -> None:
    html = "<article><ol start=3><li>көл</li><li>өзен</li></ol><ul><li>бұлақ</li></ul></article>"
    assert from_bytes("-", html.encode()).text == "3. көл\n\n4. өзен\n\n- бұлақ\n"


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8"])
def test_the_declared_encoding_is_used(encoding: str) -> None:
    html = f'<html><head><meta charset="{encoding}"></head><body><p>Закон о воде</p></body></html>'
    assert from_bytes("page.htm", html.encode(encoding)).text == "Закон о воде\n"


def test_kazakh_letters_under_a_russian_label_are_read() -> None:
    html = '<html><head><meta charset="windows-1251"></head><body><p>Ұлттық қор, үлгі</p></body>'
    data = html.encode("kz1048")
    assert from_bytes("page.htm", data).text == "Ұлттық қор, үлгі\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_page_is_known_by_its_beginning(encoding: str) -> None:
    html = "<!-- saved --> <!DOCTYPE html><p>Көлдер туралы қазақша мәтін</p>"
    assert from_bytes("page.txt", html.encode(encoding)).text == "Көлдер туралы қазақша мәтін\n"


def test_broken_and_deep_pages_are_read() -> None:
    html = "<html><body>" + "<div>" * 1500 + "<p>Көлдер туралы <b>заң</p></i>"
    assert from_bytes("-", html.encode()).text == "Көлдер туралы заң\n"


@pytest.mark.parametrize(
    "html", ["<!DOCTYPE html>", "<html><body><script>заң</script></body></html>", "<html>"]
)
def test_a_page_without_text_is_refused(html: str) -> None:
    with pytest.raises(SourceError, match="is an HTML page without text"):
        from_bytes("page.html", html.encode())


def test_a_plain_text_with_angle_brackets_stays_as_it_is() -> None:
    text = "Көлемі < 5 литр, <қараңыз> 3-бап.\n"
    assert from_bytes("law.txt", text.encode()).text == text


# Markdown


MARKDOWN = """---
code: K990000000_
---
# Көлдер кодексі

## 1-тарау. Жалпы ережелер

<a id="z5"></a>

#### 5-бап. **Көлді** қорғау

1. Көл қорғалады:

   1) суы;

   2) жағасы.

1-1. *Алып тасталды.*

> *Ескерту. 5-бапқа өзгеріс енгізілді - ҚР 03.07.2013
> [№ 125-V](https://adilet.zan.kz/kaz/docs/Z1300000125) Заңымен.*

| № | Атауы |
|---|---|
| 1 | Айнакөл |
"""


def test_markdown_loses_its_marks_and_keeps_its_numbers() -> None:
    source = from_bytes("code.md", MARKDOWN.encode())
    assert source.text == (
        "Көлдер кодексі\n\n1-тарау. Жалпы ережелер\n\n5-бап. Көлді қорғау\n\n1. Көл қорғалады:\n\n"
        "1) суы;\n\n2) жағасы.\n\n1-1. Алып тасталды.\n\n"
        "Ескерту. 5-бапқа өзгеріс енгізілді - ҚР 03.07.2013\n№ 125-V Заңымен.\n\n"
        "№\tАтауы\n\n1\tАйнакөл\n"
    )
    (link,) = source.links
    assert (source.text[link.start : link.end], link.target) == ("№ 125-V", "Z1300000125")
