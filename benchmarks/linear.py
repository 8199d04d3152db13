"""Time and memory by length. Run: make linear

Extracts texts of 10, 100 and 1,300 thousand code points, each in a process of its own, and prints
CPU seconds for each million code points and peak memory. Where time is linear, the figures of a
row are alike but for the first, which pays for what is the same for every text. `NAME SIZE` as
arguments measures one text; `--seconds N` ends a measurement that takes longer.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count

from graph.files import data_folder

SIZES = (10_000, 100_000, 1_300_000)
SECONDS = 120


def repeated(piece: str) -> Callable[[int], str]:
    """A text of the size that says the same again and again."""
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def numbered(piece: str, head: str = "") -> Callable[[int], str]:
    """A text of the size whose pieces are numbered: `{n}` in a piece is its number."""

    def make(size: int) -> str:
        parts, length = [head], len(head)
        for n in count(1):
            if length >= size:
                return "".join(parts)[:size]
            parts.append(piece.replace("{n}", str(n)))
            length += len(parts[-1])
        raise AssertionError

    return make


def sample() -> str:
    return (data_folder("sample") / "report-2005.txt").read_text(encoding="utf-8")


ARTICLE = """{n}-бап. Көлік құралын жүргізу қағидаларын бұзу

1. Осы Кодекстің 12-бабының 3-тармағында көзделген әрекеттер –
бес жүз айлық есептік көрсеткіш мөлшерінде айыппұл салуға не алты ай мерзімге дейін түзеу
жұмыстарына не екі жылға дейінгі мерзімге бас бостандығынан айыруға жазаланады.
2. Он сегіз жасқа толмаған адамдар 2002 жылғы 8 тамыздағы № 345-II Заңына сәйкес босатылуға тиіс.
1) Қазақстан Республикасының Үкіметі тәртібін белгілейді;
2) Қазақстан Республикасы Ішкі істер министрлігінің жанындағы комиссияның құқығы бар.
Ескерту. {n}-бапқа өзгеріс енгізілді - ҚР 2011.12.26 № 517-IV Заңымен.

