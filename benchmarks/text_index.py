"""The text index against its alternatives, on Kazakh: `python -m benchmarks.text_index`.

Prints one table. Each engine indexes the same invented labels and texts in a process of its own,
then answers the same queries. The words are invented nouns, inflected by the rules of Kazakh, so
that it is known which texts hold a form of which noun. `--labels` and `--texts` are the sizes,
`--engines` the engines; tantivy is left out where it is not installed.

    found      of queries for one noun, in another form: the share of its texts among those found
    damaged    the same, with a letter of each text or query replaced by its Latin look-alike
    right      the share of what was found that holds the noun
    rare, two, common, phrase   milliseconds for the first 20: the median, and the slowest of all
"""

import argparse
import importlib
import importlib.util
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from graph.search.searchwords import key, stems_of
from graph.search.texttables import PROPERTIES

LATIN = str.maketrans("іеорсхау", "ieopcxay")
BACK, FRONT = "аоұы", "еөүі"
TO_FRONT = str.maketrans("аығқ", "еігк")
HARDER = {"к": "г", "қ": "ғ"}
NOUNS = 20_000
LABEL, TEXT = PROPERTIES[0][0], PROPERTIES[4][0]
Statement = tuple[str, str, str, str]
Find = Callable[[str, int], list[str]]
"""From a query and a limit to the IRIs found."""


@cache
def noun(number: int) -> str:
    """Return the invented noun of that number: two or three syllables of one harmony."""
    dice = random.Random(number)
    vowels = dice.choice((BACK, FRONT))
    syllables = [
        dice.choice("бтжсмлндр") + dice.choice(vowels) + dice.choice("рлнмзсқтш")
        for _ in range(dice.randint(2, 3))
    ]
    word = "".join(syllables)
    return word if vowels == BACK else word.replace("қ", "к")


def inflected(word: str, dice: random.Random) -> str:
    """Return a form of a noun: plural, possessive and case, each or none, in harmony."""
    back = any(letter in BACK for letter in word)
    if dice.random() < 0.5:
        word += {"л": "д", "м": "д", "н": "д", "з": "д", "р": "л"}.get(word[-1], "т") + "ар"
    if dice.random() < 0.5:
        word = word[:-1] + HARDER.get(word[-1], word[-1]) + "ы"
        word += dice.choice(("", "ның", "на", "н", "нда", "нан"))
    elif dice.random() < 0.8:
        start = "д" if word[-1] in "лмнзр" else "т"
        dative = "ға" if start == "д" else "қа"
        word += dice.choice((f"{start}ың", dative, f"{start}ы", f"{start}а", f"{start}ан"))
    return word if back else word.translate(TO_FRONT)


def damaged(text: str, dice: random.Random) -> str:
    """Replace some letters by their Latin look-alikes."""
    return "".join(c.translate(LATIN) if dice.random() < 0.3 else c for c in text)


def write_statements(path: Path, labels: int, texts: int) -> None:
    """Write the statements as lines of JSON."""
    with path.open("w", encoding="utf-8") as file:
        for statement in statements(labels, texts):
            file.write(json.dumps(statement, ensure_ascii=False) + "\n")


def read_statements(path: Path) -> Iterator[tuple[Statement, list[int]]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            statement, nouns = json.loads(line)
            yield tuple(statement), nouns


def statements(labels: int, texts: int) -> Iterator[tuple[Statement, list[int]]]:
    """Yield invented labels and texts, each with the numbers of its nouns; every tenth damaged."""
    dice = random.Random(1)
    for number in range(labels + texts):
        is_label = number < labels
        nouns = [int(NOUNS * dice.random() ** 3) for _ in range(3 if is_label else 60)]
        words = " ".join(inflected(noun(one), dice) for one in nouns)
        if is_label:
            words = (
                f"{dice.randint(1991, 2025)} жылғы {dice.randint(1, 28)} қазандағы № "
                f"{number % 5000}-II Заң, {words} туралы, {dice.randint(1, 99)}-бап"
            )
        if dice.random() < 0.1:
            words = damaged(words, dice)
        iri = f"https://w3id.org/kzop/id/{'label' if is_label else 'text'}/{number}"
        yield (iri, LABEL if is_label else TEXT, words, "kk"), nouns


# the engines: each indexes statements in a folder and returns how to search


def kzop(folder: Path, rows: Iterator[Statement]) -> Find:
    from graph.search.textindex import TextIndex

    index = TextIndex.open(folder / "index")
    index.apply((), rows, "1")
    return lambda text, limit: [hit.iri for hit in index.search(text, limit=limit).hits]


def fts5(
    folder: Path, rows: Iterator[Statement], tokenizer: str, fold: Callable[[str], str]
) -> Find:
    connection = sqlite3.connect(folder / "index")
    connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT, text TEXT)")
    connection.execute(
        f"CREATE VIRTUAL TABLE entry_words USING fts5(words, content='', tokenize='{tokenizer}')"
    )
    with connection:
        for number, (iri, _, text, _) in enumerate(rows):
            connection.execute("INSERT INTO entry VALUES (?, ?, ?)", (number, iri, text))
            connection.execute(
                "INSERT INTO entry_words (rowid, words) VALUES (?, ?)", (number, fold(text))
            )

    def find(text: str, limit: int) -> list[str]:
        words = fold(text.strip('"')).split()
        expression = " ".join(f'"{word}"' for word in words)
        if text.startswith('"'):
            expression = f'"{" ".join(words)}"'
        found = connection.execute(
            "SELECT iri FROM entry_words w JOIN entry ON id = w.rowid WHERE entry_words MATCH ? "
            "ORDER BY rank LIMIT ?",
            (expression, limit),
        )
        return [iri for (iri,) in found]

    return find


