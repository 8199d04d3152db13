"""The things that the lexicons know, found by their names: words in, acts and bodies out.

Besides the names of the graph these have others: short ones, former ones, abbreviations. They are
found whether or not the graph has them, since a name is ambiguous even if only one is there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from graph.lexicon import Entry, Lexicon, load
from graph.linking.slugs import number_slug
from graph.search.namewords import alike, initials, read_name
from graph.search.searchwords import fold_word, stems_of


@dataclass(frozen=True)
class Known:
    """A thing of the lexicons."""

    path: str
    """Its IRI after `id/`."""
    names: tuple[str, ...]
    short: tuple[str, ...]
    """Abbreviations, folded."""
    number: str = ""
    date: str = ""
    kind: str = ""


class Gazetteer:
    """All things of the lexicons, by the stems of their words."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the names of acts, treaties and bodies."""
        self.things = list(_things(lexicon))
        self.by_path = {known.path: known for known in self.things}
        self._by_stem: dict[str, set[int]] = {}
        self._words: dict[str, set[int]] = {}
        for place, known in enumerate(self.things):
            for short in known.short:
                self._by_stem.setdefault(short, set()).add(place)
            for name in known.names:
                for word in read_name(name).words:
                    self._words.setdefault(word, set()).add(place)
        self._by_letter: dict[str, list[str]] = {}
        for word, places in self._words.items():
            self._by_letter.setdefault(word[0], []).append(word)
            for stem in stems_of(word):
                self._by_stem.setdefault(stem, set()).update(places)

    def find(self, name: str, most: int = 30) -> list[Known]:
        """Return the things that share the most telling words with a name, the most first."""
        hits: Counter[int] = Counter()
        for word in dict.fromkeys(read_name(name).words):
            for place in self._places(word):
                hits[place] += 1
        return [self.things[place] for place, _ in hits.most_common(most)]

    def _places(self, word: str) -> set[int]:
        found: set[int] = set()
        for stem in stems_of(word):
            found |= self._by_stem.get(stem, set())
        if found:
            return found
        beginning = self._by_letter.get(word[0], ())
        return set().union(*(self._words[other] for other in beginning if alike(word, other)))


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer of the lexicons, made once a process."""
    return Gazetteer(load())


def _things(lexicon: Lexicon) -> Iterator[Known]:
    for body in lexicon.bodies:
        yield _known(f"org/{body.id}", body, "")
    for code in lexicon.codes:
        constitution = code.id.startswith("constitution")
        kind = "constitution" if constitution else "code"
        yield _known(f"eli/kz/{code.id}" if constitution else f"eli/kz/code/{code.id}", code, kind)
    for treaty in lexicon.treaties:
        yield _known(f"eli/un/treaty/{treaty.id}", treaty, "treaty")
    for law in lexicon.laws:
        segment = "decree" if law.type == "decree-force-of-law" else law.type
        yield _known(f"eli/kz/{segment}/{law.date}/{number_slug(law.number)}", law, law.type)


def _known(path: str, entry: Entry, kind: str) -> Known:
    names = _different((*entry.surfaces, *entry.titles, entry.ru, entry.en))
    short = {fold_word(name) for name in entry.short}
    if kind in ("", "code", "treaty"):
        short |= {initials(name) for name in (entry.kk, entry.ru, entry.en)} - {""}
    return Known(path, names, tuple(sorted(short)), entry.number, entry.date, kind)


def _different(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
