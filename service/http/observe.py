"""What an operator sees: a line of JSON for each request, and numbers for Prometheus."""

import json
import sys
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import count
from secrets import token_hex

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 30.0)
"""Upper bounds of the histogram of durations."""
PROBES = ("/health", "/ready", "/metrics")
"""Paths that monitors ask for every few seconds: only their failures are logged."""
FLUSH = 0.2
"""Seconds that a line of the log may wait for others."""
PROCESS = token_hex(4)
NUMBERS = count()


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as far as they are."""

    method: str
    path: str
    query: str = ""
    """The SPARQL text, "" if there is none."""
    id: str = field(default_factory=lambda: f"{PROCESS}{next(NUMBERS):08x}")
    """Unlike that of every other request."""
    started: float = field(default_factory=time.perf_counter)
    status: int = 0
    bytes: int = 0
    outcome: str = "ok"
    """`ok`, the slug of a problem, `broken` or `gone`."""


class Observer:
    """Writes the log and keeps the numbers of one process; threads may share it."""

    def __init__(self, *, log_queries: bool) -> None:
        """With `log_queries` the log has the text of queries, else their hash alone."""
        self._log_queries = log_queries
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._buckets = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0
        self._bytes = 0
        self._lines: list[str] = []
        self._timer: threading.Timer | None = None

    def tell(self, exchange: Exchange) -> None:
        """Count an exchange that is over, and log it."""
        seconds = time.perf_counter() - exchange.started
        with self._lock:
            self._requests[exchange.method, exchange.status] += 1
            self._outcomes[exchange.outcome] += 1
            self._buckets[bisect_left(SECONDS, seconds)] += 1
            self._seconds += seconds
            self._bytes += exchange.bytes
            if exchange.path in PROBES and exchange.status < 400:
                return
            self._lines.append(self._line(exchange, seconds))
            if self._timer is None:
                self._timer = threading.Timer(FLUSH, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def _line(self, exchange: Exchange, seconds: float) -> str:
        # Put together by hand: this is done for each request.
        path = json.dumps(exchange.path, ensure_ascii=False)
        line = (
            f'{{"time": "{clock(int(time.time()))}", "id": "{exchange.id}", '
            f'"method": "{exchange.method}", "path": {path}, '
            f'"status": {exchange.status}, "ms": {seconds * 1000:.2f}, "bytes": {exchange.bytes}, '
            f'"outcome": "{exchange.outcome}"'
        )
        if exchange.query:
            line += f', "query": "{print_of(exchange.query)}"'
            if self._log_queries:
                line += f', "text": {json.dumps(exchange.query, ensure_ascii=False)}'
        return line + "}"

    def flush(self) -> None:
        """Write the lines that wait."""
        with self._lock:
            lines, self._lines, self._timer = self._lines, [], None
        if lines:
            sys.stderr.write("\n".join(lines) + "\n")
            sys.stderr.flush()

    def metrics(self, gauges: Mapping[str, float], version: str) -> bytes:
        """Return all numbers in the text format of Prometheus; `gauges` are those of now.

        `version` is that of the data.
        """
        registry = CollectorRegistry()
        data = InfoMetricFamily("kzop_data", "The data served.", {"version": version})
        registry.register(_Numbers([*self._families(gauges), data]))
        return generate_latest(registry)

    def _families(self, gauges: Mapping[str, float]) -> Iterator[Metric]:
        with self._lock:
            requests = CounterMetricFamily(
                "kzop_requests", "Requests answered.", labels=["method", "status"]
            )
            for (method, status), number in self._requests.items():
                requests.add_metric([method, str(status)], number)
            outcomes = CounterMetricFamily(
                "kzop_outcomes", "Requests by outcome.", labels=["outcome"]
            )
            for outcome, number in self._outcomes.items():
                outcomes.add_metric([outcome], number)
            total, buckets = 0, []
            for bound, number in zip((*map(str, SECONDS), "+Inf"), self._buckets, strict=True):
                total += number
                buckets.append((bound, float(total)))
            yield requests
            yield outcomes
            yield HistogramMetricFamily(
                "kzop_request_seconds", "Seconds a request.", buckets, self._seconds
            )
            yield CounterMetricFamily("kzop_answer_bytes", "Bytes answered.", self._bytes)
        for name, value in gauges.items():
            text = f"{name.replace('_', ' ').capitalize()}."
            yield GaugeMetricFamily(f"kzop_{name}", text, value)


@lru_cache(maxsize=2)
def clock(seconds: int) -> str:
    """Return a time, in seconds since 1970, as the log writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def print_of(query: str) -> str:
    """Return the hash by which the log names a query."""
    return sha256(query.encode("utf-8", "replace")).hexdigest()[:16]


class _Numbers:
    """Numbers as prometheus_client collects them."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families
