"""The lexicons: TOML files that a lawyer edits, read once. In: graph/lexicon/*.toml. Out: entries,
and a matcher that finds their names in tokens whatever ending the last word has."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from graph.lexicon_form import TABLES, canonical, comment_of, faults
from graph.morphology import is_genitive, stems
from graph.tokens import Tokens, tokenise, words_of

FOLDER = Path(__file__).parent / "lexicon"


@dataclass(frozen=True)
class Entry:
    """One entry of a lexicon; which fields a lexicon uses, graph/lexicon/README.md says."""

    id: str
    kk: str
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    ru: str = ""
    en: str = ""
    type: str = ""
    number: str = ""
    date: str = ""
    adilet: str = ""
    un: str = ""
    valid_from: str = ""
    valid_to: str = ""
    generic: bool = False
    case_sensitive: bool = False
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every name the entry is found by."""
        return (self.kk, *self.names)


class Matcher:
    """Finds names in tokens, the longest first; the last word may carry endings."""

    def __init__(self, names: Iterable[tuple[str, Entry]]) -> None:
        self._first: dict[str, list[tuple[tuple[str, ...], str, bool, Entry]]] = {}
        self._single: dict[str, list[tuple[str, Entry]]] = {}
        for name, entry in names:
            words = words_of(name.lower())
            if len(words) == 1:
                self._single.setdefault(words[0], []).append((name, entry))
            else:
                rows = self._first.setdefault(words[0], [])
                rows.append((words, name, entry.case_sensitive, entry))
        for rows in self._first.values():
            rows.sort(key=lambda row: (-len(row[0]), row[3].id))

    def at(self, tokens: Tokens, i: int, stop: int | None = None) -> tuple[int, Entry] | None:
        """The longest name that begins at token `i` and ends before token `stop`.

        Returns (index after its last token, entry).
        """
        stop = len(tokens.words) if stop is None else stop
        for words, name, cased, entry in self._first.get(tokens.words[i], ()):
            last = i + len(words) - 1
            if last >= stop or tuple(tokens.words[i:last]) != words[:-1]:
                continue
            if words[-1] not in stems(tokens.words[last]):
                continue
            if cased and not _same_case(tokens, i, name):
                continue
            return last + 1, entry
        if self._single:
            for stem in stems(tokens.words[i]):
                for name, entry in self._single.get(stem, ()):
                    if not entry.case_sensitive or _same_case(tokens, i, name):
                        return i + 1, entry
        return None

    def find(self, tokens: Tokens) -> Iterator[tuple[int, int, Entry]]:
        """Every name in the tokens, left to right, none inside another: (first, after, entry)."""
        i = 0
        starts, single, size = self._first, self._single, len(tokens.words)
        while i < size:
            word = tokens.words[i]
            if word in starts or (single and not single.keys().isdisjoint(stems(word))):
                hit = self.at(tokens, i)
                if hit:
                    yield i, hit[0], hit[1]
                    i = hit[0]
                    continue
            i += 1


def _same_case(tokens: Tokens, i: int, name: str) -> bool:
    """Whether each word of the name that has a capital has one in the text too."""
    if name.startswith("Қазақстан Республикасы"):  # the country's name tells it apart
        return True
    for k, word in enumerate(words_of(name)):
        if word[0].isupper() and not tokens.text[tokens.starts[i + k]].isupper():
            return False
    return True


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All lexicons."""

    codes: tuple[Entry, ...]
    treaties: tuple[Entry, ...]
    bodies: tuple[Entry, ...]
    parties: tuple[Entry, ...]
    measures: tuple[Entry, ...]
    places: tuple[Entry, ...]

    def body(self, id: str) -> Entry:
        """The body with this id. Raises KeyError."""
        return _by_id(self.bodies)[id]

    def editions(self, code: Entry) -> list[Entry]:
        """The codes that share a name with this one, oldest first; KazSSR codes apart."""
        soviet = code.id.endswith("-kazssr")
        names = {name.lower() for name in code.surfaces}
        same = [
            entry
            for entry in self.codes
            if entry.id.endswith("-kazssr") == soviet
            and not names.isdisjoint(name.lower() for name in entry.surfaces)
        ]
        return sorted(same, key=lambda entry: entry.date or entry.valid_from)

    def authority(self, id: str) -> Entry | None:
        """The code or treaty with this id."""
        return _by_id(self.codes).get(id) or _by_id(self.treaties).get(id)


@cache
def _by_id(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}


_FIELDS = {name for name in Entry.__dataclass_fields__ if name != "more"}


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read one TOML file: an array of tables, whatever its name."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    entries = []
    for rows in tables.values():
        for row in rows:
            known: dict[str, Any] = {}
            more: dict[str, Any] = {}
            for key, value in row.items():
                if key not in _FIELDS:
                    more[key] = value
                elif isinstance(value, list):
                    known[key] = tuple(value)
                else:
                    known[key] = value if isinstance(value, bool) else str(value)
            entries.append(Entry(**known, more=more))
    return tuple(entries)


@cache
def load(folder: Path = FOLDER) -> Lexicon:
    """Read all lexicons, once a process."""
    read = {path.stem: read_entries(path) for path in sorted(folder.glob("*.toml"))}
    return Lexicon(
        codes=read["codes"],
        treaties=read["treaties"],
        bodies=read["bodies"],
        parties=read["parties"],
        measures=read["measures"],
        places=read["places"],
    )


# Checking: what `kzop check` says of the files.


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
        found += [f"{file}.toml: {fault}" for fault in _faults_of_examples(file, read)]
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
        yield f"{path.name}: holds {', '.join(tables) or 'nothing'}; write [[{TABLES[file]}]] tables"
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
        if len(sharing) > 1 and not all(_same_name(file, sharing[0], other) for other in sharing):
            ids = ", ".join(entry.id for entry in sharing)
            yield f"{ids}: {name!r} is a name of each; leave it to one of them"


def _same_name(file: str, entry: Entry, other: Entry) -> bool:
    """Whether two codes have one name, so that only the date tells them apart."""
    mine, theirs = (
        {name.lower() for name in (*e.surfaces, *e.titles, *e.short)} for e in (entry, other)
    )
    return file == "codes" and entry.date != other.date and bool(mine & theirs)


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
        after_owner = -1
        for first, after, entry in self._names.find(tokens):
            if first == after_owner:
                found.pop()
            found.append(entry)
            after_owner = after if is_genitive(tokens.words[after - 1]) else -1
        for entry in self._entries:
            if any(_has_short(text, short) for short in entry.short) or any(
                re.search(rf'[«"“]{re.escape(title)}[»"”]', text) for title in entry.titles
            ):
                found.append(entry)
        return list(dict.fromkeys(found))


def _has_short(text: str, short: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(short)}(?:-?[а-яәғқңөұүһі]{{2,4}})?(?!\w)", text))


def _tells(entry: Entry, low: str) -> bool:
    """Whether a phrase has the words of a measure."""
    words = entry.more
    near = words.get("near")
    heads = [head for head in words.get("heads", ()) if head in low.rpartition('"')[2]]
    return (
        bool(heads and '"' in low and (not near or any(word in low for word in near)))
        or all(any(w in low for w in words.get(key, ())) for key in ("nouns", "verbs"))
        or any(re.search(rf"[мбп]ен\b.* {verb}\b", low) for verb in words.get("with_body", ()))
        or any(f"{topic}тар" in low for topic in words.get("topics", ()))
    )
