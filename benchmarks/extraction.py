"""Speed of extraction, stage by stage. Run: make benchmark

Prints CPU seconds and megabytes of UTF-8 text a second for each stage of the line, the best of some
rounds; the rounds of all texts are interleaved, since machines are noisy. The texts are the sample
report and the same report many times over, to show that time grows in proportion to length.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from graph.context import analyse
from graph.files import data_folder
from graph.find import find, matchers
from graph.iris import Base
from graph.lexicon import load
from graph.link import link
from graph.model import Source
from graph.normalise import normalise
from graph.source import from_text, read
from graph.triples import triples

ROUNDS = 5
COPIES = (1, 10, 50)
STAGES = ("normalise", "analyse", "find", "link", "triples")
Result = TypeVar("Result")


def main() -> None:
    """Measure and print the tables."""
    path = data_folder("sample") / "report-2005.txt"
    sample = read(path)
    texts = [from_text(f"{n} x report", sample.text * n) for n in COPIES]
    best: dict[str, dict[str, float]] = {text.name: {} for text in texts}
    for _ in range(ROUNDS):
        for text in texts:
            for stage, seconds in measure(text).items():
                known = best[text.name].get(stage, seconds)
                best[text.name][stage] = min(known, seconds)
    print(f"{'text':<14}{'code points':>12}" + "".join(f"{stage:>11}" for stage in STAGES), end="")
    print(f"{'all':>9}{'MB/s':>7}")
    for text in texts:
        stages = best[text.name]
        total = sum(stages.values())
        size = len(text.text.encode("utf-8")) / 1e6
        row = "".join(f"{stages[stage]:>11.3f}" for stage in STAGES)
        print(f"{text.name:<14}{len(text.text):>12,}{row}{total:>9.3f}{size / total:>7.2f}")
    print(f"kzop extract of the sample, start-up included: {command(path):.2f} s of CPU")


def measure(text: Source) -> dict[str, float]:
    """CPU seconds of each stage on one text."""
    lexicon = load()
    ready = matchers(lexicon)
    seconds: dict[str, float] = {}

    def timed(stage: str, run: Callable[[], Result]) -> Result:
        start = time.process_time()
        result = run()
        seconds[stage] = time.process_time() - start
        return result

    clean = timed("normalise", lambda: normalise(text))
    context = timed("analyse", lambda: analyse(clean, lexicon, ready))
    findings = timed("find", lambda: find(context))
    linked = timed("link", lambda: link(findings))
    timed("triples", lambda: triples(findings, linked, Base()))
    return seconds


def command(path: Path) -> float:
    """CPU seconds of the command on one file, the best of the rounds."""
    import resource

    seconds = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [str(Path(sys.executable).with_name("kzop")), "extract", str(path)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
        seconds.append(user + system)
    return min(seconds)


if __name__ == "__main__":
    main()