"""
CODE_HEAD = "Қазақстан Республикасының Қылмыстық кодексі\n\n1-тарау. Жалпы ережелер\n\n"
AMENDING = """{n}. «Бала құқықтары туралы» 2002 жылғы 8 тамыздағы № 345-II Заңына:
{n}) 10-бапта:
1-тармақ мынадай редакцияда жазылсын:
«1. Осы Заңда көзделген құқықтар сақталуға тиіс.»;
"""
TEXTS: dict[str, Callable[[int], str]] = {
    "the sample repeated": lambda size: repeated(sample())(size),
    "a code of many articles": numbered(ARTICLE, CODE_HEAD),
    "an amending law": numbered(AMENDING, "Қазақстан Республикасының Заңы\n\n"),
    "one paragraph": lambda size: repeated(" ".join(sample().split()) + " ")(size),
    "a paragraph of articles": lambda size: numbered(" ".join(ARTICLE.split()) + " ")(size),
    "one unit ending in a colon": lambda size: (
        "1. " + repeated("«Бала құқықтары туралы» № 345-II Заңына 5-бабы ")(size - 4) + ":"
    ),
    "one line of digits": repeated("1234567890"),
    "digits and spaces": repeated("12 345 678 901 "),
    "digits and hyphens": repeated("12-3-"),
    "open quotation marks": repeated("«а "),
    "plain quotation marks": repeated('"Б '),
    "lines that open quotations": repeated("«Бала құқығы\n\n"),
    "closing marks": repeated("а» "),
    "open parentheses": repeated("(а "),
    "parentheses and numbers": repeated("№ 12 (а "),
    "closed parentheses": repeated(") Заңына"),
    "осы баптың": repeated("осы баптың "),
    "a list of items": numbered(
        "{n}) балалардың құқықтары мен мүдделерін қорғау;\n", "1. Мыналар:\n"
    ),
    "a list of duties": numbered("{n}) министрлік шаралар қабылдайды;\n", "1. Мыналар:\n"),
    "indents that cite": numbered("5-бабының {n}-тармағы бойынша құжат;\n", "1. Мыналар:\n"),
    "one sentence of sanctions": lambda size: (
        repeated("үш жылға дейінгі мерзімге бас бостандығынан айыруға не ")(size - 12)
        + " жазаланады."
    ),
    "dashes before a sanction": lambda size: (
        "айыппұл салуға " + repeated("бала – ")(size - 40) + "айыппұл салуға жазаланады."
    ),
    "counts in a report": lambda size: (
        "Баяндама\n\nКіріспе\n\n1. " + repeated("120 бала және 30 адам қатысты, ")(size - 25)
    ),
    "courses in a report": lambda size: (
        "Баяндама\n\nКіріспе\n\n"
        + numbered("{n}. 2004 жылы семинар өткізілді, оған 120 бала қатысты. ")(size - 22)
    ),
    "terms": repeated("терминдер ұғымдар "),
    "annexes": numbered(
        "Қаулысына\n{n}-қосымша\n\nТабиғатты {n} қорғау қағидалары\n\n1. Осы Қағидалар.\n\n"
    ),
    "aliases of bodies": numbered("Үкіметінің (бұдан әрі - Орган{n}) Орган{n}-ға "),
    "an alias used": lambda size: (
        "Үкіметінің (бұдан әрі - ҚХА) " + repeated("ҚХА-ның Үкіметінің ")(size - 29)
    ),
    "a list of provisions": lambda size: (
        "Осы Заңның " + repeated("5, ")(size - 40) + "6-баптарында"
    ),
    "provisions joined": repeated("5-баптарының және 6-баптарының, "),
    "a list of bodies": lambda size: (
        repeated("Қорғаныс, Ішкі істер, ")(size - 14) + "министрліктері"
    ),
    "a list of acts": repeated("2001 жылғы 8 тамыздағы № 211 және «Бала туралы» заңдарына, "),
    "dates and numbers": repeated("2001.12.26 № 517-IV, "),
    "ages": repeated("он сегіз жасқа толмаған, 16 жастан "),
    "sanctions": repeated("үш жылға дейінгі мерзімге бас бостандығынан айыруға не "),
    "bodies attached": repeated("Министрлігінің жанындағы Орталық Комиссиясы Үкіметінің "),
    "aliases": numbered("Сот (бұдан әрі - Сот{n}) "),
    "acts with names": numbered("№ {n} Қаулысы (бұдан әрі - Қаулы{n}) "),
    "lone letters": repeated("а і "),
    "letter-spacing": repeated("ж а з а л а н а д ы  "),
    "wide gaps": repeated("№ 5  сәйкес   Заңына  "),
    "short lines": repeated("Заң\n"),
    "stamp lines": repeated("Үкіметінің\n\nқаулысымен\n\nбекітілген\n\n"),
    "blank lines": repeated("\n \n\t\n"),
    "soft hyphens": repeated("б\u00adа\u00adп\u00ad "),
    "combining marks": repeated("и\u0306\u0306\u0306"),
    "one endless word": repeated("бала"),
    "underscores": repeated("_ - "),
    "words about": repeated("бала туралы "),
    "adopted rules": repeated("қоса беріліп отырған Қағидалары бекітілсін, "),
    "notes": numbered("Ескерту. {n}-бапқа өзгеріс - ҚР 2011.12.26 N 517-IV, "),
}


def one(name: str, size: int) -> None:
    """Measure one text in this process and print the figures as JSON."""
    from graph.pipeline import to_graphs
    from graph.source import from_text

    to_graphs(from_text("warm", "Осы Заңның 5-бабы."))
    source = from_text(name, TEXTS[name](size))
    start = time.process_time()
    to_graphs(source)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": memory}))


def measured(name: str, size: int, limit: float) -> dict[str, float] | None:
    """The figures of one text, from a process of its own; None where it took longer."""
    command = [sys.executable, "-m", "benchmarks.linear", name, str(size)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        return None
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def main() -> None:
    """Measure and print the table, or one text."""
    parser = argparse.ArgumentParser(description="Time and memory by length of the text.")
    parser.add_argument("name", nargs="?", choices=sorted(TEXTS))
    parser.add_argument("size", nargs="?", type=int)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    arguments = parser.parse_args()
    if arguments.name and arguments.size:
        one(arguments.name, arguments.size)
        return
    heads = "".join(f"{f'{size // 1000} k':>10}" for size in SIZES)
    print(f"{'seconds a million code points':<32}{heads}{'seconds':>9}{'MB':>7}")
    for name in [arguments.name] if arguments.name else TEXTS:
        row, last = "", None
        for size in SIZES:
            last = measured(name, size, arguments.seconds)
            row += f"{last['seconds'] / size * 1e6:>10.2f}" if last else f"{'-':>10}"
            if last is None:
                break
        tail = f"{last['seconds']:>9.2f}{last['megabytes']:>7.0f}" if last else f"{'too long':>9}"
        print(f"{name:<32}{row}{tail}", flush=True)


if __name__ == "__main__":
    main()
