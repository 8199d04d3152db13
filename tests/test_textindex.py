"""The text index, in real files of SQLite."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inflections import FORMS, LATIN, OTHERS, forms
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store
from steady import steadily

from graph import vocab
from graph.search import textsearch, texttables
from graph.search.searchquery import read_query
from graph.search.searchwords import key
from graph.search.textindex import Statement, TextIndex, TextIndexError
from graph.search.textsearch import Hits, Search
from graph.search.texttables import PROPERTIES

PREF, TITLE, ALT, LABEL, TEXT, ACTION, READING = (iri for iri, _ in PROPERTIES)
NS = "https://w3id.org/kzop/id/"
FORM_PAIRS = [(one, other) for noun in FORMS for one in forms(noun) for other in forms(noun)]


def statement(name: str, text: str, property: str = PREF, language: str = "kk") -> Statement:
    return NS + name, property, text, language


def names(hits: Hits) -> list[str]:
    return [hit.iri.removeprefix(NS) for hit in hits.hits]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TextIndex]:
    with TextIndex.open(tmp_path / "index") as index:
        yield index


@pytest.fixture(scope="module")
def sample(
    sample_store: pyoxigraph.Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TextIndex]:
    with TextIndex.open(tmp_path_factory.mktemp("index") / "index") as index:
        index.sync(sample_store, "1")
        yield index


@pytest.fixture(scope="module")
def nouns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextIndex]:
    """Every form of every noun, in the label of a thing that is named by the noun's forms."""
    with TextIndex.open(tmp_path_factory.mktemp("nouns") / "index") as index:
        words = {word for noun in FORMS for word in forms(noun)} | {
            w for pair in OTHERS for w in pair
        }
        index.apply((), [statement(word, f"алдында {word} соңында") for word in words], "1")
        yield index


# what is found


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("Конституция", "Конституция"),
        ("конституцияның", "Конституция"),
        ("бала құқықтары конвенциясы", "Бала құқықтары туралы конвенция"),
        ("345-II", "2002 жылғы 8 тамыздағы № 345-II Заң"),
        ("345-ІІ заңы", "2002 жылғы 8 тамыздағы № 345-II Заң"),  # Cyrillic numeral
        ("№ 1033", "2005 жылғы 15 қазандағы № 1033 қаулы"),
        ("N1033 қаулысы", "2005 жылғы 15 қазандағы № 1033 қаулы"),
        ("Kонституция, 4-бaбы", "Конституция, 4-бап"),  # Latin K and a
        ("әділет министрлігіне", "Әділет министрлігі"),
        ('"босқын және амалсыз"', "босқын және амалсыз қоныс аударушы балалар"),
        ("Президент Республики Казахстан", "Президент Республики Казахстан"),
    ],
)
def test_the_best_hit_in_the_sample(sample: TextIndex, query: str, best: str) -> None:
    assert sample.search(query).hits[0].text.lower() == best.lower()


def test_the_sample_is_found_by_its_texts(sample: TextIndex) -> None:
    (hit, *_) = sample.search("босқын балалардың мүдделерінің қорғалуы", kind="text").hits
    assert hit.iri.endswith("eli/kz/law/2002-08-08/345-II/art_47__para_1")
    assert (hit.property, hit.language) == (TEXT, "kk")
    assert [hit.text[start:end] for start, end in hit.highlights] == [
        "Босқын",
        "балалардың",
        "мүдделерінің",
        "қорғалуына",
    ]
    (mention, *_) = sample.search("345-II", kind="evidence").hits
    assert mention.property == READING


FIRST = ["бала", "құқығы", "345-II", "4-бабы", "заңға", "қаулы", "конвенцияның", "1033"]
SECOND = ["туралы", "азаматтар", "38-бап", "министрлік", "2005", '"бала"', '"бала құқықтары"']
QUERIES = st.tuples(
    st.sampled_from(FIRST),
    st.sampled_from(SECOND),
    st.sampled_from(["label", "text", "evidence"]),
)


@steadily(60)
@given(QUERIES)
def test_the_index_finds_what_reading_every_text_finds(
    sample: TextIndex, sample_store: pyoxigraph.Store, query: tuple[str, str, str]
) -> None:
    words, kind = f"{query[0]} {query[1]}", query[2]
    expected = set()
    for iri in (iri for iri, of_kind in PROPERTIES if of_kind == kind):
        for found in sample_store.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph()):
            thing, text = found.subject, found.object
            assert isinstance(thing, NamedNode)
            assert isinstance(text, Literal)
            if read_query(words).find(text.value) is not None:
                expected.add(thing.value)
    assert {hit.iri for hit in sample.search(words, kind=kind, limit=1000).hits} == expected


