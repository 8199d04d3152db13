"""A real browser on a real server over the sample.

It is Debian's Chromium, since Playwright's own is no package. Where it is missing these tests are
skipped, but fail if `CI` is set.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser.window import CHROMIUM, DESKTOP, Open, Watched
from chromium import QUIET
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from server import request, running

PATIENCE = 30_000
"""Milliseconds that a test waits for what must come: a busy machine is slow, not wrong."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: while it is there no other test of the process can use asyncio."""
    if not shutil.which(CHROMIUM):
        reason = "no Chromium: as root on Debian, apt-get install chromium-headless-shell"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(sample_folder: Path) -> Iterator[str]:
    """The address of the service over the sample, without a slash at its end."""
    with running(sample_folder) as port:
        while request(port, "GET", "/search?prefix=a")[0] != 200:
            time.sleep(0.1)  # the text index is being made
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Open]:
    """Return what opens a path of the service in a browser window of its own.

    `language` is what the browser prefers, `scheme` "light" or "dark", `width` in CSS pixels.
    """
    contexts: list[BrowserContext] = []

    def open_one(
        path: str,
        language: str = "kk",
        scheme: str = "light",
        width: int = DESKTOP,
        javascript: bool = True,
    ) -> Watched:
        context = browser.new_context(
            base_url=server,
            locale=language,
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        contexts.append(context)
        watched = Watched(context.new_page(), urlsplit(server).netloc)
        watched.page.goto(path)
        return watched

    yield open_one
    for context in contexts:
        context.close()
