"""The graph explorer in a browser: it draws, grows, filters, goes back and exports."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.window import PHONE, Open, Watched
from hub import HUB, NAME, make_hub
from playwright.sync_api import Browser, Page, expect
from server import running

ID = "https://w3id.org/kzop/id/"
LAW = f"{ID}eli/kz/law/2002-08-08/345-II"
ARTICLE = f"{LAW}/art_41"
ACT = f"/explore?iri={LAW}"
LINKS = 400
CY = "document.getElementById('drawing')._cyreg.cy"
"""Where cytoscape keeps what it has drawn."""


def wait(page: Page, expression: str) -> None:
    """Wait until a JavaScript expression is true; Playwright's own way needs `unsafe-eval`."""
    for _ in range(600):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


def ids(page: Page) -> set[str]:
    """The nodes that are drawn."""
    return set(page.evaluate(f"{CY}.nodes().map(node => node.id())"))


def settle(page: Page) -> None:
    """Wait until all is loaded, drawn and arranged."""
    wait(
        page,
        f"{CY}.nodes().length && !{CY}.nodes(':animated').length"
        " && !document.querySelector('#explorer[aria-busy]')",
    )
    page.wait_for_load_state("networkidle")


def grown(page: Page, before: set[str]) -> set[str]:
    """Wait until there are more nodes than before; return those that came."""
    wait(page, f"{CY}.nodes().length > {len(before)}")
    settle(page)
    return ids(page) - before


def click_node(page: Page, iri: str) -> None:
    place = page.evaluate(f"id => {CY}.getElementById(id).renderedPosition()", iri)
    page.locator("#drawing").click(position=place)


def opened(open_page: Open, path: str = ACT, **how: Any) -> Watched:
    watched = open_page(path, **how)
    settle(watched.page)
    return watched


@pytest.fixture(scope="module")
def hub(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = make_hub(tmp_path_factory.mktemp("hub") / "store", LINKS)
    with running(folder) as port:
        base = f"http://127.0.0.1:{port}"
        context = browser.new_context(base_url=base, locale="kk", reduced_motion="reduce")
        watched = Watched(context.new_page(), urlsplit(base).netloc)
        yield watched
        context.close()


def test_an_act_is_drawn_with_its_links(open_page: Open) -> None:
    watched = opened(open_page)
    page = watched.page
    data = page.evaluate(f"{CY}.nodes().map(node => node.data())")
    law = next(node for node in data if node["id"] == LAW)
    assert law["label"] == "2002 жылғы 8 тамыздағы № 345-II Заң"
    assert (law["kind"], law["open"]) == ("act", True)
    assert ARTICLE in ids(page)
    looks = page.evaluate(
        f"{CY}.nodes().map(n => [n.data('kind'), n.style('background-color') + '|'"
        " + n.style('shape-polygon-points')])"
    )
    by_kind = dict(looks)
    assert len(by_kind) >= 3
    assert len({look.partition("|")[2] for look in by_kind.values()}) == len(by_kind), (
        "a shape each"
    )
    edges = page.evaluate(f"{CY}.edges().map(edge => edge.style('label'))")
    assert "бөліктері" in edges
    assert page.locator("#statements tr").count() == len(edges)
    assert page.locator("#panel h2").inner_text() == law["label"]
    assert watched.problems == []


def test_the_script_is_loaded_on_this_page_only(open_page: Open) -> None:
    for path in ("/", "/explore", "/documents"):
        assert "explore.js" not in open_page(path).page.content()
    assert "explore.js" in open_page(ACT).page.content()


def test_a_click_expands_and_shows_facts_and_evidence(open_page: Open) -> None:
    watched = opened(open_page)
    page = watched.page
    before = ids(page)
    click_node(page, ARTICLE)
    assert grown(page, before)
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_contain_text("41-бап")
    expect(panel.locator("blockquote a").first).to_have_attribute("href", re.compile("char="))
    expect(panel.get_by_role("link", name="Толық беті").first).to_have_attribute(
        "href", "/doc/eli/kz/law/2002-08-08/345-II/art_41"
    )
    assert watched.problems == []


def test_the_keyboard_moves_expands_and_collapses(open_page: Open) -> None:
    page = opened(open_page).page
    before = ids(page)
    page.focus("#drawing")
    page.keyboard.press("ArrowRight")
    focused = page.evaluate(f"{CY}.nodes('.focus').id()")
    assert focused != LAW
    to_the_right = (
        f"id => {CY}.getElementById(id).position().x > {CY}.getElementById('{LAW}').position().x"
    )
    assert page.evaluate(to_the_right, focused)
    label = page.evaluate(f"{CY}.nodes('.focus').data('label')")
    expect(page.locator(".drawing-live")).to_contain_text(label)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"{CY}.nodes('.focus').id()") == LAW
    page.keyboard.press("End")
    page.keyboard.press("Home")
    assert page.evaluate(f"{CY}.nodes('.focus').id()") == LAW
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    came = grown(page, before)
    assert came
    page.keyboard.press("Enter")
    wait(page, f"{CY}.nodes().length === {len(before)}")
    assert ids(page) == before
    page.keyboard.press("Escape")
    expect(page.locator(".drawing-live")).to_have_text("")
    expect(page.locator("#panel h2")).to_have_count(0)