def test_equal_labels_come_first_then_beginnings_then_words_then_texts(index: TextIndex) -> None:
    rows = [
        statement("text", "Неке", TEXT),
        statement("words", "Азаматтық неке"),
        statement("form", "Некенің тоқтатылуы"),
        statement("begins", "Неке туралы ереже"),
        statement("equal", "НЕКЕ", ALT),
        statement("evidence", "неке", READING),
    ]
    index.apply((), rows, "1")
    hits = index.search("неке")
    assert names(hits)[:2] == ["equal", "begins"]
    assert set(names(hits)[2:4]) == {"words", "form"}
    assert names(hits)[4:] == ["text"]
    assert [hit.score for hit in hits.hits] == sorted((h.score for h in hits.hits), reverse=True)
    assert names(index.search("неке", kind="label")) == names(hits)[:4]
    assert names(index.search("неке", kind="text")) == ["text"]
    assert names(index.search("неке", kind="evidence")) == ["evidence"]


def test_a_thing_is_one_hit_by_its_best_text(index: TextIndex) -> None:
    rows = [statement("law", text, TEXT) for text in ("Неке туралы", "неке мен отбасы")]
    index.apply((), [*rows, statement("law", "Неке"), statement("law", "Неке", LABEL)], "1")
    found = index.search("неке")
    assert (found.total, found.complete) == (1, True)
    assert [(hit.property, hit.text) for hit in found.hits] == [(PREF, "Неке")]
    index.apply([statement("law", "Неке")], (), "2")
    assert [hit.property for hit in index.search("неке").hits] == [LABEL]


def test_pages_and_languages(index: TextIndex) -> None:
    rows = [statement(str(n), "заң " * (n + 1), language="kk" if n % 2 else "") for n in range(10)]
    index.apply((), rows, "1")
    found = index.search("заң", limit=3, offset=4)
    assert (found.total, names(found)) == (10, ["4", "5", "6"])
    assert names(index.search("заң", language="kk")) == ["1", "3", "5", "7", "9"]
    assert names(index.search("заң", language="KK")) == ["1", "3", "5", "7", "9"]
    assert names(index.search("заң", language="")) == ["0", "2", "4", "6", "8"]
    with pytest.raises(ValueError, match="kind must be label, text, evidence or None"):
        index.search("заң", kind="norm")
    assert names(index.search("заң", limit=0)) == []
    assert names(index.search("заң", offset=100)) == []


def test_phrases_hold_their_words_in_order(index: TextIndex) -> None:
    rows = [
        statement("a", "бала құқығы"),
        statement("b", "құқығы бала"),
        statement("c", "бала мен құқығы"),
    ]
    index.apply((), rows, "1")
    assert names(index.search('"бала құқығы"')) == ["a"]
    assert sorted(names(index.search("бала құқығы"))) == ["a", "b", "c"]
    assert names(index.search("«құқығы бала»")) == ["b"]


def test_completion(index: TextIndex) -> None:
    rows = [
        statement("a", "Балалар үйі"),
        statement("b", "Бала құқықтары"),
        statement("c", "Асыранды бала"),
        statement("d", "Балық аулау"),
        statement("e", "№ 1033 қаулы"),
        statement("f", "балалар", TEXT),
    ]
    index.apply((), rows, "1")

    def completed(prefix: str) -> list[str]:
        return [hit.iri.removeprefix(NS) for hit in index.complete(prefix)]

    assert sorted(completed("ба")) == ["a", "b", "c", "d"]
    assert sorted(completed("бала")) == ["a", "b", "c"]
    assert completed("бала қ") == ["b"]
    assert completed("асыранды б") == ["c"]
    assert completed("103") == ["e"]
    assert completed("") == completed("?") == []
    (hit,) = index.complete("үйі балал")
    assert [hit.text[start:end] for start, end in hit.highlights] == ["Балалар", "үйі"]
    assert len(index.complete("б", 2)) == 2


@steadily(100)
@given(st.sampled_from(FORM_PAIRS))
def test_a_form_is_found_by_any_other(nouns: TextIndex, pair: tuple[str, str]) -> None:
    one, other = pair
    assert one in names(nouns.search(other, limit=100))
    assert nouns.search(f"соңы {other} алды").total == 0 or one in names(
        nouns.search(f"соңында {other}", limit=100)
    )


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_words_are_not_found(nouns: TextIndex, one: str, other: str) -> None:
    assert other not in names(nouns.search(one, limit=100))


