"""The W3C test suites for SPARQL against `kzop serve`, beside the engine alone.

Run: python -m benchmarks.w3c FOLDER [--only PART]

FOLDER holds the suites: `sparql` of a copy of https://github.com/w3c/rdf-tests, or any folder with
manifest.ttl files below it. The suites of the protocol, the graph store and the service description
are in tests/service/conformance.toml. Every test begins with an empty dataset. A test counts as

    passed     the answer over HTTP is the expected one
    engine     it is not, but pyoxigraph alone gives the same: a limit of the engine
    refused    the service calls no other host: SERVICE and LOAD are answered by 403
    fault      anything else: a fault of the service

The program lists all that did not pass, and fails if there are faults.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
    serialize,
)

from benchmarks.served import JSON, TOKEN, Answer, Served, serving
from benchmarks.w3c_tests import Result, Suites, Test, graph, table, told
from graph.store import GraphStore

N_TRIPLES = "application/n-triples"
ACCEPT = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".srj": JSON,
    ".srx": "application/sparql-results+xml",
}
COLUMNS = ("passed", "engine", "refused", "fault")


class Runner:
    """Runs tests against a service."""

    def __init__(self, suites: Suites, served: Served) -> None:
        self.suites = suites
        self.served = served

    def verdict(self, test: Test) -> tuple[str, str]:
        """Return in which column a test falls, and a word why."""
        if test.calls_out:
            return "refused", "needs other endpoints"
        if test.kind not in ("query", "update"):
            return self.judge_syntax(test)
        self.load(test)
        text = f"BASE <{test.text}>\n{self.suites.text(test.text)}"
        if test.kind == "query":
            answer = self.served.query(text, accept=self.accept(test))
            expected = self.suites.expected(test)
        else:
            answer = self.served.update(text)
            expected = self.suites.expected_data(test)
        if answer.status == 403:
            return "refused", answer.slug
        if answer.status >= 300:
            got: Result = ("failed",)
        elif test.kind == "query":
            got = self.result(answer, test)
        else:
            got = self.data()
        if got == expected:
            return "passed", ""
        return ("engine" if got == self.alone(test, text) else "fault"), answer.slug

    def judge_syntax(self, test: Test) -> tuple[str, str]:
        """A text is sound unless it is answered by 400: it may fail when it is run."""
        send = self.served.update if test.kind.endswith("update") else self.served.query
        data = self.suites.path(test.text).read_text(encoding="utf-8", errors="surrogateescape")
        answer = send(data)
        if test.kind.startswith("good") and answer.status == 403:
            return "refused", answer.slug
        if (answer.status == 400) is test.kind.startswith("bad"):
            return "passed", ""
        sound = parses(data, test)
        return ("engine" if sound is (answer.status != 400) else "fault"), answer.slug

    def load(self, test: Test) -> None:
        """Put the data of a test in the store, by the Graph Store Protocol."""
        assert self.served.update("DROP ALL").status == 204
        for iri in test.default:
            self.send("POST", "/store?default", iri)
        for name, iri in test.named.items():
            self.send("PUT", f"/store?graph={quote(name, safe='')}", iri)

    def send(self, method: str, target: str, iri: str) -> None:
        answer = self.served.request(
            method,
            target,
            self.content(iri),
            Content_Type=N_TRIPLES,
            Authorization=f"Bearer {TOKEN}",
        )
        assert answer.status in (200, 201, 204), answer

    def content(self, iri: str) -> bytes:
        """Return the content of a file in N-Triples."""
        return serialize(self.suites.triples(iri), format=RdfFormat.N_TRIPLES) or b""

    def accept(self, test: Test) -> str:
        suffix = self.suites.path(test.result).suffix
        return ACCEPT.get(suffix, f"{JSON}, {N_TRIPLES}")

    def result(self, answer: Answer, test: Test) -> Result:
        kind = answer.fields["content-type"].partition(";")[0]
        if kind == "text/csv":
            return table(answer.body.decode())
        if kind == N_TRIPLES:
            return graph(quad.triple for quad in parse(answer.body, RdfFormat.N_TRIPLES))
        form = QueryResultsFormat.from_media_type(kind)
        assert form is not None, kind
        return told(parse_query_results(answer.body, format=form), test.any_count)

    def data(self) -> Result:
        """Return all that the service holds."""
        names = [row["g"] for row in self.served.rows("SELECT ?g { GRAPH ?g {} }")]
        targets = {name: f"/store?graph={quote(name, safe='')}" for name in names}
        bodies = {
            name: self.served.request("GET", target, Accept=N_TRIPLES).body
            for name, target in {"": "/store?default", **targets}.items()
        }
        triples = {
            name: [quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)]
            for name, body in bodies.items()
        }
        return graph(triples.pop(""), triples)

    def alone(self, test: Test, text: str) -> Result:
        """Return what the engine does without the service."""
        store = Store()
        for iri in test.default:
            store.load(self.content(iri), RdfFormat.N_TRIPLES)
        for name, iri in test.named.items():
            store.add_graph(NamedNode(name))
            store.load(self.content(iri), RdfFormat.N_TRIPLES, to_graph=NamedNode(name))
        try:
            if test.kind == "query":
                answer = store.query(text)
                is_csv = self.suites.path(test.result).suffix == ".csv"
                if is_csv and isinstance(answer, QuerySolutions):
                    return table((answer.serialize(format=QueryResultsFormat.CSV) or b"").decode())
                return told(answer, test.any_count)
            store.update(text)
        except (SyntaxError, ValueError, RuntimeError, OSError):
            return ("failed",)
        named = {
            name.value: [quad.triple for quad in store.quads_for_pattern(None, None, None, name)]
            for name in store.named_graphs()
            if isinstance(name, NamedNode)
        }
        default = store.quads_for_pattern(None, None, None, DefaultGraph())
        return graph([quad.triple for quad in default], named)


def parses(text: str, test: Test) -> bool:
    """Tell whether the engine alone can read a query or update."""
    try:
        if test.kind.endswith("update"):
            Store().update(text, base_iri=test.text)
        else:
            Store().query(text, base_iri=test.text)
    except (SyntaxError, UnicodeEncodeError):
        return False
    except (RuntimeError, OSError):
        return True
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="Suites with this in their name.")
    arguments = parser.parse_args()
    suites = Suites(arguments.folder)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        GraphStore.open(store, create=True).close()
        with serving(store) as served:
            runner = Runner(suites, served)
            for test in suites.tests():
                if not test.kind or arguments.only not in test.suite:
                    continue
                column, why = runner.verdict(test)
                counts[test.suite][column] += 1
                if column != "passed":
                    print(f"{column}  {test.suite} {test.name}  {why}")
    print()
    for suite, found in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        figures = "  ".join(f"{found[column]:4} {column}" for column in COLUMNS)
        print(f"{suite:40} {found.total():4}  {figures}")
    sys.exit(any(found["fault"] for found in counts.values()))


if __name__ == "__main__":
    main()