def test_things_are_removed_and_come_back(open_page: Open) -> None:
    page = opened(open_page).page
    before = ids(page)
    page.focus("#drawing")
    page.keyboard.press("ArrowRight")
    gone = page.evaluate(f"{CY}.nodes('.focus').id()")
    page.keyboard.press("Delete")
    wait(page, f"{CY}.nodes().length === {len(before) - 1}")
    assert ids(page) == before - {gone}
    expect(page.locator("#counts")).to_contain_text("Графтан алынғандары: 1")
    page.keyboard.press("Control+z")
    wait(page, f"{CY}.nodes().length === {len(before)}")
    assert ids(page) == before
    expect(page.locator("[data-do=undo]")).to_be_disabled()


def test_filters_hide_kinds_and_properties(open_page: Open) -> None:
    page = opened(open_page).page
    kinds = page.evaluate(f"{CY}.nodes().map(node => node.data('kind'))")
    assert "provision" in kinds
    page.locator(".filters summary").click()
    page.locator("[data-hide=provision]").uncheck()
    wait(page, f"!{CY}.nodes('[kind=\"provision\"]').length")
    expect(page.locator("#statements .kind-provision")).to_have_count(0)
    assert "hide=provision" in page.url
    page.locator("[data-hide=provision]").check()
    wait(page, f"{CY}.nodes().length === {len(kinds)}")
    part = page.locator('[data-hide="http://data.europa.eu/eli/ontology#has_part"]')
    part.uncheck()
    wait(page, f"!{CY}.edges('[property $= \"has_part\"]').length")


