"""Keeps the text index in step with the data, and searches it."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from graph.search.textindex import NAME, TextIndex, TextIndexError
from service.http.problem import Problem

LOOK = 0.5
"""Seconds between two looks for newer data."""
AGAIN = 60.0
"""Seconds until a new try after one that failed."""


class Indexing:
    """The text index of a store, which an indexer follows the data with."""

    def __init__(self, folder: Path, version: Callable[[], str]) -> None:
        """Keep the index in `folder`; `version` tells that of the newest data."""
        self._folder = folder
        self._version = version
        self._index: TextIndex | None = None
        self._file = (folder, 0)
        self._process: subprocess.Popen[bytes] | None = None
        self._done = ""
        self._closed = False

    async def follow(self) -> None:
        """Index each new version of the data, for as long as the loop runs."""
        loop = asyncio.get_running_loop()
        while not self._closed:
            version = self._version()
            if version != self._done:
                if await loop.run_in_executor(None, self._run):
                    self._done = version
                else:
                    await asyncio.sleep(AGAIN)
            await asyncio.sleep(LOOK)

    def _run(self) -> bool:
        command = [sys.executable, "-m", "service.processes.indexer", str(self._folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        return self._process.wait() == 0

    def index(self, folder: Path) -> TextIndex:
        """Return the index in a folder, open for reading. Raises the 503 while there is none."""
        path = folder / NAME
        try:
            file = (path, path.stat().st_ino)
        except FileNotFoundError:
            file = (path, 0)
        if self._index is None or file != self._file:  # a rebuilt store has another file
            try:
                opened = TextIndex.open(path, read_only=True)
            except TextIndexError as error:
                raise being_made() from error
            if not opened.version:  # its first texts are being written
                opened.close()
                raise being_made()
            self._index, self._file = opened, file
        return self._index

    def close(self) -> None:
        """Let the index go, and end the indexer."""
        self._closed = True
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._index is not None:
            self._index.close()


def being_made() -> Problem:
    """Return the 503 for a search before there is an index."""
    return Problem(
        503,
        "no-text-index",
        "No text index",
        "the text index is being made: try again in a moment "
        "(where the store may not be written, `kzop index` makes it)",
        headers={"Retry-After": "5"},
    )
