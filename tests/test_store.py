"""The store on disk: what it holds after writes, replacements, removals, crashes and damage."""

import dataclasses
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode

from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.storage.manifest import FORMAT
from graph.storage.snapshot import current
from graph.store import (
    GraphStore,
    NotAStore,
    StoreCorrupt,
    StoreLocked,
    StoreMissing,
    StoreReadOnly,
    StoreTooNew,
    StoreTooOld,
    UnknownDocument,
    WrongBase,
    rebuild,
)

BASE = Base()
CITES = "<http://data.europa.eu/eli/ontology#cites>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
EXACT = "<http://www.w3.org/ns/oa#exact>"

PREDECESSOR = {"mes": "moe", "moe": "narkompros", "mia": None, "narkompros": None}
"""A lexicon: organisations, and the one that each of them followed."""


def organisation(name: str) -> str:
    return f"<{BASE.id(f'org/{name}')}>"


def lexicon_facts(names: Iterable[str]) -> set[str]:
    """Facts about the organisations and, as a lexicon gives them, about their predecessors."""
    facts: set[str] = set()
    for name in names:
        facts.add(f'{organisation(name)} {LABEL} "{name}"@kk')
        earlier = PREDECESSOR[name]
        if earlier:
            facts.add(
                f"{organisation(name)} <http://purl.org/dc/terms/replaces> {organisation(earlier)}"
            )
            facts |= lexicon_facts([earlier])
    return facts


