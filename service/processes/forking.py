"""The zygote and its workers as the service sees them: started, forked, killed."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass

from service.http.problem import Problem
from service.processes.connection import Connection

SEND_BUFFER = 1 << 18
"""Bytes that the kernel keeps between a worker and the service."""
PATIENCE = 60.0
"""Seconds to wait for the zygote: it answers in milliseconds or is stuck.

It ends with all its workers when it is given up, so a machine that is very busy gets its time."""


@dataclass(eq=False)
class Worker:
    """A process that answers queries, one at a time."""

    connection: Connection
    pid: int
    handle: int | None
    """Descriptor of the process, where the system has such."""
    snapshot: str = ""
    """The folder of the snapshot that it reads, or is about to read."""
    gone: bool = False
    is_retiring: bool = False
    """Whether it ends after the answer that it is giving."""

    def __post_init__(self) -> None:
        """Listen to what it says beside its answers."""
        self.connection.on_notice = self.retire

    def retire(self, notice: bytes) -> None:
        """Take its word that it ends after this answer."""
        self.is_retiring = True

    def kill(self) -> None:
        """End the process at once, whatever it does, and close what leads to it."""
        if self.gone:
            return
        self.gone = True
        with suppress(ProcessLookupError):
            if self.handle is None:
                os.kill(self.pid, signal.SIGKILL)
            else:
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        self.connection.close()
        if self.handle is not None:
            os.close(self.handle)


class Zygote:
    """The process that forks the workers; started again when it is gone."""

    def __init__(self, memory: int, network: bool) -> None:
        """Give every worker `memory` megabytes a query, and the network only if told so."""
        self._memory = memory
        self._network = network
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def fork(self) -> tuple[socket.socket, int, int | None]:
        """Fork a worker; return the socket to it, its process id and its descriptor."""
        for _ in range(3):
            control = self._started()
            ours, theirs = socket.socketpair()
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SEND_BUFFER)
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            try:
                with theirs:
                    socket.send_fds(control, [b"+"], [theirs.fileno()])
                told, handles, _, _ = socket.recv_fds(control, 64, 1)
                if told:
                    return ours, int(told), handles[0] if handles else None
            except OSError:
                pass
            ours.close()
            self.stop()
        raise Problem(503, "no-worker", "No worker", "the service cannot start a query worker")

    def _started(self) -> socket.socket:
        if self._control is None or self._process is None or self._process.poll() is not None:
            self.stop()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.settimeout(PATIENCE)
            with theirs:
                self._process = start(
                    "service.processes.zygote",
                    theirs.fileno(),
                    str(self._memory),
                    "1" if self._network else "0",
                )
            self._control = ours
        return self._control

    def stop(self) -> None:
        """End the zygote, and with it every worker."""
        if self._control:
            self._control.close()
            self._control = None
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def start(module: str, descriptor: int, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start one of our processes, which inherits a socket."""
    command = [sys.executable, "-m", module, str(descriptor), *arguments]
    # Every thread of the engine would else reserve 64 MB of the address space that is limited.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    return subprocess.Popen(
        command, env=environment, pass_fds=[descriptor], stdin=subprocess.DEVNULL
    )
