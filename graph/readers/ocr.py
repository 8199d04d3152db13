"""Reads scanned pages by Tesseract. In: a PDF without a text layer. Out: the text of its pages.

It needs the extra `kzop[ocr]` and the program `tesseract` with the language data `kaz`.
"""

from typing import TYPE_CHECKING

from graph.readers.draft import SourceError

if TYPE_CHECKING:
    import pypdfium2 as pdfium

_DOTS = 300
"""Dots an inch at which a page is drawn; Tesseract is trained for it."""
_POINTS = 72
_INSTALL = (
    "install kzop[ocr], and tesseract with its Kazakh data "
    "(Debian: tesseract-ocr tesseract-ocr-kaz)"
)


def read(document: "pdfium.PdfDocument") -> str:
    """The text of all pages, a form feed between two of them; raises SourceError."""
    try:
        import pytesseract
    except ImportError:
        raise SourceError(f"has no text layer (a scan): {_INSTALL}") from None
    pages = []
    try:
        for page in document:
            picture = page.render(scale=_DOTS / _POINTS, grayscale=True).to_pil()
            text = pytesseract.image_to_string(picture, lang="kaz")
            pages.append(text.strip("\n\f "))
    except pytesseract.TesseractNotFoundError:
        raise SourceError(f"has no text layer (a scan), and no tesseract: {_INSTALL}") from None
    except pytesseract.TesseractError as error:
        reason = " ".join(str(error.message).split())
        raise SourceError(
            f"has no text layer, and tesseract failed ({reason[:200]}): {_INSTALL}"
        ) from None
    if not any(pages):
        raise SourceError("has no text layer, and OCR finds no words on its pages")
    return "\n\f".join(pages) + "\n"
