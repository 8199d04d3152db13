"""Runs `kzop` in a process of its own: killed at a point, on a full disk, its memory measured."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
KZOP = Path(sys.executable).with_name("kzop")

DYING = """
import importlib, os, signal, sys

def die(*ignored, **named):
    os.kill(os.getpid(), signal.SIGKILL)

module, name, count, *arguments = sys.argv[1:]
owner = importlib.import_module(module)
*path, name = name.split(".")
for part in path:
    owner = getattr(owner, part)
original, left = getattr(owner, name), int(count)

def run(*arguments, **named):
    global left
    left -= 1
    return original(*arguments, **named) if left >= 0 else die()

setattr(owner, name, run)
from service.cli import main
sys.exit(main(arguments))
"""


def killed(module: str, name: str, count: int, *arguments: str | Path) -> None:
    """Run `kzop`, and kill it when the function is called for the time after `count`."""
    command = [sys.executable, "-c", DYING, module, name, str(count), *map(str, arguments)]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def on_a_full_disk(size: int, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run `kzop` where no file can be longer than `size` bytes."""
    return subprocess.run(
        [str(KZOP), *map(str, arguments)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        env={key: value for key, value in os.environ.items() if not key.startswith("KZOP_")},
        check=False,
        capture_output=True,
        timeout=60,
    )


MEASURED = """
import re, sys
from pathlib import Path
from service.cli import main
status = main(sys.argv[1:])
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
print(status, int(peak[1]) // 1024)
"""


def peak_of(*arguments: str | Path) -> int:
    """Run `kzop`, which must succeed; return the most megabytes that it held."""
    command = [sys.executable, "-c", MEASURED, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    status, megabytes = map(int, done.stdout.split())
    assert status == 0, done.stderr
    return megabytes
