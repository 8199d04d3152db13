"""Stamps whose lines stand as paragraphs. In: paragraphs, as lists of lines. Out: the same, each
stamp one paragraph.

    Қазақстан Республикасы

    Үкіметінің

    2006 жылғы 28 ақпандағы

    N 138 қаулысымен

    бекітілген
"""

import re

from graph.text.lines import Line

_ENDS = re.compile(
    r"(?:^|\s)(?:бекітілген|мақұлданған|енгізілген|(?:\d+-?\s?)?қосымша(?:сы)?)\.?$", re.IGNORECASE
)
_INSTRUMENT = re.compile(
    r"(?:қаулы|бұйры[ғқ]|жарлы[ғқ]|шешім|өкім|заң)[а-яәғқңөұүһі]*(?:н[ае]|мен|бен|пен)(?:\s|$)",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"Қазақстан Республика|[А-ЯӘҒҚҢӨҰҮҺІ][\w-]+ (?:облыс|қала|аудан)")
_LONGEST_LINE = 70
_LONGEST_END = 140
"""Of the last lines of a stamp, where they are joined already."""
_MOST_LINES = 12


def join_stamps(paragraphs: list[list[Line]]) -> list[list[Line]]:
    """Join the paragraphs that make up a stamp."""
    joined: list[list[Line]] = []
    for paragraph in paragraphs:
        joined.append(paragraph)
        text = " ".join(line.text for line in paragraph)
        if len(text) <= _LONGEST_END and _ENDS.search(text):
            first = _first(joined)
            if first < len(joined) - 1:
                joined[first:] = [[line for part in joined[first:] for line in part]]
    return joined


def _first(paragraphs: list[list[Line]]) -> int:
    """Index of the paragraph with which the stamp that the last one closes begins."""
    last = len(paragraphs) - 1
    closing = " ".join(line.text for line in paragraphs[last])
    instrument = _INSTRUMENT.search(closing) is not None
    if instrument and _BEGINS.match(closing):
        return last
    for at in range(last - 1, max(-1, last - _MOST_LINES), -1):
        text = " ".join(line.text for line in paragraphs[at])
        if len(text) > _LONGEST_LINE or text[-1] in ".;:" or paragraphs[at][0].rule:
            break
        instrument = instrument or _INSTRUMENT.search(text) is not None
        joint = at and paragraphs[at - 1][-1].text.endswith("және")
        if instrument and _BEGINS.match(text) and not joint:
            return at  # a joint order has two issuers, the first with its own date and number
    return last
