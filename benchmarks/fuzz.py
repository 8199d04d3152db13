"""Random texts against the extractor. Run: make fuzz, or python -m benchmarks.fuzz --seconds 60

Mutates the sample and joins fragments of law at random, extracts each text and checks what holds
for every text: no error, spans in range with the words they quote, statements that are RDF, the
same ones twice. A text that breaks one of these, or takes far longer than its length warrants, is
written to a file that reproduces it; its name is printed. One seed makes the same texts in the same
order.
"""

import argparse
import random
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from graph.files import data_folder
from graph.model import DocumentGraphs
from graph.pipeline import to_graphs
from graph.source import from_text

SLOW = 0.4
"""CPU seconds that any text may take, and as many for each SLOW_SIZE code points."""
SLOW_SIZE = 10_000
TEN_SECONDS = 10
FRAGMENTS = """
осы|Осы баптың|осы Заңның|Заңына|заңдарына|Кодекстің|Қаулысымен|бұйрығына|Жарлығының|Хаттамаға
12-бап|5-баптың|1-4-баптарының|2-тармағының|1) және 2) тармақшалары|а) тармақшасы|екінші бөлігі
абзацы|II бөлім|3-тарау|§ 4|1-қосымша|1.|12.|1)|а)|1-1)|I.|бірінші|жиырма бірінші|5, 6 және 7
2005 жылғы 15 қазандағы|2011.12.26|09.01.2026|2001 ж. 4 шілде|N 1033|№ 345-II ҚРЗ|№|N|2005 жылғы
Қазақстан Республикасының|Қазақстан Республикасы Үкіметінің|ҚР БҒМ|Қорғаныс, Ішкі істер
министрлігінің
министрліктері|министрі|жанындағы|комиссиясы|департаменті|Алматы қаласы мәслихаты|облыс әкімі
«Бала құқықтары туралы»|туралы|"Х туралы"|«|»|"|“|”|(|)|(бұдан әрі - Заң)|(бұдан әрі - ҚХА)|[|]
18 жасқа толмаған|он сегіз жастан|16 жастан бастап|жасы|жасқа дейінгі|екі мың бес жүз|1 000 000
айлық есептік көрсеткіш мөлшерінде|айыппұл салуға|бас бостандығынан айыруға
үш жылға дейінгі мерзімге
жазаланады|әкеп соғады|тәркіленіп|немесе онсыз|не|немесе|және|мен|тиіс|міндетті|құқығы бар|алады
тыйым салынады|болмайды|қабылдайды|бекітілсін|өзгеріс енгізілді|мынадай редакцияда жазылсын:
Ескерту.|Баяндама|баяндама|Кіріспе|бекітілген|ҚАУЛЫ ЕТЕДІ:|БҰЙЫРАМЫН|қоса беріліп отырған
Қағидалары
i|з|ж а з а л а н а д ы|1 6 2 - б а п|____________|. . .|–|-|—|,|.|;|:|!|?|и\u0306|\u00ad|\u200b
\ufeff
№ ١٢|²-бап|99999999999999999999-бап|0-бап|12-0-5-бап|Ⅳ бөлім|𝟙𝟚 жасқа|😀|العربية|İ|ß|ŉ|\u0000|\x1b
\x85
"""
PIECES = [piece for line in FRAGMENTS.strip().splitlines() for piece in line.split("|")]
GAPS = [" "] * 12 + [
    "",
    "  ",
    "\n",
    "\n\n",
    "\n\n\n\n",
    "\f",
    "\r\n",
    "\t",
    "\u00a0",
    "\u2028",
    " \n",
]
WEIRD = (
    "\x00\x07\x1b\x1c\x1d\x85\u00ad\u0301\u200d\u2028\u202e\ufeff\ufffd"
    '²½٣Ⅷ😀ǅİſǰ«»"“”(()[-–.,;:0123іiIХX'
)


def soup(choice: random.Random, texts: list[str]) -> str:
    """Fragments of law in any order."""
    pieces = choice.sample(PIECES, choice.randint(3, len(PIECES)))
    count = choice.choice((3, 10, 40, 200, 1000))
    return "".join(choice.choice(pieces) + choice.choice(GAPS) for _ in range(count))


def repetition(choice: random.Random, texts: list[str]) -> str:
    """A few fragments again and again."""
    unit = "".join(choice.choice(PIECES) + choice.choice(GAPS) for _ in range(choice.randint(1, 5)))
    return unit * choice.choice((10, 100, 1000))


