"""Lists under construction: numbered and lettered items, indents, and what follows a list."""

from dataclasses import replace

from graph.linking.slugs import transliterate
from graph.normalise import Block, Normalised
from graph.provisions import headings
from graph.provisions.skeleton import Skeleton

_FIRST = ("1", "а", "a")
"""What the first item of a list is numbered."""
_NEXT_ITEM = 6
"""Blocks after one without a number in which the next item of its list stands."""


class Lists(Skeleton):
    """The items of the open provision, as its blocks come."""

    def __init__(self, text: Normalised) -> None:
        super().__init__(text)
        self.report_part: int | None = None
        self.quoting = False

    def _subclause(self, block: Block, label: str, begin: int) -> None:
        lettered = not label[0].isdigit()
        hosts = {"clause", "article", "report-paragraph", "note"}
        while len(self.stack) > 1 and not self._hosts(hosts, lettered):
            self.stack.pop()
        number = transliterate(label) if lettered else label
        eid = f"{self.units[self.stack[-1]].eid}__sub_{number}"
        words = (block.start, self._end_of_words(begin, block.end))
        at = self._add("subclause", label, eid, block, label=words, text=(begin, block.end))
        self.stack.append(at)

    def _hosts(self, kinds: set[str], lettered: bool) -> bool:
        """Whether the innermost open unit can hold the subclause; letters stand below numbers."""
        unit = self.units[self.stack[-1]]
        if unit.kind == "subclause":
            return lettered and unit.number[0].isdigit()
        return unit.kind in kinds

    def _unnumbered(self, at: int, block: Block, low: str) -> None:
        """A block without a number: an indent of a list, or more text of the open unit."""
        if not self.stack or self._goes_on_after_list(at, block, low):
            return
        top = self.units[self.stack[-1]]
        if top.kind == "indent":
            self.stack.pop()
            parent, count = self.units[self.stack[-1]], int(top.number) + 1
        elif self.listing:
            parent, count = top, 1
        else:
            return
        eid = f"{parent.eid}__indent_{count}"
        self.stack.append(
            self._add("indent", str(count), eid, block, text=(block.start, block.end))
        )
        if not headings.LIST_ITEM_END.search(low):
            self.stack.pop()
            self.listing = False

    def _goes_on_after_list(self, at: int, block: Block, low: str) -> bool:
        """Whether a block goes on with the provision whose list has ended, not with its last item.

        The last item ends in a full stop, and no item of the same list follows.
        """
        if self.quoting or self.report_part is not None:
            return False
        last = self.units[-1]
        indented = last.kind == "indent" and last.part == self.part and not self.listing
        if not indented and not (self.listing and self._in_item()):
            return False
        before = self.text.blocks[at - 1]
        if not self.text.low.endswith(".", before.start, before.end):
            return False
        if not low.endswith(":") and self._item_follows(at):
            return False
        while len(self.stack) > 1 and self._in_item():
            self.stack.pop()
        stack = self.stack
        host = replace(self.parts[self.part], start=block.start, resumed=stack[-1])
        self._open_part(host)
        self.stack, self.listing = stack, low.endswith(":")
        return True

    def _in_item(self) -> bool:
        """Whether the innermost open unit is an item."""
        return self.units[self.stack[-1]].kind == "subclause"

    def _item_follows(self, at: int) -> bool:
        """Whether the next numbered block goes on with a list."""
        for block in self.text.blocks[at + 1 : at + 1 + _NEXT_ITEM]:
            low = self.text.low[block.start : block.end]
            item = headings.SUBCLAUSE.match(low)
            if item:
                return item.group(1) not in _FIRST
            if headings.opens_provision(low):
                break
        return False
