"""Backups of real stores: while they are written and served, killed, damaged; and back again."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from limits import KZOP, killed, on_a_full_disk
from pyoxigraph import DefaultGraph
from server import request, running
from test_store import check_consistent, make

import graph.storage.backup
from graph.storage.backup import back_up
from graph.storage.folder import text_path
from graph.storage.manifest import FORMAT
from graph.storage.restore import BadBackup, restore
from graph.store import (
    GraphStore,
    NotAStore,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreMissing,
    StoreTooNew,
    StoreTooOld,
    rebuild,
)

KINDS = pytest.mark.parametrize("kind", ["backup", "backup.tar"])


def kzop(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [str(KZOP), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


def dumped(folder: Path) -> bytes:
    result = kzop("dump", "--sorted", "--store", folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup") / "store"
    with GraphStore.open(folder, create=True) as opened:
        opened.load_vocabulary()
        for slug in "abc":
            opened.put(*make(slug, ["mes", "mia"], f"мәтін {slug}"))
        opened.update(
            'INSERT DATA { <http://x/a> <http://x/b> "өз" GRAPH <http://x/g> '
            '{ <http://x/a> <http://x/b> "өз" } }'
        )
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A copy of a store, to be damaged."""
    return shutil.copytree(made, tmp_path / "data" / "store")


@KINDS
def test_a_backup_is_restored_to_an_equal_store(store: Path, tmp_path: Path, kind: str) -> None:
    target, again = tmp_path / kind, tmp_path / "deep" / "again"
    done = kzop("backup", "--store", store, target)
    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    back = kzop("restore", target, "--store", again)
    assert (back.returncode, back.stdout) == (0, b""), back.stderr
    assert b"3 documents" in done.stderr
    assert done.stderr.split(b":")[-1] == back.stderr.split(b":")[-1]
    assert dumped(again) == dumped(store)
    with GraphStore.open(store) as old, GraphStore.open(again) as new:
        assert new.version == old.version
        assert new.documents() == old.documents()
        assert [new.source_text(r.text_iri) for r in new.documents()] == [
            "мәтін a",
            "мәтін b",
            "мәтін c",
        ]
        new.put(*make("d"))
    left = {path.name for path in again.parent.iterdir()} | {p.name for p in tmp_path.iterdir()}
    assert left == {"again", "data", "deep", kind}