def test_an_address_restores_the_graph_and_back_goes_back(open_page: Open) -> None:
    page = opened(open_page).page
    before = ids(page)
    click_node(page, ARTICLE)
    grown(page, before)
    more = ids(page)
    page.locator("[data-do=layout]").select_option("concentric")
    page.wait_for_url("**layout=concentric**")
    settle(page)
    again = opened(open_page, page.url).page
    assert ids(again) == more
    assert again.locator("[data-do=layout]").input_value() == "concentric"
    assert again.locator("#panel h2").inner_text().endswith("41-бап")
    page.go_back()
    page.go_back()
    wait(page, f"{CY}.nodes().length === {len(before)}")
    assert ids(page) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawing_is_exported(open_page: Open, tmp_path: Path, scheme: str) -> None:
    watched = opened(open_page, scheme=scheme)
    page = watched.page

    def export(name: str) -> Path:
        with page.expect_download() as download:
            page.locator(f"[data-do={name}]").click()
        assert download.value.suggested_filename == f"eli-kz-law-2002-08-08-345-II.{name}"
        download.value.save_as(tmp_path / name)
        return tmp_path / name

    assert export("png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    root = ElementTree.parse(export("svg")).getroot()
    space = {"svg": "http://www.w3.org/2000/svg"}
    titles = {title.text for title in root.iterfind("svg:g/svg:title", space)}
    labels = set(page.evaluate(f"{CY}.nodes().map(node => node.data('label'))"))
    assert titles == labels
    words = ["".join(text.itertext()) for text in root.iterfind(".//svg:text", space)]
    assert "бөліктері" in words
    ground = root.find("svg:rect", space)
    assert ground is not None
    paper = {"light": "#ffffff", "dark": "#11171c"}[scheme]
    assert ground.get("fill") == paper
    assert all(text.get("fill") != paper for text in root.iterfind(".//svg:text", space))
    read = json.loads(export("cyjs").read_text(encoding="utf-8"))
    assert {node["data"]["name"] for node in read["elements"]["nodes"]} == labels
    assert len(read["elements"]["edges"]) == page.evaluate(f"{CY}.edges().length")
    assert watched.problems == []


def test_the_colours_follow_the_theme(open_page: Open) -> None:
    page = opened(open_page).page
    colour = f"{CY}.getElementById('{LAW}').style('background-color')"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    wait(page, f"{colour} !== '{light}'")


def test_a_line_tells_where_its_words_stand(open_page: Open) -> None:
    norm = f"{ID}norm/law-2002-08-08-345-II.art_10__para_2.1"
    watched = opened(open_page, f"/explore?iri={norm}&lang=en")
    page = watched.page
    panel = page.locator("#panel")
    panel.locator(".link-button").first.click()
    expect(panel).to_contain_text("This link rests on these words")
    expect(panel.locator("blockquote a").first).to_have_attribute("href", re.compile("char="))
    assert page.evaluate(f"{CY}.edges('.focus').length") == 1
    panel.locator(".link-button", has_text="←").click()
    expect(panel.locator("h3").first).to_be_visible()
    assert watched.problems == []


def test_a_hub_says_how_much_of_it_is_shown(hub: Watched) -> None:
    page = hub.page
    page.goto(f"/explore?iri={HUB}&lang=kk")
    settle(page)
    assert page.evaluate(f"{CY}.getElementById('{HUB}').data('label')") == NAME
    expect(page.locator("#counts")).to_contain_text(
        f"Көршілерінің {LINKS + 3} ішінен 15 көрсетілді"
    )
    for shown in (12, 112):
        before = ids(page)
        page.locator("#parts button", has_text="тағы 100").click()
        assert len(grown(page, before)) == 100
        expect(page.locator("#parts")).to_contain_text(f"{LINKS} ішінен {shown + 100}")
    before = ids(page)
    page.locator("#parts button", has_text="тағы 100").click()
    expect(page.locator("#refused")).to_contain_text("ең көбі 300 түйін")
    expect(page.locator("#refused")).to_contain_text("316 ішінен 216 көрсетілді")
    assert ids(page) == before
    again = page.url
    page.goto("about:blank")
    page.goto(again)
    settle(page)
    assert ids(page) == before
    assert hub.problems == []


def test_without_script_there_are_the_same_links(open_page: Open) -> None:
    page = open_page(ACT, javascript=False).page
    assert page.locator("#explorer").is_hidden()
    rows = page.locator("#statements tr")
    drawn = opened(open_page).page
    assert rows.count() == drawn.evaluate(f"{CY}.edges().length")
    page.locator("#statements a", has_text="41-бап").first.click()
    expect(page.locator("h1")).to_contain_text("41-бап")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", PHONE)])
def test_a_graph_that_has_grown_is_accessible(open_page: Open, scheme: str, width: int) -> None:
    watched = opened(open_page, f"{ACT}&iri={ARTICLE}", scheme=scheme, width=width)
    page = watched.page
    page.locator(".filters summary").click()
    found = [
        (v["id"], [node["target"] for node in v["nodes"]])
        for v in Axe().run(page).response["violations"]
    ]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert watched.problems == []


def test_names_are_completed_on_the_start_page(open_page: Open) -> None:
    watched = open_page("/explore")
    page = watched.page
    field = page.get_by_role("combobox", name="Неден бастайсыз?")
    field.press_sequentially("қылмыст")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible(timeout=10_000)
    assert "ылмыст" in options.first.inner_text()
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    field.press("Enter")
    page.wait_for_url("**/explore?iri=**")
    settle(page)
    assert watched.problems == []
