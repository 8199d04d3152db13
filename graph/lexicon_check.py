"""Checks the lexicon files. In: graph/lexicon/*.toml. Out: faults, one line each."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from pathlib import Path

from graph.context import analyse
from graph.find import find, matchers
from graph.lexicon import FOLDER, Entry, load, read_entries
from graph.lexicon_form import TABLES, canonical, comment_of, faults
from graph.link import link
from graph.matcher import Matcher
from graph.normalise import normalise
from graph.source import from_text
from graph.text.morphology import is_genitive
from graph.text.tokens import tokenise

_EDITION = re.compile(r"-(?:\d{4}|kazssr)$")
"""What the id of a later or a Soviet code has after the name."""


def check(fix: bool, folder: Path = FOLDER) -> list[str]:
    """Return one line for each fault of the lexicon files; none if they are sound.

    With `fix`, files whose only fault is their order or layout are rewritten first.
    """
    found: list[str] = []
    entries: dict[str, tuple[Entry, ...]] = {}
    for file in TABLES:
        path = folder / f"{file}.toml"
        faulty = list(_faults_of_form(path, fix))
        found += faulty
        if not faulty:
            entries[file] = read_entries(path)
    for file, read in entries.items():
        found += [f"{file}.toml: {fault}" for fault in _faults_of_names(file, read)]
        faults_of_examples = (
            _faults_of_citations(read) if file == "laws" else _faults_of_examples(file, read)
        )
        found += [f"{file}.toml: {fault}" for fault in faults_of_examples]
    return found


def _faults_of_form(path: Path, fix: bool) -> Iterator[str]:
    """Faults of TOML, fields, ids, order and layout."""
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        yield f"{path.name}: the file is missing; put it back"
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield f"{path.name}: not TOML in UTF-8 ({error}); mend it"
        return
    file = path.stem
    rows = tables.get(TABLES[file])
    if set(tables) != {TABLES[file]} or not isinstance(rows, list):
        held = ", ".join(tables) or "nothing"
        yield f"{path.name}: holds {held}; write [[{TABLES[file]}]] tables"
        return
    faulty = False
    for i, row in enumerate(rows, 1):
        for fault in faults(file, row):
            faulty = True
            yield f"{path.name}: {row.get('id') or f'entry {i}'}: {fault}"
    ids = [row.get("id") for row in rows]
    for id in sorted({str(id) for id in ids if id and ids.count(id) > 1}):
        faulty = True
        yield f"{path.name}: {id}: {ids.count(id)} entries have this id; merge or rename them"
    comment, below = comment_of(text)
    if below:
        faulty = True
        yield f"{path.name}: line {below[0]}: a comment; move it to the top of the file"
    if faulty:
        return
    wanted = canonical(file, comment, rows)
    if fix and text != wanted:
        path.write_text(wanted, encoding="utf-8")
    elif text != wanted:
        pairs = zip_longest(text.splitlines(), wanted.splitlines())
        line = next((i for i, (is_, ought) in enumerate(pairs, 1) if is_ != ought), 1)
        yield f"{path.name}: line {line}: not in canonical order and layout; run `kzop check --fix`"


def _faults_of_names(file: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Names that two entries share, and predecessors that do not exist."""
    owners: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in dict.fromkeys(n.lower() for n in (*entry.surfaces, *entry.titles)):
            owners.setdefault(name, []).append(entry)
        for name in dict.fromkeys(entry.short):
            owners.setdefault(name, []).append(entry)
        for id in entry.more.get("predecessor", ()):
            if id not in {other.id for other in entries}:
                yield f"{entry.id}: the predecessor {id!r} is no id of this file; correct it"
    for name, sharing in owners.items():
        if not all(_same_name(file, sharing[0], other) for other in sharing[1:]):
            ids = ", ".join(entry.id for entry in sharing)
            yield f"{ids}: {name!r} is a name of each; leave it to one of them"