def test_the_hashes_are_those_of_sha256sum(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "b",
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    files = [p for p in (tmp_path / "b").rglob("*") if p.is_file() and p.name != "SHA256SUMS"]
    assert len(checked.stdout.splitlines()) == len(files)


def test_a_backup_shares_no_file_with_the_store(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b")
    files = [path for path in (tmp_path / "b").rglob("*") if path.is_file()]
    assert {path.stat().st_nlink for path in files} == {1}


def test_a_backup_can_be_used_as_a_store_and_is_no_backup_then(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b")
    assert dumped(tmp_path / "b") == dumped(store)
    with pytest.raises(BadBackup, match="changed since it was made"):
        restore(tmp_path / "b", tmp_path / "again")
    assert not (tmp_path / "again").exists()


@KINDS
def test_a_store_that_is_being_written_is_backed_up_as_it_was(
    store: Path, tmp_path: Path, kind: str
) -> None:
    before = dumped(store)
    with GraphStore.open(store) as writer:
        writer.put(*make("d", ["mes"], "жаңа"))
        writer.remove("kz/law/a")
        back_up(store, tmp_path / kind)
    restore(tmp_path / kind, tmp_path / "again")
    assert dumped(tmp_path / "again") == before
    with GraphStore.open(tmp_path / "again") as opened:
        check_consistent(opened)


@KINDS
def test_texts_that_go_while_they_are_copied_are_no_harm(
    store: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two texts that are copied, another document goes, for good."""
    original, left = text_path, ["c", "b"]

    def remove_first(folder: Path, digest: str) -> Path:
        if left:
            with GraphStore.open(folder) as writer:
                writer.remove(f"kz/law/{left.pop()}")
        return original(folder, digest)

    monkeypatch.setattr(graph.storage.backup, "text_path", remove_first)
    assert back_up(store, tmp_path / kind).documents == 1
    restore(tmp_path / kind, tmp_path / "again")
    assert dumped(tmp_path / "again") == dumped(store)
    with GraphStore.open(tmp_path / "again") as opened:
        check_consistent(opened)


@KINDS
@pytest.mark.parametrize("name", ["open_records", "quad_files"])
def test_a_store_that_is_replaced_while_it_is_copied_is_not_mixed(
    store: Path, tmp_path: Path, kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original: Callable[..., object] = getattr(graph.storage.backup, name)
    done: list[bool] = []

    def replace(*arguments: object) -> object:
        if not done:
            done.append(True)
            with rebuild(store) as fresh:
                fresh.put(*make("e", ["mia"], "тың"))
        return original(*arguments)

    monkeypatch.setattr(graph.storage.backup, name, replace)
    assert back_up(store, tmp_path / kind).documents == 1
    restore(tmp_path / kind, tmp_path / "again")
    assert dumped(tmp_path / "again") == dumped(store)


def test_backups_under_constant_writing_are_consistent(store: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with GraphStore.open(store, wait=5) as writer:
                writer.put(*make(f"n{number}", ["mes"], f"м{number}", "same.txt"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(6):
            kind = f"b{number}" + (".tar" if number % 2 else "")
            back_up(store, tmp_path / kind)
            restore(tmp_path / kind, tmp_path / f"r{number}")
    finally:
        stop.set()
        writer.join()
    for number in range(6):
        with GraphStore.open(tmp_path / f"r{number}") as opened:
            check_consistent(opened)
            for record in opened.documents():
                assert opened.source_text(record.text_iri)


def test_a_service_goes_on_with_the_store_that_is_restored(store: Path, tmp_path: Path) -> None:
    with running(store) as port:
        old = json.loads(request(port, "GET", "/health")[2])
        assert kzop("backup", "--store", store, tmp_path / "b.tar").returncode == 0
        with GraphStore.open(store) as writer:
            writer.remove("kz/law/a")
            writer.remove("kz/law/b")
        assert json.loads(request(port, "GET", "/health")[2])["documents"] == 1
        back = kzop("restore", "--force", "--store", store, tmp_path / "b.tar")
        assert back.returncode == 0, back.stderr
        assert json.loads(request(port, "GET", "/health")[2]) == old
        query = "/sparql?query=SELECT(COUNT(*)AS%3Fn){%3Fs%3Fp%3Fo}&format=csv"
        status, _, body = request(port, "GET", query)
        with GraphStore.open(store, read_only=True) as opened:
            default = opened.quads.quads_for_pattern(None, None, None, DefaultGraph())
            assert (status, body) == (200, f"n\r\n{len(list(default))}\r\n".encode())


# refusals


def test_nothing_is_overwritten_without_force(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b")
    for target in (tmp_path / "b", store):
        with pytest.raises(StoreError, match=r"exists already|is in the store"):
            back_up(store, target)
    before = dumped(store)
    with GraphStore.open(store) as writer:
        writer.remove("kz/law/a")
    changed = dumped(store)
    refused = kzop("restore", "--store", store, tmp_path / "b")
    assert (refused.returncode, refused.stderr.count(b"\n")) == (2, 1)
    assert b"--force" in refused.stderr
    assert dumped(store) == changed
    assert kzop("restore", "--force", "--store", store, tmp_path / "b").returncode == 0
    assert dumped(store) == before


def test_what_is_no_store_is_not_replaced_even_by_force(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b")
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "thesis.doc").write_text("years of work")
    for folder in (thesis, thesis / "thesis.doc"):
        with pytest.raises(StoreError, match="is not empty"):
            restore(tmp_path / "b", folder)
        with pytest.raises(NotAStore):
            restore(tmp_path / "b", folder, force=True)
    assert (thesis / "thesis.doc").read_text() == "years of work"


def test_empty_folders_are_filled(store: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "again").mkdir()
    back_up(store, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again")
    assert dumped(tmp_path / "again") == dumped(store)


def test_a_damaged_store_is_replaced_and_a_writer_is_waited_for(
    store: Path, tmp_path: Path
) -> None:
    back_up(store, tmp_path / "b")
    with GraphStore.open(store), pytest.raises(StoreLocked):
        restore(tmp_path / "b", store, force=True)
    before = dumped(store)
    shutil.rmtree(store / "quads")
    (store / "manifest.json").write_text("{")
    restore(tmp_path / "b", store, force=True)
    assert dumped(store) == before


@pytest.mark.parametrize(("change", "error"), [(1, StoreTooNew), (-1, StoreTooOld)])
@KINDS
def test_another_format_is_refused_by_every_command(
    store: Path, tmp_path: Path, kind: str, change: int, error: type[StoreError]
) -> None:
    back_up(store, tmp_path / "b")
    for manifest in (tmp_path / "b", store):
        path = manifest / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"format": FORMAT + change}))
    if kind.endswith(".tar"):
        with tarfile.open(tmp_path / kind, "w") as tar:
            tar.add(tmp_path / "b", ".")
        with tarfile.open(tmp_path / kind, "w") as tar:
            for path in sorted((tmp_path / "b").rglob("*")):
                tar.add(path, path.relative_to(tmp_path / "b").as_posix(), recursive=False)
    else:
        (tmp_path / "b").rename(tmp_path / kind)
    with pytest.raises(error, match=f"in store format {FORMAT + change}, this kzop reads"):
        restore(tmp_path / kind, tmp_path / "again")
    for arguments in (["backup", tmp_path / "c.tar"], ["dump"], ["dump", "--sorted"]):
        result = kzop(*arguments, "--store", store)
        assert (result.returncode, result.stderr.count(b"\n")) == (2, 1)
        assert b"this kzop reads" in result.stderr
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / "c.tar").exists()


def test_backups_that_are_none_say_so(store: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.tar").write_text("no tar at all " * 100)
    (tmp_path / "empty.tar").touch()
    for name, message in (
        ("none", "no such backup"),
        ("empty", "not a backup"),
        ("text.tar", "damaged"),
        ("empty.tar", "damaged"),
    ):
        result = kzop("restore", tmp_path / name, "--store", tmp_path / "again")
        assert (result.returncode, result.stderr.count(b"\n")) == (2, 1)
        assert message in result.stderr.decode()
    with pytest.raises(BadBackup, match=r"no SHA256SUMS"):
        restore(store, tmp_path / "again")
    for target in (tmp_path / "none" / "b.tar", tmp_path / "none" / "b"):
        with pytest.raises(StoreError, match="no such folder"):
            back_up(store, target)
    with pytest.raises(StoreMissing):
        back_up(tmp_path / "none", tmp_path / "b")
    with pytest.raises(StoreError, match="is in the store"):
        restore(store / "texts", store, force=True)


# damage


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x20
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a quad": lambda b: flip(max((b / "quads").glob("*.sst"), key=lambda p: p.stat().st_size)),
    "a text": lambda b: flip(next((b / "texts").iterdir())),
    "records": lambda b: flip(b / "records.db"),
    "manifest": lambda b: flip(b / "manifest.json"),
    "sums": lambda b: flip(b / "SHA256SUMS"),
    "no sums": lambda b: (b / "SHA256SUMS").unlink(),
    "empty sums": lambda b: (b / "SHA256SUMS").write_text(""),
    "cut sums": lambda b: os.truncate(b / "SHA256SUMS", 300),
    "no text": lambda b: next((b / "texts").iterdir()).unlink(),
    "no quad": lambda b: next((b / "quads").glob("*.sst")).unlink(),
    "longer": lambda b: (b / "records.db").write_bytes((b / "records.db").read_bytes() + b"x"),
    "surplus": lambda b: (b / "quads" / "000099.sst").touch(),
    "outside": lambda b: (b / "SHA256SUMS").write_text(
        (b / "SHA256SUMS").read_text() + "0" * 64 + "  ../outside\n"
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ["folder", "tar"])
def test_a_damaged_backup_leaves_the_store(
    store: Path, tmp_path: Path, damage: str, kind: str
) -> None:
    before = dumped(store)
    source = tmp_path / "b"
    back_up(store, source)
    DAMAGES[damage](source)
    if kind == "tar":
        with tarfile.open(tmp_path / "b.tar", "w") as tar:
            for path in sorted(source.rglob("*")):
                tar.add(path, path.relative_to(source).as_posix(), recursive=False)
        source = tmp_path / "b.tar"
    with pytest.raises(StoreError) as caught:
        restore(source, store, force=True)
    assert "\n" not in str(caught.value)
    assert str(source) in str(caught.value)
    with pytest.raises(StoreError):
        restore(source, tmp_path / "again")
    assert dumped(store) == before
    assert [path.name for path in store.parent.iterdir()] == ["store"]
    assert not (tmp_path / "again").exists()


def test_a_tar_cut_or_damaged_anywhere_is_refused(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.tar")
    whole = (tmp_path / "b.tar").read_bytes()
    with tarfile.open(tmp_path / "b.tar") as tar:
        last = tar.getmembers()[-1]
        heads = [member.offset for member in tar.getmembers()]
    end = last.offset_data + last.size
    for cut in [*range(0, end, end // 20), end - 1]:
        (tmp_path / "cut.tar").write_bytes(whole[:cut])
        with pytest.raises(StoreError):
            restore(tmp_path / "cut.tar", tmp_path / "again")
    for place in [*(head + 3 for head in heads), *(head + 130 for head in heads)]:
        changed = bytearray(whole)
        changed[place] ^= 0x01
        (tmp_path / "cut.tar").write_bytes(changed)
        with pytest.raises(StoreError):
            restore(tmp_path / "cut.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_tar_cannot_write_outside(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar", "a") as tar:
        for name, kind in (("../outside", tarfile.REGTYPE), ("texts", tarfile.SYMTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(tmp_path)
            tar.addfile(info, io.BytesIO())
    with pytest.raises(BadBackup, match="outside is not in SHA256SUMS"):
        restore(tmp_path / "b.tar", tmp_path / "deep" / "again")
    assert not list(tmp_path.rglob("outside"))


def test_a_store_with_a_damaged_text_is_not_backed_up(store: Path, tmp_path: Path) -> None:
    flip(next((store / "texts").iterdir()))
    with pytest.raises(StoreCorrupt, match="is not what was read"):
        back_up(store, tmp_path / "b")
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


# kill -9, and a full disk


@KINDS
@pytest.mark.parametrize(
    ("module", "name", "count"),
    [
        ("graph.storage.backup", "Copied.put", 0),
        ("graph.storage.backup", "Copied.put", 2),
        ("graph.storage.backup", "Copied.put", 9),
        ("graph.storage.backup", "Copied.lines", 0),
        ("graph.storage.growing", "sync_folder", 0),
    ],
)
def test_kill_9_in_a_backup_leaves_none_or_a_whole_one(
    store: Path, tmp_path: Path, kind: str, module: str, name: str, count: int
) -> None:
    target = tmp_path / kind
    if name == "sync_folder" and kind == "backup":
        module = "graph.storage.backup"
    killed(module, name, count, "backup", "--store", store, target)
    if name == "sync_folder":
        assert target.exists()
    else:
        assert not target.exists()
        back_up(store, target)
    restore(target, tmp_path / "again")
    assert dumped(tmp_path / "again") == dumped(store)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "again", kind}


@pytest.mark.parametrize(
    ("module", "name", "count", "survivor"),
    [
        ("graph.storage.restore", "copy", 0, "old"),
        ("graph.storage.restore", "copy", 5, "old"),
        ("graph.storage.restore", "OpenStore.open", 0, "old"),
        ("graph.storage.restore", "swap_in", 0, "old"),
        ("pathlib", "Path.rename", 6, "old"),
        ("graph.storage.folder", "shutil.rmtree", 3, "new"),
    ],
)
def test_kill_9_in_a_restore_leaves_the_old_store_or_the_new(
    store: Path, tmp_path: Path, module: str, name: str, count: int, survivor: str
) -> None:
    back_up(store, tmp_path / "b")
    states = {"new": dumped(store)}
    with GraphStore.open(store) as writer:
        writer.remove("kz/law/a")
    states["old"] = dumped(store)
    arguments = ("restore", "--force", "--store", store, tmp_path / "b")
    killed(module, name, count, *arguments)
    with GraphStore.open(store, read_only=True):
        pass
    assert dumped(store) in states.values()
    assert dumped(store) == states[survivor]
    restore(tmp_path / "b", store, force=True)
    assert dumped(store) == states["new"]
    assert [path.name for path in store.parent.iterdir()] == ["store"]


def test_kill_9_at_any_moment_of_a_restore(store: Path, tmp_path: Path) -> None:
    back_up(store, tmp_path / "b.tar")
    before = dumped(store)
    command = [str(KZOP), "restore", "--force", "--store", str(store), str(tmp_path / "b.tar")]
    for milliseconds in range(100, 400, 25):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(milliseconds / 1000)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        assert dumped(store) == before
    restore(tmp_path / "b.tar", store, force=True)
    assert [path.name for path in store.parent.iterdir()] == ["store"]


@KINDS
@pytest.mark.parametrize("size", [1000, 100_000])
def test_a_full_disk_leaves_no_backup_and_the_old_store(
    store: Path, tmp_path: Path, kind: str, size: int
) -> None:
    target = tmp_path / kind
    before = dumped(store)
    result = on_a_full_disk(size, "backup", "--store", store, target)
    assert (result.returncode, result.stderr.count(b"\n")) == (2, 1), result.stderr
    assert b"File too large" in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    back_up(store, target)
    result = on_a_full_disk(size, "restore", "--force", "--store", store, target)
    assert (result.returncode, result.stderr.count(b"\n")) == (2, 1), result.stderr
    assert b"File too large" in result.stderr
    assert [path.name for path in store.parent.iterdir()] == ["store"]
    assert dumped(store) == before


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a tmpfs: root")
def test_a_full_file_system(store: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this system lets nobody mount")
    try:
        for kind in ("b", "b.tar"):
            with pytest.raises(StoreError, match="No space left on device"):
                back_up(store, small / kind)
        back_up(store, tmp_path / "b")
        with pytest.raises(StoreError, match="No space left on device"):
            restore(tmp_path / "b", small / "again")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)