def make(
    slug: str, organisations: Iterable[str] = (), text: str = "мәтін", name: str | None = None
) -> tuple[DocumentGraphs, Source]:
    """A document that cites organisations: its graphs, and the source they come from."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    work = BASE.id(f"eli/kz/law/{slug}")
    doc = f"kz-law-{slug}.{digest[:12]}"
    names = sorted(set(organisations))
    content = {f"<{work}> {CITES} {organisation(name)}" for name in names}
    content |= {f'<{work}> {LABEL} "Заң {slug}"@kk', f'<{BASE.id("place/kz")}> {LABEL} "Қазақстан"'}
    evidence = {f'<{BASE.id(f"mention/{doc}-{name}")}> {EXACT} "{name}"' for name in names}
    graphs = DocumentGraphs(
        doc=doc,
        work=work,
        text_iri=f"{work}/kaz@undated/original-{digest[:12]}.txt",
        content=tuple(sorted(content)),
        evidence=tuple(sorted(evidence)),
        authority=tuple(sorted(lexicon_facts(names))),
    )
    return graphs, Source(name or f"{slug}.txt", text, digest)


def check_consistent(store: GraphStore) -> None:
    """The default graph is the merge of the named ones; records, graphs and texts agree."""
    if not store.read_only:
        store.publish()
    quads = list(store.quads)
    default = [str(q.triple) for q in quads if isinstance(q.graph_name, DefaultGraph)]
    named = {str(q.triple) for q in quads if not isinstance(q.graph_name, DefaultGraph)}
    assert len(default) == len(set(default))
    assert set(default) == named
    documents = store.documents()
    graphs = {name.value for name in store.quads.named_graphs()}
    stored = {
        g.removeprefix(BASE.graph("doc/")) for g in graphs if g.startswith(BASE.graph("doc/"))
    }
    assert stored == {record.doc for record in documents}
    texts = {path.name for path in (store.path / "texts").iterdir()}
    assert texts >= {f"{record.sha256}.txt" for record in documents}
    if store.read_only:
        return
    assert texts == {f"{record.sha256}.txt" for record in documents}
    assert not (store.path / "pending.json").exists()
    assert json.loads((store.path / "manifest.json").read_text())["version"] == store.version


def statements(store: GraphStore, graph_name: str) -> set[str]:
    suffix = f" <{BASE.graph(graph_name)}> ."
    lines = store.dump().decode().splitlines()
    return {line.removesuffix(suffix) for line in lines if line.endswith(suffix)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_put_stores_graphs_text_and_record(folder: Path) -> None:
    text = "Бір\r\nекі \U0001f4dc\tүш"
    document, source = make("1", ["mes"], text)
    with GraphStore.open(folder, create=True) as store:
        store.put(document, source)
    with GraphStore.open(folder, read_only=True) as store:
        assert statements(store, f"doc/{document.doc}") == set(document.content)
        assert statements(store, f"evidence/{document.doc}") == set(document.evidence)
        assert statements(store, "authority") == set(document.authority)
        assert store.source_text(document.text_iri) == text
        assert store.source_text(document.text_iri + "x") is None
        (record,) = store.documents()
        assert (record.doc, record.work, record.text_iri) == (
            document.doc,
            document.work,
            document.text_iri,
        )
        assert (record.source, record.sha256, record.characters) == ("1.txt", source.sha256, 13)
        assert (record.content, record.evidence) == (len(document.content), len(document.evidence))
        check_consistent(store)


def test_documents_are_sorted(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        for slug in ("c", "a", "b"):
            store.put(*make(slug))
        assert [record.work[-1] for record in store.documents()] == ["a", "b", "c"]


def test_putting_again_changes_nothing(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1", ["mes", "mia"]))
        before = store.version, store.dump(), (folder / "manifest.json").stat().st_mtime_ns
        store.put(*make("1", ["mes", "mia"]))
        assert (store.version, store.dump()) == before[:2]
        assert (folder / "manifest.json").stat().st_mtime_ns == before[2]


def test_every_write_changes_the_version_and_equal_histories_agree(tmp_path: Path) -> None:
    histories = []
    for name in ("a", "b"):
        versions = []
        with GraphStore.open(tmp_path / name, create=True) as store:
            versions.append(store.version)
            store.put(*make("1", ["mes"]))
            versions.append(store.version)
            store.put(*make("1", ["mia"]))
            versions.append(store.version)
            store.remove("kz/law/1")
            versions.append(store.version)
        with GraphStore.open(tmp_path / name) as store:
            assert store.version == versions[-1]
        assert len(set(versions)) == 4
        histories.append(versions)
    assert histories[0] == histories[1]


def test_another_text_at_the_same_path_replaces_the_document(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        old, new = make("1", ["mes"], "ескі", "a.txt"), make("2", ["mia"], "жаңа", "a.txt")
        store.put(*old)
        store.put(*new)
        assert [record.doc for record in store.documents()] == [new[0].doc]
        assert store.source_text(old[0].text_iri) is None
        assert statements(store, "authority") == lexicon_facts(["mia"])
        check_consistent(store)


def test_texts_from_standard_input_do_not_replace_each_other(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1", name="-", text="бір"))
        store.put(*make("2", name="-", text="екі"))
        assert len(store.documents()) == 2


def test_removal_keeps_what_others_state(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1", ["mes"], "бір"))
        store.put(*make("2", ["moe"], "екі"))
        shared = f'<{BASE.id("place/kz")}> {LABEL} "Қазақстан"'
        store.remove("kz/law/1")
        assert shared in statements(store, f"doc/{store.documents()[0].doc}")
        assert statements(store, "authority") == lexicon_facts(["moe"])
        check_consistent(store)
        store.remove("kz/law/2")
        assert len(store.quads) == 0
        check_consistent(store)


def test_a_newer_lexicon_replaces_the_facts_about_a_node(folder: Path) -> None:
    document, source = make("1", ["mia"])
    stale = f'{organisation("mia")} {LABEL} "ескі атау"@kk'
    older = DocumentGraphs(
        document.doc,
        document.work,
        document.text_iri,
        document.content,
        document.evidence,
        (stale,),
    )
    with GraphStore.open(folder, create=True) as store:
        store.put(older, source)
        store.put(*make("2", ["mia"], "екі"))
        assert statements(store, "authority") == lexicon_facts(["mia"])
        check_consistent(store)


def test_facts_about_nodes_that_name_each_other_are_dropped_together(folder: Path) -> None:
    document, source = make("1", ["mia"])
    left, right = organisation("mia"), organisation("left")
    circle = (f"{left} <http://x/next> {right}", f"{right} <http://x/next> {left}")
    document = DocumentGraphs(
        document.doc, document.work, document.text_iri, document.content, (), circle
    )
    with GraphStore.open(folder, create=True) as store:
        store.put(document, source)
        assert statements(store, "authority") == set(circle)
        store.remove(document.doc)
        assert len(store.quads) == 0


SLUGS = st.sampled_from(["1", "2", "3"])
WRITES = st.one_of(
    st.tuples(st.just("put"), SLUGS, st.sets(st.sampled_from(sorted(PREDECESSOR)))),
    st.tuples(st.just("remove"), SLUGS, st.just(frozenset[str]())),
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(WRITES, max_size=6))
def test_any_history_ends_as_if_only_the_survivors_had_been_built(
    tmp_path: Path, history: list[tuple[str, str, set[str]]]
) -> None:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    alive: dict[str, set[str]] = {}
    with GraphStore.open(tmp_path / "lived", create=True) as lived:
        for action, slug, names in history:
            if action == "put":
                lived.put(*make(slug, names, text=slug))
                alive[slug] = names
            elif slug in alive:
                lived.remove(f"kz/law/{slug}")
                del alive[slug]
        check_consistent(lived)
        with GraphStore.open(tmp_path / "built", create=True) as built:
            for slug, names in sorted(alive.items()):
                built.put(*make(slug, names, text=slug))
            assert lived.dump() == built.dump()


@pytest.mark.parametrize("form", ["doc", "path", "eli path", "work", "text", "graph"])
def test_remove_accepts_every_name_of_a_document(folder: Path, form: str) -> None:
    document, source = make("1991-12-20")
    names = {
        "doc": document.doc,
        "path": "kz/law/1991-12-20",
        "eli path": "eli/kz/law/1991-12-20",
        "work": document.work,
        "text": document.text_iri,
        "graph": BASE.graph(f"doc/{document.doc}"),
    }
    with GraphStore.open(folder, create=True) as store:
        store.put(document, source)
        assert [record.doc for record in store.remove(names[form])] == [document.doc]
        assert store.documents() == []


def test_an_unknown_document_is_named_with_its_near_matches(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1991-12-20"))
        with pytest.raises(UnknownDocument, match="did you mean kz/law/1991-12-20"):
            store.remove("kz/law/1991-12-21")
        with pytest.raises(UnknownDocument, match="documents in it: 1"):
            store.remove("жоқ")


def test_the_vocabulary_is_loaded_once(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        assert store.load_vocabulary()
        version = store.version
        assert statements(store, "ontology")
        assert statements(store, "codes")
        check_consistent(store)
        assert not store.load_vocabulary()
        assert store.version == version


def test_the_dump_is_sorted_and_identical_for_equal_data(tmp_path: Path) -> None:
    documents = [make(slug, ["mes", "mia"], slug) for slug in "123"]
    dumps = []
    for name, order in (("a", documents), ("b", documents[::-1])):
        with GraphStore.open(tmp_path / name, create=True) as store:
            for document, source in order:
                store.put(document, source)
            dumps.append(store.dump())
    assert dumps[0] == dumps[1]
    assert dumps[0].splitlines() == sorted(dumps[0].splitlines())


@pytest.mark.parametrize(
    "statement", ["<http://x> <http://y>", "_:b <http://y> <http://z>", "<http://x> <y> <http://z>"]
)
def test_a_statement_that_is_not_one_leaves_the_store_alone(folder: Path, statement: str) -> None:
    document, source = make("1", ["mes"])
    with GraphStore.open(folder, create=True) as store:
        store.put(document, source)
        before = store.version, store.dump()
        broken = DocumentGraphs(
            document.doc, document.work, document.text_iri, document.content, (statement,), ()
        )
        with pytest.raises(ValueError, match="statement"):
            store.put(broken, source)
        assert (store.version, store.dump()) == before
        check_consistent(store)


def test_the_engine_rolls_back_an_update_of_which_one_part_fails(folder: Path) -> None:
    """The ground that `put` stands on: one request is one transaction."""
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1", ["mes"]))
        before = store.dump()
        name = BASE.graph(f"doc/{store.documents()[0].doc}")
        with pytest.raises(OSError, match="invalid format"):
            store.quads.update(f"DROP GRAPH <{name}> ; LOAD <file:///nowhere>")
        assert store.dump() == before


CRASH = """
import os, signal, sys
from graph import store as store_module
from graph.storage import commit
from tests.test_store import make

