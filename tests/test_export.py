"""`kzop export` as a process: what it writes, where, and what it refuses."""

import csv
import io
import subprocess
import zipfile
from pathlib import Path

import networkx
import pytest
from limits import KZOP, killed, on_a_full_disk, peak_of
from pyoxigraph import RdfFormat

from graph.store import GraphStore

AUTHORITY = "https://w3id.org/kzop/graph/authority"


def export(store: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [str(KZOP), "export", "--store", str(store), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


def test_a_file_and_standard_output_hold_the_same(sample_folder: Path, tmp_path: Path) -> None:
    for name in ("gexf", "graphml", "cyjs", "dot", "gephi", "neo4j"):
        path = tmp_path / f"law.{name}.zip"
        done = export(sample_folder, "--format", name, "-o", path)
        assert (done.returncode, done.stdout) == (0, b""), done.stderr
        assert b"380 nodes, 896 edges" in done.stderr
        assert export(sample_folder, "--format", name).stdout == path.read_bytes()


def test_the_language_of_the_names_can_be_chosen(sample_folder: Path, tmp_path: Path) -> None:
    found = {}
    for language in ("kk", "ru", "en"):
        data = export(sample_folder, "--lang", language, "--graph", AUTHORITY).stdout
        nodes = networkx.read_gexf(io.BytesIO(data)).nodes(data=True)
        found[language] = {node["label"] for _, node in nodes}
    assert "әрбір азамат" in found["kk"]
    assert "каждый гражданин" in found["ru"]
    assert "every citizen" in found["en"]


def test_tables_make_a_folder_or_an_archive(sample_folder: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "import", tmp_path / "deep" / "import"):
        target.parent.mkdir(exist_ok=True)
        assert export(sample_folder, "--format", "neo4j", "-o", target).returncode == 0
        names = sorted(path.name for path in target.iterdir())
        assert names == ["README.txt", "edges.csv", "nodes.csv"]
    with (tmp_path / "import" / "nodes.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 381
    again = export(sample_folder, "--format", "neo4j", "-o", tmp_path / "import")
    assert (again.returncode, b"no empty folder" in again.stderr) == (2, True)
    archive = tmp_path / "import.zip"
    export(sample_folder, "--format", "gephi", "-o", archive)
    assert zipfile.ZipFile(archive).testzip() is None
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_cannot_be_exported_is_said(sample_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    for arguments, message in (
        (["--graph", "http://x/none"], "no graph <http://x/none>"),
        (["--graph", "x y"], "no absolute IRI"),
        (["--format", "svg"], "380 nodes are too many for a picture"),
        (["--format", "xlsx"], "is not one of"),
        (["--lang", "de"], "is not one of"),
    ):
        done = export(sample_folder, "-o", target, *arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert message in done.stderr.decode()
        assert len(done.stderr.splitlines()) == 1
        assert not list(tmp_path.iterdir())
    assert b"a folder" in export(sample_folder, "-o", tmp_path).stderr


@pytest.mark.parametrize("name", ["gexf", "gephi"])
def test_a_full_disk_leaves_the_old_file(sample_folder: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "law.zip"
    target.write_text("old")
    arguments = ("export", "--store", sample_folder, "--format", name, "-o", target)
    done = on_a_full_disk(10_000, *arguments)
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["law.zip"]
    assert target.read_text() == "old"


def test_kill_9_leaves_the_old_file(sample_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "law.gexf"
    target.write_text("old")
    killed(
        "graph.interchange.formats", "write", 0, "export", "--store", sample_folder, "-o", target
    )
    assert target.read_text() == "old"
    assert export(sample_folder, "-o", target).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["law.gexf"]


def test_a_statement_of_several_documents_is_one_edge(tmp_path: Path) -> None:
    base = "https://w3id.org/kzop/"
    with GraphStore.open(tmp_path / "store", create=True) as store:
        for name in ("doc/a", "doc/b", "authority", "evidence/a"):
            store.update(
                f"INSERT DATA {{ GRAPH <{base}graph/{name}> {{ "
                f'<{base}id/x> <http://x/p> <{base}id/y> ; <http://x/q> "қ" ; '
                f"<http://x/{name.replace('/', '-')}> 1 }} }}"
            )
    graph = networkx.read_gexf(io.BytesIO(export(tmp_path / "store").stdout))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (2, 1)
    x = next(node for _, node in graph.nodes(data=True) if node["uri"].endswith("x"))
    assert {name for name in x if name not in ("uri", "label", "type", "types")} == {
        "q",
        "doc_a",
        "doc_b",
        "authority",
    }


def test_memory_does_not_grow_with_the_texts(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s", create=True) as store:
        text = "".join(
            f'<http://x/{i % 2000}> <http://x/words> "{"сөз " * 120}{i}" .\n' for i in range(60_000)
        )
        store.quads.bulk_load(text.encode(), RdfFormat.N_TRIPLES)
        store.update("INSERT DATA { <http://x/a> <http://x/b> 1 }")
    output = tmp_path / "all.graphml"
    arguments = ["export", "--store", str(tmp_path / "s"), "--graph", "all", "-o", str(output)]
    assert peak_of(*arguments, "--format", "graphml") < 190
    assert output.stat().st_size > 50_000_000
