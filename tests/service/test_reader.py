"""The reader over the sample and a long invented act: views, jumps, kinds, pages; the list."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from highlighted import Html
from pyoxigraph import NamedNode

from benchmarks.synthetic import act
from graph.model import DocumentGraphs, Source
from graph.normalise import Normalised, normalise
from graph.pipeline import to_graphs
from graph.source import from_text
from graph.store import GraphStore
from service.app import create_app
from service.config import Settings
from service.documents.reading import LEAST, MOST, Readings, read, read_mentions
from service.documents.sheet import places_of
from service.engine.dataset import LABELS, Dataset
from service.engine.kept import Recent
from service.things.kinds import KINDS
from service.things.naming import MADE_OF
from service.things.terms import Presenter

BROWSER = {"Accept": "text/html"}
SAMPLE = "/documents/kz/resolution/2005-10-15/1033"
LONG = "/documents/kz/resolution/1997-06-13/7"
ARTICLES = 170


@pytest.fixture(scope="module")
def long_source() -> Source:
    return from_text("long.txt", act(7, ARTICLES))


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    sample_graphs: DocumentGraphs,
    sample_source: Source,
    long_source: Source,
) -> Path:
    folder = tmp_path_factory.mktemp("reader") / "store"
    with GraphStore.open(folder, create=True) as store:
        store.load_vocabulary()
        store.put(sample_graphs, sample_source)
        store.put(to_graphs(long_source, store.base), long_source)
        for number in range(1, 4):
            source = from_text(f"{number}.txt", act(number))
            store.put(to_graphs(source, store.base), source)
    return folder


@pytest.fixture(scope="module")
def reading_app(folder: Path) -> Iterator[Flask]:
    app = create_app(Settings(store=folder))
    yield app
    app.extensions["kzop"].engine.close()


@pytest.fixture
def client(reading_app: Flask) -> FlaskClient:
    return reading_app.test_client()


@pytest.fixture
def dataset(folder: Path) -> Iterator[Dataset]:
    with GraphStore.open(folder, read_only=True) as store:
        yield Dataset(store)


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200, response.text[:300]
    return response.text


def sheet(text: str) -> Html:
    """What the article of a page holds, without what is stated in it."""
    article = re.search(r'<article class="sheet[^>]*>\n(.*?)</article>', text, re.S)
    assert article
    bare = re.sub(r'<details class="stated".*?</details>\n', "", article[1], flags=re.S)
    return Html(re.sub(r">\n<", "><", bare).strip())


def test_the_original_view_has_every_character(client: FlaskClient, sample_source: Source) -> None:
    shown = sheet(page(client, f"{SAMPLE}?view=original"))
    # Between the elements of a page stand line feeds of the template.
    assert without_breaks(shown.text) == without_breaks(sample_source.text)
    assert "Қоса берiлiп" in shown.text, "with the Latin i"


def test_the_repaired_view_has_the_text_that_the_rules_read(
    client: FlaskClient, sample_source: Source
) -> None:
    shown = sheet(page(client, SAMPLE))
    assert without_breaks(shown.text) == without_breaks(normalise(sample_source).text)
    assert "Қоса беріліп" in shown.text


def without_breaks(text: str) -> str:
    return text.replace("\n", "")


@pytest.mark.parametrize("view", ["original", "repaired"])
def test_every_mention_of_the_graph_is_a_link(
    client: FlaskClient, dataset: Dataset, view: str
) -> None:
    (record,) = dataset.store.records.of_work(dataset.base.id("eli/kz/resolution/2005-10-15/1033"))
    reading = read(dataset, record, Recent(0))
    assert reading
    assert len(reading.mentions) > 400
    shown = sheet(page(client, f"{SAMPLE}?view={view}"))
    show = Presenter(dataset, "kk")
    badges = {str(badge["data-m"]): str(badge["href"]) for badge in shown.badges}
    for i, mention in enumerate(reading.mentions):
        assert badges[str(i)] == show.link(mention.node.value)
    covered = {key for keys in shown.over for key in keys}
    assert covered == set(range(len(reading.mentions)))


def test_displaced_words_are_marked_in_the_original_and_one_in_the_repaired_text(
    client: FlaskClient,
) -> None:
    apart = re.compile(r'data-badge="[^"]+ 1/2"')
    original, repaired = page(client, f"{SAMPLE}?view=original"), page(client, SAMPLE)
    assert len(apart.findall(original)) > len(apart.findall(repaired)) > 0


@pytest.mark.parametrize("view", ["original", "repaired"])
def test_a_jump_marks_exactly_the_characters(
    client: FlaskClient, sample_source: Source, view: str
) -> None:
    start = sample_source.text.index("Жалдамалыны")
    end = sample_source.text.index("жазаланады", start)
    text = page(client, f"{SAMPLE}?char={start},{end}&view={view}")
    shown = sheet(text)
    marked = "".join(c for c, mark in zip(shown.text, shown.marked, strict=True) if mark)
    exact = sample_source.text[start:end]
    if view == "original":
        assert without_breaks(marked) == without_breaks(exact)
    else:
        clean = normalise(sample_source)
        (begin, after), *rest = clean.clean_parts(start, end)
        assert (rest, marked.strip()) == ([], clean.text[begin:after].strip())
        assert "і" in marked, "with the Kazakh letter"
    assert shown.ids.count(f"char={start},{end}") == 1
    quote = re.search(
        r'<section class="marked".*?<blockquote lang="kk"><a [^>]*>(.*?)</a>', text, re.S
    )
    assert quote
    assert unescape(quote[1]) == exact[:600] or unescape(quote[1]).endswith("...")


def test_a_jump_to_words_that_stand_apart(client: FlaskClient, sample_source: Source) -> None:
    text = page(client, f"{SAMPLE}?char=6437,6490;6499,6505&view=original")
    shown = sheet(text)
    marked = "".join(c for c, mark in zip(shown.text, shown.marked, strict=True) if mark)
    assert marked == sample_source.text[6437:6490] + sample_source.text[6499:6505]
    assert {"char=6437,6490", "char=6499,6505"} <= set(shown.ids)
    assert (
        "/doc/citation/9053be0a9bef43dc"
        in text[text.index('class="marked"') : text.index('<form class="toolbar')]
    )


def test_characters_that_are_no_part_of_the_clean_text_lead_to_the_original(
    client: FlaskClient, sample_source: Source
) -> None:
    start = sample_source.text.index("\n\n\n\n")
    text = page(client, f"{SAMPLE}?char={start},{start + 3}")
    assert '<article class="sheet original"' in text
    assert f'id="char={start},{start + 3}"' in text
    lost = page(client, f"{SAMPLE}?char={start},{start + 3}&view=repaired")
    assert '<article class="sheet repaired"' in lost
    assert "түзетілген мәтінде жоқ" in lost


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("char=5", 400),
        ("char=9,5", 400),
        ("char=5,5", 400),
        ("char=-1,5", 400),
        ("char=0,99999999", 400),
        ("char=1,2;", 400),
        ("char=" + ";".join(f"{n},{n + 1}" for n in range(101)), 400),
        ("char=1,999999999999999999999", 400),
        ("view=old", 400),
        ("kinds=norm,dragon", 400),
        ("page=0", 404),
        ("page=2", 404),
        ("page=x", 404),
        ("at=art_999", 404),
        ("text=000000000000", 404),
    ],
)
def test_a_wrong_parameter_is_told(client: FlaskClient, query: str, status: int) -> None:
    response = client.get(f"{SAMPLE}?{query}", headers={"Accept": "application/json"})
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert "\n" not in response.get_json()["detail"]


def test_kinds_can_be_chosen_without_a_script(client: FlaskClient) -> None:
    everything = sheet(page(client, SAMPLE))
    for query in ("kinds=penalty,age", "kinds=&kinds=penalty&kinds=age"):
        text = page(client, f"{SAMPLE}?{query}")
        shown = sheet(text)
        kinds = {
            str(link["class"]).split()[1]
            for link in shown.links
            if "entity" in str(link.get("class"))
        }
        assert kinds == {"kind-penalty", "kind-age"}
        assert shown.text == everything.text
        checked = re.findall(r'name="kinds" value="(\w+)" checked', text)
        assert checked == ["penalty", "age"]
    none = sheet(page(client, f"{SAMPLE}?kinds="))
    assert not [link for link in none.links if "entity" in str(link.get("class"))]


def test_the_list_of_things_leads_back_to_each_place(client: FlaskClient) -> None:
    text = page(client, SAMPLE)
    beside = text[text.index('id="entities"') :]
    places = re.findall(r'class="back" href="#([^"]+)"', text)
    assert len(places) > 400
    ids = set(sheet(text).ids)
    assert set(places) <= ids
    assert 'href="/doc/org/mfa"' in beside


def test_what_a_provision_states_stands_under_it(client: FlaskClient) -> None:
    text = page(client, SAMPLE)
    article = text[text.index('id="kz.code.criminal.art_162__para_3"') :]
    stated = article[article.index('<details class="stated"') : article.index("</details>")]
    assert 'href="/doc/penalty/code-criminal.art_162__para_3.1"' in stated
    assert "Жалдамалының қарулы жанжалға немесе соғыс қимылдарына қатысуы" in stated
    norm = text[text.index('id="kz.constitution.art_36__para_1"') :]
    assert "/doc/party/every-citizen" in norm[: norm.index("</details>")]


def test_headings_are_headings_and_have_lasting_addresses(client: FlaskClient) -> None:
    text = page(client, SAMPLE)
    headings = re.findall(r'<(h[2-6]) class="piece" id="([^"]+)">', text)
    assert ("h3", "kz.law.2002-08-08.345-II.art_41") in headings
    levels = [1, *(int(tag[1]) for tag, _ in headings)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    contents = text[text.index('id="contents"') :]
    for _, anchor in headings:
        assert f'href="#{anchor}"' in contents
    lasting = re.search(r'href="([^"]+#kz\.code\.criminal\.art_162)"', text)
    assert lasting
    assert 'id="kz.code.criminal.art_162"' in page(client, unescape(lasting[1]))


# long acts


def test_a_long_act_has_pages_that_begin_with_articles(
    client: FlaskClient, long_source: Source
) -> None:
    first = page(client, LONG)
    number = int(re.search(r"(\d+) беттің 1-беті", first)[1])  # type: ignore[index]
    assert number > 1
    joined = ""
    for at in range(1, number + 1):
        text = page(client, f"{LONG}?view=original&page={at}")
        shown = sheet(text)
        joined += shown.text
        if at > 1:
            assert re.match(r"\s*\d+-бап", shown.text)
        if at < number:
            assert LEAST <= len(shown.text) <= MOST
            assert f'href="{LONG}?view=original&amp;page={at + 1}" rel="next"' in text
    assert without_breaks(joined) == without_breaks(long_source.text)


def test_a_place_or_provision_of_a_long_act_is_found_on_its_page(
    client: FlaskClient, long_source: Source
) -> None:
    start = long_source.text.rindex("1. ")
    text = page(client, f"{LONG}?char={start},{start + 10}")
    assert f'id="char={start},{start + 10}"' in text
    assert not re.search(r" 1-беті", text)
    assert f'id="art_{ARTICLES}"' in page(client, f"{LONG}?at=art_{ARTICLES}")
    contents = re.findall(r'<li><a href="([^"]+page=\d+)"', text)
    assert len(contents) > 1


def test_the_texts_that_are_kept_are_bounded(dataset: Dataset) -> None:
    records = dataset.store.documents()
    cleaned = Recent[Normalised](10_000)
    kept = Readings(cleaned, most=10_000)
    for record in records:
        reading = kept.get(dataset, record)
        assert reading
        assert kept.get(dataset, record) is reading
        assert cleaned.get(record.sha256) is reading.text


def test_a_clean_text_is_kept_when_the_data_changes(dataset: Dataset) -> None:
    cleaned = Recent[Normalised](1_000_000)
    (record,) = dataset.store.records.of_work(dataset.base.id("eli/kz/resolution/2005-10-15/1033"))
    before, after = (Readings(cleaned).get(dataset, record) for _ in range(2))
    assert before
    assert after
    assert before is not after
    assert before.text is after.text
    assert before == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n \n",
        "а" * 200_000,
        "сөз " * 50_000,
        "\f\r\n" * 1000 + "1-бап. Жер\r\n" * 9000,
    ],
)
def test_pages_of_any_text_are_the_text(tmp_path: Path, text: str) -> None:
    source = from_text("odd.txt", text)
    with GraphStore.open(tmp_path / "store", create=True) as store:
        store.put(to_graphs(source, store.base), source)
    with GraphStore.open(tmp_path / "store", read_only=True) as store:
        reading = read(Dataset(store), store.documents()[0], Recent(0))
    assert reading
    pages = reading.pages
    assert (pages[0].start, pages[-1].end) == (0, len(text))
    assert (pages[0].clean_start, pages[-1].clean_end) == (0, len(reading.text.text))
    for before, after in pairwise(pages):
        assert before.start < before.end == after.start
        assert before.clean_start < before.clean_end == after.clean_start
    assert all(one.end - one.start < 2 * MOST for one in pages)


# several texts, links


def test_ranges_of_a_text_lead_to_the_reader(dataset: Dataset, sample_source: Source) -> None:
    (record,) = dataset.store.records.of_work(dataset.base.id("eli/kz/resolution/2005-10-15/1033"))
    link = Presenter(dataset, "kk").link(f"{record.text_iri}#char=10,20")
    assert link == f"{SAMPLE}?char=10,20#char=10,20"


def test_of_several_texts_of_a_work_one_is_chosen(tmp_path: Path) -> None:
    texts = [act(5), act(5) + "\n9-бап. Қорытынды\n1. Сот құпияны сақтауға тиіс.\n"]
    with GraphStore.open(tmp_path / "store", create=True) as store:
        for number, text in enumerate(texts):
            source = from_text(f"{number}.txt", text)
            store.put(to_graphs(source, store.base), source)
    app = create_app(Settings(store=tmp_path / "store"))
    client = app.test_client()
    with GraphStore.open(tmp_path / "store", read_only=True) as store:
        records = store.documents()
        assert len({record.work for record in records}) == 1
        path = "/documents/" + records[0].work.rpartition("/eli/")[2]
        for record in records:
            digits = record.sha256[:12]
            link = Presenter(Dataset(store), "kk").link(f"{record.text_iri}#char=0,9")
            assert parse_qs(urlsplit(link).query) == {"text": [digits], "char": ["0,9"]}
            shown = page(client, f"{path}?text={digits}")
            assert ("Қорытынды" in sheet(shown).text) == (record.characters == len(texts[1]))
            listed = page(client, "/documents")
            assert f"{path}?text={digits}" in listed
    app.extensions["kzop"].engine.close()


def test_an_act_without_a_text_shows_what_others_say_of_it(client: FlaskClient) -> None:
    text = page(client, "/documents/kz/law/2002-08-08/345-II")
    assert "өз мәтіні қоймада жоқ" in text
    assert "art_41" in text


# the list


def test_the_list_is_filtered_by_words_type_and_year(client: FlaskClient) -> None:
    everything = page(client, "/documents")
    rows = re.findall(r'<th scope="row"><a href="([^"]+)"', everything)
    assert len(rows) == 5
    assert SAMPLE in rows
    # Any form of a word and any look-alike letter will do.
    for words in ("баяндаманың", "хаттама 1033", "БАЯНДАМА"):
        found = page(client, f"/documents?q={words}")
        assert re.findall(r'<th scope="row"><a href="([^"]+)"', found) == [SAMPLE]
    by_year = page(client, "/documents?year=2005")
    assert SAMPLE in re.findall(r'<th scope="row"><a href="([^"]+)"', by_year)
    kind = "https://w3id.org/kzop/code/docType/law"
    laws = re.findall(r'<th scope="row"><a href="([^"]+)"', page(client, f"/documents?type={kind}"))
    assert laws
    assert all("/law/" in path for path in laws)
    assert "Ештеңе табылмады" in page(client, "/documents?q=жоқсөз")
    assert client.get("/documents?page=2", headers=BROWSER).status_code == 404
    assert client.get("/documents?page=-1", headers=BROWSER).status_code == 404


def test_the_list_counts_what_documents_state(client: FlaskClient) -> None:
    text = page(client, "/documents?q=1033")
    numbers = [int(n) for n in re.findall(r'<td class="number">(\d+)</td>', text)]
    assert numbers[0] == 25191
    assert numbers[1:] == [48, 8, 42]


def test_kinds_of_the_page_are_all_known(dataset: Dataset) -> None:
    (record,) = dataset.store.records.of_work(dataset.base.id("eli/kz/resolution/2005-10-15/1033"))
    reading = read(dataset, record, Recent(0))
    assert reading
    assert set(reading.counts) <= set(KINDS)
    assert places_of(reading, "original", ((1, 2),)) == ((1, 2),)


def test_what_is_read_ahead_is_what_is_read_one_by_one(dataset: Dataset) -> None:
    (record,) = dataset.store.records.of_work(dataset.base.id("eli/kz/resolution/2005-10-15/1033"))
    mentions, units = read_mentions(dataset, record, record.characters)
    nodes = [*{mention.node for mention in mentions}, NamedNode(dataset.base.id("absent"))]
    properties = (*LABELS, *MADE_OF)
    ahead = Dataset(dataset.store)
    ahead.read_ahead(nodes, properties)
    for node in nodes:
        for name in properties:
            assert set(ahead.values(node, name)) == set(dataset.values(node, name))
    spans = {
        (mention.node.value, mention.ranges)
        for mention in mentions
        if len(dataset.evidence(mention.node)) < 10
    }
    told = {
        (node.value, tuple((quote.start, quote.end) for quote in one.quotes))
        for node in nodes
        for one in dataset.evidence(node)
        if len(dataset.evidence(node)) < 10 and one.quotes[0].span.startswith(record.text_iri)
    }
    assert spans == told
    assert {unit.node for unit in units} == {one.node for one in mentions if one.begins}