def mutation(choice: random.Random, texts: list[str]) -> str:
    """A stretch of a real text with changes."""
    text = choice.choice(texts)
    start = choice.randrange(len(text))
    text = text[start : start + choice.choice((200, 1000, 5000))]
    for _ in range(choice.choice((1, 5, 30))):
        at = choice.randrange(len(text) + 1)
        size = choice.choice((0, 1, 1, 5, 40))
        new = choice.choice(
            ("", choice.choice(WEIRD), choice.choice(PIECES), choice.choice(GAPS), text[at:][:size])
        )
        text = text[:at] + new * choice.choice((1, 1, 1, 30)) + text[at + size :]
    return text


def noise(choice: random.Random, texts: list[str]) -> str:
    """Characters of any kind."""
    letters = [*WEIRD, *choice.sample(range(0x20, 0xD7FF), 40)]
    return "".join(
        letter if isinstance(letter, str) else chr(letter)
        for letter in choice.choices(letters, k=choice.choice((1, 20, 300)))
    )


MAKERS: list[Callable[[random.Random, list[str]], str]] = [soup, soup, repetition, mutation, noise]


def check(text: str) -> DocumentGraphs:
    """Extract a text and check what holds for every one. Raises AssertionError, or what happens."""
    graphs = to_graphs(from_text("fuzz", text))
    store = Store()
    for statements in (graphs.content, graphs.evidence, graphs.authority):
        store.load("".join(f"{s} .\n" for s in statements), format=RdfFormat.N_TRIPLES)
    query = """PREFIX k: <https://w3id.org/kzop/ontology#> PREFIX oa: <http://www.w3.org/ns/oa#>
        SELECT ?s ?e ?x { ?span k:start ?s ; k:end ?e ; oa:exact ?x }"""
    for start, end, exact in store.query(query):  # type: ignore[union-attr]
        first, last = int(start.value), int(end.value)
        assert 0 <= first < last <= len(text), (first, last)
        assert text[first:last] == exact.value, (first, last)
    return graphs


def fault(text: str) -> str:
    """What is wrong with the extraction of a text; empty if nothing is."""
    begin = time.process_time()
    try:
        graphs = check(text)
        seconds = time.process_time() - begin
        if seconds > SLOW * (1 + len(text) / SLOW_SIZE):
            return f"slow: {seconds:.1f} s for {len(text)} code points"
        if len(text) < 500 and to_graphs(from_text("fuzz", text)) != graphs:
            return "two extractions differ"
    except Exception:
        lines = traceback.format_exc().strip().splitlines()
        return f"{lines[-1]} ({lines[-3].strip() if len(lines) > 3 else ''})"
    return ""


def shrunk(text: str, wanted: str) -> str:
    """The text with what the fault does not need left out."""
    size = len(text) // 2
    until = time.monotonic() + TEN_SECONDS
    while size and time.monotonic() < until:
        at = 0
        while at < len(text) and time.monotonic() < until:
            shorter = text[:at] + text[at + size :]
            if re.sub(r"\d+", "", fault(shorter)) == re.sub(r"\d+", "", wanted):
                text = shorter
            else:
                at += size
        size //= 2
    return text


def main() -> int:
    """Run for the time asked; 1 if something was found."""
    parser = argparse.ArgumentParser(description="Random texts against the extractor.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    parser.add_argument("texts", nargs="*", type=Path, help="further texts to change")
    arguments = parser.parse_args()
    paths = [data_folder("sample") / "report-2005.txt", *arguments.texts]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    choice = random.Random(arguments.seed)
    known: set[str] = set()
    count = size = 0
    until = time.monotonic() + arguments.seconds
    check("Осы Заңның 5-бабы.")
    while time.monotonic() < until:
        text = choice.choice(MAKERS)(choice, texts)
        count, size = count + 1, size + len(text)
        found = fault(text)
        kind = re.sub(r"\d+", "", found)
        if not found or kind in known:
            continue
        known.add(kind)
        arguments.folder.mkdir(parents=True, exist_ok=True)
        path = arguments.folder / f"{arguments.seed}-{count}.txt"
        reduced = text if found.startswith("slow") else shrunk(text, found)
        path.write_bytes(reduced.encode("utf-8"))
        print(f"{path}: {found}", flush=True)
    print(f"{count} texts, {size:,} code points, {len(known)} faults (seed {arguments.seed})")
    return 1 if known else 0


if __name__ == "__main__":
    raise SystemExit(main())
