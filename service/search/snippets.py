"""The text of a hit cut for a page: around the first word that was found, with marks."""

from dataclasses import dataclass

from graph.search.textindex import Hit

AROUND = 80
"""Characters shown before the first word that was found in a long text."""
LENGTH = 320
"""Most characters shown of a text."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, with a mark if it was searched for."""

    text: str
    marked: bool


def pieces(hit: Hit) -> list[Piece]:
    """Cut the text of a hit into stretches with and without marks, around the first mark."""
    first = hit.highlights[0][0] if hit.highlights else 0
    begin = 0 if len(hit.text) <= LENGTH else max(0, first - AROUND)
    end = min(len(hit.text), begin + LENGTH)
    found = [Piece("…", False)] if begin else []
    done = begin
    for start, stop in hit.highlights:
        if start < done or stop > end:
            continue
        found += [Piece(hit.text[done:start], False), Piece(hit.text[start:stop], True)]
        done = stop
    found.append(Piece(hit.text[done:end], False))
    return found + ([Piece("…", False)] if end < len(hit.text) else [])
