"""The page of a thing and the search fields, as people use them."""

import re

from browser.window import PHONE, Open
from playwright.sync_api import expect

PENALTY = "/doc/penalty/code-criminal.art_162__para_4.1"


def test_the_button_copies_the_iri(open_page: Open) -> None:
    watched = open_page(PENALTY)
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Көшіру").click()
    expect(page.get_by_role("button", name="Көшірілді")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "https://w3id.org/kzop/id/penalty/code-criminal.art_162__para_4.1"
    assert watched.problems == []


def test_names_are_suggested_while_one_types(open_page: Open) -> None:
    watched = open_page("/")
    page = watched.page
    field = page.locator("main input[type=search]")
    expect(field).to_have_attribute("role", "combobox")
    field.press_sequentially("сыртқы іс")
    options = page.get_by_role("option")
    expect(options.filter(has_text="Сыртқы істер министрлігі").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    chosen = page.locator('[role=option][aria-selected="true"]')
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    field.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    field.press_sequentially("т")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(re.compile(r"/doc/"))
    assert watched.problems == []


def test_the_search_of_every_page_suggests_too(open_page: Open) -> None:
    page = open_page(PENALTY, width=PHONE).page
    page.locator("header input[type=search]").press_sequentially("бала")
    expect(page.get_by_role("option").first).to_be_visible()


def test_enter_without_a_choice_searches(open_page: Open) -> None:
    page = open_page("/").page
    field = page.locator("main input[type=search]")
    field.fill("өлім жазасы")
    field.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q="))
    expect(page.locator(".hits mark").first).to_be_visible()


def test_without_scripts_the_search_and_its_facets_work(open_page: Open) -> None:
    page = open_page("/", language="ru", javascript=False).page
    page.locator("main input[type=search]").fill("бала")
    page.get_by_role("button", name="Поиск").last.click()
    page.get_by_role("link", name="Нормы").click()
    page.wait_for_url(re.compile(r"kind=norm"))
    assert set(page.locator(".hits .badge").all_inner_texts()) == {"Норма"}
    page.locator(".hits a").first.click()
    expect(page.get_by_role("heading", name="Слова текста")).to_be_visible()
    expect(page.get_by_role("button", name="Копировать")).to_be_hidden()


def test_every_example_search_finds_something(open_page: Open) -> None:
    page = open_page("/").page
    examples = page.locator(".examples a")
    for place in range(examples.count()):
        address = examples.nth(place).get_attribute("href")
        text = page.request.get(f"{page.url.rstrip('/')}{address}").text()
        assert 'class="hit-head"' in text, address
