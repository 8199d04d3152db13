"""Word files: paragraphs, tables, automatic numbers, links; archives and broken files."""

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from graph.source import SourceError, from_bytes

LINK = "https://adilet.zan.kz/kaz/docs/K1400000226#z10"


def docx(write: Callable[[Doc], object]) -> bytes:
    document = Document()
    write(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def text_of(write: Callable[[Doc], object]) -> str:
    return from_bytes("act.docx", docx(write)).text


def add(paragraph: Paragraph, xml: str) -> None:
    """Add raw WordprocessingML to a paragraph."""
    wrapped = f"<w:p {nsdecls('w', 'r')}>{xml}</w:p>"
    for element in list(parse_xml(wrapped)):
        paragraph._p.append(element)


def numbered(document: Doc, formats: list[tuple[str, str]]) -> str:
    """Define a list with these levels (format, text); return its id."""
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(formats)
    )
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'
    root.insert(0, parse_xml(abstract))
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="77"/></w:num>')
    )
    return "78"


def item(document: Doc, text: str, list_id: str, level: int) -> None:
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/>'
            f'<w:numId w:val="{list_id}"/></w:numPr>'
        )
    )


def test_paragraphs_and_tables_come_in_order() -> None:
    def write(document: Doc) -> None:
        document.add_heading("1-тарау. Көлдер", 1)
        document.add_paragraph("Бірінші абзац.")
        table = document.add_table(2, 2)
        cells = [cell for row in table.rows for cell in row.cells]
        for cell, words in zip(cells, ("№", "Атауы", "1", "Айна"), strict=True):
            cell.text = words
        table.cell(1, 1).add_paragraph("көл")
        document.add_paragraph("")
        last = document.add_paragraph("Премьер-Министр")
        last.add_run().add_break()
        last.add_run("Қ. Біреуов")

    assert text_of(write) == (
        "1-тарау. Көлдер\n\nБірінші абзац.\n\n№\tАтауы\n\n1\tАйна көл\n\n"
        "Премьер-Министр\nҚ. Біреуов\n"
    )


def test_automatic_numbers_are_written_out() -> None:
    def write(document: Doc) -> None:
        levels = [("decimal", "%1."), ("decimal", "%2)"), ("russianLower", "%3)")]
        list_id = numbered(document, levels)
        for text, level in [
            ("көл", 0), ("суы", 1), ("түсі", 2), ("дәмі", 2), ("жағасы", 1), ("өзен", 0),
            ("арнасы", 1),
        ]:  # fmt: skip
            item(document, text, list_id, level)
        item(document, "", list_id, 0)

    assert text_of(write).split("\n\n") == [
        "1. көл", "1) суы", "а) түсі", "б) дәмі", "2) жағасы", "2. өзен", "1) арнасы\n",
    ]  # fmt: skip


def test_numbers_of_several_levels_and_of_styles_are_written_out() -> None:
    def write(document: Doc) -> None:
        list_id = numbered(document, [("upperRoman", "%1 бөлім."), ("decimal", "%1.%2.")])
        item(document, "Жалпы", list_id, 0)
        item(document, "Мақсат", list_id, 1)
        document.add_paragraph("бұлақ", style="List Bullet")
        document.add_paragraph("тоған", style="List Number")

    lines = text_of(write).split("\n\n")
    assert lines == ["I бөлім. Жалпы", "I.1. Мақсат", "- бұлақ", "1. тоған\n"]


def test_links_of_both_kinds_are_kept() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> HYPERLINK "{link}" \\l "z3" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Заңның</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:t xml:space="preserve"> 3-бабы</w:t></w:r>'
    )

    def write(document: Doc) -> None:
        paragraph = document.add_paragraph("Осы ")
        link = document.part.relate_to(LINK, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        words = '<w:r><w:t xml:space="preserve">кодекске </w:t></w:r>'
        add(paragraph, f'<w:hyperlink r:id="{link}">{words}</w:hyperlink>')
        add(paragraph, field.format(link="http://adilet.zan.kz/kaz/docs/Z100000345_"))

    source = from_bytes("act.docx", docx(write))
    assert source.text == "Осы кодекске Заңның 3-бабы\n"
    found = [(source.text[a.start : a.end], a.target, a.anchor) for a in source.links]
    assert found == [("кодекске", "K1400000226", "z10"), ("Заңның", "Z100000345_", "z3")]


def test_what_is_deleted_or_hidden_is_left_out_and_what_is_added_is_read() -> None:
    def write(document: Doc) -> None:
        paragraph = document.add_paragraph("12")
        paragraph.add_run("1").font.superscript = True
        paragraph.add_run("-бап.")
        add(
            paragraph,
            '<w:del w:id="1" w:author="x"><w:r><w:delText>ескі</w:delText></w:r></w:del>'
            '<w:ins w:id="2" w:author="x"><w:r><w:t xml:space="preserve"> жаңа</w:t></w:r></w:ins>'
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>құпия</w:t></w:r>"
            '<w:r><w:footnoteReference w:id="3"/></w:r>',
        )

    assert text_of(write) == "12-1-бап. жаңа\n"


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (archive("a.txt"), "is an archive, not a .docx"),
        (archive("word/document.xml"), "it has no body"),
        (docx(lambda document: document.add_paragraph("Заң"))[:-2000], "is a broken .docx"),
        (b"PK\x03\x04 nothing", "is a broken .docx"),
    ],
)
def test_bad_files_are_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        from_bytes("act.docx", data)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(SourceError, match="has no text"):
        from_bytes("act.docx", docx(lambda document: None))
