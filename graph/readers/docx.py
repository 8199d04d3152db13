"""Reads a Word file (.docx). In: bytes. Out: its paragraphs and tables in order, with its links.

The XML is read as it is (lxml, BSD), for what libraries for .docx leave out stands in drafts of
acts: automatic numbers, changes that are tracked, content controls. Deleted and hidden words,
footnotes and drawings are left out.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from graph.linking.adilet import target
from graph.readers.draft import CELL, LINE, PARAGRAPH, Draft, Reading, SourceError
from graph.readers.numbering import Numbering, W

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAIN = "word/document.xml"
_RELATED = "word/_rels/document.xml.rels"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    etree.XMLSyntaxError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)
"""What unpacking raises for damaged archives, unknown packing and broken XML."""
_MOST = 300_000_000
"""Bytes of one part when unpacked; more is an attack or a mistake."""
_FIELD = re.compile(r"\s*HYPERLINK\s+(?:\\\w\s+)*\"([^\"]+)\"(?:\s+\\l\s+\"([^\"]+)\")?")
_INSIDE = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag"))
"""Wrappers around paragraphs, rows or runs that are part of the text."""
_LONG_CELL = 1500
"""Code points from which a cell lays out the page and its paragraphs stay paragraphs."""


def read(data: bytes) -> Reading:
    """Read a .docx; raises SourceError for other archives and for broken files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _MAIN not in archive.namelist():
                raise SourceError("is an archive, not a .docx; unpack it and name the files in it")
            parts = {
                name: _part(archive, name)
                for name in (_MAIN, "word/numbering.xml", "word/styles.xml", _RELATED)
            }
    except SourceError:
        raise
    except _BROKEN as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"is a broken .docx ({reason}); save it again") from None
    main = parts[_MAIN]
    body = None if main is None else main.find(f"{W}body")
    if body is None:
        raise SourceError("is a broken .docx (it has no body); save it again")
    relations = parts[_RELATED]
    targets = {
        relation.get("Id") or "": relation.get("Target") or ""
        for relation in ([] if relations is None else relations.iter(_RELATIONS))
        if relation.get("TargetMode") == "External"
    }
    writer = _Writer(Numbering(parts["word/numbering.xml"], parts["word/styles.xml"]), targets)
    writer.blocks(body)
    reading = writer.draft.reading()
    if not reading.text:
        raise SourceError("is a .docx that has no text (pictures?); save its text as .docx or .txt")
    return reading


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of one XML part; None where the file has no such part."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.flag_bits & 1:
        raise SourceError("is encrypted with a password; save it without one")
    if info.file_size > _MOST:
        raise SourceError(f"is no document ({name} has {info.file_size} bytes); check the file")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(archive.read(info), parser)


class _Writer:
    """Writes the blocks of a document to a draft."""

    def __init__(self, numbering: Numbering, targets: dict[str, str]) -> None:
        self.draft = Draft()
        self.numbering = numbering
        self.targets = targets
        self.cells = 0
        """How many short cells of rows we are in: there a paragraph is no line of its own."""
        self.instruction: str | None = None
        """What a field (`HYPERLINK "..."`) says, while it is being said."""

    def blocks(self, parent: etree._Element) -> None:
        """Write the paragraphs and tables below an element."""
        for element in parent:
            if element.tag == f"{W}p":
                self._gap(PARAGRAPH)
                mark = self.numbering.mark(element.find(f"{W}pPr"))
                if mark and _has_words(element):
                    self.draft.put(mark)
                    self.draft.due(" ")
                self._runs(element)
                self._gap(PARAGRAPH)
            elif element.tag == f"{W}tbl":
                for row in _below(element, "tr"):
                    self._row(row)
            elif element.tag in _INSIDE:
                self.blocks(element)

    def _row(self, row: etree._Element) -> None:
        self._gap(PARAGRAPH)
        cells = list(_below(row, "tc"))
        for number, cell in enumerate(cells):
            short = len(cells) > 1 and len("".join(_texts(cell))) < _LONG_CELL
            if number:
                self.draft.due(CELL)
            self.cells += short
            self.blocks(cell)
            self.cells -= short
        self._gap(PARAGRAPH)

    def _gap(self, gap: str) -> None:
        self.draft.due(" " if self.cells else gap)

    def _runs(self, parent: etree._Element) -> None:
        for element in parent:
            if element.tag == f"{W}r":
                self._run(element)
            elif element.tag == f"{W}hyperlink":
                self.draft.link(target(self.targets.get(element.get(_ID) or "", "")))
                self._runs(element)
                self.draft.unlink()
            elif element.tag == f"{W}fldSimple":
                self.draft.link(_field_target(element.get(f"{W}instr") or ""))
                self._runs(element)
                self.draft.unlink()
            elif element.tag in _INSIDE:
                self._runs(element)

    def _run(self, run: etree._Element) -> None:
        properties = run.find(f"{W}rPr")
        raised = False
        if properties is not None:
            if _is_on(properties.find(f"{W}vanish")):
                return
            align = properties.find(f"{W}vertAlign")
            raised = align is not None and align.get(f"{W}val") == "superscript"
        for element in run:
            name = str(element.tag).removeprefix(W)
            if name == "t":
                self._text(element.text or "", raised)
            elif name == "tab":
                self.draft.due(CELL)
            elif name in ("br", "cr"):
                self._gap(LINE)
            elif name == "noBreakHyphen":
                self.draft.put("\u2011")
            elif name == "fldChar":
                self._field(element.get(f"{W}fldCharType") or "")
            elif name == "instrText" and self.instruction is not None:
                self.instruction += element.text or ""

    def _text(self, text: str, raised: bool) -> None:
        if self.instruction is not None:
            return
        if raised:
            self.draft.superscript(text)
        else:
            self.draft.flow(text)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.instruction = ""
        elif kind == "separate" and self.instruction is not None:
            self.draft.link(_field_target(self.instruction))
            self.instruction = None
        elif kind == "end":
            self.instruction = None
            self.draft.unlink()


def _below(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children by name, those in wrappers among them."""
    for element in parent:
        if element.tag == f"{W}{name}":
            yield element
        elif element.tag in _INSIDE:
            yield from _below(element, name)


def _texts(element: etree._Element) -> Iterator[str]:
    return (node.text or "" for node in element.iter(f"{W}t"))


def _has_words(paragraph: etree._Element) -> bool:
    return any(text.strip() for text in _texts(paragraph))


def _is_on(flag: etree._Element | None) -> bool:
    return flag is not None and flag.get(f"{W}val") not in ("0", "false", "off")


def _field_target(instruction: str) -> tuple[str, str] | None:
    found = _FIELD.match(instruction)
    if not found:
        return None
    address = found[1] + (f"#{found[2]}" if found[2] else "")
    return target(address)
