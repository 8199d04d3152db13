"""Damaged files of every format: each gives a text or one line of complaint, never a crash."""

import io
import random

import pytest
from docx import Document
from pdfs import At, pdf

from graph.source import SourceError, from_bytes

ADDRESS = "https://adilet.zan.kz/kaz/docs/K1400000226"


def word() -> bytes:
    document = Document()
    document.add_paragraph("Қылмыстық кодекс", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "Атауы"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


PAGE = f"<!DOCTYPE html><table><tr><td>1<td><a href='{ADDRESS}'>Кодекс</a></table><sup>2</sup>"
SOUND = {
    "act.pdf": pdf([["Қазақстан 12", At("Заңы", 3, 100, ADDRESS)]] * 3),
    "act.docx": word(),
    "act.html": (PAGE * 9).encode("kz1048"),
    "act.md": ("# Заң\n\n1) *суы*;\n\n| а | б |\n|---|---|\n| в | г |\n" * 3).encode(),
    "act.txt": ("Қазақстан Республикасының Заңы\n" * 9).encode("utf-16"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_damaged_file_is_read_or_refused(name: str) -> None:
    chance, complaints = random.Random(20051015), list[str]()
    for _ in range(200):
        data = bytearray(SOUND[name])
        for _ in range(chance.randint(1, 9)):
            at = chance.randrange(len(data))
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            elif chance.random() < 0.5:
                del data[at : at + chance.randint(1, len(data) - 1)]
                data = data or bytearray(b" ")
            else:
                data[at:at] = data[:at][-chance.randint(1, 80) :]
        try:
            source = from_bytes(name, bytes(data))
        except SourceError as error:
            complaints.append(str(error))
            continue
        ends = [0, *(link.end for link in source.links)]
        for end, link in zip(ends, source.links, strict=False):
            assert end <= link.start < link.end <= len(source.text)
    assert complaints
    assert [text for text in complaints if not text.startswith(f"{name}: ") or "\n" in text] == []


@pytest.mark.parametrize("name", SOUND)
def test_the_sound_files_are_read(name: str) -> None:
    assert from_bytes(name, SOUND[name]).text.strip()