def _same_name(file: str, entry: Entry, other: Entry) -> bool:
    """Whether two acts are editions of one, so that only the date tells them apart."""
    if file == "laws" and entry.date == other.date:
        return entry is other
    return file in ("codes", "laws") and _EDITION.sub("", entry.id) == _EDITION.sub("", other.id)


def _faults_of_examples(file: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Examples in which the entry is not found, or another is; near misses in which it is found."""
    search = _Search(file, entries)
    for entry in entries:
        for text in entry.examples:
            hits = search.find(text)
            if not any(hit.id == entry.id or _same_name(file, entry, hit) for hit in hits):
                yield f"{entry.id}: not found in its example {text!r}; correct it, or add to names"
            for hit in hits:
                if hit.id != entry.id and not _same_name(file, entry, hit):
                    yield (
                        f"{entry.id}: {hit.id} is found in its example {text!r}; "
                        f"write an example that only {entry.id} fits"
                    )
        for text in entry.not_examples:
            if any(hit.id == entry.id for hit in search.find(text)):
                yield f"{entry.id}: found in {text!r} of not_examples; narrow its names"


@cache
def _faults_of_citations(entries: tuple[Entry, ...]) -> list[str]:
    """Examples that the extractor takes for no law or another; near misses it takes for the law."""
    lexicon = replace(load(), laws=entries)
    ready = matchers(lexicon)

    def laws(text: str) -> set[str]:
        linked = link(find(analyse(normalise(from_text("example", text)), lexicon, ready)))
        return {work.law for work in linked.works.values()} - {""}

    faults = []
    for entry in entries:
        for text in entry.examples:
            if (found := laws(text)) != {entry.id}:
                what = ", ".join(sorted(found)) or "no law"
                faults.append(f"{entry.id}: {what} is found in its example {text!r}; correct it")
        for text in entry.not_examples:
            if entry.id in laws(text):
                faults.append(f"{entry.id}: found in {text!r} of not_examples; narrow its names")
    return faults


class _Search:
    """Finds the entries of one file in a phrase by the marks that the rules go by."""

    def __init__(self, file: str, entries: tuple[Entry, ...]) -> None:
        self._file, self._entries = file, entries
        self._names = Matcher((name, entry) for entry in entries for name in entry.surfaces)

    def find(self, text: str) -> list[Entry]:
        """Every entry found; an owner in the genitive before another name counts as part of it."""
        if self._file == "measures":
            return [entry for entry in self._entries if _tells(entry, text.lower())]
        tokens = tokenise(text, text.lower())
        found: list[Entry] = []
        rest = text
        after_owner = -1
        for first, after, entry in self._names.find(tokens):
            if first == after_owner:
                found.pop()
            found.append(entry)
            after_owner = after if is_genitive(tokens.words[after - 1]) else -1
            start, end = tokens.starts[first], tokens.ends[after - 1]
            rest = rest[:start] + " " * (end - start) + rest[end:]
        for entry in self._entries:
            if any(_has_short(rest, short) for short in entry.short) or any(
                re.search(rf'[«"“]{re.escape(title)}[»"”]', text) for title in entry.titles
            ):
                found.append(entry)
        return list(dict.fromkeys(found))


def _has_short(text: str, short: str) -> bool:
    """Whether an abbreviation stands in a text, with or without an ending (`БҰҰ-ның`)."""
    pattern = rf"(?<![\w-]){re.escape(short)}(?:-?[а-яәғқңөұүһі]{{2,4}})?(?!\w)"
    return short in text and bool(re.search(pattern, text))


def _tells(entry: Entry, low: str) -> bool:
    """Whether a phrase has the words of a measure."""
    words = entry.more
    near = words.get("near")
    heads = [head for head in words.get("heads", ()) if head in low.rpartition('"')[2]]
    return (
        bool(heads and '"' in low and (not near or any(word in low for word in near)))
        or all(any(w in low for w in words.get(key, ())) for key in ("nouns", "verbs"))
        or any(re.search(rf"[мбп]ен\b.* {verb}\b", low) for verb in words.get("with_body", ()))
        or any(topic in low for topic in words.get("topics", ()))
    )
