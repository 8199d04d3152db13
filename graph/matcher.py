"""Finds the names of a lexicon in the tokens of a text, whatever ending their last word has."""

from collections.abc import Iterable, Iterator

from graph.lexicon import Entry
from graph.text.morphology import stems
from graph.text.tokens import Tokens, words_of


class Matcher:
    """Names of one or more words, the longest first."""

    def __init__(self, names: Iterable[tuple[str, Entry]]) -> None:
        self._lengths: dict[str, list[int]] = {}
        """First word to the lengths of its names less the last word, longest first."""
        self._last: dict[tuple[str, ...], dict[str, list[tuple[str, Entry]]]] = {}
        """All words but the last, to the last ones."""
        for name, entry in names:
            *words, last = words_of(name.lower())
            rows = self._last.setdefault(tuple(words), {}).setdefault(last, [])
            rows.append((name, entry))
            rows.sort(key=lambda row: row[1].id)
        for before in self._last:
            if before:
                self._lengths.setdefault(before[0], []).append(len(before))
        self._lengths = {w: sorted(set(sizes), reverse=True) for w, sizes in self._lengths.items()}
        self._single = self._last.get((), {})

    def find(self, tokens: Tokens) -> Iterator[tuple[int, int, Entry]]:
        """Every name in the tokens, left to right, none inside another.

        Yields (index of its first token, index after its last, entry).
        """
        after = 0
        for i in self._candidates(tokens):
            if i >= after:
                hit = self.at(tokens, i)
                if hit:
                    after = hit[0]
                    yield i, after, hit[1]

    def _candidates(self, tokens: Tokens) -> list[int]:
        """Tokens that a name may begin with, found by looking at each distinct word once."""
        words = set(self._lengths)
        if self._single:
            known = self._single.keys()
            words |= {w for w in tokens.index_of_words if not known.isdisjoint(stems(w))}
        return tokens.spots(words)

    def at(self, tokens: Tokens, i: int, stop: int | None = None) -> tuple[int, Entry] | None:
        """The longest name that begins at token `i` and ends before token `stop`.

        Returns (index after its last token, entry).
        """
        words = tokens.words
        stop = len(words) if stop is None else stop
        for size in (*self._lengths.get(words[i], ()), 0):
            last = i + size
            rows = self._last.get(tuple(words[i:last])) if last < stop else None
            if not rows:
                continue
            for stem in stems(words[last]):  # the longest first
                for name, entry in rows.get(stem, ()):
                    if not entry.case_sensitive or _same_case(tokens, i, name):
                        return last + 1, entry
        return None


def _same_case(tokens: Tokens, i: int, name: str) -> bool:
    """Whether each word of the name that has a capital has one in the text too."""
    if name.startswith("Қазақстан Республикасы"):  # the country's name tells it apart
        return True
    return all(
        tokens.text[tokens.starts[i + k]].isupper()
        for k, word in enumerate(words_of(name))
        if word[0].isupper()
    )
