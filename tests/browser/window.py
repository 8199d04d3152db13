"""A browser window on the service, and what went wrong in it."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Route

CHROMIUM = "/usr/bin/chromium-headless-shell"
"""Opens a page in a third of the time of the whole browser, which draws its own windows too."""
DESKTOP, PHONE = 1280, 390
"""Widths in CSS pixels."""


class Watched:
    """A page, and what went wrong on it: requests to other hosts, errors of the console."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self._host = host
        page.route("**/*", self._let_pass)
        page.on("console", self._read_console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _read_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def _let_pass(self, route: Route) -> None:
        url = route.request.url
        if url.startswith(("data:", "blob:")) or urlsplit(url).netloc == self._host:
            route.continue_()
        else:
            self.problems.append(f"a request to {url}")
            route.abort()


Open = Callable[..., Watched]
