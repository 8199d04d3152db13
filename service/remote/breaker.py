"""Tells at once that an engine is down, and notices at once that it is back. One event loop.

Closed, every request goes to the engine. After MOST failures in a row it is open: requests wait
for one probe that they share, a second at the most, and where the last probe did not even end, for
none. Meanwhile the engine is probed twice a second. So no request is refused on old knowledge of an
engine that refuses connections, and none waits long for one that hangs.
"""

import asyncio
from collections.abc import Awaitable, Callable

from service.http.problem import Problem

MOST = 5
"""Failures in a row that open the circuit."""
PROBE = 1.0
"""Seconds that a probe may take."""
PAUSE = 0.5
"""Seconds between two probes of an engine that is down."""


class Breaker:
    """The state of one engine."""

    def __init__(self, probe: Callable[[], Awaitable[bool]]) -> None:
        """`probe` tells whether the engine answers; it must not raise."""
        self._probe = probe
        self._failures = 0
        self._hangs = False
        """Whether the last probe had no end."""
        self._probing: asyncio.Task[bool] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the engine is taken for down."""
        return self._failures >= MOST

    async def admit(self) -> None:
        """Let a request through. Raises the 503 if the engine is down."""
        if self.is_open and (self._hangs or not await self._probe_once()):
            raise engine_down()

    def succeeded(self) -> None:
        """Note that the engine has answered."""
        self._failures = 0

    def failed(self) -> None:
        """Note that the engine could not be reached, or broke off."""
        self._failures += 1
        if self.is_open and (self._watching is None or self._watching.done()):
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while self.is_open and not await self._probe_once():
            await asyncio.sleep(PAUSE)

    async def _probe_once(self) -> bool:
        """Probe the engine, once for all who ask meanwhile."""
        if self._probing is None or self._probing.done():
            self._probing = asyncio.get_running_loop().create_task(self._try())
        # One of those who wait may be cancelled without the others.
        return await asyncio.shield(self._probing)

    async def _try(self) -> bool:
        try:
            async with asyncio.timeout(PROBE):
                is_back = await self._probe()
            self._hangs = False
        except TimeoutError:
            is_back, self._hangs = False, True
        if is_back:
            self._failures = 0
        return is_back

    def close(self) -> None:
        """Probe no more."""
        for task in (self._watching, self._probing):
            if task is not None:
                task.cancel()


def engine_down() -> Problem:
    """Return the 503 for an engine that does not answer."""
    return Problem(
        503,
        "engine-down",
        "Engine down",
        "the database behind this service does not answer now: try again in a moment",
        headers={"Retry-After": "2"},
    )
