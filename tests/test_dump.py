"""Dumps of real stores: whole, of one graph, sorted, bounded in memory, never half a file."""

import io
import os
import subprocess
from pathlib import Path

import pytest
from limits import KZOP, killed, on_a_full_disk, peak_of
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse

import graph.storage.dump
from graph.iris import Base
from graph.storage.dump import UnknownGraph, dump, dump_to_file
from graph.storage.growing import growing_file
from graph.store import GraphStore, StoreError

AUTHORITY = Base().graph("authority")


def kzop(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [str(KZOP), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """A store with a statement of its own in the default graph, and awkward literals."""
    folder = tmp_path / "awkward"
    with GraphStore.open(folder, create=True) as store:
        store.update(
            'INSERT DATA { <http://x/a> <http://x/b> "өз\\n\\r\\t\\\\\\"" . '
            'GRAPH <http://x/g> { <http://x/a> <http://x/b> "қ"@kk , "\\u2028" , 1 } '
            "GRAPH <http://x/h> { <http://x/a> <http://x/b> <<( <http://x/a> <http://x/b> 1 )>> } }"
        )
    return folder


def quads(folder: Path) -> set[str]:
    with GraphStore.open(folder, read_only=True) as store:
        return {str(quad) for quad in store.quads}


@pytest.mark.parametrize("name", ["nquads", "trig", "jsonld"])
def test_a_dump_of_everything_reads_back_the_same(sample_folder: Path, name: str) -> None:
    result = kzop("dump", "--store", sample_folder, "--format", name)
    assert result.returncode == 0, result.stderr
    read = {str(quad) for quad in parse(result.stdout, graph.storage.dump.QUAD_FORMATS[name])}
    assert read == quads(sample_folder)


@pytest.mark.parametrize("name", ["nquads", "trig"])
def test_awkward_terms_survive(awkward: Path, name: str) -> None:
    with GraphStore.open(awkward, read_only=True) as store:
        for ordered in (False, True)[: 2 if name == "nquads" else 1]:
            output = io.BytesIO()
            dump(store, output, name, ordered=ordered)
            read = {
                str(quad)
                for quad in parse(output.getvalue(), graph.storage.dump.QUAD_FORMATS[name])
            }
            assert read == quads(awkward)


def test_sorted_named_graphs_are_what_the_store_says_of_itself(sample_folder: Path) -> None:
    result = kzop("dump", "--sorted", "--named", "--store", sample_folder)
    with GraphStore.open(sample_folder, read_only=True) as store:
        assert result.stdout == store.dump()


def test_sorting_in_many_small_runs_is_sorting(
    sample_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph.storage.dump, "RUN", 10_000)
    monkeypatch.setattr(graph.storage.dump, "FAN", 5)
    monkeypatch.setattr(graph.storage.dump, "BLOCK", 997)
    plain, ordered = io.BytesIO(), io.BytesIO()
    with GraphStore.open(sample_folder, read_only=True) as store:
        dump(store, plain, "nquads")
        dump(store, ordered, "nquads", ordered=True)
    assert len(plain.getvalue()) > 5**3 * 10_000
    assert ordered.getvalue().splitlines() == sorted(plain.getvalue().splitlines())


def test_the_memory_of_a_dump_does_not_grow_with_the_store(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s", create=True) as store:
        text = "".join(
            f'<http://x/{i}> <http://x/words> "{"сөз " * 60}{i}" .\n' for i in range(120_000)
        )
        store.quads.bulk_load(text.encode(), RdfFormat.N_TRIPLES)
        store.update("INSERT DATA { <http://x/a> <http://x/b> 1 }")
    for extra, bound in (([], 150), (["--sorted"], 260)):
        output = tmp_path / "all.nq"
        arguments = ["dump", "--store", str(tmp_path / "s"), "-o", str(output), *extra]
        assert peak_of(*arguments) < bound
        assert output.stat().st_size > 55_000_000
        output.unlink()


@pytest.mark.parametrize("name", ["ntriples", "turtle", "rdfxml"])
def test_one_graph_in_a_format_without_graphs(sample_folder: Path, name: str) -> None:
    result = kzop("dump", "--graph", AUTHORITY, "--format", name, "--store", sample_folder)
    read = {
        str(quad.triple) for quad in parse(result.stdout, graph.storage.dump.TRIPLE_FORMATS[name])
    }
    with GraphStore.open(sample_folder, read_only=True) as store:
        expected = store.quads.quads_for_pattern(None, None, None, NamedNode(AUTHORITY))
        assert read == {str(quad.triple) for quad in expected} != set()


def test_one_graph_keeps_its_name_in_a_format_with_graphs(awkward: Path) -> None:
    result = kzop("dump", "--graph", "http://x/g", "--sorted", "--store", awkward)
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.endswith(b" <http://x/g> .") for line in lines)
    default = kzop("dump", "--graph", "default", "--store", awkward).stdout
    assert [quad.graph_name for quad in parse(default, RdfFormat.N_QUADS)] == [DefaultGraph()]
    assert kzop("dump", "--format", "ntriples", "--store", awkward).stdout == default


def test_what_cannot_be_dumped_is_said(awkward: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.nq"
    for arguments, message in (
        (["--graph", "http://x/none"], "no graph <http://x/none>"),
        (["--graph", "x y"], "no absolute IRI"),
        (["--sorted", "--format", "trig"], "only nquads"),
        (["--named", "--format", "turtle"], "for all graphs at once"),
        (["--named", "--graph", "http://x/g"], "for all graphs at once"),
        (["--format", "csv"], "is not one of"),
    ):
        result = kzop("dump", "--store", awkward, "-o", target, *arguments)
        assert (result.returncode, result.stdout) == (2, b"")
        assert message in result.stderr.decode()
        assert len(result.stderr.splitlines()) == 1
        assert not target.exists()
    with GraphStore.open(awkward, read_only=True) as store:
        with pytest.raises(UnknownGraph):
            dump_to_file(store, target, "nquads", "http://x/none")
        with pytest.raises(StoreError, match="a folder"):
            dump_to_file(store, tmp_path, "nquads")


@pytest.mark.parametrize("extra", [[], ["--sorted"]])
def test_a_full_disk_leaves_the_old_file(
    sample_folder: Path, tmp_path: Path, extra: list[str]
) -> None:
    target = tmp_path / "all.nq"
    target.write_text("old")
    result = on_a_full_disk(100_000, "dump", "--store", sample_folder, "-o", target, *extra)
    assert result.returncode == 2
    assert b"cannot be written: File too large" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["all.nq"]
    assert target.read_text() == "old"


def test_kill_9_leaves_the_old_file_and_the_next_dump_cleans_up(
    sample_folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "all.nq"
    target.write_text("old")
    killed("graph.storage.dump", "write", 0, "dump", "--store", sample_folder, "-o", target)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".all.nq.new", "all.nq"]
    assert target.read_text() == "old"
    assert kzop("dump", "--store", sample_folder, "-o", target).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["all.nq"]
    loaded = Store()
    loaded.load(path=target, format=RdfFormat.N_QUADS)
    assert {str(quad) for quad in loaded} == quads(sample_folder)


def test_two_dumps_to_one_file_do_not_mix(sample_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.nq"
    with growing_file(target) as first:
        first.write(b"first")
        result = kzop("dump", "--store", sample_folder, "-o", target)
        assert (result.returncode, b"another process is writing" in result.stderr) == (2, True)
    assert target.read_bytes() == b"first"


def test_what_is_no_file_is_written_to(awkward: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE) as reader:
        try:
            assert kzop("dump", "--store", awkward, "-o", tmp_path / "pipe").returncode == 0
            assert len(reader.communicate(timeout=20)[0].splitlines()) == 5
        finally:
            reader.kill()
