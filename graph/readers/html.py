"""Reads an HTML page. In: bytes. Out: the text of the act on it, with its links to other acts.

A page of adilet.zan.kz has the act in an `article`, its title and stamp in a banner above, and
menus, tabs and buttons around. Of any other page the block that holds most of the text is taken.
The parser is lxml (BSD): it reads broken pages as they come and kzop needs it for .docx too.
"""

import re
from collections.abc import Iterator

from lxml import etree

from graph.linking.adilet import page_code, target
from graph.readers.draft import CELL, LINE, PARAGRAPH, Draft, Reading, SourceError
from graph.readers.text import decode

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_TAG = re.compile(
    r"<(?:!doctype|html|p|br|div|h[1-6]|table|body|span|article|pre|a)\b[^>]*>", re.IGNORECASE
)
_SILENT = frozenset(
    ("head", "title", "script", "style", "noscript", "template", "button", "select", "option",
     "input", "textarea", "iframe", "object", "svg", "canvas", "audio", "video", "map")
)  # fmt: skip
"""Elements without words of the page."""
_AROUND = frozenset(("nav", "header", "footer", "aside", "form"))
"""Elements around the text of an unknown page."""
_MENU = re.compile(
    r"\b(?:menu|nav\w*|breadcrumbs?|footer|sidebar|share|social|toolbar|pagination|cookies?"
    r"|lang\w*|comments?|banner|search)\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = frozenset(
    ("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
     "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table",
     "tr", "ul")
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_LONG_CELL = 1500
"""Code points from which a cell lays out the page and its paragraphs stay paragraphs."""
_MOST = 0.7
"""A block with this share of its parent's words holds the text."""


def read(data: bytes) -> Reading:
    """Read a page, or a plain text that is named like one.

    Raises SourceError for a page without text.
    """
    declared = _DECLARED.search(data[:4000])
    text = decode(data, declared[1].decode("ascii") if declared else "")
    return read_page(text) if _TAG.search(text) else Reading(text)


def read_page(page: str) -> Reading:
    """Read a page that is decoded already."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    code = page_code(page)
    try:
        root = etree.fromstring(page.lstrip("\ufeff").encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise SourceError(f"is not readable HTML ({_line(error)}); save the page again") from None
    if root is None:
        raise SourceError("is an HTML page without text; save the page again when it has loaded")
    draft = Draft()
    act = _act(root)
    if act is None:
        _Writer(draft, code, around=True).write(_fullest(root))
    else:
        for element in _banner(root, act):
            _Writer(draft, code).write(element)
            draft.due(PARAGRAPH)
        _Writer(draft, code).write(act)
    reading = draft.reading(code)
    if not reading.text.strip():
        raise SourceError("is an HTML page without text; save the page again when it has loaded")
    return reading


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()


def _words(element: etree._Element) -> int:
    """Code points of text in an element, scripts left out."""
    return sum(
        len(text.strip())
        for node in element.iter()
        if isinstance(node.tag, str) and node.tag not in _SILENT
        for text in (node.text or "", *((child.tail or "") for child in node))
    )


def _act(root: etree._Element) -> etree._Element | None:
    """The element that holds the act, on a page of adilet.zan.kz or one built like it."""
    articles = list(root.iter("article"))
    if articles:
        fullest = max(articles, key=_words)
        if _words(fullest) * 2 > _words(root):
            return fullest
    boxes = [div for div in root.iter("div") if {"container_gamma", "text"} <= set(_classes(div))]
    return max(boxes, key=_words, default=articles[0] if len(articles) == 1 else None)


def _banner(root: etree._Element, act: etree._Element) -> Iterator[etree._Element]:
    """Title and stamp, which adilet.zan.kz shows above the act, unless the act begins with them."""
    begun = " ".join("".join(_strings(act))[:4000].split())
    for div in root.iter("div"):
        if {"container_alpha", "slogan"} <= set(_classes(div)):
            for element in div.iter("h1", "p"):
                words = " ".join("".join(_strings(element)).split())
                if words and words not in begun:
                    yield element
            return


def _strings(element: etree._Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def _fullest(root: etree._Element) -> etree._Element:
    """The smallest element with most of the words that are not links; the page itself at worst."""
    bodies = list(root.iter("body"))
    at = bodies[0] if bodies else root
    while True:
        size = {child: _own_words(child) for child in at if isinstance(child.tag, str)}
        whole = sum(size.values()) + len((at.text or "").strip())
        whole += sum(len((child.tail or "").strip()) for child in at)
        best = max(size, key=lambda child: size[child], default=None)
        blocks = ("div", "section", "main", "article", "center", "table", "tbody", "tr", "td")
        if best is None or best.tag not in blocks or size[best] < _MOST * whole or not size[best]:
            return at
        at = best


def _own_words(element: etree._Element) -> int:
    """Code points of text that is not in links or menus."""
    if element.tag in _SILENT or element.tag in _AROUND:
        return 0
    linked = sum(_words(link) for link in element.iter("a"))
    return max(0, _words(element) - linked)


class _Writer:
    """Writes one element and all below it to a draft."""

    def __init__(self, draft: Draft, code: str, around: bool = False) -> None:
        self.draft = draft
        self.code = code
        self.around = around
        """True: leave out what looks like a menu; the page is an unknown one."""
        self.cells = 0
        """How many short cells of rows we are in: there a block is no line of its own."""
        self.raised = 0
        self.kept = 0
        """How many `pre` we are in."""
        self.numbers: list[int | None] = []

    def write(self, top: etree._Element) -> None:
        """Write the element; no recursion, for pages nest as deep as they like."""
        walk = etree.iterwalk(top, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in walk:
            if event == "start":
                if element is not top and self._is_left_out(element):
                    walk.skip_subtree()
                    skipped = element
                else:
                    self._start(element)
                    self._text(element.text)
                continue
            if element is skipped:
                skipped = None
            else:
                self._end(element)
            if element is not top:
                self._text(element.tail)

    def _is_left_out(self, element: etree._Element) -> bool:
        if element.tag in _SILENT or element.get("hidden") is not None:
            return True
        style = element.get("style")
        if style and _HIDDEN.search(style):
            return True
        if not self.around:
            return False
        names = (
            f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
        )
        if element.tag in _AROUND or (element.tag in _BLOCKS and _MENU.search(names)):
            return True
        links = list(element.iter("a")) if element.tag in ("ul", "ol", "div", "table") else []
        return len(links) > 2 and sum(map(_words, links)) > 0.8 * _words(element)

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self.kept:
            self.draft.lines(text)
        elif self.raised:
            self.draft.superscript(text)
        else:
            self.draft.flow(text)

    def _gap(self, gap: str) -> None:
        self.draft.due(" " if self.cells else gap)

    def _start(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "br":
            self._gap(LINE)
        elif tag == "a":
            self.draft.link(target(element.get("href") or "", self.code))
        elif tag in _CELLS:
            self.draft.due(CELL if element.getprevious() is not None else "")
            self.cells += self._is_short(element)
        elif tag == "sup":
            self.raised += 1
        elif tag in _BLOCKS:
            self._gap(PARAGRAPH)
            self.kept += tag == "pre"
            if tag in ("ul", "ol"):
                self.numbers.append(_first(element) if tag == "ol" else None)
            elif tag == "li":
                self._item()

    def _end(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "a":
            self.draft.unlink()
        elif tag in _CELLS:
            self.cells -= self._is_short(element)
        elif tag == "sup":
            self.raised -= 1
        elif tag in _BLOCKS:
            self._gap(PARAGRAPH)
            self.kept -= tag == "pre"
            if tag in ("ul", "ol"):
                self.numbers.pop()

    def _is_short(self, cell: etree._Element) -> bool:
        """Whether a cell is a cell of data: one of several in its row, and not a whole page."""
        row = cell.getparent()
        return row is not None and len(row) > 1 and _words(cell) < _LONG_CELL

    def _item(self) -> None:
        """The mark that a browser shows before an item of a list."""
        if not self.numbers:
            return
        number = self.numbers[-1]
        self.draft.put("- " if number is None else f"{number}. ")
        if number is not None:
            self.numbers[-1] = number + 1


def _first(element: etree._Element) -> int:
    start = element.get("start") or "1"
    return int(start) if start.isdecimal() and len(start) < 5 else 1
