"""The lexicons: TOML files that a lawyer edits, read once. In: graph/lexicon/*.toml. Out: entries,
and a matcher that finds their names in tokens whatever ending the last word has."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from graph.morphology import stems
from graph.tokens import Tokens, words_of

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
