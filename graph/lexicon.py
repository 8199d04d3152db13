"""The lexicons: TOML files that a lawyer edits. In: graph/lexicon/*.toml. Out: entries."""

from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from graph.lexicon_read import tables

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


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All lexicons."""

    codes: tuple[Entry, ...]
    laws: tuple[Entry, ...]
    treaties: tuple[Entry, ...]
    bodies: tuple[Entry, ...]
    parties: tuple[Entry, ...]
    measures: tuple[Entry, ...]
    places: tuple[Entry, ...]
    countries: tuple[Entry, ...] = ()

    def body(self, id: str) -> Entry:
        """The body with this id. Raises KeyError."""
        return self._bodies_by_id[id]

    def body_names(self, id: str) -> tuple[str, ...]:
        """Every name of the body with this id; none if the lexicons lack it."""
        return self._names_of_bodies.get(id, ())

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
        return self._authorities_by_id.get(id)

    def one_code(self, code: Entry, other: Entry) -> bool:
        """Whether one of two codes is a part of the other, adopted later."""
        return code.id == other.more.get("continues") or other.id == code.more.get("continues")

    @cached_property
    def later_parts(self) -> dict[str, Entry]:
        """Ids of codes that have a part adopted later, to that part."""
        return {code.more["continues"]: code for code in self.codes if "continues" in code.more}

    def law(self, id: str) -> Entry:
        """The law with this id. Raises KeyError."""
        return self._laws_by_id[id]

    @cached_property
    def _bodies_by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.bodies}

    @cached_property
    def _names_of_bodies(self) -> dict[str, tuple[str, ...]]:
        return {entry.id: entry.surfaces for entry in self.bodies}

    @cached_property
    def _laws_by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.laws}

    @cached_property
    def _authorities_by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in (*self.codes, *self.treaties)}


_FIELDS = {name for name in Entry.__dataclass_fields__ if name != "more"}


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read one TOML file: an array of tables, whatever its name."""
    entries = []
    for rows in tables(path.read_text(encoding="utf-8")).values():
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
        laws=read["laws"],
        treaties=read["treaties"],
        bodies=read["bodies"],
        parties=read["parties"],
        measures=read["measures"],
        places=read["places"],
        countries=read["countries"],
    )
