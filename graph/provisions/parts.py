"""Where a text's main act ends and its annexes begin. In: a Normalised text. Out: boundaries.

Stamps, signatures and titles tell: `... бұйрығымен бекітілген`, `... қаулысына 1-қосымша`, the
signature of a minister, a title that ends in `баяндама`.
"""

from dataclasses import dataclass, field

from graph.normalise import Normalised
from graph.provisions import headings

_COUNTRY = ("қазақстан республикасының", "қазақстан республикасы")
"""What stands alone on the line before the office of the signatory."""


@dataclass(frozen=True)
class Boundary:
    """A part begins at a block."""

    kind: str
    """self, signature, annex or footer."""
    type: str | None = None
    number: int = 1


@dataclass
class Boundaries:
    """Boundaries by the index of their block."""

    at: dict[int, Boundary] = field(default_factory=dict)


def find_boundaries(text: Normalised) -> Boundaries:
    """Find the parts of a text; the first is always there, at block 0."""
    return _Parts(text).find()


class _Parts:
    """One pass over the blocks."""

    def __init__(self, text: Normalised) -> None:
        self.lows = [text.low[block.start : block.end] for block in text.blocks]
        self.found = Boundaries({0: Boundary("self")})
        self.last = 0
        """The block of the last boundary."""
        self.annexes = 0
        self.started = False
        self.over = False
        self.report = False

    def find(self) -> Boundaries:
        """Walk the blocks."""
        for at, low in enumerate(self.lows):
            self._look(at, low)
            opens = headings.opens_provision(low) or headings.ADOPTS.search(low) is not None
            self.started = self.started or opens
        return self.found

    def _look(self, at: int, low: str) -> None:
        if headings.FOOTER.match(low):
            self._begin(at, Boundary("footer"))
        elif headings.ENACTS.search(low):
            self.started = self.over = True
        elif len(low) < 200 and self.started and self._is_signature(low):
            self.over = True
            first = at - 1 if at and self.lows[at - 1] in _COUNTRY else at
            self._begin(first, Boundary("signature"))
        elif len(low) < 300 and (self.started or at > 2) and headings.ANNEX.search(low):
            stamp = headings.ANNEX.search(low)
            assert stamp is not None
            number = int(stamp.group(1) or stamp.group(2) or self._next_number())
            kind = self._type_after(at)
            kind = "annex" if kind == "report" else kind
            self._begin(at, Boundary("annex", kind, number))
            self.report = False
        elif len(low) < 200 and headings.APPROVED.search(low):
            self._begin(at, Boundary("annex", self._type_after(at), self._next_number()))
        elif self.over and self._in_main() and self._is_treaty(at, low):
            self._begin(at, Boundary("annex", "treaty", self._next_number()))
        elif not self.report and headings.REPORT_TITLE.search(low) and self._is_report(at):
            self.report = True
            if self._in_main() and self.over:
                self._begin(self._cover(at), Boundary("annex", "report", self._next_number()))
            else:
                kept = self.found.at[self.last]
                self.found.at[self.last] = Boundary(kept.kind, "report", kept.number)

    def _begin(self, at: int, boundary: Boundary) -> None:
        replaced = self.found.at.get(at)
        self.annexes += (boundary.kind == "annex") - bool(replaced and replaced.kind == "annex")
        self.found.at[at] = boundary
        self.last = max(self.last, at)

    def _in_main(self) -> bool:
        return self.found.at[self.last].kind in ("self", "signature")

    def _next_number(self) -> int:
        return self.annexes + 1

    def _is_signature(self, low: str) -> bool:
        return bool(headings.SIGNATURE.search(low)) and not headings.opens_provision(low)

    def _is_report(self, at: int) -> bool:
        """Whether a title that ends in `баяндама` opens a report: nothing is enacted after it."""
        for low in self.lows[at + 1 : at + 12]:
            if headings.ENACTS.search(low):
                return False
            if headings.CLAUSE.match(low) or headings.INTRODUCTION.match(low):
                return True
        return False

    def _is_treaty(self, at: int, low: str) -> bool:
        """Whether a block after the signature is the title of the treaty that the act adopts."""
        title = len(low) < 400 and headings.annex_type(low) == "treaty"
        return title and self.found.at[self.last].kind == "signature" and at > 0

    def _cover(self, at: int) -> int:
        """The first block after the signature: a cover page belongs to the annex."""
        while at > 1 and not headings.CLAUSE.match(self.lows[at - 1]):
            if self._is_signature(self.lows[at - 1]):
                break
            at -= 1
        return at

    def _type_after(self, at: int) -> str:
        """Type of an approved act by the title after its stamp."""
        types = (headings.annex_type(low) for low in self.lows[at + 1 : at + 4])
        return next((found for found in types if found), "annex")
