"""What a process that runs strangers' queries may not do: outlive its parent, grow, call a host.

Linux gives all of this. Elsewhere a process goes without what its system lacks: the deadline of a
query does not depend on any of it.
"""

import ctypes
import mmap
import os
import platform
import resource
import signal
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

STACK = 1 << 30
"""Bytes of stack for a thread that runs queries: the engine recurses as deep as they nest."""

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

# Numbers of the system calls that open a socket or a ring of requests to the kernel.
CALLS = {
    "x86_64": (0xC000003E, (41, 425)),
    "aarch64": (0xC00000B7, (198, 425)),
}
"""Machine -> its number in the kernel's audit, its calls `socket` and `io_uring_setup`."""

LOAD_WORD, JUMP_EQUAL, JUMP_ABOVE, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, EPERM = 0x7FFF0000, 0x80000000, 0x00050001
X32 = 0x40000000
"""System calls of the 32-bit interface of x86_64 have this bit."""


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that forked it ends."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def limit_memory(megabytes: int) -> None:
    """Let the address space grow by `megabytes` from now, and leave no core files.

    It may be called again: what an earlier query left behind does not count for the next.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * mmap.PAGESIZE + megabytes * 1_000_000
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def free_memory() -> None:
    """Let the address space grow as far as the system lets it, until `limit_memory` is called."""
    with suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def resident_megabytes() -> int:
    """Return the memory that this process holds, 0 if the system does not tell."""
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * mmap.PAGESIZE // 1_000_000
    return 0


def forbid_network() -> bool:
    """Make every later attempt to open a socket fail with EPERM; False where it cannot be done."""
    if sys.platform != "linux" or platform.machine() not in CALLS:
        return False
    audit, calls = CALLS[platform.machine()]
    program = [
        (LOAD_WORD, 0, 0, 4),  # the machine that the call is for
        (JUMP_EQUAL, 1, 0, audit),
        (RETURN, 0, 0, KILL),
        (LOAD_WORD, 0, 0, 0),  # the number of the call
        (JUMP_ABOVE, len(calls) + 1, 0, X32),
        *((JUMP_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, EPERM),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("HP", len(program), ctypes.addressof(buffer))
    pointer = ctypes.create_string_buffer(header)
    if prctl(PR_SET_NO_NEW_PRIVS, 1) != 0:
        return False
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(pointer)) == 0


def prctl(option: int, *values: int) -> int:
    """Call prctl(2); 0 is success."""
    library = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return int(library.prctl(option, *arguments))


def run_deep(function: Callable[[], None]) -> None:
    """Run a function to its end in a thread with a large stack."""
    before = threading.stack_size(STACK)
    thread = threading.Thread(target=function, name="deep")
    thread.start()
    threading.stack_size(before)
    thread.join()


def exit_now(status: int) -> None:
    """End the process without what the parent would do at its end."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)
