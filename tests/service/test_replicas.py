"""Servers that read snapshots: under load while they move, several at once, damaged ones."""

import hashlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.served import KZOP, Served, serving, wait_for
from graph.storage.restore import restore
from graph.storage.shelf import publish, verify
from graph.storage.snapshot import delete_unheld
from graph.store import GraphStore

VALUES = "SELECT ?place ?value WHERE { ?place <urn:value> ?value } ORDER BY ?place"
LARGE = """SELECT ?s ?value ?other
WHERE { ?s ?p ?o . ?a <urn:value> ?value . ?b <urn:value> ?other } LIMIT 60000"""
PATHS = (
    "/health",
    "/documents",
    "/doc/org/mfa.ttl",
    "/search?q=%D0%B1%D0%B0%D0%BB%D0%B0",
    "/store?graph=urn:values",
)
CLIENTS = 4
LAST_CHUNK = b"\r\n0\r\n\r\n"


def set_value(folder: Path, value: int) -> None:
    """Let three things have the same value, in a graph and in the merge."""
    facts = " ".join(f"<urn:thing:{n}> <urn:value> {value} ." for n in range(3))
    with GraphStore.open(folder) as store:
        store.update("DELETE WHERE { ?s <urn:value> ?v }; DROP SILENT GRAPH <urn:values>")
        store.update(f"INSERT DATA {{ {facts} GRAPH <urn:values> {{ {facts} }} }}")


