"""Kills the processes of the service while it writes: `python -m benchmarks.durability`.

One client sends updates, one after the other; another reads all the time; now and then a process of
the service is killed with SIGKILL: a worker, the zygote, the writer, the front process. Each update
adds a pair of statements and replaces a third. Prints one table:

    acknowledged   updates that were answered with 204
    lost           acknowledged updates that are not there in the end
    torn           answers that had half a pair, or lacked what was acknowledged before
    healed         longest time from a kill until updates and queries are answered
"""

import argparse
import http.client
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.served import Answer, Served, print_table, serving, wait_for
from graph.store import GraphStore

ROLES = ("worker", "zygote", "writer", "front")
PAIRS = """\
SELECT ?left ?right ?states {
  { SELECT (COUNT(*) AS ?left) { ?s <urn:left> ?n } }
  { SELECT (COUNT(*) AS ?right) { ?s <urn:right> ?n } }
  { SELECT (COUNT(*) AS ?states) { <urn:state> <urn:is> ?n } }
}"""
PAUSE = 7.0
"""Seconds between two kills of the front process: granian gives up on one that always fails."""


def pair(number: int) -> str:
    """Return the update of that number."""
    return (
        f"INSERT DATA {{ <urn:l{number}> <urn:left> {number} }} ;\n"
        "DELETE WHERE { <urn:state> <urn:is> ?o } ;\n"
        f"INSERT DATA {{ <urn:r{number}> <urn:right> {number} . <urn:state> <urn:is> {number} }}"
    )


@dataclass
class Journal:
    """What the clients saw."""

    acknowledged: list[int] = field(default_factory=list)
    torn: list[dict[str, str]] = field(default_factory=list)
    reads: int = 0
    failures: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Answers that were none, by what came instead."""

    def note(self, answer: Answer | None) -> bool:
        """Note what came; True if it was a good answer."""
        if answer is None:
            self.failures["no answer"] += 1
        elif not answer.whole:
            self.failures["broken off"] += 1
        elif answer.status >= 400:
            self.failures[f"{answer.status} {answer.slug}"] += 1
        else:
            return True
        return False


def write(served: Served, journal: Journal, numbers: range) -> None:
    """Send the updates of these numbers, each once."""
    for number in numbers:
        answer = None
        with suppress(OSError, http.client.HTTPException):
            answer = served.update(pair(number))
        if journal.note(answer):
            journal.acknowledged.append(number)
        else:
            time.sleep(0.05)


def read(served: Served, journal: Journal, ended: threading.Event) -> None:
    """Look for half an update, or one that is gone again, until the event is set."""
    while not ended.is_set():
        known = len(journal.acknowledged)
        answer = None
        with suppress(OSError, http.client.HTTPException):
            answer = served.query(PAIRS)
        if journal.note(answer) and answer:
            journal.reads += 1
            check(answer, known, journal)
        ended.wait(0.1)


def check(answer: Answer, known: int, journal: Journal) -> None:
    """Note an answer that is not consistent, or older than what was acknowledged before it."""
    row = rows_of(answer)[0]
    left, right, states = (int(row[name]) for name in ("left", "right", "states"))
    if left != right or states != min(left, 1) or left < known:
        journal.torn.append({**row, "known": str(known)})


def rows_of(answer: Answer) -> list[dict[str, str]]:
    """Return the rows of an answer in JSON."""
    rows = json.loads(answer.body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


@contextmanager
def reading(served: Served, journal: Journal) -> Iterator[None]:
    """Have a client read as long as the block runs."""
    ended = threading.Event()
    reader = threading.Thread(target=read, args=(served, journal, ended))
    reader.start()
    try:
        yield
    finally:
        ended.set()
        reader.join()


def kill(served: Served, role: str) -> bool:
    """Kill a process that has a role; False if there is none."""
    pids = served.pids(role)
    if pids:
        with suppress(ProcessLookupError):
            os.kill(random.choice(pids), signal.SIGKILL)
    return bool(pids)


def kill_and_heal(served: Served, journal: Journal, role: str) -> float:
    """Kill a process, wait until updates and queries are answered; return the seconds it took."""
    wait_for(lambda: kill(served, role))
    started = time.monotonic()
    written, seen = len(journal.acknowledged), journal.reads
    wait_for(lambda: len(journal.acknowledged) > written and journal.reads > seen)
    return time.monotonic() - started


def reached(journal: Journal, goal: int) -> bool:
    """Tell whether so many updates were acknowledged."""
    return len(journal.acknowledged) >= goal


def lost(served: Served, journal: Journal) -> list[int]:
    """Return the acknowledged updates that are not there, wholly."""
    there = {
        int(row["n"]) for row in served.rows("SELECT ?n { ?l <urn:left> ?n . ?r <urn:right> ?n }")
    }
    return [number for number in journal.acknowledged if number not in there]


def run(store: Path, updates: int, kills: int) -> None:
    journal = Journal()
    healed: dict[str, list[float]] = defaultdict(list)
    with serving(store, query_workers=2) as served:
        writer = threading.Thread(target=write, args=(served, journal, range(updates)))
        started = time.monotonic()
        writer.start()
        with reading(served, journal):
            for number in range(kills):
                goal = number * updates // (kills + 1)
                wait_for(partial(reached, journal, goal))
                role = ROLES[number % len(ROLES)]
                healed[role].append(kill_and_heal(served, journal, role))
                if role == "front":
                    time.sleep(PAUSE)
            writer.join()
        seconds = time.monotonic() - started
        missing = lost(served, journal)
    rows: list[tuple[object, ...]] = [
        ("acknowledged", f"{len(journal.acknowledged)} of {updates}, {seconds:.0f} s"),
        ("lost", len(missing)),
        ("answers read", journal.reads),
        ("torn", len(journal.torn)),
        *((f"healed: {role}", f"{max(s):.2f} s, {len(s)} kills") for role, s in healed.items()),
        *sorted(journal.failures.items()),
    ]
    print_table(("what", "figure"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        GraphStore.open(store, create=True).close()
        run(store, arguments.updates, arguments.kills)


if __name__ == "__main__":
    main()
