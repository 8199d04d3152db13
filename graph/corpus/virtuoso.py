"""The shards of a complete extraction (shards.py) into a Virtuoso server, by its bulk loader.

In come the folder, the SQL port of the server and the password of its user `dba`; the server reads
the files itself. What it loads is added to what it has, each statement once: loading again changes
nothing. Virtuoso tells failures in a table only, which is read at the end.
"""

import shutil
import subprocess
from pathlib import Path

from graph.corpus.shards import Manifest, require_complete
from graph.storage.manifest import StoreError

PASSWORD = "KZOP_VIRTUOSO_PASSWORD"
"""Environment variable with the password of the user `dba`."""
CLIENTS = "isql-vt", "isql-v"
"""Names of Virtuoso's own client; `isql` alone may be that of unixODBC."""
OPTIONS = "VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF", "ERRORS=STDOUT", "BLOBS=ON"
MARK = "kzop:"
LOAD = """\
DELETE FROM DB.DBA.load_list WHERE starts_with(ll_file, '{folder}/');
ld_dir('{folder}', '*.nq.gz', '{graph}');
rdf_loader_run();
checkpoint;
SELECT concat('{mark}', cast(count(*) AS varchar)) FROM DB.DBA.load_list
  WHERE starts_with(ll_file, '{folder}/') AND ll_state = 2 AND ll_error IS NULL;
SELECT concat('{mark}', ll_file, ': ', ll_error) FROM DB.DBA.load_list
  WHERE starts_with(ll_file, '{folder}/') AND ll_error IS NOT NULL;
"""


def load_by_isql(folder: Path, server: str, password: str) -> Manifest:
    """Let the server at `server` (host:port) load the shards. Raises StoreError."""
    manifest, parts = require_complete(folder)
    client = next((found for name in CLIENTS if (found := shutil.which(name))), None)
    if client is None:
        raise StoreError(
            f"no {' or '.join(CLIENTS)} here: install it (Debian: virtuoso-opensource-7-bin)"
        )
    path = str(folder.resolve())
    if any(letter in path for letter in "'\"\\;\n"):
        raise StoreError(f"{path}: Virtuoso cannot be told this name: move the folder")
    # The client takes the password as an argument only.
    ended = subprocess.run(
        [client, server, "dba", password, *OPTIONS],
        input=LOAD.format(folder=path, graph=f"{manifest.base}graph/none", mark=MARK),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = (ended.stdout + ended.stderr).splitlines()
    problem = next((line.strip("* ") for line in said if line.startswith("*** Error")), None)
    if problem or ended.returncode:
        hint = "" if problem and "Driver" in problem else ": is the folder in its DirsAllowed?"
        raise StoreError(f"{server}: {problem or 'the client failed'}{hint}")
    told = [line.strip().removeprefix(MARK) for line in said if line.startswith(MARK)]
    if told != [str(len(parts) + 1)]:
        what = told[1] if len(told) > 1 else f"{told} of {len(parts) + 1} files"
        raise StoreError(f"{server}: loaded in part only ({what}): put it right and load again")
    return manifest