def die(*ignored):
    os.kill(os.getpid(), signal.SIGKILL)

def before(module, name):
    setattr(module, name, die)

def after(module, name):
    original = getattr(module, name)
    def run(*arguments):
        original(*arguments)
        die()
    setattr(module, name, run)

modules = {"store": store_module, "commit": commit}
store = store_module.GraphStore.open(sys.argv[1])
when, module, name = sys.argv[2].split()
{"before": before, "after": after}[when](modules[module], name)
store.put(*make("2", ["mia"], "жаңа", "a.txt"))
"""


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("stage", "survivor"),
    [
        ("after store write_atomically", "1"),
        ("after commit write_atomically", "2"),
        ("after commit run_update", "2"),
        ("before commit write_manifest", "2"),
        ("after commit write_manifest", "2"),
    ],
)
def test_kill_9_at_any_point_leaves_the_old_state_or_the_new(
    folder: Path, stage: str, survivor: str, read_only: bool
) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1", ["mes"], "ескі", "a.txt"))
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", CRASH, str(folder), stage]
    environment = os.environ | {"PYTHONPATH": str(root)}
    ended = subprocess.run(command, cwd=root, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    if survivor == "1" and read_only:
        GraphStore.open(folder).close()  # a reader leaves the orphaned text alone
    with GraphStore.open(folder, read_only=read_only) as store:
        (record,) = store.documents()
        assert record.work.endswith(survivor)
        check_consistent(store)
        assert store.source_text(record.text_iri) == {"1": "ескі", "2": "жаңа"}[survivor]


def test_there_is_no_store(folder: Path) -> None:
    with pytest.raises(StoreMissing, match="kzop build"):
        GraphStore.open(folder)
    folder.mkdir()
    with pytest.raises(StoreMissing, match="kzop build"):
        GraphStore.open(folder, read_only=True)


def test_a_folder_of_something_else_is_never_touched(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.doc").write_text("years of work")
    with pytest.raises(NotAStore, match=r"manifest\.json"):
        GraphStore.open(folder, create=True)
    with pytest.raises(NotAStore, match=r"manifest\.json"), rebuild(folder):
        pass
    assert [path.name for path in folder.iterdir()] == ["thesis.doc"]
    with pytest.raises(NotAStore, match="a file"):
        GraphStore.open(folder / "thesis.doc")


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff{"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_text(f'{{"format": {FORMAT}}}'),
        lambda folder: (folder / "quads" / "CURRENT").write_text("nonsense"),
        lambda folder: shutil.rmtree(folder / "quads"),
        lambda folder: [path.unlink() for path in (folder / "quads").glob("MANIFEST*")],
        lambda folder: shutil.rmtree(folder / "texts"),
        lambda folder: (folder / "records.db").unlink(),
        lambda folder: (folder / "records.db").write_bytes(b"nonsense" * 1000),
        lambda folder: (folder / "pending.json").write_text("{"),
        lambda folder: (folder / "pending.json").write_text("{}"),
        lambda folder: (folder / "pending.json").write_text("[]"),
    ],
)
def test_a_damaged_store_says_how_to_rebuild_it(folder: Path, damage: object) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
    assert callable(damage)
    damage(folder)
    with pytest.raises(StoreCorrupt, match="kzop build --fresh") as caught:
        GraphStore.open(folder)
    assert "\n" not in str(caught.value)
    with rebuild(folder) as store:
        store.put(*make("2"))
    with GraphStore.open(folder) as store:
        check_consistent(store)


def test_a_store_of_a_newer_layout_is_refused(folder: Path) -> None:
    GraphStore.open(folder, create=True).close()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": FORMAT + 1}))
    with pytest.raises(StoreTooNew, match="update kzop"):
        GraphStore.open(folder)


def test_a_store_of_an_older_layout_is_refused(folder: Path) -> None:
    GraphStore.open(folder, create=True).close()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": FORMAT - 1}))
    with pytest.raises(StoreTooOld, match="kzop build --fresh"):
        GraphStore.open(folder)


def test_the_base_iri_of_a_store_is_fixed(folder: Path) -> None:
    moved = Base("https://law.example/")
    GraphStore.open(folder, create=True, base=moved).close()
    with GraphStore.open(folder) as store:
        assert store.base == moved
    with pytest.raises(WrongBase, match=r"KZOP_BASE_IRI=https://law\.example/"):
        GraphStore.open(folder, base=Base())


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff{"),
        lambda folder: (folder / "quads" / "CURRENT").write_text("nonsense"),
        lambda folder: shutil.rmtree(folder / "quads"),
        lambda folder: [path.unlink() for path in (folder / "quads").glob("MANIFEST*")],
        lambda folder: (folder / "records.db").write_bytes(b"nonsense" * 1000),
        lambda folder: shutil.rmtree(folder.parent.parent / "texts"),
    ],
)
def test_a_damaged_snapshot_says_how_to_rebuild_the_store(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
    snapshot = current(folder)
    assert snapshot
    damage(snapshot)
    with pytest.raises(StoreCorrupt, match="kzop build --fresh") as caught:
        GraphStore.open(folder, read_only=True)
    assert "\n" not in str(caught.value)


def test_one_writer(folder: Path) -> None:
    with GraphStore.open(folder, create=True):
        for read_only in (True, False):  # there is nothing to read yet
            with pytest.raises(StoreLocked, match="another process"):
                GraphStore.open(folder, read_only=read_only)
        with pytest.raises(StoreLocked, match="another process"), rebuild(folder):
            pass


def test_a_writer_waits_for_another(folder: Path) -> None:
    first = GraphStore.open(folder, create=True)
    Timer(0.3, first.close).start()
    GraphStore.open(folder, wait=10).close()


def test_readers_see_the_store_as_it_was_when_they_opened_it(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as writer:
        writer.put(*make("1"))
        writer.publish()
        old = GraphStore.open(folder, read_only=True)
        writer.put(*make("2"))
        with GraphStore.open(folder, read_only=True) as unaware:
            assert unaware.version == old.version
        writer.publish()
        with GraphStore.open(folder, read_only=True) as new:
            assert len(new.documents()) == 2
            assert new.version == writer.version
            check_consistent(new)
        assert len(old.documents()) == 1
        check_consistent(old)
        assert len(list((folder / "snapshots").glob("*/quads"))) == 2
        old.close()
        writer.update("INSERT DATA { <http://a> <http://b> 1 }")
        writer.publish()
    assert len(list((folder / "snapshots").glob("*/quads"))) == 1


def test_an_update_touches_what_it_names_and_changes_the_version(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
        before, size = store.version, len(store.quads)
        store.update("INSERT DATA { GRAPH <http://g> { <a> <http://b> 1 } }")
        assert store.version != before
        with pytest.raises(SyntaxError):
            store.update("INSERT DATA {")
    with GraphStore.open(folder, read_only=True) as reader:
        assert len(reader.quads) == size + 1
        assert reader.version == store.version
        assert NamedNode(f"{BASE.iri}a") in {quad.subject for quad in reader.quads}


def test_a_reader_publishes_what_a_crash_left_unpublished(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
        version = store.version
    crash = (
        "import os, signal, sys; from graph.store import GraphStore\n"
        "store = GraphStore.open(sys.argv[1])\n"
        "store.update('INSERT DATA { <http://a> <http://b> 1 }')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", crash, str(folder)]
    root = Path(__file__).parent.parent
    assert subprocess.run(command, cwd=root, check=False).returncode == -signal.SIGKILL
    with GraphStore.open(folder, read_only=True) as reader:
        assert NamedNode("http://a") in {quad.subject for quad in reader.quads}
        assert reader.version != version


def test_a_store_opened_for_reading_refuses_writes(folder: Path) -> None:
    GraphStore.open(folder, create=True).close()
    with GraphStore.open(folder, read_only=True) as store:
        for write in (lambda: store.put(*make("1")), lambda: store.remove("1")):
            with pytest.raises(StoreReadOnly, match="reading only"):
                write()


def test_a_rebuild_takes_the_place_of_the_old_store(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
    with rebuild(folder) as store:
        store.put(*make("2"))
    assert [path.name for path in folder.parent.iterdir()] == ["store"]
    with GraphStore.open(folder) as store:
        assert [record.work[-1] for record in store.documents()] == ["2"]
        check_consistent(store)


def test_a_rebuild_that_fails_leaves_the_old_store(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
        before = store.dump()
    document, source = make("2")
    broken = dataclasses.replace(document, evidence=("not a statement",))
    with pytest.raises(ValueError, match="statement"), rebuild(folder) as store:
        store.put(broken, source)
    assert [path.name for path in folder.parent.iterdir()] == ["store"]
    with GraphStore.open(folder) as store:
        assert store.dump() == before


def test_a_crash_between_the_two_renames_of_a_swap_is_undone(folder: Path) -> None:
    with GraphStore.open(folder, create=True) as store:
        store.put(*make("1"))
    folder.rename(folder.with_name(".store.old"))
    with GraphStore.open(folder) as store:
        assert len(store.documents()) == 1


def test_a_large_document_is_put_whole(folder: Path) -> None:
    document, source = make("1")
    evidence = tuple(f'<{BASE.id(f"mention/{n:05}")}> {EXACT} "сөз {n}"' for n in range(10_000))
    with GraphStore.open(folder, create=True) as store:
        store.put(dataclasses.replace(document, evidence=evidence), source)
        assert len(store.quads) == 2 * (10_000 + len(document.content))
        assert statements(store, f"evidence/{document.doc}") == set(evidence)
