"""Shards into stores: a loaded store is a built one, and nothing half-written or wrong gets in."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from contract.conftest import started
from pyoxigraph import NamedNode, Store

from benchmarks.engines import Engine
from benchmarks.synthetic import act, write
from graph.iris import Base
from graph.source import read
from graph.store import GraphStore
from service.commands.extracting import load_oxigraph, load_store
from service.commands.shared import Failure

KZOP = Path(sys.executable).with_name("kzop")


def kzop(*arguments: str | Path, status: int = 0, **variables: str) -> str:
    """Run `kzop`, check its status, and return what it says."""
    ended = subprocess.run(
        [str(KZOP), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=os.environ | variables,
    )
    assert ended.returncode == status, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acts, one of several blocks, and a page and a text that are the same text."""
    folder = tmp_path_factory.mktemp("texts") / "texts"
    write(folder, 20, articles=1)
    (folder / "long.txt").write_text(act(7000, articles=60), encoding="utf-8")
    words = "«Азаматтық қорғау туралы» Қазақстан Республикасының 2014 жылғы 11 сәуірдегі Заңына"
    link = f"<a href='https://adilet.zan.kz/kaz/docs/Z1400000188'>{words}</a>"
    page = folder / "b.html"
    page.write_text(f"<html><p>Бақылау {link} сәйкес жүргізіледі.</p></html>", encoding="utf-8")
    (folder / "000" / "a.txt").write_text(read(page).text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shards(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shards") / "out"
    kzop("build", "--engine", "processes", texts, out)
    return out


@pytest.fixture(scope="module")
def loaded(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("loaded") / "store"
    said = kzop("load", "--store", store, shards)
    assert "documents in the store: 22; " in said
    return store


def content(folder: Path) -> tuple[object, ...]:
    """What two stores that hold the same have alike: quads, records, inputs, texts."""
    with GraphStore.open(folder, read_only=True) as store:
        quads = sorted(map(str, store.quads))
        paths = sorted(store.records.paths_below("/"))
        inputs = [(path, store.records.docs_at(path)) for path in paths]
        texts = {path.name: path.read_bytes() for path in (folder / "texts").iterdir()}
        return store.dump(), quads, store.documents(), inputs, texts


def version(folder: Path) -> str:
    with GraphStore.open(folder, read_only=True) as store:
        return store.version


def test_a_loaded_store_is_the_store_that_a_build_makes(
    texts: Path, shards: Path, loaded: Path, tmp_path: Path
) -> None:
    kzop("build", "--store", tmp_path / "built", texts)
    assert content(loaded) == content(tmp_path / "built")
    before = version(loaded)
    assert "0 loaded, 0 replaced, 23 unchanged" in kzop("load", "--store", loaded, shards)
    assert version(loaded) == before
    assert "0 built, 0 replaced, 23 unchanged" in kzop("build", "--store", loaded, texts)


def test_a_load_into_a_store_that_has_some_replaces_what_changed(
    texts: Path, shards: Path, loaded: Path, tmp_path: Path
) -> None:
    folder, store = tmp_path / "texts", tmp_path / "store"
    (tmp_path / "own.txt").write_text(act(900), encoding="utf-8")
    path = texts / "000" / "act-000004.txt"
    true = path.read_bytes()
    path.write_text(act(901, 1), encoding="utf-8")
    try:
        kzop("build", "--store", store, path, tmp_path / "own.txt")
    finally:
        path.write_bytes(true)
    said = kzop("load", "--store", store, shards)
    assert "22 loaded, 1 replaced, 0 unchanged; documents in the store: 23; " in said
    kzop("remove", "--store", store, *own(store, "own.txt"))
    assert content(store) == content(loaded)
    assert not folder.exists()


def own(store: Path, name: str) -> list[str]:
    with GraphStore.open(store, read_only=True) as opened:
        return [record.doc for record in opened.documents() if record.source.endswith(name)]


def without_success(out: Path) -> str:
    (out / "_SUCCESS").unlink()
    return "has no _SUCCESS, so the extraction is not complete: run it to its end"


def of_another_format(out: Path) -> str:
    return changed(out, "format", 2, "shards of format 2, this kzop reads 1")


def of_other_rules(out: Path) -> str:
    return changed(out, "extractor", "9.9.9+00000000", "extracted by the rules and lexicons 9.9.9+")


def changed(out: Path, name: str, value: object, message: str) -> str:
    values = json.loads((out / "_manifest.json").read_text())
    (out / "_manifest.json").write_text(json.dumps(values | {name: value}))
    return message


def last(out: Path) -> Path:
    return max(out.glob("part-*"))


def with_a_shard_missing(out: Path) -> str:
    last(out).unlink()
    return "is missing or not "


def with_a_short_shard(out: Path) -> str:
    last(out).write_bytes(last(out).read_bytes()[:-100])
    return "is missing or not "


def with_a_damaged_shard(out: Path) -> str:
    data = bytearray(last(out).read_bytes())
    data[len(data) // 2] ^= 255
    last(out).write_bytes(data)
    return "damaged ("


def rewritten(out: Path, change: Callable[[list[str]], None]) -> str:
    part = last(out)
    lines = gzip.decompress(part.read_bytes()).decode().split("\n")
    change(lines)
    part.write_bytes(gzip.compress("\n".join(lines).encode()))
    changed(out, "parts", {p.name: p.stat().st_size for p in out.glob("part-*")}, "")
    return "damaged ("


def without_a_statement(out: Path) -> str:
    def change(lines: list[str]) -> None:
        del lines[next(number for number, line in enumerate(lines) if "/graph/doc/" in line[200:])]

    return rewritten(out, change)


def with_another_text(out: Path) -> str:
    def change(lines: list[str]) -> None:
        number = next(n for n, line in enumerate(lines) if line.startswith("#kzop-text"))
        lines[number] = '#kzop-text "басқа мәтін"'

    return rewritten(out, change)


def with_a_statement_that_is_none(out: Path) -> str:
    def change(lines: list[str]) -> None:
        number = next(n for n, line in enumerate(lines) if line.startswith("<"))
        lines[number] = lines[number].replace(">", " >", 1)

    return rewritten(out, change)


@pytest.mark.parametrize(
    "spoil",
    [
        without_success,
        of_another_format,
        of_other_rules,
        with_a_shard_missing,
        with_a_short_shard,
        with_a_damaged_shard,
        without_a_statement,
        with_another_text,
        with_a_statement_that_is_none,
    ],
)
def test_what_is_not_whole_or_not_of_this_version_is_refused(
    shards: Path, tmp_path: Path, spoil: Callable[[Path], str]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(shards, out)
    message = spoil(out)
    with pytest.raises(Failure) as refused:
        load_store(out, tmp_path / "store", fresh=False, jobs=1)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_an_extraction_for_another_base_is_refused(shards: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    GraphStore.open(store, create=True, base=Base("https://example.org/")).close()
    before = version(store)
    with pytest.raises(Failure, match="built for the base IRI"):
        load_store(shards, store, fresh=False, jobs=1)
    assert version(store) == before


def test_a_damaged_shard_leaves_the_store_with_whole_documents(
    shards: Path, loaded: Path, tmp_path: Path
) -> None:
    out, store = tmp_path / "out", tmp_path / "store"
    shutil.copytree(shards, out)
    (tmp_path / "own.txt").write_text(act(900), encoding="utf-8")
    kzop("build", "--store", store, tmp_path / "own.txt")
    with_a_damaged_shard(out)
    assert "damaged (" in kzop("load", "--store", store, out, status=2)
    kzop("load", "--store", store, shards)
    kzop("remove", "--store", store, *own(store, "own.txt"))
    assert content(store) == content(loaded)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """The shards of five acts, and all quads of a store that they were loaded into."""
    folder = tmp_path_factory.mktemp("small")
    write(folder / "texts", 5, articles=1)
    kzop("build", "--engine", "processes", folder / "texts", folder / "out")
    kzop("load", "--store", folder / "store", folder / "out")
    with GraphStore.open(folder / "store", read_only=True) as store:
        return folder / "out", set(map(str, store.quads))


def named(engine: Engine) -> str:
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/kzop/')) }"
    return engine.ask(query, "text/csv")[1].split()[1]


def test_a_folder_for_the_oxigraph_server_has_all_quads_of_the_store(
    small: tuple[Path, set[str]], tmp_path: Path
) -> None:
    shards, expected = small
    target = tmp_path / "engine" / "data"
    said = kzop("load", "--oxigraph", target, shards)
    assert f"`oxigraph serve-read-only --location {target}`" in said
    quads = list(Store.read_only(str(target)))
    assert set(map(str, quads)) == expected
    in_graphs = sum(isinstance(quad.graph_name, NamedNode) for quad in quads)
    with started("oxigraph", tmp_path / "engine") as engine:
        assert named(engine) == str(in_graphs)
    assert "is there already" in kzop("load", "--oxigraph", target, shards, status=2)
    with_a_damaged_shard(out := shutil.copytree(shards, tmp_path / "out"))
    with pytest.raises(Failure, match="damaged"):
        load_oxigraph(out, tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["engine", "out"]


def test_virtuoso_loads_the_shards_and_again_changes_nothing(
    small: tuple[Path, set[str]], tmp_path: Path
) -> None:
    shards, _ = small
    with started("virtuoso", tmp_path / "engine") as engine:
        server = f"127.0.0.1:{engine.sql}"
        lines = {
            line
            for path in shards.glob("*.nq.gz")
            for line in gzip.decompress(path.read_bytes()).decode().splitlines()
            if not line.startswith("#")
        }
        for _ in range(2):
            said = kzop("load", "--virtuoso", server, shards, KZOP_VIRTUOSO_PASSWORD="dba")
            assert "5 documents" in said
            assert named(engine) == str(len(lines))
        said = kzop("load", "--virtuoso", server, shards, status=2, KZOP_VIRTUOSO_PASSWORD="wrong")
        assert "Bad login" in said
        assert "wrong" not in said
    said = kzop("load", "--virtuoso", server, shards, status=2, KZOP_VIRTUOSO_PASSWORD="")
    assert "set $KZOP_VIRTUOSO_PASSWORD" in said
