"""The indexer: brings the text index of a store in step with its newest snapshot, and ends.

It is a process of its own, at a low priority, so that neither queries nor writes wait for it. What
it leaves when it is killed is the index as it was.

Run as `python -m service.processes.indexer STORE`.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from graph.search.textindex import NAME, TextIndex, TextIndexError
from graph.store import GraphStore, StoreError
from service.processes.sandbox import die_with_parent

PATIENCE = 10
"""By how much the indexer is nicer than others."""


def main() -> int:
    """Index the store, and return the exit status."""
    die_with_parent()
    with suppress(OSError):
        os.nice(PATIENCE)
    try:
        bring_in_step(Path(sys.argv[1]))
    except (StoreError, TextIndexError, OSError) as error:
        print(f"kzop: the text index is not made: {error}", file=sys.stderr)
        return 1
    return 0


def bring_in_step(folder: Path) -> int:
    """Bring the text index of the store in `folder` in step; return 1 if it had to change, else 0.

    Raises StoreError or TextIndexError.
    """
    with GraphStore.open(folder, read_only=True) as store, TextIndex.open(folder / NAME) as index:
        if index.version == store.version:
            return 0
        index.sync(store.quads, store.version)
        return 1


if __name__ == "__main__":
    sys.exit(main())
