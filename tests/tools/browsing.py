"""A script on a page of a server of its own, in Chromium: another origin than the service."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from chromium import QUIET

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
NO_CHROMIUM = "not installed: chromium; the tests of client tools in a page need it"
FLAGS = ("--headless=new", "--disable-dev-shm-usage", *QUIET)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>tool</title>
<body>{scripts}<script src="page.js"></script></body></html>"""
START = """import {{ run }} from {script};
const tell = (result) => fetch('result', {{ method: 'POST', body: JSON.stringify(result) }});
const fail = (error) => tell({{ error: String(error?.stack ?? error) }});
addEventListener('error', (event) => fail(event.error ?? event.message));
addEventListener('unhandledrejection', (event) => fail(event.reason));
run({arguments}).then(tell, fail);
"""


class Pages(SimpleHTTPRequestHandler):
    """Serves a folder, and takes the result of the page."""

    def __init__(self, results: "Queue[bytes]", *arguments: Any, **named: Any) -> None:
        self.results = results
        super().__init__(*arguments, **named)

    def do_POST(self) -> None:
        self.results.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@contextmanager
def serving(folder: Path, results: "Queue[bytes]") -> Iterator[str]:
    handler = partial(Pages, results, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def result_of(
    tools: Path,
    script: str,
    folder: Path,
    arguments: Mapping[str, object],
    *,
    loaded: tuple[str, ...] = (),
    seconds: float = 90,
) -> Any:
    """Return what `run` of `script`, bundled with its packages, gives for `arguments` in a page.

    `folder` is served besides; `loaded` names the scripts in it that come before.
    """
    if not os.access(CHROMIUM, os.X_OK):
        assert "CI" not in os.environ, NO_CHROMIUM
        pytest.skip(NO_CHROMIUM)
    entry = folder / "start.js"
    module = json.dumps(str(tools / script))
    entry.write_text(START.format(script=module, arguments=json.dumps(arguments)), encoding="utf-8")
    tags = "".join(f'<script src="{name}"></script>' for name in loaded)
    (folder / "index.html").write_text(PAGE.format(scripts=tags), encoding="utf-8")
    esbuild = [str(tools / "node_modules" / ".bin" / "esbuild"), str(entry), "--bundle"]
    options = [f"--outfile={folder / 'page.js'}", "--log-level=error", "--loader:.svg=dataurl"]
    subprocess.run([*esbuild, *options], cwd=tools, check=True)
    results: Queue[bytes] = Queue()
    with serving(folder, results) as address:
        profile = f"--user-data-dir={folder / 'profile'}"
        command = [CHROMIUM, *FLAGS, profile, address]
        with (folder / "chromium.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            result = json.loads(results.get(timeout=seconds))
        except Empty:
            pytest.fail(f"the page told nothing in {seconds:g} seconds")
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert not (isinstance(result, dict) and "error" in result), result["error"]
    return result
