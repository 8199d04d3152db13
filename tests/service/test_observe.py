"""What an operator sees: the log, a line of JSON a request, and the numbers of /metrics."""

import io
import json
import re
import sys
import time
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families
from server import request, running

from service.http.observe import Exchange, Observer

SELECT = "SELECT ?s { ?s a <http://x/Құжат> }"
DOCS = Path(__file__).parents[2] / "docs"


def told(log_queries: bool = False, **values: object) -> tuple[dict[str, object], ...]:
    """The lines that the log gets of one exchange."""
    observer = Observer(log_queries=log_queries)
    exchange = Exchange("GET", "/sparql")
    for name, value in values.items():
        setattr(exchange, name, value)
    observer.tell(exchange)
    return written(observer)


def written(observer: Observer) -> tuple[dict[str, object], ...]:
    errors, sys.stderr = sys.stderr, io.StringIO()
    try:
        observer.flush()
        text = sys.stderr.getvalue()
    finally:
        sys.stderr = errors
    return tuple(json.loads(line) for line in text.splitlines())


def test_a_line_is_json_with_what_happened() -> None:
    (line,) = told(query=SELECT, status=200, bytes=123)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(line.pop("time")))
    assert re.fullmatch(r"[0-9a-f]{16}", str(line.pop("id")))
    milliseconds = line.pop("ms")
    assert isinstance(milliseconds, float)
    assert 0 <= milliseconds < 1000
    assert line == {
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 123,
        "outcome": "ok",
        "query": sha256(SELECT.encode()).hexdigest()[:16],
    }


def test_the_text_of_a_query_is_logged_only_where_it_is_asked_for() -> None:
    assert "text" not in told(query=SELECT)[0]
    assert "text" not in told(log_queries=True)[0]
    assert told(log_queries=True, query=SELECT)[0]["text"] == SELECT


@pytest.mark.parametrize("text", ["a\nb", "\udcff", '"', "\x00\x1f", "\u2028"])
def test_whatever_is_asked_is_one_line(text: str) -> None:
    observer = Observer(log_queries=True)
    observer.tell(Exchange("GET", f"/{text}", query=text))
    (line,) = observer._lines
    assert "\n" not in line
    assert json.loads(line)["text"] == text


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_probes_are_logged_only_when_they_fail(path: str) -> None:
    assert told(path=path, status=200) == ()
    assert [line["status"] for line in told(path=path, status=503)] == [503]
    assert [line["path"] for line in told(path=f"{path}/x", status=200)] == [f"{path}/x"]


def test_the_numbers_are_those_of_what_was_told() -> None:
    observer = Observer(log_queries=False)
    for status, outcome, size in ((200, "ok", 10), (200, "ok", 5), (503, "query-timeout", 7)):
        exchange = Exchange("GET", "/sparql", status=status, outcome=outcome, bytes=size)
        exchange.started -= 0.3  # so long ago that it is in the bucket of half a second
        observer.tell(exchange)
    numbers = read(observer.metrics({"query_workers": 2}, "cafe"))
    assert numbers["kzop_requests_total", ("method", "GET"), ("status", "200")] == 2
    assert numbers["kzop_requests_total", ("method", "GET"), ("status", "503")] == 1
    assert numbers["kzop_outcomes_total", ("outcome", "query-timeout")] == 1
    assert numbers["kzop_answer_bytes_total",] == 22
    assert numbers["kzop_request_seconds_bucket", ("le", "0.1")] == 0
    assert numbers["kzop_request_seconds_bucket", ("le", "0.5")] == 3
    assert numbers["kzop_request_seconds_bucket", ("le", "+Inf")] == 3
    assert numbers["kzop_request_seconds_count",] == 3
    assert 0.9 < numbers["kzop_request_seconds_sum",] < 2
    assert numbers["kzop_query_workers",] == 2
    assert numbers["kzop_data_info", ("version", "cafe")] == 1


Numbers = dict[tuple[object, ...], float]


def read(body: bytes) -> Numbers:
    """The numbers of /metrics as Prometheus reads them."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def scrape(port: int) -> tuple[Numbers, int]:
    """The numbers of /metrics, and how often it was asked until nothing was left to count.

    A request is counted after its answer is sent. When all are, each time adds the time before.
    """
    numbers: list[Numbers] = []
    totals: list[float] = []
    while len(totals) < 3 or [totals[-2] - totals[-3], totals[-1] - totals[-2]] != [1, 1]:
        assert len(totals) < 100
        time.sleep(0.05)  # so that none stays uncounted for as long as the numbers look steady
        status, fields, body = request(port, "GET", "/metrics")
        assert (status, fields["content-type"].split(";")[0]) == (200, "text/plain")
        numbers.append(read(body))
        totals.append(numbers[-1]["kzop_request_seconds_count",])
    return numbers[-1], len(totals)


def test_the_metrics_of_a_service_agree_with_what_was_asked(store_folder: Path) -> None:
    with running(store_folder) as port:
        before, _ = scrape(port)
        sizes = [len(request(port, "GET", f"/sparql?query={quote(SELECT)}")[2]) for _ in range(5)]
        assert request(port, "GET", "/sparql?query=SELECT")[0] == 400
        assert request(port, "POST", "/sparql", b"x", Content_Type="text/plain")[0] == 415
        assert request(port, "GET", "/none")[0] == 404
        assert request(port, "GET", "/ready")[0] == 200
        numbers, times = scrape(port)
        body = request(port, "GET", "/metrics")[2].decode()

    def gained(name: str, **labels: str) -> float:
        key = (name, *sorted(labels.items()))
        return numbers.get(key, 0) - before.get(key, 0)

    assert gained("kzop_requests_total", method="GET", status="400") == 1
    assert gained("kzop_requests_total", method="GET", status="404") == 1
    assert gained("kzop_requests_total", method="POST", status="415") == 1
    # Five queries, one probe, and what asked for the numbers.
    assert gained("kzop_requests_total", method="GET", status="200") == 6 + times
    assert gained("kzop_outcomes_total", outcome="ok") == 6 + times
    assert gained("kzop_request_seconds_count") == 9 + times
    assert gained("kzop_answer_bytes_total") > sum(sizes)
    assert numbers["kzop_documents",] == 1
    assert numbers["kzop_query_workers",] >= 1
    assert numbers["kzop_queries_waiting",] == 0

    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    families = {
        f"{f.name}{'_total' * (f.type == 'counter')}" for f in text_string_to_metric_families(body)
    }
    assert set(re.findall(r"^\| `(kzop_\w+)`", page, re.MULTILINE)) == families


def test_no_line_is_lost_when_the_service_ends(store_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(store_folder, log) as port:
        asked = [request(port, "GET", f"/sparql?query={quote(SELECT)}") for _ in range(20)]
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [fields["x-request-id"] for _, fields, _ in asked]
    assert {line["query"] for line in lines} == {sha256(SELECT.encode()).hexdigest()[:16]}
