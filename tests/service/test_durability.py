"""What survives when processes are killed, and while another program writes the store."""

import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from benchmarks.durability import ROLES, Journal, kill_and_heal, lost, reading, write
from benchmarks.served import KZOP, Answer, living, serving, wait_for
from graph.storage.open_store import UNPUBLISHED
from graph.storage.snapshot import CURRENT, SNAPSHOTS
from graph.store import GraphStore

UPDATES = 10_000
"""More than are sent: the writer is told to stop."""
STATEMENT = Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"))
INSERT = "INSERT DATA { <urn:s> <urn:p> <urn:o> }"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    GraphStore.open(tmp_path / "store", create=True).close()
    return tmp_path / "store"


def test_nothing_acknowledged_is_lost_whatever_process_is_killed(store: Path) -> None:
    journal = Journal()
    with serving(store, query_workers=2) as served:
        numbers = iter(range(UPDATES))
        ended = threading.Event()

        def writing() -> None:
            while not ended.is_set():
                write(served, journal, range(number := next(numbers), number + 1))

        writer = threading.Thread(target=writing)
        writer.start()
        try:
            with reading(served, journal):
                for role in ROLES:
                    assert wait_for(lambda: len(journal.acknowledged) % 60 > 50)
                    kill_and_heal(served, journal, role)
        finally:
            ended.set()
            writer.join()
        assert len(journal.acknowledged) > 100
        assert lost(served, journal) == []
        assert journal.torn == []
        failures = {name for name in journal.failures if name.startswith("5")}
        assert failures <= {"503 write-failed", "503 query-too-large"}
    assert survivors(store) == []


def survivors(store: Path) -> list[int]:
    """Processes that have files of the store open, after a moment to end."""

    def holders() -> list[int]:
        found = []
        for pid, _ in living():
            try:
                names = os.listdir(f"/proc/{pid}/fd")
                links = [os.readlink(f"/proc/{pid}/fd/{name}") for name in names]
            except OSError:
                continue
            if any(link.startswith(str(store)) for link in links):
                found.append(pid)
        return found

    wait_for(lambda: not holders(), 20)
    return holders()


def test_the_end_of_the_main_process_is_the_end_of_all(store: Path) -> None:
    with serving(store) as served:
        assert served.update(INSERT).status == 204
        pids = [process.pid for process in served.tree().processes]
        assert len(pids) >= 5
        served.main.kill()
        served.main.wait()
        assert wait_for(lambda: not {pid for pid, _ in living()} & set(pids), 20)
    with serving(store) as served:
        assert served.rows("SELECT ?o { <urn:s> <urn:p> ?o }") == [{"o": "urn:o"}]


def test_a_graceful_stop_lets_requests_end_and_loses_nothing(store: Path) -> None:
    query = "SELECT * { VALUES ?a { %s } VALUES ?b { %s } }" % (
        (" ".join(map(str, range(300))),) * 2
    )
    with serving(store) as served:
        assert served.update(INSERT).status == 204
        connection = served.open(query)
        assert connection.recv(1)
        served.main.send_signal(signal.SIGTERM)
        received = b""
        while piece := connection.recv(1 << 20):
            received += piece
            if received.endswith(b"0\r\n\r\n"):
                break
        connection.close()
        assert received.count(b'"a":') > 89_900  # a chunk may cut some in two
        assert received.endswith(b"0\r\n\r\n")
        assert served.main.wait(timeout=60) in (0, -signal.SIGTERM)
        assert survivors(store) == []
    assert not (store / UNPUBLISHED).exists()
    with GraphStore.open(store, read_only=True) as opened:
        assert STATEMENT in opened.quads


def test_a_build_beside_the_service_is_seen_and_disturbs_nobody(store: Path) -> None:
    text = Path(__file__).with_name("example.txt")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    journal = Journal()
    with serving(store, query_workers=2) as served, reading(served, journal):
        assert served.update(INSERT).status == 204
        before = int(served.rows(count)[0]["n"])
        build = subprocess.Popen([KZOP, "build", "--store", store, text], stdout=subprocess.DEVNULL)
        statuses: list[Answer] = []
        while build.poll() is None:
            statuses.append(served.update(f"INSERT DATA {{ <urn:s> <urn:p> {len(statuses)} }}"))
        assert build.returncode == 0
        slugs = {answer.slug for answer in statuses}
        assert slugs <= {"", "store-busy"}
        assert served.update("INSERT DATA { <urn:s> <urn:p> 'after' }").status == 204
        assert int(served.rows(count)[0]["n"]) > before + 100
        written = {row["o"] for row in served.rows("SELECT ?o { <urn:s> <urn:p> ?o }")}
        done = {str(n) for n, answer in enumerate(statuses) if answer.status == 204}
        assert written == {"urn:o", "after"} | done
        assert (
            subprocess.run(
                [KZOP, "build", "--fresh", "--store", store, text], stdout=subprocess.DEVNULL
            ).returncode
            == 0
        )
        assert wait_for(lambda: served.rows("SELECT ?o { <urn:s> <urn:p> ?o }") == [])
    assert {name for name in journal.failures if name.startswith("5")} == set()


def test_what_a_crash_left_is_swept(store: Path) -> None:
    with GraphStore.open(store) as opened:
        opened.update(INSERT)
    shelf = store / SNAPSHOTS
    newest = (shelf / CURRENT).read_text()
    shutil.copytree(shelf / newest, shelf / "0123456789abcdef")
    shutil.copytree(shelf / newest, shelf / "1123456789abcdef.new")
    for name in ("bulk-1.sst", "bulk-af05.sst", "LOG.old.1795913702244699"):
        (store / "quads" / name).write_bytes(b"left")
    with serving(store) as served:
        assert served.update("INSERT DATA { <urn:s> <urn:p> 2 }").status == 204
        assert len(served.rows("SELECT ?o { <urn:s> <urn:p> ?o }")) == 2
    left = [path.name for path in (store / "quads").iterdir()]
    assert [name for name in left if name.startswith("bulk-")] == []
    assert len([name for name in left if name.startswith("LOG.old")]) <= 1
    assert len([path for path in shelf.iterdir() if path.is_dir()]) <= 2


def test_a_recovered_write_is_published_at_once(store: Path) -> None:
    with GraphStore.open(store) as opened:
        opened.update(INSERT)
        shutil.copytree(store, store.with_name("copy"))  # as a crash would leave it
    with GraphStore.open(store.with_name("copy")) as writing:
        assert writing.is_published
        with GraphStore.open(store.with_name("copy"), read_only=True) as opened:
            assert STATEMENT in opened.quads
