"""The reader in a browser: filters, steps, jumps, views, pages, with JavaScript and without."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser.pages import WORK
from browser.window import PHONE, Open
from playwright.sync_api import Page, expect
from server import running

from benchmarks.synthetic import act
from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.pipeline import to_graphs
from graph.source import from_text
from graph.store import GraphStore

SAMPLE = f"/documents/{WORK}"
LONG = "/documents/kz/resolution/1997-06-13/7"


@pytest.fixture(scope="module")
def long_source() -> Source:
    return from_text("long.txt", act(7, 200))


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    sample_graphs: DocumentGraphs,
    sample_source: Source,
    long_source: Source,
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("reader") / "store"
    with GraphStore.open(folder, create=True, base=Base()) as store:
        store.load_vocabulary()
        store.put(sample_graphs, sample_source)
        store.put(to_graphs(long_source, store.base), long_source)
    with running(folder) as port:
        yield f"http://127.0.0.1:{port}"


def in_view(page: Page, element: str) -> bool:
    """Whether an element with that id is in the window, once scrolling is over."""
    script = (
        "id => { const r = document.getElementById(id)?.getBoundingClientRect();"
        " return r && r.top >= 0 && r.bottom <= innerHeight; }"
    )
    page.wait_for_function(script, arg=element)
    return True


def text_of(page: Page) -> str:
    """The text of the sheet without what is stated in it."""
    script = """() => {
      const sheet = document.querySelector('.sheet').cloneNode(true);
      sheet.querySelectorAll('.stated').forEach(one => one.remove());
      return [...sheet.querySelectorAll('.piece')].map(one => one.textContent).join('');
    }"""
    return str(page.evaluate(script))


def marked(page: Page) -> str:
    return "".join(page.locator(".sheet mark").all_text_contents())


@pytest.mark.parametrize("javascript", [True, False])
def test_the_original_is_exact_in_the_browser_too(
    open_page: Open, sample_source: Source, javascript: bool
) -> None:
    if not javascript:  # the page cannot be asked by a script then
        page = open_page(f"{SAMPLE}?view=original", javascript=False).page
        assert "".join(page.locator(".piece").all_text_contents()) == sample_source.text
    else:
        page = open_page(f"{SAMPLE}?view=original").page
        assert text_of(page) == sample_source.text


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("view", ["original", "repaired"])
def test_evidence_is_one_click_from_its_words(
    open_page: Open, sample_source: Source, javascript: bool, view: str
) -> None:
    address = f"{SAMPLE}?view={view}&char=13191,13275#char=13191,13275"
    page = open_page(address, javascript=javascript).page
    if javascript:
        assert in_view(page, "char=13191,13275")
    if view == "original":
        assert marked(page) == sample_source.text[13191:13275]
    expect(page.locator("section.marked blockquote")).to_have_text(sample_source.text[13191:13275])
    page.locator("a.view:not([aria-current])").click()
    assert unquote(page.url).endswith("#char=13191,13275")
    assert marked(page)


def test_the_evidence_of_a_thing_leads_to_its_words(open_page: Open) -> None:
    page = open_page("/doc/penalty/code-criminal.art_162__para_3.1").page
    link = page.locator("blockquote a[href*='char=']").first
    exact = link.text_content() or ""
    link.click()
    page.wait_for_url("**/documents/**")
    name = unquote(page.url).rpartition("#")[2]
    assert in_view(page, name)
    quote = page.locator("section.marked blockquote").first.text_content() or ""
    assert quote == exact


def test_a_fragment_alone_finds_its_characters(
    open_page: Open, sample_source: Source, long_source: Source
) -> None:
    page = open_page(f"{SAMPLE}?view=original#char=13191,13275").page
    page.wait_for_url(re.compile("char=13191,13275#"))
    assert marked(page) == sample_source.text[13191:13275]
    assert in_view(page, "char=13191,13275")
    start = long_source.text.rindex("1. ")
    page = open_page(f"{LONG}#char={start},{start + 12}").page
    page.wait_for_url(re.compile(rf"char={start},{start + 12}#"))
    assert marked(page) == long_source.text[start : start + 12]


def test_the_address_of_a_range_leads_to_the_reader(open_page: Open, sample_source: Source) -> None:
    text = f"{WORK}/kaz@2005-10-15/original-{sample_source.sha256[:12]}.txt"
    page = open_page(f"/id/eli/{text}#char=13191,13275").page
    page.wait_for_url(re.compile(r"/documents/.*char=13191,13275#"))
    assert in_view(page, "char=13191,13275")


def test_kinds_are_chosen_at_once(open_page: Open) -> None:
    watched = open_page(SAMPLE)
    page = watched.page
    everything = text_of(page)
    entities = page.locator(".sheet a.entity")
    before = entities.count()
    assert page.locator(".apply").is_hidden()
    page.uncheck("#kind-norm")
    assert page.locator(".sheet a.entity.kind-norm").count() == 0
    assert page.locator(".sheet .tag.kind-norm:visible").count() == 0
    assert 0 < entities.count() < before
    assert "kinds=" in page.url
    assert text_of(page) == everything
    # What the norm covered now links to what is under it, and the other way round.
    page.check("#kind-norm")
    assert entities.count() == before
    assert "kinds=" not in page.url
    page.uncheck("#kind-body")
    over = page.locator(".sheet a[data-m]:not(.tag):not([href])")
    assert page.locator(".sheet a.entity.kind-body").count() == 0
    assert over.count() > 0
    page.reload()
    assert not page.is_checked("#kind-body")
    assert page.locator(".sheet a.entity.kind-body").count() == 0
    assert watched.problems == []


def test_kinds_are_chosen_without_a_script(open_page: Open) -> None:
    page = open_page(SAMPLE, javascript=False).page
    for kind in ("norm", "act", "provision", "body", "party", "place", "measure", "statistic"):
        page.uncheck(f"#kind-{kind}")
    page.click(".apply")
    classes = {
        found
        for one in page.locator(".sheet a.entity").all()
        for found in (one.get_attribute("class") or "").split()
        if found.startswith("kind-")
    }
    assert classes == {"kind-penalty", "kind-age", "kind-citation"}


def test_keys_lead_from_mention_to_mention(open_page: Open) -> None:
    page = open_page(f"{SAMPLE}?kinds=penalty").page
    seen = []
    for _ in range(3):
        page.keyboard.press("n")
        seen.append(page.evaluate("document.activeElement.dataset.m"))
        assert page.evaluate("document.activeElement.matches('.entity.kind-penalty')")
    assert len(set(seen)) == 3
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.dataset.m") == seen[1]
    # Keys are no commands in a field.
    page.locator("header input[name=q]").focus()
    page.keyboard.type("np")
    assert page.input_value("header input[name=q]") == "np"
    page.locator("[data-step='1']").click()
    assert page.evaluate("document.activeElement.matches('.entity')")


def test_shift_leads_to_the_same_thing(open_page: Open) -> None:
    page = open_page(SAMPLE).page
    first = page.locator(".sheet a.entity[href='/doc/org/government']").first
    first.focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("Shift+N")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(
        "/doc/org/government"
    )
    assert page.evaluate("document.activeElement") is not None
    assert page.evaluate("scrollY") >= before


def test_the_list_of_things_leads_to_their_places(open_page: Open) -> None:
    page = open_page(SAMPLE).page
    page.locator("#entities summary", has_text="Жаза").click()
    back = page.locator("#entities details[open] a.back").first
    target = (back.get_attribute("href") or "")[1:]
    back.click()
    assert in_view(page, target)
    assert "kind-penalty" in (page.locator(f"#{target}").get_attribute("class") or "")


def test_parts_of_a_mention_are_shown_together(open_page: Open) -> None:
    page = open_page(f"{SAMPLE}?view=original").page
    page.locator(".sheet a.apart").first.hover()
    assert page.locator(".sheet a.together").count() >= 2


def test_a_long_act_is_read_page_by_page(open_page: Open) -> None:
    page = open_page(LONG).page
    assert page.locator("#art_1").count() == 1
    page.locator(".pager [rel=next]").first.click()
    page.wait_for_url("**page=2**")
    heading = page.locator(".sheet h2").first
    assert re.match(r"\d+-бап", heading.text_content() or "")
    page.locator("#contents a").first.click()
    page.wait_for_url("**page=1**")
    lasting = open_page(f"{LONG}?at=art_200#art_200").page
    assert in_view(lasting, "art_200")


def test_on_a_phone_the_contents_come_after_the_text(open_page: Open) -> None:
    page = open_page(SAMPLE, width=PHONE).page
    page.locator("a[href='#contents']").click()
    assert in_view(page, "contents") or page.url.endswith("#contents")
    sheet, beside = (page.locator(one).bounding_box() for one in (".sheet", ".beside"))
    assert sheet
    assert beside
    assert beside["y"] > sheet["y"]


def test_paper_has_the_text_alone(open_page: Open) -> None:
    page = open_page(SAMPLE).page
    page.emulate_media(media="print")
    for hidden in (".beside", ".stated >> nth=0", ".tag >> nth=0", ".toolbar"):
        assert page.locator(hidden).is_hidden()
    assert page.locator(".sheet").is_visible()


def test_documents_are_found_without_a_script(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/documents", javascript=False).page
    assert page.locator(".library tbody tr").count() == 2
    page.fill("form.filter input[name=q]", "баяндаманың")
    page.click("form.filter button")
    assert page.locator(".library tbody tr").count() == 1
    page.click(".library tbody a")
    assert SAMPLE in page.url
