"""A port for a server that is about to start."""

import random
import socket

PORTS = range(20_000, 32_000)
"""Below those that the kernel gives to outgoing connections, one of which could take it first."""


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port: end some servers")