@pytest.fixture
def store(sample_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    shutil.copytree(sample_folder, folder)
    set_value(folder, 0)
    return folder


@pytest.fixture
def shelf(store: Path, tmp_path: Path) -> Path:
    publish(store, tmp_path / "shelf")
    return tmp_path / "shelf"


def version(served: Served) -> str:
    return str(json.loads(served.request("GET", "/health").body)["version"])


def values(served: Served) -> set[str]:
    return {row["value"] for row in served.rows(VALUES)}


class Load:
    """Clients that ask without a pause, and what they were told."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._ended = threading.Event()
        self.answers = 0
        self.failures: list[str] = []
        self.by_tag: dict[tuple[str, str], set[str]] = {}
        """Path and ETag -> hashes of the answers that had it."""
        self.values: set[tuple[str, frozenset[str]]] = set()
        """Each ETag with the values of the answer that had it."""

    def ask(self) -> None:
        while not self._ended.is_set():
            for path in PATHS:
                self._note(path, "GET", path)
            self._note("values", "POST", "/sparql")

    def _note(self, name: str, method: str, target: str) -> None:
        try:
            if method == "POST":
                answer = self._served.query(VALUES)
            else:
                answer = self._served.request(method, target)
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(f"{name}: {error!r}")
            return
        self.answers += 1
        if answer.status != 200 or not answer.whole:
            self.failures.append(f"{name}: {answer.status} {answer.body[:200]!r}")
            return
        tag = answer.fields.get("etag", "")
        if tag:
            digest = hashlib.sha256(answer.body).hexdigest()
            self.by_tag.setdefault((name, tag), set()).add(digest)
        if name == "values":
            rows = json.loads(answer.body)["results"]["bindings"]
            self.values.add((tag, frozenset(row["value"]["value"] for row in rows)))

    def has_seen(self, value: int) -> bool:
        """Whether a client was told the value of this version."""
        return any(str(value) in found for _, found in list(self.values))

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.ask) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()


def holders(served: Served, folder: Path) -> list[str]:
    """What the processes of a service have open or mapped below a folder."""
    found = []
    for process in served.tree().processes:
        with suppress(OSError):
            descriptors = Path(f"/proc/{process.pid}/fd")
            links = [os.readlink(descriptors / name) for name in os.listdir(descriptors)]
            links += Path(f"/proc/{process.pid}/maps").read_text().split()
            found += [f"{process.role} {link}" for link in links if link.startswith(str(folder))]
    return found


@pytest.mark.parametrize("way", ["current", "link"])
def test_a_server_moves_to_newer_snapshots_and_drops_no_request(
    store: Path, shelf: Path, tmp_path: Path, way: str
) -> None:
    first = shelf / (shelf / "current").read_text()
    link = tmp_path / "link"
    link.symlink_to(first)
    with serving(store, snapshot=link if way == "link" else shelf, query_workers=2) as served:
        load = Load(served)
        assert values(served) == {"0"}
        with load.running():
            assert wait_for(lambda: load.has_seen(0))
            for value in (1, 2, 3):
                set_value(store, value)
                newest = publish(store, shelf).path
                if way == "link":
                    (tmp_path / "beside").symlink_to(newest)
                    (tmp_path / "beside").rename(link)
                assert wait_for(lambda: version(served) == newest.name)  # noqa: B023
                assert values(served) == {str(value)}
                assert wait_for(lambda: load.has_seen(value))  # noqa: B023
        assert load.failures == []
        assert load.answers > 100
        # Each answer is from one version, and an ETag stands for one answer.
        assert {len(found) for _, found in load.values} == {1}
        assert len(load.values) == len({tag for tag, _ in load.values}) == 4
        assert [key for key, digests in load.by_tag.items() if len(digests) > 1] == []
        assert wait_for(lambda: holders(served, first) == []), holders(served, first)
        delete_unheld(first)
        assert not first.exists()
        assert values(served) == {"3"}


def test_a_query_that_runs_keeps_its_version(store: Path, shelf: Path) -> None:
    first = shelf / (shelf / "current").read_text()
    with serving(store, snapshot=shelf, query_workers=2) as served:
        with served.open(LARGE, "text/csv") as connection:
            begun = connection.recv(1000)
            assert b" 200 " in begun
            set_value(store, 1)
            newest = publish(store, shelf, keep=1).path
            assert wait_for(lambda: version(served) == newest.name)
            delete_unheld(first)
            assert first.exists(), "a snapshot is deleted while it is read"
            rows = begun
            while not rows.endswith(LAST_CHUNK):
                more = connection.recv(1 << 20)
                assert more, "the answer is cut off"
                rows += more
            lines = [line for line in rows.split(b"\r\n") if line.endswith(b",0,0")]
            assert len(lines) > 10_000
            assert not any(line.endswith((b",1,1", b",0,1", b",1,0")) for line in rows.split())
        assert wait_for(lambda: holders(served, first) == []), holders(served, first)
        delete_unheld(first)
        assert not first.exists()


def test_several_servers_read_one_snapshot_that_none_may_write(
    store: Path, shelf: Path, tmp_path: Path
) -> None:
    shutil.rmtree(store)
    paths = [shelf, *shelf.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in paths}
    try:
        with serving(store, snapshot=shelf) as one, unprivileged(shelf, tmp_path) as other:
            newest = (shelf / "current").read_text()
            for served in (one, other):
                assert version(served) == newest
                assert values(served) == {"0"}
                found = served.request("GET", "/search?q=%D0%B1%D0%B0%D0%BB%D0%B0&format=json")
                assert found.status == 200
                assert (
                    f'kzop_data_info{{version="{newest}"}} 1.0'
                    in served.request("GET", "/metrics").body.decode()
                )
                refused = served.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
                assert (refused.status, refused.slug) == (403, "read-only")
                assert b"snapshot" in refused.body
                put = served.request("PUT", "/store?graph=urn:x", b"<a:a> <a:b> <a:c> .")
                assert put.status == 403
        assert {path: path.stat().st_mtime_ns for path in [shelf, *shelf.rglob("*")]} == before
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


@contextmanager
def unprivileged(shelf: Path, folder: Path) -> Iterator[Served]:
    """Serve a shelf as somebody to whom permissions apply."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(KZOP), "serve", "--snapshot", str(shelf), "--port", str(port)]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    served = Served(folder, port, process)

    def is_up() -> bool:
        with suppress(OSError, http.client.HTTPException):
            return served.query("ASK {}").status == 200
        return False

    try:
        assert wait_for(is_up)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=60)


