"""`kzop serve` as a tree of processes on a loopback port, measured and treated badly.

What `soak.py`, `durability.py` and the tests of the processes share: to start and end the service,
send requests that may break off, read from /proc what each of its processes holds. Linux only.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from benchmarks.ports import free_port

KZOP = Path(sys.executable).with_name("kzop")
TOKEN = "secret"
JSON = "application/sparql-results+json"
PATIENCE = 60.0
"""Seconds that a client waits for a machine that is busy with other things."""


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    fields: dict[str, str]
    body: bytes
    whole: bool
    """Whether the transfer ended as it should."""
    seconds: float

    @property
    def slug(self) -> str:
        """The last part of the type of a problem, "" for what is no problem."""
        if "problem" not in self.fields.get("content-type", ""):
            return ""
        return str(json.loads(self.body)["type"]).rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Process:
    """One process of the service, now."""

    pid: int
    role: str
    """`main`, `front`, `zygote`, `worker`, `writer` or `indexer`."""
    threads: int
    descriptors: int
    pss: int
    """Kilobytes of memory, shared pages divided among those who share them."""
    ticks: int
    """Hundredths of a second of processor time."""


@dataclass(frozen=True)
class Tree:
    """All processes of the service, now, and the files of its store."""

    processes: tuple[Process, ...]
    files: int

    @property
    def megabytes(self) -> float:
        return sum(process.pss for process in self.processes) / 1000

    def count(self, role: str) -> int:
        return sum(process.role == role for process in self.processes)

    def figures(self) -> dict[str, int]:
        """What may not grow; a worker has more files and threads open once it has read."""
        lasting = [process for process in self.processes if process.role != "worker"]
        return {
            "processes": len(self.processes),
            "threads": sum(process.threads for process in lasting),
            "descriptors": sum(process.descriptors for process in lasting),
            "files": self.files,
        }


class Served:
    """A running service."""

    def __init__(self, store: Path, port: int, main: "subprocess.Popen[bytes]") -> None:
        self.store = store
        self.port = port
        self.main = main

    def request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        *,
        timeout: float = PATIENCE,
        **headers: str,
    ) -> Answer:
        """Send a request. OSError or HTTPException if there is no answer at all."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body, named)
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            whole, data = True, b""
            try:
                data = response.read()
            except (http.client.IncompleteRead, ConnectionError):
                whole = False
            return Answer(response.status, fields, data, whole, time.monotonic() - started)
        finally:
            connection.close()

    def query(self, text: str, seconds: float | None = None, accept: str = JSON) -> Answer:
        """Send a query by POST; `seconds` lowers its limit."""
        target = "/sparql" + (f"?{urlencode({'timeout': seconds})}" if seconds else "")
        kind = "application/sparql-query"
        return self.request("POST", target, text.encode(), Content_Type=kind, Accept=accept)

    def rows(self, text: str) -> list[dict[str, str]]:
        """Return the rows of a query that must succeed."""
        answer = self.query(text)
        assert (answer.status, answer.whole) == (200, True), answer
        rows = json.loads(answer.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    def update(self, text: str, timeout: float = PATIENCE) -> Answer:
        """Send an update, with the token."""
        return self.request(
            "POST",
            "/sparql",
            text.encode(),
            timeout=timeout,
            Content_Type="application/sparql-update",
            Authorization=f"Bearer {TOKEN}",
        )

    def open(self, text: str, accept: str = JSON) -> socket.socket:
        """Send a query and leave its answer to the caller."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n"
        head += (
            f"Content-Type: application/sparql-query\r\nContent-Length: {len(text.encode())}\r\n"
        )
        connection.sendall(f"{head}\r\n{text}".encode())
        return connection

    def tree(self) -> Tree:
        """Return what the service consists of now."""
        parents = dict(living())
        found = {self.main.pid: "main"}
        for _ in range(3):
            for pid, parent in parents.items():
                if pid not in found and parent in found:
                    found[pid] = role(pid, found[parent])
        processes = [process for pid in sorted(found) if (process := look(pid, found[pid]))]
        files = sum(1 for path in self.store.rglob("*") if path.is_file())
        return Tree(tuple(processes), files)

    def pids(self, role: str) -> list[int]:
        """Return the processes that have a role now."""
        return [process.pid for process in self.tree().processes if process.role == role]

    def rest(self, busy: float = 0.1, seconds: float = PATIENCE, looks: int = 1) -> bool:
        """Wait until no process uses more than that share of a processor; False if they do.

        There are two looks a second; so many after one another must find it so.
        """
        ticks = [self.ticks()]

        def idle() -> bool:
            time.sleep(0.5)
            ticks.append(self.ticks())
            used = [after - before for before, after in pairwise(ticks[-looks - 1 :])]
            return len(used) == looks and max(used) <= 50 * busy

        return wait_for(idle, seconds)

    def ticks(self) -> int:
        """Return the processor time of all living processes, in hundredths of a second."""
        return sum(process.ticks for process in self.tree().processes)


@contextmanager
def serving(store: Path, log: IO[bytes] | None = None, **settings: object) -> Iterator[Served]:
    """Serve a store until the block ends; `settings` are options of `kzop serve`."""
    port = free_port()
    served = Served(store, port, start(store, port, log, **settings))
    try:
        assert wait_for(lambda: is_up(served)), "the service does not answer"
        yield served
    finally:
        served.main.terminate()
        try:
            served.main.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            served.main.kill()
            raise


def start(
    store: Path, port: int, log: IO[bytes] | None, **settings: object
) -> "subprocess.Popen[bytes]":
    """Start `kzop serve`."""
    command = [str(KZOP), "serve", "--store", str(store), "--port", str(port)]
    for name, value in settings.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    output = log or subprocess.DEVNULL
    token = {} if "remote" in settings else {"KZOP_TOKEN": TOKEN}  # that one does not write
    environment = {**os.environ, **token}
    return subprocess.Popen(command, env=environment, stdout=output, stderr=output)


def is_up(served: Served) -> bool:
    """Tell whether the service answers a query."""
    assert served.main.poll() is None, "kzop serve ended"
    with suppress(OSError, http.client.HTTPException):
        return served.query("ASK {}").status == 200
    return False


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until a condition holds; False if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def living() -> Iterator[tuple[int, int]]:
    """Yield every process that is no corpse, and its parent."""
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with suppress(OSError):
                fields = stat(int(name))
                if fields[0] not in ("Z", "X"):
                    yield int(name), int(fields[1])


def stat(pid: int) -> list[str]:
    """Return what follows the name of a process in its `stat`: state, parent and so on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def role(pid: int, parent: str) -> str:
    """Return what a process is, from its command and what its parent is."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return "gone"
    if b"processes.writer" in command:
        return "writer"
    if b"processes.indexer" in command:
        return "indexer"
    if b"processes.zygote" in command:
        return "worker" if parent == "zygote" else "zygote"
    return "front"


def look(pid: int, role: str) -> Process | None:
    """Measure a process; None if it is gone."""
    try:
        fields = stat(pid)
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    except (OSError, StopIteration):
        return None
    return Process(pid, role, int(fields[17]), descriptors, pss, int(fields[11]) + int(fields[12]))


def print_table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print rows as a table in Markdown."""
    print(f"| {' | '.join(head)} |")
    print(f"|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
