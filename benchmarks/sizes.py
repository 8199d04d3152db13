"""Bytes of the store for a document and a quad, by kind of graph, and where they go.

In comes a number of invented acts (benchmarks/synthetic.py), or a store (`--store`), which is
copied and not changed. Out come tables: quads of each kind of graph and how often each property is
used in it, and the bytes of the files of the store: as built, after compaction, from `kzop snapshot
--pack`, without the named graphs or the merge of them; with `--engine`, also those of another
engine after `kzop publish`. `python -m benchmarks.sizes 1000 --engine oxigraph --engine virtuoso`.
"""

import argparse
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, serialize

from benchmarks import engines
from benchmarks.served import KZOP, print_table
from benchmarks.synthetic import write
from graph.store import GraphStore

MERGE = "default graph"
MOST = 12
"""Properties that are listed of a kind of graph."""
VIRTUOSO = ("virtuoso.db", "virtuoso.trx")
"""Files that hold its data: at rest, and what came since the last checkpoint."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=1000, help="invented acts")
    parser.add_argument("--store", type=Path, help="measure this store")
    parser.add_argument(
        "--engine", action="append", choices=engines.NAMES, default=[], help="this one too"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = chosen.store or build(folder, chosen.documents)
        with GraphStore.open(store, read_only=True) as opened:
            documents = opened.records.count()
            kinds = by_kind(opened.quads, opened.base.graph(""))
            print_kinds(kinds, documents)
            named = sum(used.total() for kind, used in kinds.items() if kind != MERGE)
            rows = list(variants(store, opened, folder))
            rows += [
                (f"{name}, published", published(name, store, folder)) for name in chosen.engine
            ]
        table: list[tuple[object, ...]] = [
            (what, f"{size / 1e6:.1f}", f"{size / named:.0f}", f"{size // documents:,}")
            for what, size in rows
        ]
        print(f"\n{documents:,} documents, {named:,} quads in named graphs\n")
        print_table(("files", "MB", "bytes a quad", "bytes a document"), table)


def build(folder: Path, documents: int) -> Path:
    """Build a store of invented acts."""
    write(folder / "texts", documents)
    store = folder / "store"
    run("build", "--store", str(store), str(folder / "texts"))
    return store


def run(*words: str) -> None:
    """Run a command of kzop, which must succeed."""
    environment = {
        **os.environ,
        "KZOP_REMOTE_USER": engines.USER,
        "KZOP_REMOTE_PASSWORD": engines.PASSWORD,
    }
    subprocess.run(
        [str(KZOP), *words],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def published(name: str, store: Path, folder: Path) -> int:
    """Return the bytes of another engine that holds a store, once it has ended."""
    with engines.running(name, folder / name) as engine:
        run("publish", "--store", str(store), "--remote", str(engine.config()))
    if name == "virtuoso":
        return sum((engine.folder / file).stat().st_size for file in VIRTUOSO)
    optimise = [engines.OXIGRAPH, "optimize", "--location", str(engine.folder / "data")]
    subprocess.run(optimise, check=True, stderr=subprocess.DEVNULL)  # its log has all once more
    return size_of(engine.folder / "data")


def by_kind(quads: Store, graphs: str) -> dict[str, Counter[str]]:
    """Count the properties of each kind of graph."""
    kinds: dict[str, Counter[str]] = {}
    for quad in quads:
        name = MERGE
        if not isinstance(quad.graph_name, DefaultGraph):
            name = quad.graph_name.value.removeprefix(graphs).split("/")[0]
        kinds.setdefault(name, Counter())[quad.predicate.value] += 1
    return kinds


def print_kinds(kinds: dict[str, Counter[str]], documents: int) -> None:
    rows: list[tuple[object, ...]] = []
    for kind, used in sorted(kinds.items(), key=lambda entry: -entry[1].total()):
        common = ", ".join(
            f"{iri.replace('#', '/').rsplit('/', 1)[-1]} {count / documents:.1f}"
            for iri, count in used.most_common(MOST)
        )
        rows.append((kind, f"{used.total():,}", f"{used.total() / documents:.1f}", common))
    print_table(("graphs", "quads", "a document", "the commonest properties, a document"), rows)


def variants(store: Path, opened: GraphStore, folder: Path) -> Iterator[tuple[str, int]]:
    """Give the bytes of what a store is made of, and of other ways to store the same."""
    yield "database, as built", size_of(opened.read_from / "quads")
    opened.quads.backup(str(folder / "copy"))
    compacted = Store(folder / "copy")
    compacted.optimize()
    del compacted
    yield "database, after optimize()", size_of(folder / "copy")
    every = opened.quads
    run("snapshot", "--store", str(store), "--output", str(folder / "shelf"), "--pack")
    packed = next(path for path in (folder / "shelf").iterdir() if path.is_dir())
    yield "snapshot --pack", size_of(packed / "quads")
    yield (
        "named graphs alone",
        loaded(
            (quad for quad in every if not isinstance(quad.graph_name, DefaultGraph)),
            folder / "named",
        ),
    )
    yield (
        "default graph alone",
        loaded(every.quads_for_pattern(None, None, None, DefaultGraph()), folder / "merge"),
    )
    yield "texts", size_of(store / "texts")
    yield "records", (opened.read_from / "records.db").stat().st_size


def loaded(quads: Iterator[Quad], target: Path) -> int:
    """Load quads in bulk into a database of their own; return the bytes of its files."""
    lines = target.with_suffix(".nq")
    serialize(quads, str(lines), RdfFormat.N_QUADS)
    store = Store(target)
    store.bulk_load(path=str(lines), format=RdfFormat.N_QUADS, lenient=True)
    store.flush()
    del store
    return size_of(target)


def size_of(folder: Path) -> int:
    """Return the bytes of the files in a folder, without the diary of the engine."""
    return sum(path.stat().st_size for path in folder.iterdir() if not path.name.startswith("LO"))


if __name__ == "__main__":
    main()