def flip(path: Path) -> None:
    data = path.read_bytes()
    middle = len(data) // 2
    path.unlink()  # it may be a link into the store
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-1])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a text is gone": lambda path: next(path.glob("texts/*.txt")).unlink(),
    "a table is cut": lambda path: cut(max(path.glob("quads/*.sst"))),
    "a table is changed": lambda path: flip(max(path.glob("quads/*.sst"))),
    "the text index is changed": lambda path: flip(path / "text.db"),
    "the manifest is changed": lambda path: flip(path / "manifest.json"),
    "the list is gone": lambda path: (path / "SHA256SUMS").unlink(),
    "the manifest is gone": lambda path: (path / "manifest.json").unlink(),
    "the manifest is no JSON": lambda path: (path / "manifest.json").write_text("{"),
    "all is gone": shutil.rmtree,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_snapshot_is_refused_with_one_line(shelf: Path, what: str) -> None:
    DAMAGES[what](shelf / (shelf / "current").read_text())
    command = [str(KZOP), "serve", "--snapshot", str(shelf)]
    ended = subprocess.run(command, capture_output=True, check=False, timeout=60)
    errors = ended.stderr.decode()
    assert (ended.returncode, len(errors.splitlines())) == (2, 1), errors
    assert str(shelf) in errors


def test_a_damaged_newer_snapshot_is_passed_by(store: Path, shelf: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    first = (shelf / "current").read_text()
    with log.open("wb") as file, serving(store, file, snapshot=shelf) as served:
        set_value(store, 1)
        damaged = publish(store, tmp_path / "other").path
        flip(damaged / "text.db")
        shutil.copytree(damaged, shelf / damaged.name)
        (shelf / "current").write_text(damaged.name)
        assert wait_for(lambda: "text.db is not what was copied" in log.read_text())
        assert version(served) == first
        assert values(served) == {"0"}
        set_value(store, 2)
        newest = publish(store, shelf).path
        assert wait_for(lambda: version(served) == newest.name)
        assert values(served) == {"2"}
    assert log.read_text().count("still serving") == 1


def test_a_snapshot_is_a_backup_too(store: Path, shelf: Path, tmp_path: Path) -> None:
    with GraphStore.open(store, read_only=True) as opened:
        dump, before = opened.dump(), opened.version
    published = publish(store, shelf)
    assert (published.is_new, published.contents.version) == (False, before)
    restore(published.path, tmp_path / "restored")
    with GraphStore.open(tmp_path / "restored", read_only=True) as opened:
        assert (opened.dump(), opened.version) == (dump, before)


def test_a_packed_snapshot_is_smaller_and_holds_the_same(
    store: Path, shelf: Path, tmp_path: Path
) -> None:
    with GraphStore.open(store) as opened:
        opened.update("CREATE GRAPH <urn:empty>")
    packed = publish(store, tmp_path / "packed", packed=True)
    plain = publish(store, shelf)
    assert verify(packed.path, whole=True) == packed.contents
    assert packed.contents.quads == plain.contents.quads
    assert packed.contents.bytes < 0.8 * plain.contents.bytes
    with (
        GraphStore.open_artefact(packed.path) as one,
        GraphStore.open_artefact(plain.path) as other,
    ):
        assert one.dump() == other.dump()
        assert set(one.quads.named_graphs()) == set(other.quads.named_graphs())
        before = one.dump()
    restore(packed.path, store, force=True)
    sizes = [path.stat().st_size for path in (store / "quads").glob("*.sst")]
    assert sum(sizes) < 0.8 * plain.contents.bytes
    with GraphStore.open(store) as again:
        assert again.dump() == before
        again.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")


def test_only_so_many_snapshots_are_kept(store: Path, shelf: Path) -> None:
    for value in range(1, 4):
        set_value(store, value)
        newest = publish(store, shelf, keep=2).path
    folders = [path for path in shelf.iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert newest in folders