def fts5_trigram(folder: Path, rows: Iterator[Statement]) -> Find:
    """Parts of words, as they are written; a query in a longer form finds nothing shorter."""
    return fts5(folder, rows, "trigram", str.lower)


def fts5_stems(folder: Path, rows: Iterator[Statement]) -> Find:
    """One stem a word, the shortest."""
    return fts5(folder, rows, "unicode61 remove_diacritics 0", stemmed)


def stemmed(text: str) -> str:
    def shortest(word: str) -> str:
        return min(stems_of(word), key=lambda stem: (len(stem), stem))

    return " ".join(map(shortest, key(text).split()))


def tantivy(folder: Path, rows: Iterator[Statement]) -> Find:
    """The same stems."""
    library: Any = importlib.import_module("tantivy")
    builder = library.SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw")
    builder.add_bytes_field("text", stored=True, indexed=False)
    builder.add_text_field("words", tokenizer_name="whitespace")
    schema = builder.build()
    (folder / "index").mkdir()
    index = library.Index(schema, path=str(folder / "index"))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for iri, _, text, _ in rows:
        writer.add_document(library.Document(iri=iri, text=text.encode(), words=stemmed(text)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(text: str, limit: int) -> list[str]:
        words = stemmed(text.strip('"')).split()
        if text.startswith('"'):
            query = library.Query.phrase_query(schema, "words", words)
        else:
            terms = [library.Query.term_query(schema, "words", word) for word in words]
            query = library.Query.boolean_query([(library.Occur.Must, term) for term in terms])
        hits = searcher.search(query, limit, count=False).hits
        return [searcher.doc(address)["iri"][0] for _, address in hits]

    return find


ENGINES: dict[str, Callable[[Path, Iterator[Statement]], Find]] = {
    "kzop": kzop,
    "fts5-stems": fts5_stems,
    "fts5-trigram": fts5_trigram,
    "tantivy": tantivy,
}


def measure(name: str, path: Path) -> dict[str, float]:
    """Index and search with one engine; times in seconds and milliseconds, sizes in MB."""
    dice = random.Random(2)
    wanted = {dice.randrange(NOUNS // 2, NOUNS): set[str]() for _ in range(100)}

    def noted() -> Iterator[Statement]:
        for statement, nouns in read_statements(path):
            for one in wanted.keys() & nouns:
                wanted[one].add(statement[0])
            yield statement

    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        find = ENGINES[name](Path(place), noted())
        build = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())
        result = {"build s": build, "size MB": size / 1e6}
        result |= {"memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}
        result |= quality(find, wanted, dice)
        result |= latency(find, dice)
    return result


def quality(find: Find, wanted: dict[int, set[str]], dice: random.Random) -> dict[str, float]:
    counts = {"found": [0, 0], "damaged": [0, 0], "right": [0, 0]}
    for number, iris in wanted.items():
        form = inflected(noun(number), dice)
        for column, query in (("found", form), ("damaged", damaged(form, dice))):
            found = set(find(query, 1000))
            counts[column][0] += len(found & iris)
            counts[column][1] += min(len(iris), 1000)
            if column == "found":
                counts["right"][0] += len(found & iris)
                counts["right"][1] += len(found)
    return {column: 100 * part / (whole or 1) for column, (part, whole) in counts.items()}


def latency(find: Find, dice: random.Random) -> dict[str, float]:
    def form(least: int, most: int) -> str:
        return inflected(noun(dice.randrange(least, most)), dice)

    queries = {
        "rare": [form(NOUNS // 2, NOUNS) for _ in range(50)],
        "two": [f"{form(0, 20)} {form(0, 20)}" for _ in range(50)],
        "common": ["заңының", "туралы", "жылғы заң", "қазандағы № 17-II Заңы", "12-бабы"] * 5,
        "phrase": [f'"{dice.randrange(5000)}-II Заң"' for _ in range(50)],
    }
    result, slowest = {}, 0.0
    for name, texts in queries.items():
        times = []
        for text in texts:
            start = time.perf_counter()
            find(text, 20)
            times.append(1000 * (time.perf_counter() - start))
        result[f"{name} ms"] = statistics.median(times)
        slowest = max(slowest, *times)
    return result | {"slowest ms": slowest}


def main() -> None:
    """Print a line for each engine."""
    parser = argparse.ArgumentParser(description="Compare full-text engines on invented Kazakh.")
    parser.add_argument("--labels", type=int, default=200_000)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        print(json.dumps(measure(given.engines[0], given.alone)))
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "statements"
        write_statements(path, given.labels, given.texts)
        lines = [line for name in given.engines if (line := line_of(name, path))]
    print(f"{'engine':14}", *(f"{column:>11}" for column in lines[0][1]))
    for name, result in lines:
        print(f"{name:14}", *(f"{value:11.1f}" for value in result.values()))


def line_of(name: str, path: Path) -> tuple[str, dict[str, float]] | None:
    """What a process finds out about one engine."""
    if name == "tantivy" and not importlib.util.find_spec("tantivy"):
        print("tantivy is not installed")
        return None
    command = [sys.executable, "-m", "benchmarks.text_index", "--engines", name]
    done = subprocess.run([*command, "--alone", str(path)], check=True, capture_output=True)
    return name, json.loads(done.stdout)


if __name__ == "__main__":
    main()
