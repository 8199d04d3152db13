"""Builds of many documents: real processes, a real store, kills at any point, nothing twice."""

import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph

from benchmarks.synthetic import act, write
from graph.corpus.corpus import Report, build
from graph.corpus.spool import to_blocks
from graph.extractor import extractor_version
from graph.iris import Base
from graph.pipeline import to_graphs
from graph.source import from_text, read
from graph.storage.manifest import StoreError
from graph.store import GraphStore
from service.commands.building import Progress

KZOP = Path(sys.executable).with_name("kzop")
COUNT = 80


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [str(KZOP), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kzop(*arguments: str | Path, status: int = 0) -> str:
    """Run `kzop`, check its status, and return what it says."""
    process = start(*arguments)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == status, errors.decode()
    return errors.decode()


def graph_of(folder: Path) -> str:
    """The hash of what a store says; checks that its parts agree, and that nothing is left over."""
    with GraphStore.open(folder, read_only=True) as store:
        quads = list(store.quads)
        default = [str(q.triple) for q in quads if isinstance(q.graph_name, DefaultGraph)]
        named = {str(q.triple) for q in quads if not isinstance(q.graph_name, DefaultGraph)}
        assert (len(default), set(default)) == (len(named), named)
        texts = {path.stem for path in (folder / "texts").iterdir()}
        assert texts == {record.sha256 for record in store.documents()}
        parts = {path.name for path in folder.iterdir()}
        assert parts == {"manifest.json", "quads", "records.db", "snapshots", "texts"}
        return hashlib.sha256(store.dump()).hexdigest()


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented acts, and one of more than one block and chunk."""
    folder = tmp_path_factory.mktemp("corpus") / "texts"
    write(folder, COUNT - 1, articles=1)
    (folder / "long.txt").write_text(act(7000, articles=60), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built in one run by one process."""
    store = tmp_path_factory.mktemp("built") / "store"
    said = kzop("build", "--jobs", "1", "--store", store, texts)
    assert f"{COUNT} built, 0 replaced, 0 unchanged, 0 failed" in said
    return store


@pytest.fixture(scope="module")
def expected(built: Path) -> str:
    return graph_of(built)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder of four acts."""
    folder = tmp_path / "few"
    write(folder, 4)
    return folder


def test_one_document_after_the_other_gives_the_same_graph(few: Path, tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "put", create=True) as store:
        store.load_vocabulary()
        for path in sorted(few.rglob("*.txt"), reverse=True):
            source = read(path)
            store.put(to_graphs(source, store.base), source)
        store.describe()
    kzop("build", "--store", tmp_path / "built", few)
    assert graph_of(tmp_path / "put") == graph_of(tmp_path / "built")
    assert "0 built, 0 replaced, 4 unchanged" in kzop("build", "--store", tmp_path / "put", few)


def test_two_processes_build_the_same_graph_after_kill_9_and_a_second_run_touches_nothing(
    texts: Path, expected: str, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    for there, delay in (("incoming", 0.5), ("pending.json", 0.0)):
        process = start("build", "--jobs", "2", "--store", store, texts)
        wait_until((store / there).exists)
        time.sleep(delay)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    said = kzop("build", "--jobs", "2", "--store", store, texts)
    numbers = re.match(r".*: (\d+) built, 0 replaced, (\d+) unchanged, 0 failed", said)
    assert numbers
    assert int(numbers[1]) + int(numbers[2]) == COUNT
    assert graph_of(store) == expected
    with GraphStore.open(store, read_only=True) as opened:
        version = opened.version
    times = {path: path.stat().st_mtime_ns for path in (store / "texts").iterdir()}
    said = kzop("build", "--jobs", "2", "--store", store, texts)
    assert f"0 built, 0 replaced, {COUNT} unchanged, 0 failed" in said
    assert times == {path: path.stat().st_mtime_ns for path in (store / "texts").iterdir()}
    with GraphStore.open(store, read_only=True) as opened:
        assert opened.version == version


def wait_until(condition: Callable[[], bool]) -> None:
    """Look until something is so; the test that asks has a process that makes it so."""
    for _ in range(60_000):
        if condition():
            return
        time.sleep(0.001)
    raise AssertionError("it never was")


CRASH = """
import os, signal, sys
import graph.storage.commit
from graph.corpus.corpus import build
from graph.store import GraphStore

def die(*ignored):
    os.kill(os.getpid(), signal.SIGKILL)

def before(name):
    setattr(graph.storage.commit, name, die)

def after(name):
    original = getattr(graph.storage.commit, name)
    def run(*arguments):
        original(*arguments)
        die()
    setattr(graph.storage.commit, name, run)

if __name__ == "__main__":
    folder, texts, when, name = sys.argv[1:]
    with GraphStore.open(folder) as store:
        {"before": before, "after": after}[when](name)
        build(store, sorted(os.path.join(texts, n) for n in os.listdir(texts)), jobs=1)
"""


@pytest.mark.parametrize(
    ("when", "name", "kept"),
    [
        ("before", "write_atomically", False),
        ("after", "write_atomically", True),
        ("after", "_load", True),
        ("after", "write_manifest", True),
    ],
)
def test_a_write_of_a_batch_is_all_or_nothing(
    few: Path, tmp_path: Path, when: str, name: str, kept: bool
) -> None:
    script = tmp_path / "crash.py"
    script.write_text(CRASH)
    store = tmp_path / "store"
    GraphStore.open(store, create=True).close()
    root = Path(__file__).parent.parent
    ended = subprocess.run(
        [sys.executable, script, store, few / "000", when, name],
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    with GraphStore.open(store) as opened:
        assert len(opened.documents()) == (4 if kept else 0)
    graph_of(store)


FAULTY = """
import os, signal, sys
import graph.pipeline
from graph.corpus.corpus import build
from graph.store import GraphStore

true = graph.pipeline.to_graphs

def to_graphs(source, base):
    once = source.name + ".once"
    if "000001" in source.name and not os.path.exists(once):
        open(once, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    if "000002" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "000003" in source.name:
        return {}["nothing"]
    return true(source, base)

graph.pipeline.to_graphs = to_graphs

if __name__ == "__main__":
    folder, texts = sys.argv[1:]
    with GraphStore.open(folder, create=True) as store:
        paths = sorted(os.path.join(texts, n) for n in os.listdir(texts))
        for reason in build(store, paths, jobs=2).failures:
            print(reason)
"""


def test_a_killed_worker_costs_time_and_a_text_that_always_kills_it_is_listed(
    few: Path, tmp_path: Path
) -> None:
    script = tmp_path / "faulty.py"
    script.write_text(FAULTY)
    root = Path(__file__).parent.parent
    ended = subprocess.run(
        [sys.executable, script, tmp_path / "store", few / "000"],
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    broken, killed = sorted(ended.stdout.splitlines(), key=lambda line: "000002" in line)
    assert "act-000003.txt: extraction failed (KeyError: 'nothing')" in broken
    assert "act-000002.txt: a process was ended by SIGKILL (memory short?)" in killed
    assert ended.stderr == ""
    with GraphStore.open(tmp_path / "store", read_only=True) as store:
        names = [Path(record.source).name for record in store.documents()]
    assert sorted(names) == ["act-000001.txt", "act-000004.txt"]


def test_inputs_that_fail_are_listed_and_are_not_fatal(few: Path, tmp_path: Path) -> None:
    (few / "bad.txt").write_bytes(b"\x00\x01\x02")
    odd = os.fsencode(few) + b"/\xe9.txt"
    with open(odd, "wb") as file:
        file.write(b"x")
    said = kzop("build", "--store", tmp_path / "s", few, few / "absent.txt", status=1)
    lines = said.splitlines()
    assert [line.split(": ")[0] for line in lines[:3]] == ["kzop"] * 3
    assert "bad.txt: " in said
    assert "absent.txt: no such file" in said
    assert "\\xe9.txt: the name is not UTF-8" in said
    assert "4 built, 0 replaced, 0 unchanged, 3 failed; documents in the store: 4" in lines[3]
    assert re.search(r"[\d,]+ quads from 0\.\d\d MB in \d+\.\d s: \d\.\d\d MB/s", said)
    said = kzop("build", "--store", tmp_path / "s", few, status=1)
    assert "0 built, 0 replaced, 4 unchanged, 2 failed" in said


def test_only_a_changed_file_is_built_again(few: Path, tmp_path: Path) -> None:
    kzop("build", "--store", tmp_path / "s", few)
    (few / "000" / "act-000002.txt").write_text(act(99), encoding="utf-8")
    said = kzop("build", "--store", tmp_path / "s", few)
    assert "0 built, 1 replaced, 3 unchanged, 0 failed; documents in the store: 4" in said
    kzop("build", "--store", tmp_path / "fresh", few)
    assert graph_of(tmp_path / "s") == graph_of(tmp_path / "fresh")


def test_what_another_version_has_extracted_is_built_again(few: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    kzop("build", "--store", store, few)
    expected = graph_of(store)
    with GraphStore.open(store) as opened:
        (stale, *_) = opened.documents()
        name = opened.base.graph(f"doc/{stale.doc}")
        opened.update(
            f"INSERT DATA {{ GRAPH <{name}> {{ <http://x/a> <http://x/b> 1 }} "
            "<http://x/a> <http://x/b> 1 }"
        )
    assert graph_of(store) != expected
    with sqlite3.connect(store / "records.db") as tables:
        tables.execute("UPDATE document SET extractor = '0.0.9' WHERE doc = ?", [stale.doc])
    tables.close()
    assert "0 built, 1 replaced, 3 unchanged, 0 failed" in kzop("build", "--store", store, few)
    assert graph_of(store) == expected
    with GraphStore.open(store, read_only=True) as opened:
        assert {record.extractor for record in opened.documents()} == {extractor_version()}


def test_texts_that_are_gone_are_reported_and_removed_on_request(few: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    shutil.copy(few / "000" / "act-000001.txt", few / "copy.txt")
    (tmp_path / "few-too.txt").write_text(act(50), encoding="utf-8")
    said = kzop("build", "--store", store, few, tmp_path / "few-too.txt")
    assert "6 built, 0 replaced, 0 unchanged, 0 failed; documents in the store: 5" in said
    (few / "000" / "act-000001.txt").unlink()  # its copy is still there
    (few / "000" / "act-000002.txt").unlink()
    said = kzop("build", "--store", store, few)
    assert "4 failed" not in said
    assert "documents in the store: 5" in said
    assert "texts that are gone: 2 (" in said
    assert "--prune removes them" in said
    said = kzop("build", "--prune", "--store", store, few)
    assert "1 documents removed" in said
    kzop("build", "--store", tmp_path / "fresh", few, tmp_path / "few-too.txt")
    assert graph_of(store) == graph_of(tmp_path / "fresh")
    assert "texts that are gone" not in kzop("build", "--store", store, few)


def test_of_inputs_with_the_same_text_the_first_counts(tmp_path: Path) -> None:
    """A page has links, which say more of its text than the text does."""
    texts, store = tmp_path / "texts", tmp_path / "s"
    texts.mkdir()
    page, plain = texts / "b.html", texts / "c.txt"
    act = "«Азаматтық қорғау туралы» Қазақстан Республикасының 2014 жылғы 11 сәуірдегі Заңына"
    link = f"<a href='https://adilet.zan.kz/kaz/docs/Z1400000188'>{act}</a>"
    page.write_text(f"<html><p>Бақылау {link} сәйкес жүргізіледі.</p></html>", encoding="utf-8")
    plain.write_text(read(page).text, encoding="utf-8")
    kzop("build", "--store", store, plain)
    without = graph_of(store)
    kzop("build", "--store", store, texts)
    linked = graph_of(store)
    assert linked != without
    kzop("build", "--store", tmp_path / "page", page)
    assert graph_of(tmp_path / "page") == linked
    kzop("build", "--store", tmp_path / "page", plain)
    assert graph_of(tmp_path / "page") == linked
    page.unlink()
    kzop("build", "--prune", "--store", store, texts)
    assert graph_of(store) == without
    with GraphStore.open(store, read_only=True) as opened:
        (record,) = opened.documents()
        assert (record.source, record.extractor) == (str(plain), extractor_version())


def test_texts_that_change_places_are_all_kept(few: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    kzop("build", "--store", store, few)
    expected = graph_of(store)
    one, two = few / "000" / "act-000001.txt", few / "000" / "act-000002.txt"
    one.rename(few / "aside.txt")
    two.rename(one)
    (few / "aside.txt").rename(two)
    assert "2 replaced, 2 unchanged" in kzop("build", "--store", store, few)
    assert graph_of(store) == expected


def test_a_removed_document_comes_back_with_the_next_build(few: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    kzop("build", "--store", store, few)
    expected = graph_of(store)
    with GraphStore.open(store, read_only=True) as opened:
        doc = opened.documents()[1].doc
    kzop("remove", "--store", store, doc)
    with GraphStore.open(store, read_only=True) as opened:
        assert doc not in [record.doc for record in opened.documents()]
        assert f"doc/{doc}>".encode() not in opened.dump()
    assert "1 built, 0 replaced, 3 unchanged" in kzop("build", "--store", store, few)
    assert graph_of(store) == expected


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(
    texts: Path, expected: str, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    process = start("build", "--jobs", "2", "--store", store, texts)
    wait_until(lambda: any((store / "incoming").glob("*/*.trig")))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    *_, last = errors.decode().splitlines()
    assert last == "kzop: interrupted; run the same command again to go on"
    assert "Traceback" not in errors.decode()
    kzop("build", "--jobs", "2", "--store", store, texts)
    assert graph_of(store) == expected


def test_a_full_disk_ends_the_build_in_one_line(few: Path, tmp_path: Path) -> None:
    """Here the folder of the spool files is gone, which is met in the same place."""
    with GraphStore.open(tmp_path / "s", create=True) as store:

        def take_away(report: Report) -> bool:
            shutil.rmtree(tmp_path / "s" / "incoming", ignore_errors=True)
            return True

        paths = sorted(map(str, few.rglob("*.txt")))
        with pytest.raises(StoreError, match="cannot be written"):
            build(store, paths, jobs=1, tell=take_away)
        assert store.documents() == []


def test_a_statement_that_is_none_is_found_before_the_store_is_touched() -> None:
    document = to_graphs(from_text("x", "мәтін"), Base())
    for wrong in ("<http://x/a> <http://x/b> <http://x/ c>", "_:b <http://x/b> <http://x/c>"):
        broken = type(document)(document.doc, document.work, document.text_iri, (wrong,), (), ())
        with pytest.raises(ValueError, match="not a statement"):
            list(to_blocks(broken, Base()))


def test_progress_tells_how_far_how_fast_how_long_and_what_failed() -> None:
    progress = Progress()
    report = Report(inputs=2000, size=20_000_000)
    assert progress.line(report) == "0 of 2,000 texts, 0.00 MB/s"
    report.seconds, report.done, report.done_size, report.failures = 10.0, 500, 5_000_000, ["x"]
    expected = "500 of 2,000 texts, 0.50 MB/s, 0:00:30 left, 1 failed"
    assert progress.line(report) == expected
    assert progress.tell(report)
    progress.stop(signal.SIGINT, None)
    assert not progress.tell(report)
