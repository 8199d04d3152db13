"""A folder of inputs into shards, by Spark: the same `partition` on the machines of a cluster.

In come the addresses of IN and OUT (paths, or what Hadoop reads: hdfs://, s3a://) and of the
master, out come shards (shards.py). Spark tries a task again that fails or whose process dies, and
moves a shard to its place when it is whole. kzop has to be installed on every machine. pyspark is
imported only here, and only when it runs.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from graph.corpus.extraction import Extraction
from graph.corpus.inputs import LIMIT, OPENING
from graph.corpus.partition import (
    DOCUMENT,
    FAILURE,
    LINES,
    SHARD,
    SKIPPED,
    Row,
    comment,
    head,
    partition,
)
from graph.corpus.shards import Tally, closing, part_name
from graph.iris import Base
from graph.source import READABLE
from graph.storage.manifest import StoreError

JAVA = 17
"""Least version of Java for Spark 4."""
TRIES = 4
"""Processes that one shard may cost."""
EACH = 4
"""Least number of shards for each core."""
TICK = 0.2
GZIP = "org.apache.hadoop.io.compress.GzipCodec"
SETTINGS = {
    "spark.sql.files.maxPartitionBytes": LIMIT,
    "spark.sql.files.openCostInBytes": OPENING,
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.ui.showConsoleProgress": "false",
}
LOCAL = {
    "spark.ui.enabled": "false",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",  # no .crc files
}


class SparkFailed(StoreError):
    """Spark could not start, or gave the job up."""


def extract(
    folder: str,
    out: str,
    base: Base,
    master: str,
    tell: Callable[[Extraction], bool] = lambda extraction: True,
) -> Extraction:
    """Extract the inputs below `folder` into shards at `out`, which must not be there yet.

    `tell` is called several times a second; when it returns False, the job is cancelled. Whatever
    ends the job before its end, `out` is gone after it. Raises StoreError.
    """
    started = time.monotonic()
    folder, out = _address(folder), _address(out)
    if os.path.isabs(folder) and not os.path.isdir(folder):
        raise StoreError(f"{folder}: no such folder: name a folder of texts or JSON Lines")
    if os.path.isabs(out) and os.path.lexists(out):
        raise _there(out)
    session = _start(master)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    extraction = Extraction()
    try:
        space = _Space(session, out)
        if space.exists():
            raise _there(out)
        try:
            lines = _rows(session, folder).mapPartitions(partial(_lines, base))
            extraction.shards = lines.getNumPartitions()
            if not extraction.shards:
                raise StoreError(f"{folder}: nothing to read in it: name a folder of texts")
            _save(session, lines, out, extraction, tell, started)
            if not extraction.interrupted:
                extraction.tally = _tally(session, out, base)
                parts = space.rename_parts()
                for name, data in closing(extraction.tally, parts, base):
                    space.write(name, data)
                extraction.done = extraction.shards
        except BaseException:
            space.delete()
            raise
        if extraction.interrupted:
            space.delete()
    except (Py4JError, PySparkException) as error:
        raise SparkFailed(f"Spark gave up: {_one_line(error)}") from error
    finally:
        session.stop()
    extraction.seconds = time.monotonic() - started
    return extraction


def _there(out: str) -> StoreError:
    return StoreError(f"{out}: is there already: delete it, or name another OUT")


def _lines(base: Base, found: Iterable[Any]) -> Iterator[str]:
    """What Spark runs: rows of a path and bytes in, lines out."""
    return partition((Row(_path(path), bytes(data)) for path, data in found), base)


def _path(address: str) -> str:
    """Turn the address of a local file into its path, as the other engine writes it."""
    return address.removeprefix("file://").removeprefix("file:") or address


def _rows(session: Any, folder: str) -> Any:
    """Return the RDD of rows: each whole file, and each line of the JSON Lines files."""
    from pyspark.sql.functions import col

    # The small shards of a small folder: some for each core.
    least = EACH * session.sparkContext.defaultParallelism
    session.conf.set("spark.sql.files.minPartitionNum", least)
    reading = session.read.option("recursiveFileLookup", True)
    documents = reading.option("pathGlobFilter", _glob(READABLE)).format("binaryFile").load(folder)
    texts = reading.option("pathGlobFilter", _glob(LINES)).option("lineSep", "\n").text(folder)
    # Cast to bytes before Python sees them: what is no UTF-8 is found by the same code everywhere.
    lines = texts.select(col("_metadata.file_path"), col("value").cast("binary"))
    whole = documents.select("path", "content").rdd.map(tuple)
    cut = lines.rdd.map(_unquoted)
    return session.sparkContext.union([whole, cut])


def _unquoted(row: Any) -> tuple[str, Any]:
    return unquote(row[0]), row[1]


def _glob(suffixes: Iterable[str]) -> str:
    """Return the pattern of Hadoop for names with these suffixes, in lower or upper case."""
    either = ["".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in s) for s in suffixes]
    return f"*{{{','.join(either)}}}"


def _save(
    session: Any,
    lines: Any,
    out: str,
    extraction: Extraction,
    tell: Callable[[Extraction], bool],
    started: float,
) -> None:
    """Run the job in a thread, so that this one can tell how far it is and stop it."""
    context = session.sparkContext
    before = set(context.statusTracker().getJobIdsForGroup())
    pool = ThreadPoolExecutor(1)
    job = pool.submit(lines.saveAsTextFile, out, GZIP)
    while not wait([job], TICK).done:
        extraction.done = _done(context.statusTracker(), before)
        extraction.seconds = time.monotonic() - started
        if not extraction.interrupted and not tell(extraction):
            extraction.interrupted = True
            context.cancelAllJobs()
    pool.shutdown()
    if not extraction.interrupted:
        job.result()


def _done(tracker: Any, before: set[int]) -> int:
    """Return the number of shards that are done."""
    done = 0
    for job in set(tracker.getJobIdsForGroup()) - before:
        info = tracker.getJobInfo(job)
        stages = [tracker.getStageInfo(stage) for stage in info.stageIds] if info else []
        done += sum(stage.numCompletedTasks for stage in stages if stage)
    return done


def _tally(session: Any, out: str, base: Base) -> Tally:
    """Count what stands in the shards, where they are; every one must be of this very kzop."""
    import json

    from pyspark.sql import functions as f

    lines = session.read.option("lineSep", "\n").text(out)
    value = f.col("value")

    def number(condition: Any) -> Any:
        return f.sum(f.when(condition, 1).otherwise(0))

    row = lines.agg(
        f.collect_set(f.when(value.startswith(SHARD), value)).alias("heads"),
        number(value.startswith(DOCUMENT)).alias("documents"),
        number(value.startswith(SKIPPED)).alias("skipped"),
        number(value.startswith(FAILURE)).alias("failed"),
        number(~value.startswith("#")).alias("quads"),
    ).first()
    others = [line for line in row.heads if line != comment(SHARD, head(base))]
    if others:
        raise SparkFailed(f"a machine has another kzop: {others[0]}: install the same everywhere")
    failures = lines.where(value.startswith(FAILURE)).collect() if row.failed else []
    reasons = [json.loads(line.value.removeprefix(FAILURE))["reason"] for line in failures]
    return Tally(row.documents or 0, row.quads or 0, row.skipped or 0, reasons)


class _Space:
    """The folder at OUT, on whatever file system it is."""

    def __init__(self, session: Any, out: str) -> None:
        self._hadoop = session.sparkContext._jvm.org.apache.hadoop
        self._out = self._hadoop.fs.Path(out)
        self._files = self._out.getFileSystem(session.sparkContext._jsc.hadoopConfiguration())

    def exists(self) -> bool:
        return bool(self._files.exists(self._out))

    def delete(self) -> None:
        self._files.delete(self._out, True)

    def rename_parts(self) -> dict[str, int]:
        """Give the shards names that the loaders of other engines know; return their sizes."""
        parts = {}
        for status in self._files.listStatus(self._out):
            name = status.getPath().getName()
            if name.startswith("part-"):
                new = part_name(int(name.removeprefix("part-").removesuffix(".gz")))
                self._files.rename(status.getPath(), self._hadoop.fs.Path(self._out, new))
                parts[new] = int(status.getLen())
        return parts

    def write(self, name: str, data: bytes) -> None:
        stream = self._files.create(self._hadoop.fs.Path(self._out, name), True)
        stream.write(bytearray(data))
        stream.close()


def _start(master: str) -> Any:
    """Start Spark. Raises SparkFailed with the way out where something is missing."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkFailed(
            "--engine spark needs pyspark: install it with `pip install 'kzop[cluster]'`"
        ) from None
    _require_java()
    settings: dict[str, Any] = dict(SETTINGS)
    if master.startswith("local"):
        log = files("graph") / "spark-log4j2.properties"
        settings |= LOCAL
        settings["spark.driver.extraJavaOptions"] = f'"-Dlog4j2.configurationFile=file:{log}"'
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("kzop build")
    for name, value in settings.items():
        builder = builder.config(name, str(value))
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(f"Spark did not start at {master}: {_one_line(error)}") from error


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    needed = f"--engine spark needs Java {JAVA} or later"
    if not java or not os.access(java, os.X_OK):
        raise SparkFailed(f"{needed}: install it (Debian: default-jre-headless) or set JAVA_HOME")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = said.partition('"')[2].partition('"')[0].removeprefix("1.").split(".")[0]
    if version.isdigit() and int(version) < JAVA:
        raise SparkFailed(f"{needed}, {java} is {version}: install a later one or set JAVA_HOME")


def _address(name: str) -> str:
    """Leave an address as it is; make a path absolute."""
    return name if len(urlsplit(name).scheme) > 1 else os.path.realpath(name)


def _one_line(error: Exception) -> str:
    """Return the first line of what Java or Python says."""
    java = getattr(error, "java_exception", None)
    text = str(java.getMessage() if java is not None else error).strip()
    return text.splitlines()[0] if text else type(error).__name__
