"""What the address of a page of the reader asks for. In: parameters. Out: an `Asked`.

Raises the 400 for a parameter that cannot be understood, the 404 for a page or provision that the
document does not have; each says what there is.
"""

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from service.documents.reading import Reading
from service.documents.sheet import VIEWS, Places, places_of
from service.http.problem import bad_request, not_found
from service.things.kinds import KINDS

MOST_RANGES = 100
"""Ranges that one address may mark."""
RANGE = re.compile(r"(\d{1,9}),(\d{1,9})")


@dataclass(frozen=True)
class Asked:
    """One page of the reader."""

    page: int
    """Index of the page."""
    view: str
    kinds: frozenset[str]
    """Kinds to highlight."""
    marked: Places
    """Ranges of the original to mark."""
    char: str
    """The same as in the address."""
    lost: bool
    """Whether the repaired view has nothing of a range to mark."""


def read_arguments(arguments: MultiDict[str, str], reading: Reading) -> Asked:
    """Return what the parameters `page`, `at`, `view`, `kinds` and `char` ask for."""
    marked = read_ranges(arguments.get("char", ""), len(reading.original))
    lost = any(not places_of(reading, "repaired", (one,)) for one in marked)
    view = arguments.get("view", "") or (VIEWS[1] if lost else VIEWS[0])
    if view not in VIEWS:
        raise bad_request(f"view={view[:20]}: use one of {', '.join(VIEWS)}")
    return Asked(
        read_page(arguments, reading, marked),
        view,
        read_kinds(arguments),
        marked,
        ";".join(f"{start},{end}" for start, end in marked),
        lost and view == "repaired",
    )


def read_ranges(text: str, size: int) -> Places:
    """Return the ranges of `char=a,b;c,d`, in code points of a text of `size`, in their order."""
    if not text:
        return ()
    ranges = []
    for part in text.split(";"):
        match = RANGE.fullmatch(part)
        if match is None:
            raise bad_request(
                f"char={part[:40]}: write char=START,END, more ranges after a semicolon"
            )
        start, end = int(match[1]), int(match[2])
        if not start < end <= size:
            raise bad_request(
                f"char={part}: the text has {size} characters, and a range ends after its start"
            )
        ranges.append((start, end))
    if len(ranges) > MOST_RANGES:
        raise bad_request(f"char= has {len(ranges)} ranges: send at most {MOST_RANGES}")
    return tuple(dict.fromkeys(ranges))


def read_kinds(arguments: MultiDict[str, str]) -> frozenset[str]:
    """Return the kinds to highlight: all if none is named; `kinds=` alone is none."""
    every = frozenset((*KINDS, "other"))
    if "kinds" not in arguments:
        return every
    named = {kind for value in arguments.getlist("kinds") for kind in value.split(",") if kind}
    if unknown := sorted(named - every):
        raise bad_request(f"kinds={unknown[0][:20]}: use some of {', '.join(KINDS)}, other")
    return frozenset(named)


def read_page(arguments: MultiDict[str, str], reading: Reading, marked: Places) -> int:
    """Return the index of the page: of the first range, else of `at=`, else of `page=`."""
    if marked:
        return reading.page_at(marked[0][0])
    anchor = arguments.get("at", "")
    if anchor:
        if anchor not in reading.anchors:
            raise not_found(f"at={anchor[:80]}: the document has no provision of that name")
        return reading.page_at(reading.units[reading.anchors[anchor]].start)
    asked = arguments.get("page", "1")
    if not asked.isdecimal() or not 1 <= int(asked[:9]) <= len(reading.pages):
        raise not_found(f"page={asked[:20]}: the document has the pages 1 to {len(reading.pages)}")
    return int(asked[:9]) - 1
