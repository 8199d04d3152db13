"""The page of a thing: facts in words, the words behind them, what points at it, its queries."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph.vocab import CLASSES
from service.app import create_app
from service.config import Settings
from service.http.language import LANGUAGES

BROWSER = {"Accept": "text/html"}
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ID = "https://w3id.org/kzop/id/"
PENALTY = "penalty/code-criminal.art_162__para_4.1"
NORM = "norm/constitution.art_12__para_2.2"
AGE = "age/compulsory-recruitment_18i-27e"
CODE = "eli/kz/code/criminal"


@pytest.fixture(scope="module")
def client(sample_folder: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(store=sample_folder))
    yield app.test_client()
    app.extensions["kzop"].engine.close()


def page(client: FlaskClient, thing: str, language: str = "en", **asked: str) -> str:
    given = {"lang": language, **asked}
    response = client.get(f"/doc/{thing}", query_string=given, headers=BROWSER)
    assert response.status_code == 200, thing
    return response.text


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get("/sparql", query_string={"query": query, "format": "json"})
    assert answer.status_code == 200, answer.text
    found = json.loads(answer.data)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def answers(text: str) -> dict[str, str]:
    """The facts of a page: question -> answers as plain text."""
    found = {}
    for name, rest in re.findall(r"<dt>(.*?)</dt>(.*?)</div>", text, re.DOTALL):
        plain = unescape(re.sub(r"<[^>]+>", " ", rest))
        found[unescape(name)] = " ".join(plain.split())
    return found


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize(
    ("language", "title", "question", "bounds"),
    [
        ("kk", "бас бостандығынан айыру", "Мерзімі немесе мөлшері", "10 жылдан 20 жылға дейін"),
        ("ru", "лишение свободы, от 10 до 20 лет", "Срок или размер", "от 10 до 20 лет"),
        ("en", "imprisonment, 10 to 20 years: Criminal Code", "Term or amount", "10 to 20 years"),
    ],
)
def test_a_penalty_in_words(
    client: FlaskClient, language: str, title: str, question: str, bounds: str
) -> None:
    text = page(client, PENALTY, language)
    assert heading(text).startswith(title)
    assert answers(text)[question] == bounds


def test_a_norm_says_who_must_what_where(client: FlaskClient) -> None:
    told = answers(page(client, NORM, "ru"))
    assert list(told)[:2] == ["Кто", "Чего делать нельзя"]
    assert told["Чего делать нельзя"] == "олардан ешкім айыра алмайды"
    assert told["Где сказано"].startswith("Конституция, статья 12, пункт 2")


def test_an_age_says_whether_its_bounds_are_in(client: FlaskClient) -> None:
    told = answers(page(client, AGE, "kk"))
    assert told["Жас шегі"] == "18 жастан бастап, 27 жасқа дейін (27 жас кірмейді)"


def test_the_way_to_a_thing(client: FlaskClient) -> None:
    text = page(client, PENALTY, "ru")
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', text, re.DOTALL)
    assert crumbs
    places = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', crumbs[0])
    assert places == [
        (f"/doc/{CODE}", "Уголовный кодекс"),
        (f"/doc/{CODE}/art_162", "статья 162"),
        (f"/doc/{CODE}/art_162__para_4", "часть 4"),
    ]


def test_citations_come_in_the_order_of_the_text(client: FlaskClient) -> None:
    text = page(client, "eli/kz/law/2002-08-08/345-II", "en")
    cited = text[text.index("What cites it") :].partition("</section>")[0]
    numbers = [int(n) for n in re.findall(r"paragraph (\d+)</a>", cited)]
    assert len(numbers) > 3
    assert numbers == sorted(numbers)


def test_a_name_in_another_language_is_marked(client: FlaskClient) -> None:
    nameless = rows(
        client,
        f"""SELECT ?thing WHERE {{ ?thing a <http://www.w3.org/ns/org#Organization> ;
        <http://www.w3.org/2000/01/rdf-schema#label> ?kk
        FILTER NOT EXISTS {{ ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?ru
          FILTER(LANG(?ru) = "ru") }} FILTER(STRSTARTS(STR(?thing), "{ID}org/")) }} LIMIT 1""",
    )
    known = page(client, "org/mfa", "ru")
    assert "Министерство иностранных дел" in known
    assert 'class="fallback"' not in known
    for row in nameless:
        text = page(client, row["thing"].removeprefix(ID), "ru")
        assert "название на языке: казахский" in text


def test_every_statement_shows_its_words(client: FlaskClient) -> None:
    things = rows(
        client,
        "SELECT DISTINCT ?thing WHERE { ?thing <https://w3id.org/kzop/ontology#statedIn> ?where }",
    )
    assert len(things) > 50
    for row in things[::5]:
        thing = row["thing"]
        exact = rows(
            client,
            f"""SELECT ?span ?words WHERE {{ ?m <http://www.w3.org/ns/oa#hasBody> <{thing}> ;
            <http://www.w3.org/ns/oa#hasTarget> ?span . ?span <http://www.w3.org/ns/oa#exact>
            ?words }}""",
        )
        text = unescape(page(client, thing.removeprefix(ID)))
        assert any(found["words"] in text for found in exact), thing
        place = exact[0]["span"].partition("#")[2]
        assert any(f"{f['span'].partition('#')[2]}" in text for f in exact), place


@pytest.mark.parametrize("name", sorted({*CLASSES} - {"https://w3id.org/kzop/ontology#Span"}))
def test_every_class_has_pages_with_names(client: FlaskClient, name: str) -> None:
    things = rows(client, f"SELECT ?thing WHERE {{ ?thing a <{name}> }} ORDER BY ?thing LIMIT 2")
    assert things
    for row in things:
        for language in LANGUAGES:
            title = heading(page(client, row["thing"].removeprefix(ID), language))
            assert title
            assert title != row["thing"].removeprefix(ID).removeprefix("eli/"), "no bare IRI"


def test_an_act_lists_its_articles_with_counts(client: FlaskClient) -> None:
    text = page(client, "eli/un/treaty/crc-opac", "en")
    parts = re.findall(r'<p class="part-head"><strong><a href="/doc/[^"]*/(art_\d+)"', text)
    assert parts == [f"art_{n}" for n in range(1, len(parts) + 1)]
    stated = rows(
        client,
        f"""SELECT (COUNT(DISTINCT ?n) AS ?count) WHERE {{ ?n a
        <https://w3id.org/kzop/ontology#Norm> ; <https://w3id.org/kzop/ontology#statedIn> ?p .
        ?p <http://data.europa.eu/eli/ontology#is_part_of>*
        <{ID}eli/un/treaty/crc-opac/art_3> }}""",
    )
    third = text[text.index('/art_3"') : text.index('/art_4"')]
    assert f"Norms {stated[0]['count']}" in third


def test_what_points_at_a_thing_is_grouped_and_counted(client: FlaskClient) -> None:
    text = page(client, "party/states-parties", "en")
    query = f"""SELECT ?n WHERE {{ ?n <https://w3id.org/kzop/ontology#bearer>
    <{ID}party/states-parties> ; a <https://w3id.org/kzop/ontology#Obligation> }}"""
    count = len(rows(client, query))
    assert count > 10
    assert f'<h3>Obligations <span class="count">{count}</span></h3>' in text
    link = re.search(r'href="([^"]+)">All \(\d+\)</a>', text[text.index("<h3>Obligations") :])
    assert link
    whole = client.get(unescape(link[1]), headers=BROWSER).text
    group = whole[whole.index("<h3>") :]
    assert len(set(re.findall(r'href="/doc/(norm/[^"]+)"', group))) == count


def test_a_page_of_a_group_goes_on_where_the_last_ended(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.things.relations.PAGE", 4)
    monkeypatch.setattr("service.things.entity.PAGE", 4)
    seen: list[str] = []
    address = "/doc/party/states-parties?show=kzop:bearer.Obligation&lang=en"
    while address:
        text = client.get(unescape(address), headers=BROWSER).text
        section = text[text.index("<h3>Obligations") :]
        seen += dict.fromkeys(re.findall(r'href="/doc/(norm/[^"]+)"', section))
        found = re.search(r'rel="next" href="([^"]+)"', text)
        address = found[1] if found else ""
    assert len(seen) == len(set(seen)) > 10


@pytest.mark.parametrize("asked", ["evidence", "contents", "kzop:cited", "nonsense"])
@pytest.mark.parametrize("offset", ["0", "5", "-1", "x", "99999999"])
def test_any_page_of_a_long_list_can_be_asked_for(
    client: FlaskClient, asked: str, offset: str
) -> None:
    assert page(client, "eli/kz/constitution", show=asked, offset=offset)


@pytest.mark.parametrize("thing", ["eli/un/treaty/crc-opac", NORM, "org/mfa"])
def test_the_queries_behind_a_page_give_its_facts(client: FlaskClient, thing: str) -> None:
    text = page(client, thing)
    queries = [unescape(q) for q in re.findall(r'<pre class="query"[^>]*>(.*?)</pre>', text, re.S)]
    assert len(queries) >= 3
    for query in queries:
        found = rows(client, query)
        if "?words" in query:
            assert any(row["words"] in unescape(text) for row in found)
        elif "?property ?value" in query:
            assert {row["value"] for row in found if row["property"] == TYPE}
        else:
            assert found or thing == NORM


def test_what_gives_effect_is_one_click_from_its_words(client: FlaskClient) -> None:
    derived = rows(
        client,
        """SELECT ?act ?article ?span WHERE {
          ?act <https://w3id.org/kzop/ontology#givesEffectTo> ?article .
          ?m <http://www.w3.org/ns/oa#hasBody> ?act ; <http://www.w3.org/ns/oa#hasTarget> ?span ;
            <https://w3id.org/kzop/ontology#extractionRule>
              <https://w3id.org/kzop/code/rule/derived-heading> }""",
    )
    assert derived
    for row in derived[:6]:
        places = {r["span"].partition("#")[2] for r in derived if r["act"] == row["act"]}
        for thing in (row["act"], row["article"]):
            text = page(client, thing.removeprefix(ID))
            assert any(f"#{place}" in text for place in places), thing


def test_a_citation_is_one_click_from_its_words(client: FlaskClient) -> None:
    text = page(client, "eli/kz/constitution/art_12__para_1", "en")
    cites = text[text.index("What it cites") :]
    link = re.search(r'class="to-words" href="([^"]+)"', cites)
    assert link
    assert "char=" in link[1]