@steadily(100)
@given(st.sampled_from(FORM_PAIRS), st.sets(st.integers(0, 20)))
def test_damaged_words_are_found(nouns: TextIndex, pair: tuple[str, str], where: set[int]) -> None:
    one, other = pair
    damaged = "".join(LATIN.get(c, c) if at in where else c for at, c in enumerate(other))
    assert one in names(nouns.search(damaged, limit=100))


def test_damaged_texts_are_found(index: TextIndex) -> None:
    index.apply((), [statement("a", "Қaзaқcтaн Рecпyбликacының 3аңы")], "1")
    assert names(index.search("қазақстан республикасы заң")) == ["a"]


# any query


@steadily(300)
@given(st.text(), st.booleans())
def test_any_string_is_a_query(sample: TextIndex, text: str, is_prefix: bool) -> None:
    if is_prefix:
        sample.complete(text)
    else:
        found = sample.search(text)
        assert found.total >= len(found.hits)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "AND",
        "NEAR(a b)",
        "заң*",
        "-заң",
        "words:заң",
        "a\0b",
        "\ud800",
        "^",
        "'; DROP TABLE entry",
        "«",
    ],
)
def test_what_another_index_would_read_as_syntax(sample: TextIndex, text: str) -> None:
    sample.search(text)
    sample.complete(text)


