"""PDFs for the tests: pages of lines at exact places, with links, passwords, pictures."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from debian import FONT, NO_FONT
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

SIZE = 11
STEP = 15
"""Points from line to line."""
LEFT, TOP = 70, 780


@dataclass
class At:
    """A word or line that is drawn at `left`, in points, on line `line` of the page."""

    text: str
    line: float
    left: float = LEFT
    address: str = ""
    """What its link leads to."""
    size: float = SIZE
    raise_by: float = 0


def after(text: str, left: float = LEFT) -> float:
    """Where what follows a text and a space begins."""
    _register()
    return left + pdfmetrics.stringWidth(text + " ", "Serif", SIZE)


Page = Sequence["At | str"]


def pdf(pages: Sequence[Page], password: str = "") -> bytes:
    """A PDF with these pages; a string is the next line."""
    _register()
    file = io.BytesIO()
    encrypt = StandardEncryption(password, canPrint=1) if password else None
    canvas = Canvas(file, encrypt=encrypt, invariant=1)
    for page in pages:
        for number, drawn in enumerate(page):
            word = At(drawn, number) if isinstance(drawn, str) else drawn
            _draw(canvas, word)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def scan(lines: list[str]) -> bytes:
    """A PDF of one page that is a picture of lines."""
    picture = Image.new("L", (1700, 150 + 90 * len(lines)), 255)
    font = ImageFont.truetype(str(FONT), 44)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((100, 80 + 90 * number), line, fill=0, font=font)
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawImage(ImageReader(picture), 40, 500, width=510, height=510 * picture.height / 1700)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _register() -> None:
    if "Serif" not in pdfmetrics.getRegisteredFontNames():
        if not FONT.exists():
            pytest.skip(NO_FONT, allow_module_level=True)
        pdfmetrics.registerFont(TTFont("Serif", str(FONT)))


def _draw(canvas: Canvas, word: At) -> None:
    canvas.setFont("Serif", word.size)
    bottom = TOP - STEP * word.line + word.raise_by
    canvas.drawString(word.left, bottom, word.text)
    if word.address:
        right = word.left + pdfmetrics.stringWidth(word.text, "Serif", word.size)
        canvas.linkURL(word.address, (word.left, bottom - 2, right, bottom + SIZE))
