"""What is told of an act's registration between its number and its noun.

`2017 жылғы 22 желтоқсандағы № 144 (... тізілімінде № 4493 болып тіркелген) шешімінің`
`2003 жылғы 1 сәуірдегі № 4-70, тіркеу № 10-90 шешімі`
"""

import re
from functools import cached_property

from graph.context import Context
from graph.rules.act_words import Marks, parentheses

REGISTERED = re.compile(r"тірке(?:л|у|м)")
_BEFORE = re.compile(
    r",? (?:[^.;:()«»\"\n]{1,220} )?тірке(?:у|лген)(?: н[өо]мірі| кезіндегі нөмірі)?:? ?"
)
"""From an act's number to that of its registration: `, тіркеу `."""
_AROUND = re.compile(r",? [^.;:()«»\"\n]{1,220} ")
_AFTER = re.compile(
    r" (?:(?:болып|нөмірімен|санымен) )?(?:мемлекеттік тіркеуден өткен|тіркелген),?"
)
"""After the number of a registration: ` болып тіркелген`."""
_NOUN = re.compile(r"(?:бұйры[қғ]|қаулы|шешім|жарлы[қғ]|өкім)")
_LONGEST = 280
_LONGEST_PARENTHESIS = 600


class Registrations:
    """Where what is told of a registration begins, by where it ends."""

    def __init__(self, context: Context, known: Marks) -> None:
        self.low, self.quotes, self.marks = context.low, context.quotes, known

    def inline(self, at: int) -> int | None:
        """The end of the act's own number, if a registration with a number of its own ends here."""
        near = self.marks.numbers_in(max(0, at - _LONGEST), at)[-2:]
        if len(near) < 2:
            return None
        own, registered = near
        between, after = self.low[own.end : registered.start], self.low[registered.end : at]
        if own.start - 1 not in self.marks.dates or _NOUN.search(between):
            return None
        if after:
            told = _AFTER.fullmatch(after) and _AROUND.fullmatch(between)
        else:
            told = _BEFORE.fullmatch(between)
        return own.end if told else None

    def in_parenthesis(self, at: int, *, numbered: bool) -> int | None:
        """Where the parenthesis opens that ends here and stands after a number, date or title.

        `numbered`: whether the act's number is known already.
        """
        opening = self.opening(at)
        if opening is None:
            return None
        before = opening - (self.low[opening - 1] == " ")
        registered = REGISTERED.search(self.low, opening, at)
        if before in self.marks.numbers and not numbered:
            return opening
        dated = before in self.marks.dates and self.low.endswith(("ғы", "гі"), 0, before)
        told = dated or before in self.quotes.by_end
        return opening if registered and told else None

    def opening(self, at: int) -> int | None:
        """Where the parenthesis opens that ends here; of two that end here one is too many."""
        if self.low[at - 1 : at] != ")":
            return None
        opening = self._opening(at - 1)
        if opening is None and self.low[at - 2] == ")":
            opening = self._opening(at - 2)  # `... жарияланған)) бұйрығының`
        return opening

    def _opening(self, closing: int) -> int | None:
        opening = self._parentheses.get(closing)
        near = opening is not None and 0 < closing - opening < _LONGEST_PARENTHESIS
        return opening if near else None

    @cached_property
    def _parentheses(self) -> dict[int, int]:
        return parentheses(self.low)
