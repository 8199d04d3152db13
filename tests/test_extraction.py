"""Extraction into shards: both engines, real processes, kills at any point, the same quads."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from spark import NEEDS_SPARK

import graph.corpus.inputs
from benchmarks.synthetic import act, write
from graph.corpus.inputs import plan, rows
from graph.corpus.partition import FAILURE, SKIPPED, Row, partition
from graph.corpus.shards import quads_hash, require_complete
from graph.iris import Base

KZOP = Path(sys.executable).with_name("kzop")
ACTS = 30
FAILED = 4

DYING = """
import importlib.util, os, signal, sys

class Finder:
    def find_spec(self, name, path, target=None):
        if name != "graph.pipeline":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            true = module.to_graphs

            def to_graphs(source, base):
                once = os.environ.get("DIES_ONCE")
                if once and once in source.text and not os.path.exists(os.environ["DIED"]):
                    open(os.environ["DIED"], "w").close()
                    os.kill(os.getpid(), signal.SIGKILL)
                always = os.environ.get("DIES_ALWAYS")
                if always and always in source.text:
                    os.kill(os.getpid(), signal.SIGKILL)
                return true(source, base)

            module.to_graphs = to_graphs

        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
"""
"""A sitecustomize: the process that extracts a text with certain words in it is killed."""


def start(*arguments: str | Path, **variables: str) -> subprocess.Popen[str]:
    command = [str(KZOP), *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if key != "KZOP_BASE_IRI"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment | variables)


def kzop(*arguments: str | Path, status: int = 0, **variables: str) -> str:
    """Run `kzop`, check its status, and return what it says."""
    process = start(*arguments, **variables)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == status, errors
    assert "Traceback" not in errors
    return errors


def extract(folder: Path, out: Path, status: int = 0, **variables: str) -> str:
    return kzop(
        "build", "--engine", "processes", "--jobs", "2", folder, out, status=status, **variables
    )


def hash_of(out: Path) -> str:
    return quads_hash(require_complete(out)[1])


def times_of(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.glob("part-*")}


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(120_000):
        if condition():
            return
        time.sleep(0.001)
    raise AssertionError("it never was")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files and JSON Lines, packed and not; four rows that fail, one in Russian, three hidden."""
    folder = tmp_path_factory.mktemp("corpus") / "мәтіндер"
    write(folder / "acts", ACTS, articles=1)
    page = f"<html><body><p>{act(500)}</p></body></html>"
    (folder / "Заң № 1.HTML").write_text(page, encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02")
    (folder / "_hidden.txt").write_text(act(501), encoding="utf-8")
    (folder / ".hidden.jsonl").write_text("nothing", encoding="utf-8")
    (folder / "_folder").mkdir()
    (folder / "_folder" / "a.txt").write_text(act(502), encoding="utf-8")
    lines = [
        json.dumps({"id": "a/1", "lang": "kk", "text": f"{act(503)}\u2028\u0085\r\nсоңы"}),
        '{"id": "a/2", "text": "мәтін"}\r',
        "",
        json.dumps({"id": "a/3", "lang": "ru", "text": "текст"}),
        "{'id': 'a/4', 'text': 'x'}",
        json.dumps({"id": "a/5", "lang": "kk"}),
        json.dumps({"id": "a/6", "lang": "kk", "text": "жарты \ud800"}),
    ]
    (folder / "lines.jsonl").write_text("\n".join(lines), encoding="utf-8")
    packed = "".join(
        json.dumps({"id": f"b/{number}", "lang": "kk", "text": act(number, 1)}) + "\n"
        for number in range(600, 610)
    )
    (folder / "lines.json.gz").write_bytes(gzip.compress(packed.encode()))
    return folder


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "out"
    said = extract(corpus, out, status=1)
    documents = ACTS + 1 + 2 + 10
    assert re.search(
        rf"{documents} documents, [\d,]+ quads, \d+ shards, {FAILED} failed, "
        r"1 not in Kazakh left out",
        said,
    )
    return out


@pytest.fixture
def dying(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "dying"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(DYING)
    return {"PYTHONPATH": str(folder), "DIED": str(tmp_path / "died")}


def test_what_fails_is_listed_and_costs_itself_only(corpus: Path, built: Path) -> None:
    failures = (built / "_failures.txt").read_text(encoding="utf-8").splitlines()
    assert len(failures) == FAILED
    shown = "\n".join(failures)
    assert f"{corpus}/bad.txt: " in shown
    assert f"{corpus}/lines.jsonl: the line that begins \"{{'id': 'a/4'" in shown
    assert "lacks a string `id` or `text`" in shown
    assert "half a surrogate pair" in shown
    manifest, _ = require_complete(built)
    assert (manifest.failed, manifest.skipped) == (FAILED, 1)
    assert sorted(path.name for path in built.iterdir() if not path.name.startswith("part-")) == [
        "_SUCCESS",
        "_failures.txt",
        "_manifest.json",
        "vocabulary.nq.gz",
    ]


def test_the_hash_is_that_of_the_command_in_the_documentation(built: Path) -> None:
    command = "zcat part-*.nq.gz | grep -v '^#' | LC_ALL=C sort -u | sha256sum"
    said = subprocess.run(
        command, shell=True, cwd=built, capture_output=True, text=True, check=True
    )
    assert said.stdout.split()[0] == hash_of(built)


@NEEDS_SPARK
def test_spark_gives_the_same_quads_and_survives_a_killed_worker(
    corpus: Path, built: Path, tmp_path: Path, dying: dict[str, str]
) -> None:
    out = tmp_path / "out"
    arguments = ("build", "--engine", "spark", "--master", "local[2,4]", corpus, out)
    said = kzop(*arguments, status=1, **dying, DIES_ONCE=act(3, 1))
    assert Path(dying["DIED"]).exists()
    counts = r"43 documents, [\d,]+ quads, \d+ shards, 4 failed, 1 not in Kazakh left out"
    assert re.search(counts, said)
    assert hash_of(out) == hash_of(built)
    for name in ("_failures.txt", "vocabulary.nq.gz"):
        assert (out / name).read_bytes() == (built / name).read_bytes()
    names = {path.name for path in out.iterdir()}
    assert names == {"_SUCCESS", "_failures.txt", "_manifest.json", "vocabulary.nq.gz"} | set(
        require_complete(out)[0].parts
    )
    before = times_of(out)
    assert "is there already" in kzop(*arguments, status=2)
    assert times_of(out) == before


def test_a_killed_process_costs_time_only(
    corpus: Path, built: Path, tmp_path: Path, dying: dict[str, str]
) -> None:
    extract(corpus, tmp_path / "out", status=1, **dying, DIES_ONCE=act(3, 1))
    assert Path(dying["DIED"]).exists()
    assert hash_of(tmp_path / "out") == hash_of(built)


def test_a_text_that_always_kills_is_listed(
    corpus: Path, tmp_path: Path, dying: dict[str, str]
) -> None:
    said = extract(corpus, tmp_path / "out", status=1, **dying, DIES_ALWAYS=act(3, 1))
    assert "42 documents" in said
    assert "act-000003.txt: ended the process, twice (memory short?)" in said
    assert not (tmp_path / "out" / "_temporary").exists()


def test_a_run_that_was_killed_goes_on_and_a_whole_one_has_nothing_to_do(
    corpus: Path, built: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = start("build", "--engine", "processes", "--jobs", "1", corpus, out)
    wait_until(lambda: any(out.glob("part-*")))
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not (out / "_SUCCESS").exists()
    said = extract(corpus, out, status=1)
    assert re.search(r"shards \(\d were there\)", said)
    assert hash_of(out) == hash_of(built)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in built.iterdir()
    }
    before = times_of(out)
    extract(corpus, out, status=1)
    assert times_of(out) == before


def test_only_the_shards_of_what_changed_are_made_again(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    write(folder, ACTS, articles=1)
    extract(folder, out)
    before = times_of(out)
    (folder / "000" / "act-000001.txt").write_text(act(99, 1), encoding="utf-8")
    extract(folder, out)
    changed = {name for name, at in times_of(out).items() if before[name] != at}
    assert changed == {"part-00000.nq.gz"}
    for path in folder.rglob("*0.txt"):
        path.unlink()
    (out / "part-00000.nq.gz").write_bytes(b"damaged")
    extract(folder, out)
    extract(folder, tmp_path / "fresh")
    assert hash_of(out) == hash_of(tmp_path / "fresh")


def test_ctrl_c_leaves_whole_shards(corpus: Path, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start("build", "--engine", "processes", "--jobs", "1", corpus, out)
    wait_until(lambda: any(out.glob("part-*")))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (
        130,
        "kzop: interrupted; run the same command again to go on\n",
    )
    assert {path.name[:5] for path in out.iterdir()} == {"part-"}
    extract(corpus, out, status=1)
    assert hash_of(out) == hash_of(built)


def test_what_is_no_folder_of_shards_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "in", 1, articles=1)
    said = extract(tmp_path / "in", tmp_path, status=2)
    assert said.startswith(f"kzop: error: {tmp_path}/in: is no shard: ")
    (tmp_path / "empty").mkdir()
    assert "nothing to read in it" in extract(tmp_path / "empty", tmp_path / "o", status=2)
    assert "no such folder" in extract(tmp_path / "absent", tmp_path / "o", status=2)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fresh", "a", "b"], "--engine writes no store: leave out --fresh."),
        (["--store", "x", "a", "b"], "--engine writes no store: leave out --store."),
        (["a"], "--engine takes two folders: IN and OUT."),
        (["--master", "local", "a", "b"], "--master is for --engine spark."),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], message: str) -> None:
    assert message in kzop("build", "--engine", "processes", *options, status=2)


def test_spark_says_what_is_missing(corpus: Path, tmp_path: Path) -> None:
    arguments = ("build", "--engine", "spark", corpus, tmp_path / "out")
    without = (
        "import sys; sys.modules['pyspark'] = sys.modules['pyspark.errors'] = None\n"
        "from service.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", without, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == (
        "kzop: error: --engine spark needs pyspark: install it with `pip install 'kzop[cluster]'`\n"
    )


@NEEDS_SPARK
def test_spark_says_that_java_is_missing(corpus: Path, tmp_path: Path) -> None:
    said = kzop("build", "--engine", "spark", corpus, tmp_path / "o", status=2, JAVA_HOME="/absent")
    assert said.startswith("kzop: error: --engine spark needs Java 17 or later: install it")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("limit", [40, 333, 100_000])
def test_every_line_is_read_once_wherever_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    lines = [b"x" * (number * 7 % 50) for number in range(200)]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    monkeypatch.setattr(graph.corpus.inputs, "LEAST", limit)
    monkeypatch.setattr(graph.corpus.inputs, "OPENING", 0)
    monkeypatch.setattr(graph.corpus.inputs, "MANY", 100_000)
    shards = plan(tmp_path)
    assert len(shards) >= 4_000 // limit
    found = [row.data for pieces in shards for row in rows(pieces)]
    assert [line for line in found if line] == [line for line in lines if line]


def test_partition_takes_rows_one_by_one_and_gives_the_same_lines_each_time() -> None:
    taken: list[int] = []

    def given() -> list[Row]:
        return [Row("a.txt", act(1, 1).encode()), Row("b.txt", b"", "b.txt: gone")]

    def watched() -> object:
        for number, row in enumerate(given()):
            taken.append(number)
            yield row

    lines = partition(watched(), Base())  # type: ignore[arg-type]
    next(lines)
    assert taken == []
    next(lines)
    assert taken == [0]
    assert [*partition(given(), Base())][2:] == list(lines)
    assert (
        list(partition([Row("x.jsonl", b'{"id": "1", "lang": "ru", "text": ""}')], Base()))[1]
        == SKIPPED + '{"path": "x.jsonl", "lang": "ru"}'
    )
    assert next(reversed([*partition(given(), Base())])).startswith(FAILURE)
