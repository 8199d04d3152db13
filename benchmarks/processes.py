"""The processes below one, as Linux tells them: found by what stands in their command lines."""

import os
import signal
from pathlib import Path


def descendants(process: int) -> list[int]:
    """Return the processes below one, the nearest first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            parents.setdefault(int(after_name[1]), []).append(int(entry.name))
    found = [process]
    for one in found:
        found += parents.get(one, [])
    return found[1:]


def command_line(process: int) -> str:
    """Return the command line of a process; "" if it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def kill_one(process: int, named: str) -> int:
    """Kill the last started of the lowest processes below one that are named so; 1 if one was."""
    named_so = [one for one in descendants(process) if named in command_line(one)]
    lowest = [one for one in named_so if not set(descendants(one)) & set(named_so)]
    if not lowest:
        return 0
    os.kill(max(lowest), signal.SIGKILL)
    return 1
