"""Numbers of pages inside paragraphs. In: the lines of a text. Out: which of them number pages.

... көл жағалауларын қорғау саласындағы

12

қоғамдық қатынастарды реттейді.
"""

import re
from collections.abc import Sequence

from graph.text.lines import Line

_NUMBER = re.compile(r"[-–—]? ?(\d{1,4}) ?[-–—]?$")
_UNFINISHED = re.compile(r"[^\W_],?$")
_SHORTEST = 40
"""Code points of a line of running text."""


def goes_on(text: str) -> bool:
    """Whether a line ends inside a sentence: in a word, or a comma after one."""
    return _UNFINISHED.search(text) is not None


def page_numbers(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that number a page in the middle of a sentence.

    Empty lines or the end of a page stand around such a line; the numbers rise.
    """
    found: list[int] = []
    last = 0
    for at in range(1, len(lines) - 1):
        line, before, after = lines[at], lines[at - 1], lines[at + 1]
        if line.length > _SHORTEST or not (line.blanks_before and after.blanks_before):
            continue
        match = _NUMBER.match(line.text)
        if not match or int(match.group(1)) <= last:
            continue
        begins = after.pieces[0].text[:1]
        if begins.islower() and before.length > _SHORTEST and goes_on(before.text):
            found.append(at)
            last = int(match.group(1))
    return frozenset(found)
