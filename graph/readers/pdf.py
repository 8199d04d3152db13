"""Reads a PDF. In: bytes. Out: the text in the order of its place on the page, with its links.

Words go where they stand, whatever the order in which the file draws them: a linked word that is
drawn after all others is not displaced. The library is pypdfium2 (Apache/BSD): ten times as fast
as the readers written in Python, and it draws pages for OCR too. A scan goes to `ocr`.
"""

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from graph.linking.adilet import target
from graph.readers import ocr
from graph.readers.draft import CELL, LINE, PARAGRAPH, Draft, Reading, SourceError
from graph.readers.layout import Line, Word, lines_of, without_running_heads

_HYPHENS = {"\ufffe": "-", "\x02": "-", "\u00ad": "-"}
"""What PDFium gives for a hyphen at the end of a line."""
_NOTHING = "\x00\ufffd"
"""Glyphs that the file gives no letter for."""
_TAIL = 4096
"""Bytes at the end of the file among which its end mark must be."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points; the origin is the lower left corner."""


def read(data: bytes) -> Reading:
    """Read a PDF; raises SourceError for one that is encrypted, broken or a scan."""
    if b"%%EOF" not in data[-_TAIL:]:
        raise SourceError("is a PDF that is cut short (it has no end mark); copy it again")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError(
                "is an encrypted PDF; remove the password, for example: qpdf --decrypt"
            ) from None
        raise SourceError(f"is a broken PDF ({_line(error)}); save it again") from None
    try:
        return _read(document)
    except pdfium.PdfiumError as error:
        raise SourceError(f"is a broken PDF ({_line(error)}); save it again") from None
    finally:
        document.close()


def _line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


def _read(document: pdfium.PdfDocument) -> Reading:
    pages = [lines_of(_words(document, page)) for page in document]
    if not any(pages):
        return Reading(ocr.read(document))
    draft = Draft()
    for number, lines in enumerate(without_running_heads(pages)):
        if number:
            draft.due(LINE)
            draft.put("\f")
        _write(draft, lines)
    return draft.reading()


def _write(draft: Draft, lines: list[Line]) -> None:
    for line in lines:
        draft.due(PARAGRAPH if line.apart else LINE)
        draft.put(" " * line.indent)
        leads: tuple[str, str] | None = None
        for word in line.words:
            if word.target != leads:
                draft.unlink()
            draft.due({"": "", " ": " ", "\t": CELL}[word.gap])
            if word.target != leads:
                draft.link(word.target)
                leads = word.target
            if word.raised:
                draft.superscript(word.text)
            else:
                draft.put(word.text)
        draft.unlink()


def _words(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> Iterator[Word]:
    """The words of a page in the order of drawing, each with its place."""
    textpage = page.get_textpage()
    count = textpage.count_chars()
    if count <= 0:
        return
    links = list(_links(document, page))
    turn = _Turn(page)
    box, handle = raw.FS_RECTF(), textpage.raw
    where = ctypes.byref(box)
    word: Word | None = None
    for at, letter in enumerate(_letters(handle, count)):
        if letter.isspace() or letter in _NOTHING:
            if word:
                word.spaced = True
                yield word
            word = None
            continue
        raw.FPDFText_GetLooseCharBox(handle, at, where)
        left, bottom, right, top = turn.box((box.left, box.bottom, box.right, box.top))
        middle = (left + right) / 2, (bottom + top) / 2
        leads = next((to for area, to in links if _inside(middle, area)), None)
        letter = _HYPHENS.get(letter, letter)
        if word and word.goes_on(left, bottom, top) and word.target == leads:
            word.add(letter, right, bottom, top)
            continue
        if word:
            yield word
        word = Word(letter, left, bottom, right, top, leads)
    if word:
        yield word


def _letters(handle: object, count: int) -> str:
    """The characters of a page, one for each that PDFium counts."""
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = raw.FPDFText_GetText(handle, 0, count, units)
    text = buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(handle, at) for at in range(count))
    return "".join("\ufffd" if 0xD800 <= code < 0xE000 else chr(code) for code in codes)


class _Turn:
    """Turns places on a page as the page is turned for reading."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.angle = page.get_rotation()

    def box(self, box: Box) -> Box:
        left, bottom, right, top = box
        if self.angle == 90:
            return bottom, -right, top, -left
        if self.angle == 180:
            return -right, -top, -left, -bottom
        if self.angle == 270:
            return -top, left, -bottom, right
        return box


def _inside(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _links(
    document: pdfium.PdfDocument, page: pdfium.PdfPage
) -> Iterator[tuple[Box, tuple[str, str]]]:
    """Areas of a page that lead to acts."""
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    turn, area = _Turn(page), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        action = raw.FPDFLink_GetAction(link)
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            continue
        size = raw.FPDFAction_GetURIPath(document.raw, action, None, 0)
        address = ctypes.create_string_buffer(size)
        raw.FPDFAction_GetURIPath(document.raw, action, address, size)
        leads = target(address.value.decode("utf-8", "replace"))
        if leads and raw.FPDFLink_GetAnnotRect(link, ctypes.byref(area)):
            yield turn.box((area.left, area.bottom, area.right, area.top)), leads
