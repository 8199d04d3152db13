"""Pages at 400 % zoom, by the keyboard alone, on paper, and with names of any length."""

import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from browser.pages import LAW, PAGES
from browser.window import Open
from playwright.sync_api import Page
from server import request, running

ZOOMED = 320
"""CSS pixels across a window of 1280 at 400 %, where nothing may need two ways of scrolling."""
WIDE = "document.documentElement.scrollWidth - window.innerWidth"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
OVERRIDE = "\u202e"
UPDATE = f"""DELETE {{ ?s {LABEL} ?o }} INSERT {{ ?s {LABEL} "{OVERRIDE}{"ұзын" * 500}"@kk }}
    WHERE {{ ?s {LABEL} ?o FILTER(lang(?o) = 'kk') }}"""


@pytest.fixture(scope="module")
def overlong(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service over things whose Kazakh names are 2,000 letters without a space."""
    store = tmp_path_factory.mktemp("overlong") / "store"
    copytree(sample_folder, store)
    with running(store, KZOP_TOKEN="t") as port:
        kind = "application/sparql-update"
        status, _, answer = request(
            port, "POST", "/sparql", UPDATE.encode(), Content_Type=kind, Authorization="Bearer t"
        )
        assert status == 204, answer
        yield f"http://127.0.0.1:{port}"


def too_wide(page: Page, addresses: dict[str, str]) -> list[str]:
    found = []
    for name, address in addresses.items():
        page.goto(address)
        if page.evaluate(WIDE) > 0:
            found.append(name)
    return found


def test_no_page_is_wider_than_a_zoomed_window(open_page: Open) -> None:
    page = open_page("/", width=ZOOMED).page
    assert too_wide(page, PAGES) == []


def test_no_name_is_too_long_for_a_phone(open_page: Open, overlong: str) -> None:
    page = open_page("/", width=390).page
    page.unroute_all()
    names = ("act", "article", "norm", "body", "code", "code-list", "codes", "listed", "dataset")
    assert too_wide(page, {name: overlong + PAGES[name] for name in names}) == []
    page.goto(overlong + PAGES["act"])
    assert "ұзын" in page.inner_text("main")


def test_marks_of_direction_end_with_their_name(open_page: Open) -> None:
    page = open_page(f"/doc/{LAW}").page
    for selector in ("main a", "main dd", "main span"):
        style = "e => getComputedStyle(e).unicodeBidi"
        assert page.locator(selector).first.evaluate(style) == "isolate"


def test_the_whole_menu_is_in_sight_on_a_phone(open_page: Open) -> None:
    page = open_page("/", width=ZOOMED).page
    for link in page.locator(".sections a").all():
        box = link.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= ZOOMED


def wait_for_index(page: Page) -> None:
    """Wait until the service has made the text index of its store."""
    deadline = time.monotonic() + 60
    while not page.request.get("/search?q=бала&format=json").json().get("total"):
        assert time.monotonic() < deadline, "no text index"
        page.wait_for_timeout(200)


def test_a_count_stands_in_one_line(open_page: Open) -> None:
    page = open_page("/").page
    wait_for_index(page)
    page.goto("/search?q=бала")
    counts = page.locator(".facet .count")
    assert max(len(text) for text in counts.all_inner_texts()) >= 2
    heights = [count.evaluate("e => e.getClientRects().length") for count in counts.all()]
    assert set(heights) == {1}


def test_a_law_is_found_and_read_by_the_keyboard(open_page: Open) -> None:
    page = open_page("/").page
    wait_for_index(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("345-II")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/search?q=" in page.url
    walk_to(page, f"/doc/{LAW}")
    walk_to(page, "#char=")
    assert page.url.startswith(page.evaluate("location.origin") + "/documents/")
    assert page.locator(".shown, mark, :target").count()


def walk_to(page: Page, address: str) -> None:
    """Press Tab until a link to the address has the focus, which must be seen, then Enter."""
    for _ in range(150):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if address in href:
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none", "the focus is not seen"
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {address} by Tab")


def test_paper_has_whole_tables_and_no_buttons(open_page: Open) -> None:
    page = open_page(PAGES["query"], width=794).page  # A4 at 96 dots an inch
    page.emulate_media(media="print")
    assert page.evaluate(WIDE) <= 0
    wide = page.locator(".answer").evaluate("e => e.scrollWidth - e.parentElement.clientWidth")
    assert wide <= 0
    assert [b for b in page.locator("button").all() if b.is_visible()] == []
