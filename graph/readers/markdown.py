"""Reads Markdown copies of acts. In: bytes. Out: the text without the markup.

The text is made HTML by markdown-it-py (MIT) and read as such. Lists and indented code are left
alone: `1)` and `2.` are numbers of the act, and what stands under them is indented.
"""

import re

from graph.readers.draft import Reading, SourceError
from graph.readers.html import read_page
from graph.readers.text import decode

_FRONT_MATTER = re.compile(r"\ufeff?---\r?\n.*?\r?\n(?:---|\.\.\.)\r?\n", re.DOTALL)


def read(data: bytes) -> Reading:
    """Read Markdown text; raises SourceError where there is none."""
    from markdown_it import MarkdownIt

    text = decode(data)
    front = _FRONT_MATTER.match(text)
    parser = MarkdownIt("commonmark", {"breaks": True}).enable("table").disable(["list", "code"])
    page = parser.render(text[front.end() :] if front else text)
    if not page.strip():
        raise SourceError("has no text; check that the file is complete")
    return read_page(f"<html><body><article>{page}</article></body></html>")