@steadily(100)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_found_by_itself(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, TextIndex.open(Path(folder) / "index") as index:
        index.apply((), [statement("a", text)], "1")
        quoted = text.translate(dict.fromkeys(map(ord, '"«»“”'), " "))
        has_words = bool(index.search(quoted).total)
        assert has_words == any(map(str.isalnum, key(text)))


@pytest.mark.parametrize("query", ["заң " * 100_000, "а" * 1_000_000, '"' * 100_000, "1-" * 500])
def test_a_long_query_takes_no_longer(sample: TextIndex, query: str) -> None:
    sample.search(query)


def test_a_search_looks_at_a_bounded_number_of_texts(
    index: TextIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.apply((), [statement(str(n), "заң") for n in range(30)], "1")
    assert index.search("заң").total == 30
    assert index.things("заң", 29) is None
    things = index.things("заңы")
    assert things is not None
    assert len(things) == 30
    monkeypatch.setattr(textsearch, "MOST_ROWS", 10)
    found = index.search("заң", limit=5)
    assert (found.total, found.complete, len(found.hits)) == (10, False, 5)


def test_a_search_ends_at_its_deadline(index: TextIndex) -> None:
    index.apply((), [statement(str(n), "заң туралы") for n in range(5000)], "1")
    index.apply((), [statement("one", "кодекс")], "2")
    with sqlite3.connect(index.path) as connection, Search(connection, seconds=0) as search:
        found = search.hits("туралы", None, None, 20, 0)
    connection.close()
    assert not found.complete
    assert found.total < 5000


# staying in step


def quad(one: Statement, graph: NamedNode | DefaultGraph = DefaultGraph()) -> Quad:  # noqa: B008
    subject, property, text, language = one
    return Quad(
        NamedNode(subject), NamedNode(property), Literal(text, language=language or None), graph
    )


def contents(index: TextIndex) -> list[tuple[object, ...]]:
    """All entries, and what each word finds."""
    connection = sqlite3.connect(index.path)
    entries = connection.execute("SELECT iri, language, properties, text FROM entry").fetchall()
    found: list[tuple[object, ...]] = [*entries]
    connection.close()
    for word in sorted({word for entry in entries for word in key(str(entry[3])).split()}):
        for kind in ("label", "text", "evidence"):
            hits = index.search(word, kind=kind, limit=1000)
            found += [(word, kind, hit.iri, hit.score) for hit in hits.hits]
    return sorted(found, key=repr)


WORDS = ["заң", "заңы", "бап", "бабы", "345-II", "№ 7"]
STATEMENTS = st.builds(
    statement,
    st.sampled_from("abc"),
    st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    st.sampled_from([iri for iri, _ in PROPERTIES] + [vocab.minAge]),
    st.sampled_from(["kk", "ru", ""]),
)
CHANGES = st.lists(
    st.tuples(st.booleans(), st.sets(STATEMENTS, max_size=6), st.sets(STATEMENTS, max_size=6)),
    max_size=5,
)


@steadily(25)
@given(CHANGES)
def test_in_step_after_any_changes(
    changes: list[tuple[bool, set[Statement], set[Statement]]],
) -> None:
    quads = Store()
    with tempfile.TemporaryDirectory() as folder, TextIndex.open(Path(folder) / "kept") as kept:
        for number, (by_sync, removed, added) in enumerate(changes):
            for one in removed:
                quads.remove(quad(one))
            quads.extend([quad(one) for one in added])
            if by_sync:
                kept.sync(quads, str(number))
            else:
                kept.apply(removed, added, str(number))
            assert kept.version == str(number)
        with TextIndex.open(Path(folder) / "fresh") as fresh:
            fresh.sync(quads, "")
            assert contents(kept) == contents(fresh)


def test_only_literals_of_things_in_the_default_graph_are_indexed(index: TextIndex) -> None:
    quads = Store()
    quads.extend(
        [
            quad(statement("a", "заң")),
            quad(statement("b", "заң"), NamedNode(NS + "graph")),
            quad(statement("c", "заң", vocab.minAge)),
            Quad(BlankNode(), NamedNode(PREF), Literal("заң"), DefaultGraph()),
            Quad(NamedNode(NS + "e"), NamedNode(PREF), NamedNode(NS + "заң"), DefaultGraph()),
        ]
    )
    index.sync(quads, "1")
    assert names(index.search("заң")) == ["a"]


def test_a_sync_that_finds_no_difference_writes_only_the_version(
    sample_store: pyoxigraph.Store, index: TextIndex
) -> None:
    index.sync(sample_store, "1")
    before = tables(index.path)
    index.sync(sample_store, "2")
    changed = [set(rows) ^ set(was) for rows, was in zip(tables(index.path), before, strict=True)]
    assert changed == [set(), set(), set(), {("version", "1"), ("version", "2")}]


def tables(path: Path) -> list[list[tuple[object, ...]]]:
    """The rows of all tables that hold something."""
    connection = sqlite3.connect(path)
    names = ("entry", "form", "label_words_data", "meta")
    found = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in names]
    connection.close()
    return found


def test_a_failing_write_changes_nothing(index: TextIndex) -> None:
    index.apply((), [statement("a", "заң")], "1")

    def failing() -> Iterator[Statement]:
        yield statement("b", "заң")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        index.apply([statement("a", "заң")], failing(), "2")
    assert (index.version, names(index.search("заң"))) == ("1", ["a"])
    index.apply((), [statement("b", "кодекс")], "3")
    assert names(index.search("кодекске")) == ["b"]


DYING = """
import os, signal, sys
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from graph.search import texttables
from graph.search.textindex import TextIndex

class Dying:
    "Gives statements, and kills its process after most of them have been written."

    def quads_for_pattern(self, subject, property, text, graph):
        for number in range(5000):
            yield Quad(NamedNode(f"x:{number}"), property, Literal(f"заң {number}"), DefaultGraph())
        os.kill(os.getpid(), signal.SIGKILL)

texttables.BATCH_STATEMENTS = 1000
TextIndex.open(sys.argv[1]).sync(Dying(), "2")
"""


def test_a_killed_sync_leaves_the_index_as_it_was(index: TextIndex) -> None:
    index.apply((), [statement("a", "заң"), statement("b", "кодекс")], "1")
    before = contents(index)
    done = subprocess.run([sys.executable, "-c", DYING, str(index.path)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    with TextIndex.open(index.path) as again:
        assert again.version == "1"
        assert contents(again) == before
        quads = Store()
        quads.add(quad(statement("c", "заңдар")))
        again.sync(quads, "2")
        assert names(again.search("заң")) == ["c"]


# many readers


def test_readers_see_one_state_or_the_other(index: TextIndex) -> None:
    states = [[statement(f"{name}{n}", "заң") for n in range(20)] for name in "ab"]
    index.apply((), states[0], "0")
    wholes = [frozenset(one[0] for one in state) for state in states]
    wrong: list[object] = []
    done = threading.Event()

    def read(reader: TextIndex) -> None:
        while not done.is_set():
            found = reader.things("заңы")
            if found not in wholes:
                wrong.append(found)

    with TextIndex.open(index.path, read_only=True) as other:
        threads = [threading.Thread(target=read, args=(one,)) for one in (index, index, other)]
        for thread in threads:
            thread.start()
        for number in range(1, 40):
            index.apply(states[(number + 1) % 2], states[number % 2], str(number))
        done.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert other.version == "39"


def test_a_fork_may_go_on_reading(index: TextIndex) -> None:
    index.apply((), [statement("a", "заң")], "1")
    assert index.search("заң").total == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks where libraries have threads
        child = os.fork()
    if not child:
        os._exit(0 if index.search("заңы").total == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    index.apply((), [statement("b", "заң")], "2")
    assert index.search("заң").total == 2


def test_a_second_writer_waits(index: TextIndex) -> None:
    with TextIndex.open(index.path) as other:
        writers = [
            threading.Thread(target=writer.apply, args=((), [statement(name, "заң")], name))
            for name, writer in (("a", index), ("b", other))
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert sorted(names(index.search("заң"))) == ["a", "b"]


# files


def damage(path: Path) -> None:
    head = path.read_bytes()[:100]
    path.write_bytes(head + b"\xff" * 20_000)


def outdate(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 'old' WHERE name = 'print'")
    connection.close()


@pytest.mark.parametrize(
    "spoil", [damage, outdate, Path.unlink, lambda path: path.write_bytes(b"")]
)
def test_what_cannot_be_used_is_made_anew(tmp_path: Path, spoil: object) -> None:
    path = tmp_path / "index"
    with TextIndex.open(path) as index:
        index.apply((), [statement("a", "заң")], "1")
    assert callable(spoil)
    spoil(path)
    with pytest.raises(TextIndexError, match="open it for writing and sync it"):
        TextIndex.open(path, read_only=True)
    with TextIndex.open(path) as index:
        assert (index.version, index.search("заң").total) == ("", 0)
        index.apply((), [statement("a", "заң")], "1")
        assert index.search("заң").total == 1


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "records.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE record (name TEXT)")
    connection.close()
    text = tmp_path / "text"
    text.write_text("заң", encoding="utf-8")
    for path in (other, text, tmp_path):
        with pytest.raises(TextIndexError):
            TextIndex.open(path)
    with pytest.raises(TextIndexError):
        TextIndex.open(tmp_path / "no" / "folder")
    assert text.read_text(encoding="utf-8") == "заң"
    assert other.stat().st_size


def test_a_reader_does_not_write(index: TextIndex) -> None:
    with TextIndex.open(index.path, read_only=True) as reader:
        with pytest.raises(TextIndexError, match="reading only"):
            reader.apply((), (), "2")
        assert reader.version == ""


def test_a_closed_index_says_so(index: TextIndex) -> None:
    index.close()
    index.close()
    with pytest.raises(TextIndexError, match="closed"):
        index.search("заң")


def test_a_closed_index_is_one_file_that_can_be_copied(tmp_path: Path) -> None:
    with TextIndex.open(tmp_path / "index") as index:
        index.apply((), [statement("a", "заң")], "1")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    shutil.copy(tmp_path / "index", tmp_path / "copy")
    with TextIndex.open(tmp_path / "copy", read_only=True) as copy:
        assert names(copy.search("заң")) == ["a"]


def test_an_index_may_be_read_in_a_folder_that_may_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TextIndex.open(tmp_path / "index") as index:
        index.apply((), [statement("a", "заң")], "1")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with TextIndex.open(tmp_path / "index", read_only=True) as index:
        assert names(index.search("заң")) == ["a"]
        assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_long_inputs_are_written_in_batches(
    index: TextIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texttables, "BATCH_STATEMENTS", 100)

    def many() -> Iterable[Statement]:
        return (statement(str(n), f"{n} заң") for n in range(1050))

    index.apply((), many(), "1")
    assert names(index.search("1049")) == ["1049"]
    index.apply(many(), [statement("a", "заң")], "2")
    assert names(index.search("заң")) == ["a"]


def test_near_labels_share_words_in_any_form_and_with_slips(index: TextIndex) -> None:
    labels = {
        "mia": "Ішкі істер министрлігі",
        "mfa": "Сыртқы істер министрлігі",
        "police": "Полиция комитеті",
    }
    index.apply([], [statement(name, label) for name, label in labels.items()], "1")

    def near(text: str, most: int = 50) -> list[str]:
        return [iri.removeprefix(NS) for iri in index.near(text, lambda iri: iri != NS + "x", most)]

    assert near("Ішкі істер министрлігінің бұйрығы")[0] == "mia"
    assert near("Ішкі істер минстрлігі")[0] == "mia"
    assert set(near("министрлік")) == {"mia", "mfa"}
    assert len(near("министрлік", most=1)) == 1
    assert near("комитетке") == ["police"]
    assert near("сот") == near("") == near('"*') == []
    assert index.near("комитет", lambda iri: False) == []
