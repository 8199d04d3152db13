"""Every kind of page in three languages, light and dark, on a desktop and a phone."""

from collections.abc import Iterable
from itertools import product
from urllib.parse import quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.pages import PAGES
from browser.window import DESKTOP, PHONE, Open
from server import request

from service.http.language import LANGUAGES

LOOKS = [
    ("kk", "light", DESKTOP),
    ("ru", "dark", PHONE),
    ("en", "light", PHONE),
    ("kk", "dark", DESKTOP),
]
"""Every language, scheme and width; with `--every-look` each with each other."""
FETCHING = 'script[src]:not([src*="/suggest."], [src*="/copy."])'
"""Scripts that may fetch something before anybody touches the page."""
BUDGET = 250_000
"""Bytes that a first visit to the first page may transfer."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scheme" in metafunc.fixturenames:
        looks: Iterable[tuple[str, str, int]] = LOOKS
        if metafunc.config.getoption("--every-look"):
            looks = product(LANGUAGES, ("light", "dark"), (DESKTOP, PHONE))
        cases = [(name, *look) for name, look in product(PAGES, list(looks))]
        metafunc.parametrize(("name", "language", "scheme", "width"), cases)


def test_a_page_is_sound(
    open_page: Open, name: str, language: str, scheme: str, width: int
) -> None:
    watched = open_page(PAGES[name], language, scheme, width)
    page = watched.page
    # A script may still fetch what it shows; a page without one stands as it came.
    page.wait_for_load_state("networkidle" if page.query_selector(FETCHING) else "load")
    refused = {"absent": 404, "query-wrong": 400, "sparql-wrong": 400}
    told = f"the server responded with a status of {refused.get(name)}"
    expected = [told] if name in refused else []
    others = [p for p in watched.problems if not any(text in p for text in expected)]
    assert others == []
    assert page.get_attribute("html", "lang") == language
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "the page is wider than the window"
    violations = Axe().run(page).response["violations"]
    found = [(v["id"], [node["target"] for node in v["nodes"]][:5]) for v in violations]
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_its_policy(server: str, name: str) -> None:
    port = urlsplit(server).port
    assert port
    headers = request(port, "GET", quote(PAGES[name], safe="/?&=%:;+,"), Accept="text/html")[1]
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_first_page_is_small_and_stands_still(open_page: Open) -> None:
    watched = open_page("/documents")  # opens a window; the first page is measured without cache
    page = watched.page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "e => window.shift += e.value)).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto("/", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    assert len(sizes) > 3, "the page, its style and its fonts"
    assert sum(sizes) < BUDGET
    assert page.evaluate("window.shift") == 0


@pytest.mark.parametrize("text", ["ӘәҒғҚқҢңӨөҰұҮүҺһІі№«»—"])
def test_the_font_has_the_kazakh_letters(open_page: Open, text: str) -> None:
    page = open_page("/").page
    loaded = page.evaluate(
        "async t => (await document.fonts.load('16px \"Golos Text\"', t)).map(f => f.status)", text
    )
    assert loaded
    assert set(loaded) == {"loaded"}
    families = page.evaluate("getComputedStyle(document.body).fontFamily")
    assert families.startswith('"Golos Text"')
