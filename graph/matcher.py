"""Finds the names of a lexicon in the tokens of a text, whatever ending their last word has."""

from collections.abc import Iterable, Iterator
from itertools import chain

from graph.lexicon import Entry
from graph.morphology import stems
from graph.tokens import Tokens, words_of


class Matcher:
    """Names of one or more words, the longest first."""

    def __init__(self, names: Iterable[tuple[str, Entry]]) -> None:
        self._several: dict[str, list[tuple[tuple[str, ...], str, Entry]]] = {}
        """Names of several words, by the first."""
        self._single: dict[str, list[tuple[str, Entry]]] = {}
        for name, entry in names:
            words = words_of(name.lower())
            if len(words) == 1:
                self._single.setdefault(words[0], []).append((name, entry))
            else:
                self._several.setdefault(words[0], []).append((words, name, entry))
        for rows in self._several.values():
            rows.sort(key=lambda row: (-len(row[0]), row[2].id))

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
        index = tokens.index_of_words
        words = [word for word in self._several if word in index]
        if self._single:
            known = self._single.keys()
            words = [w for w in index if w in self._several or not known.isdisjoint(stems(w))]
        return sorted(chain.from_iterable(index[word] for word in words))

    def at(self, tokens: Tokens, i: int, stop: int | None = None) -> tuple[int, Entry] | None:
        """The longest name that begins at token `i` and ends before token `stop`.

        Returns (index after its last token, entry).
        """
        words = tokens.words
        stop = len(words) if stop is None else stop
        for name_words, name, entry in self._several.get(words[i], ()):
            last = i + len(name_words) - 1
            if (
                last < stop
                and tuple(words[i:last]) == name_words[:-1]
                and name_words[-1] in stems(words[last])
                and (not entry.case_sensitive or _same_case(tokens, i, name))
            ):
                return last + 1, entry
        if self._single:
            for stem in stems(words[i]):
                for name, entry in self._single.get(stem, ()):
                    if not entry.case_sensitive or _same_case(tokens, i, name):
                        return i + 1, entry
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
