"""The SPARQL editor and the forms of the named queries, used as a person would."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from browser.window import PHONE, Open
from lxml import etree
from playwright.sync_api import Page, expect

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?c = ?x) }"
MINISTRY = "SELECT * WHERE { ?s a <https://w3id.org/kzop/ontology#Ministry> }"
CONTENT = ".cm-content"


def type_query(page: Page, text: str) -> None:
    """Replace what the editor holds, without its help."""
    page.locator(CONTENT).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def text_of(page: Page) -> str:
    return page.locator("#query").input_value()


@pytest.mark.parametrize(
    ("typed", "label", "name"),
    [
        ("мі", "Міндеттеме", "kzop:Obligation"),
        ("мi", "Міндеттеме", "kzop:Obligation"),  # with a Latin i
        ("обязат", "Обязательство", "kzop:Obligation"),
        ("obliga", "Obligation", "kzop:Obligation"),
    ],
)
def test_a_class_is_completed_by_its_label(
    open_page: Open, typed: str, label: str, name: str
) -> None:
    watched = open_page("/sparql")
    page = watched.page
    type_query(page, "SELECT * WHERE { ?norm a  }")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type(typed, delay=60)
    option = page.locator(".cm-tooltip-autocomplete li").first
    expect(option).to_contain_text(label)
    expect(option).to_contain_text(name)
    page.wait_for_timeout(500)  # the editor takes no key in the first moment of a list
    page.keyboard.press("Enter")
    assert text_of(page).startswith("PREFIX kzop: <https://w3id.org/kzop/ontology#>\n")
    assert f"?norm a {name} }}" in text_of(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer table")).to_be_visible()
    assert watched.problems == []


def test_an_act_is_completed_by_its_label(open_page: Open) -> None:
    page = open_page("/sparql").page
    type_query(page, "")
    page.keyboard.type("қылмыстық код", delay=30)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("қылмыс", delay=60)
    option = page.locator(".cm-tooltip-autocomplete li", has_text="eli/kz/code/criminal").first
    expect(option).to_be_visible()
    page.wait_for_timeout(500)  # the list takes no click in its first moment
    option.click()
    expect(page.locator("#query")).to_have_value("<https://w3id.org/kzop/id/eli/kz/code/criminal>")


def test_a_query_runs_and_shows_labels_with_links(open_page: Open) -> None:
    watched = open_page("/sparql", "ru")
    page = watched.page
    type_query(page, MINISTRY)
    page.locator("#run").click()
    link = page.locator("#answer td a[href='/doc/org/mfa']")
    expect(link).to_contain_text("Министерство иностранных дел")
    assert link.get_attribute("title") == "https://w3id.org/kzop/id/org/mfa"
    expect(page.locator("#state")).to_contain_text("Строк: 8")
    page.locator("#answer button", has_text="Исходный ответ").click()
    expect(page.locator("#answer pre")).to_contain_text("<https://w3id.org/kzop/id/org/mfa>")
    assert watched.problems == []


def test_a_long_answer_is_paged_and_says_how_long_it_is(open_page: Open) -> None:
    page = open_page("/sparql", "en").page
    many = "SELECT * WHERE { ?a ?b ?c . ?d a <https://w3id.org/kzop/ontology#Law> }"
    type_query(page, many)
    page.locator("#run").click()
    pager = page.locator("#answer .pager")
    expect(pager).to_contain_text("Rows 1–100 of", timeout=30_000)
    total = int(re.findall(r"of (\d+)", pager.inner_text())[0])
    assert total > 10_000
    assert page.locator("#answer tbody tr").count() == 100
    pager.locator("button", has_text="Next").click()
    expect(page.locator("#answer .pager")).to_contain_text("Rows 101–200 of")
    if total > 50_000:
        expect(page.locator("#answer .pager")).to_contain_text(f"50000 rows of {total}")


def test_an_endless_query_is_stopped_and_its_worker_is_free(open_page: Open, server: str) -> None:
    page = open_page("/sparql", "en").page

    def busy() -> int:
        text = page.request.get(f"{server}/metrics").text()
        return int(re.findall(r"query_workers_busy (\d+)", text)[0])

    type_query(page, ENDLESS.replace("FILTER(?c = ?x) ", ""))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#clock")).to_contain_text(re.compile(r"[1-9]\.\d s, limit 30 s"))
    assert wait_until(lambda: busy() == 1)
    page.locator("#stop").click()
    expect(page.locator("#state")).to_have_text("Stopped.")
    assert wait_until(lambda: busy() == 0)
    type_query(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#answer .truth")).to_have_text("Yes")


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def test_an_answer_is_downloaded(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/sparql").page
    type_query(page, MINISTRY)
    page.locator("#run").click()
    with page.expect_download() as started:
        page.locator("#answer .formats a", has_text="CSV").click()
    file = tmp_path / "answer.csv"
    started.value.save_as(file)
    assert started.value.suggested_filename == "kzop.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "s"
    assert "https://w3id.org/kzop/id/org/mfa" in lines


def test_a_graph_is_shown_as_triples_with_every_format_of_graphs(open_page: Open) -> None:
    page = open_page("/sparql").page
    type_query(page, "DESCRIBE <https://w3id.org/kzop/id/org/mfa>")
    page.locator("#run").click()
    expect(page.locator("#answer th").first).to_have_text("subject")
    names = page.locator("#answer .formats a").all_inner_texts()
    assert {"TTL", "NT", "JSONLD", "GEXF", "GRAPHML", "CYJS", "DOT", "SVG"} <= set(names)


LINKS = """PREFIX kzop: <https://w3id.org/kzop/ontology#>
CONSTRUCT { ?norm kzop:statedIn ?where ; kzop:bearer ?who }
WHERE { ?norm a kzop:Obligation ; kzop:statedIn ?where ; kzop:bearer ?who }"""


def test_a_construct_is_drawn_and_taken_away_for_graph_programs(
    open_page: Open, tmp_path: Path
) -> None:
    watched = open_page("/sparql", "ru")
    page = watched.page
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(urlsplit(request.url).path))
    type_query(page, LINKS)
    page.locator("#run").click()
    expect(page.locator("#answer table")).to_be_visible()
    assert "/static/js/drawn.js" not in scripts, "the drawing is fetched when it is wanted"
    page.get_by_role("button", name="Граф", exact=True).click()
    canvas = page.locator(".drawing[data-drawn]")
    expect(canvas).to_be_visible()
    assert "/static/js/drawn.js" in scripts
    drawn = int(canvas.get_attribute("data-drawn") or "0")
    assert drawn > 20
    expect(page.locator("#answer-panel .note").first).to_contain_text(f"Показано объектов: {drawn}")
    canvas.focus()
    page.keyboard.press("Home")
    expect(page.locator(".drawn-thing a")).to_have_attribute("href", re.compile("^/doc/"))
    expect(page.locator(".drawn-thing .badge")).not_to_have_text("Другое")
    with page.expect_download() as started:
        page.locator("#answer .formats a", has_text="GEXF").click()
    file = tmp_path / "answer.gexf"
    started.value.save_as(file)
    nodes = etree.parse(file).findall(".//{*}node")
    assert len(nodes) == drawn
    assert watched.problems == []


def test_a_large_graph_is_drawn_in_part_and_says_so(open_page: Open) -> None:
    watched = open_page("/sparql", "en")
    page = watched.page
    type_query(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(ISIRI(?o)) } LIMIT 3000")
    page.locator("#run").click()
    page.get_by_role("button", name="Graph", exact=True).click()
    canvas = page.locator(".drawing[data-drawn]")
    expect(canvas).to_be_visible(timeout=20_000)
    assert 200 < int(canvas.get_attribute("data-drawn") or "0") <= 300
    expect(page.locator("#answer-panel .note").first).to_contain_text("at most 300")
    assert watched.problems == []


def test_a_code_is_shown_by_its_label(open_page: Open) -> None:
    asked = "SELECT ?kind WHERE { ?p kzop:penaltyKind/skos:notation ?kind } LIMIT 1"
    prefixes = "PREFIX kzop: <https://w3id.org/kzop/ontology#>\n"
    prefixes += "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    for javascript in (True, False):
        path = f"/sparql?query={quote(prefixes + asked)}"
        page = open_page(path, "ru", javascript=javascript).page
        if javascript:
            page.locator("#run").click()
            expect(page.locator("#answer td small")).to_have_text(re.compile("^[a-z-]+$"))
        expect(page.locator("#answer td").first).to_contain_text(re.compile("[а-я]{4}"))


@pytest.mark.parametrize("comment", ["", "# " + "ұзақ " * 2000])
def test_a_permalink_opens_the_same_query(open_page: Open, server: str, comment: str) -> None:
    page = open_page("/sparql").page
    query = f"{comment}\n{MINISTRY}".strip()
    type_query(page, query)
    page.locator("#permalink").click()
    expect(page.locator("#state")).not_to_be_empty()
    address = urlsplit(page.url)
    held = address.fragment if comment else address.query
    assert parse_qs(held)["query"] == [query]
    other = open_page(page.url.removeprefix(server)).page
    expect(other.locator("#answer table a[href='/doc/org/mfa']")).to_be_visible()
    assert text_of(other) == query


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Сұрауда қате бар."), ("ru", "В запросе ошибка."), ("en", "The query has an error.")],
)
def test_an_error_is_shown_at_its_place(open_page: Open, language: str, words: str) -> None:
    page = open_page("/sparql", language).page
    type_query(page, "SELECT *\nWHERE { ?s ?p }")
    expect(page.locator(".cm-lintRange-error").first).to_be_attached()
    page.locator("#run").click()
    expect(page.locator("#answer .problem")).to_contain_text(words)
    expect(page.locator("#answer .problem")).to_contain_text("line 2, column")
    expect(page.locator("#state")).to_have_text(words)


def test_a_lost_connection_is_told(open_page: Open) -> None:
    page = open_page("/sparql", "en").page
    page.context.set_offline(True)
    page.locator("#run").click()
    expect(page.locator("#answer .problem")).to_contain_text("The service cannot be reached")


def test_every_named_query_is_an_example_without_a_mark(open_page: Open) -> None:
    page = open_page("/sparql", "kk").page
    names = page.locator("a[data-example]").evaluate_all("all => all.map(a => a.dataset.example)")
    assert len(names) == 25
    for name in names:
        page.locator("summary", has_text="Мысалдар").click()
        page.locator(f"a[data-example='{name}']").click()
        expect(page.locator("#query")).to_have_value(re.compile("^PREFIX "))
        page.wait_for_timeout(500)
        assert page.locator(".cm-lintRange-error").count() == 0, name


def test_it_works_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page("/sparql", "en").page
    page.locator("body").press("Tab")
    focused = "document.activeElement.shadowRoot?.activeElement.className ?? ''"
    for _ in range(40):
        if "cm-content" in page.evaluate(focused):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail("the editor is not reached by Tab")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("ASK {}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run", "Tab leaves the editor"
    page.keyboard.press("Enter")
    expect(page.locator("#answer .truth")).to_have_text("Yes")
    assert page.get_attribute("#state", "aria-live") == "polite"


def test_no_style_of_the_editor_breaks_the_policy(open_page: Open) -> None:
    watched = open_page("/documents")
    page = watched.page
    page.add_init_script(
        "window.broken = []; document.addEventListener('securitypolicyviolation',"
        " event => window.broken.push(event.violatedDirective))"
    )
    page.goto("/sparql")
    type_query(page, "SELECT * WHERE { ?s a kzop:Ob")
    expect(page.locator(".cm-tooltip-autocomplete")).to_be_visible()
    colour = "e => getComputedStyle(e).borderTopWidth"
    assert page.locator(".cm-editor").evaluate(colour) == "1px", "the styles are there"
    assert page.evaluate("window.broken") == []
    assert watched.problems == []


def test_without_a_script_the_form_answers(open_page: Open) -> None:
    page = open_page("/sparql", "en", javascript=False).page
    page.locator("#query").fill(MINISTRY)
    page.locator("form#sparql-form button", has_text="Run").first.click()
    expect(page.locator("table")).to_contain_text("Ministry of Foreign Affairs")
    assert page.locator("#query").input_value() == MINISTRY
    with page.expect_download():
        page.locator(".formats a", has_text="CSV").click()
    page.goto(f"/sparql?query={quote('SELEC *')}")
    expect(page.locator(".problem")).to_contain_text("The query has an error.")
    assert page.locator("#query").input_value() == "SELEC *"


def test_a_named_query_is_asked_by_its_form_and_quotes_its_evidence(open_page: Open) -> None:
    page = open_page("/queries/age-thresholds", "ru", javascript=False).page
    page.locator("#param-context").select_option(label="обязательный призыв")
    page.locator("form.query-form button").click()
    assert "context=compulsory-recruitment" in page.url
    quote_link = page.locator(".quotes blockquote a").first
    expect(quote_link).to_be_visible()
    address = quote_link.get_attribute("href") or ""
    found = re.search(r"char=(\d+),(\d+)$", address)
    assert found
    length = int(found[2]) - int(found[1])
    assert len(quote_link.text_content() or "") == length
    expect(page.locator(".answer td").first).to_have_text("обязательный призыв")
    assert page.locator(".answer td").first.locator("a").get_attribute("title") == (
        "compulsory-recruitment"
    )
    page.locator("#evidence").select_option("0")
    page.locator("form.query-form button").click()
    assert page.locator(".quotes").count() == 0


def test_on_a_phone_a_row_is_read_without_scrolling_sideways(open_page: Open) -> None:
    page = open_page("/queries/penalties-article-162", "ru", width=PHONE).page
    wide = page.evaluate(
        "[...document.querySelectorAll('.answer td')].filter("
        "(cell) => cell.getBoundingClientRect().right > innerWidth).length"
    )
    assert wide == 0


def test_a_wrong_value_is_told_beside_its_field(open_page: Open) -> None:
    page = open_page("/queries/ages-below-18-allowed?limit=x", "en", javascript=False).page
    field = page.locator("#param-limit")
    assert field.get_attribute("aria-describedby") == "param-limit-error"
    expect(page.locator("#param-limit-error")).to_have_text("Write a whole number, for example 18.")
