"""The zygote: a small process that has everything imported and forks query workers on request.

It opens no store and has one thread, so that a fork of it is sound and takes a millisecond or two.
For each message it gets over its socket (one byte, and the worker's end of a connection) it sends
back the worker's process id and, on Linux, a descriptor of the process, by which it can be killed
without a doubt about who has that id.

Run as `python -m service.processes.zygote DESCRIPTOR MEMORY NETWORK`.
"""

import os
import signal
import socket
import sys
from contextlib import suppress

from service.processes import worker
from service.processes.sandbox import exit_now


def main() -> None:
    """Fork workers until the service closes the socket; they die with the zygote."""
    control = socket.socket(fileno=int(sys.argv[1]))
    memory, network = int(sys.argv[2]), sys.argv[3] == "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the workers
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not descriptors:
            return
        child = os.fork()
        if child == 0:
            try:
                control.close()
                worker.run(socket.socket(fileno=descriptors[0]), memory, network)
            finally:
                exit_now(1)
        os.close(descriptors[0])
        answer(control, child)


def answer(control: socket.socket, child: int) -> None:
    """Tell the service who was forked."""
    descriptors = []
    with suppress(AttributeError, ProcessLookupError):
        descriptors.append(os.pidfd_open(child))
    socket.send_fds(control, [str(child).encode()], descriptors)
    for descriptor in descriptors:
        os.close(descriptor)


if __name__ == "__main__":
    main()
