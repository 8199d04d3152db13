"""What every rule reads: the clean text, its tokens, quotations, skeleton, and the lexicons."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from graph.lexicon import Lexicon
from graph.matcher import Matcher
from graph.normalise import Normalised
from graph.provisions.outline import outline
from graph.structure import Structure
from graph.text.numerals import DATE, iso_date
from graph.text.quotes import Quotes, pair_quotes
from graph.text.tokens import Tokens, tokenise

COUNTRY = re.compile(r"(?:қазақстан(?:\s+)республикасы(?:ның)?|қр|қазақ [кс]ср(?:-?і?нің)?)\s+$")


@dataclass(frozen=True)
class Context:
    """One text, ready for the rules. All offsets are of the normalised text."""

    normalised: Normalised
    lexicon: Lexicon
    tokens: Tokens
    quotes: Quotes
    structure: Structure
    sentences: list[tuple[int, int]] = field(repr=False)
    """Start and end of every sentence, in order."""
    matchers: dict[str, Matcher] = field(repr=False)

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.normalised.text

    @property
    def low(self) -> str:
        """The normalised text in lower case."""
        return self.normalised.low

    @cached_property
    def dates(self) -> list[tuple[int, int, str]]:
        """Dates of a day, in order: (start, end, ISO date)."""
        figures = self.matches(DATE, lambda word: word[0].isdigit())
        found = ((*m.span(), iso_date(m)) for m in figures)
        return [(start, end, iso) for start, end, iso in found if iso]

    def matches(
        self, pattern: re.Pattern[str], test: Callable[[str], bool], *, cased: bool = False
    ) -> Iterator[re.Match[str]]:
        """The matches of a pattern that begin with a word that passes `test`, none in another.

        Several times as fast as a search of the whole text. `test` sees words in lower case; the
        pattern is tried on the text in lower case too, unless `cased`.
        """
        text = self.text if cased else self.low
        starts = self.tokens.starts
        after = 0
        for i in self.tokens.where(test):
            if starts[i] >= after:
                match = pattern.match(text, starts[i])
                if match:
                    after = match.end()
                    yield match

    def country_before(self, offset: int) -> int:
        """Where `Қазақстан Республикасы(ның)` begins if it ends just before the offset."""
        match = COUNTRY.search(self.low, max(0, offset - 40), offset)
        if match and (match.start() == 0 or not self.low[match.start() - 1].isalnum()):
            return match.start()
        return offset

    def sentence(self, offset: int) -> tuple[int, int]:
        """The sentence of a block in which the offset lies: (start, end)."""
        at = bisect_right(self.sentences, (offset, 1 << 60)) - 1
        return self.sentences[max(0, at)]


_STOP = re.compile(r"[.!?]+[\"»”)]*\s+(?=[\"«(]?[А-ЯӘҒҚҢӨҰҮҺІA-Z])")
_ABBREVIATION = re.compile(r"(?:^|[\s(\"«.])(?:[А-ЯӘҒҚҢӨҰҮҺІA-Z]|ж|б|т|м|а|ст|т\.б|с)\.$")


def _sentences(normalised: Normalised) -> list[tuple[int, int]]:
    """Sentences of every block; an initial (`С. Қ.`) or an abbreviation ends none."""
    out: list[tuple[int, int]] = []
    text = normalised.text
    for block in normalised.blocks:
        start = block.start
        for match in _STOP.finditer(text, block.start, block.end):
            head = text[max(block.start, match.start() - 6) : match.start() + 1]
            if _ABBREVIATION.search(head) or re.fullmatch(
                r"\d+(?:-\d+)*", text[start : match.start()]
            ):
                continue
            out.append((start, match.end()))
            start = match.end()
        out.append((start, block.end))
    return out


def analyse(normalised: Normalised, lexicon: Lexicon, matchers: dict[str, Matcher]) -> Context:
    """Prepare a text for the rules."""
    blocks = [(block.start, block.end) for block in normalised.blocks]
    return Context(
        normalised,
        lexicon,
        tokenise(normalised.text, normalised.low),
        pair_quotes(normalised.text, blocks),
        outline(normalised),
        _sentences(normalised),
        matchers,
    )
