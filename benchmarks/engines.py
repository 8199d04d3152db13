"""SPARQL engines as processes of their own on free loopback ports, each in an empty folder.

The contract tests and `benchmarks.remote` use them. An engine that was killed can be started again.
"""

import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.ports import free_port

NAMES = ("oxigraph", "virtuoso")
"""The engines beside the embedded one."""
USER, PASSWORD = "dba", "dba"
"""Who may write to Virtuoso."""
JSON = "application/sparql-results+json"
MERGE = "https://w3id.org/kzop/graph/all"
"""The graph of Virtuoso that holds the merge of all."""
ROWS = 20_000
"""Rows that Virtuoso gives at the most where no other number is asked for."""
START = 60.0
"""Seconds that an engine may take to start."""
INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
ThreadsPerQuery = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
CheckpointInterval = 60
DirsAllowed = {folder}
MaxQueryMem = 1G
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 16
MaxClientConnections = 16
DavRoot = DAV
EnabledDavVSP = 0
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
MaxQueryCostEstimationTime = 0
DefaultQuery = ASK {{}}
"""


class MissingEngine(Exception):
    """An engine is not installed."""


@dataclass
class Engine:
    """One engine, running or not."""

    name: str
    folder: Path
    rows: int = ROWS
    """Rows that Virtuoso gives at the most."""
    port: int = field(default_factory=lambda: free_port())
    sql: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def query_url(self) -> str:
        """Where it answers queries."""
        return f"{self.address}/{'query' if self.name == 'oxigraph' else 'sparql'}"

    def config(self, **more: str | int | float) -> Path:
        """Write the configuration of kzop for it, and return the file."""
        virtuoso = {
            "query_url": self.query_url,
            "update_url": f"{self.address}/sparql-auth",
            "gsp_url": f"{self.address}/sparql-graph-crud-auth",
            "gsp_param": "graph-uri",
            "auth": "digest",
            "default_graph": MERGE,
            "row_cap_header": "X-SPARQL-MaxRows",
            "row_cap": 1_048_576,
            "result_formats": ["json", "xml", "csv"],
        }
        oxigraph = {
            "query_url": self.query_url,
            "update_url": f"{self.address}/update",
            "gsp_url": f"{self.address}/store",
        }
        values = {**(oxigraph if self.name == "oxigraph" else virtuoso), **more}
        file = self.folder / "remote.toml"
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        file.write_text(lines, encoding="utf-8")
        return file

    def start(self) -> None:
        """Start it, and wait until it answers."""
        if self.name == "oxigraph":
            command = [OXIGRAPH, "serve", "--location", str(self.folder / "data")]
            command += ["--bind", f"127.0.0.1:{self.port}"]
        else:
            ini = self.folder / "virtuoso.ini"
            (self.folder / "virtuoso.lck").unlink(missing_ok=True)
            ini.write_text(
                INI.format(folder=self.folder, sql=self.sql, http=self.port, rows=self.rows)
            )
            command = [VIRTUOSO, "+foreground", "+wait", "+configfile", str(ini)]
        self.process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START
        while not self.answers():
            assert self.process.poll() is None, f"{self.name} ended"
            assert time.monotonic() < deadline, f"{self.name} does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        """Tell whether it answers queries."""
        try:
            return self.ask("ASK {}", JSON, 5)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, query: str, accept: str, seconds: float = 60) -> tuple[int, str]:
        """Send a query; return the status and the body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        path = self.query_url.removeprefix(self.address)
        connection.request("POST", path, urlencode({"query": query}), form)
        with closing(connection), connection.getresponse() as answer:
            return answer.status, answer.read().decode()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """End it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=30)


OXIGRAPH = str(Path(sys.executable).with_name("oxigraph"))
VIRTUOSO = shutil.which("virtuoso-t") or ""
AVAILABLE: dict[str, Callable[[], bool]] = {
    "oxigraph": lambda: Path(OXIGRAPH).exists(),
    "virtuoso": lambda: bool(VIRTUOSO),
}


@contextmanager
def running(name: str, folder: Path, rows: int = ROWS) -> Iterator[Engine]:
    """Run an engine until the block ends."""
    if not AVAILABLE[name]():
        raise MissingEngine(f"{name} is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    engine = Engine(name, folder.absolute(), rows)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
