"""PDFs: words in their places, links, page numbers; encrypted, broken and scanned files."""

import re
import sys

import pytest
from debian import NEEDS_OCR
from pdfs import LEFT, At, Page, after, pdf, scan

from graph.pipeline import extract
from graph.source import SourceError, from_bytes

LAW: Page = [
    "Ойдан шығарылған көлдер туралы",
    "",
    At("1-бап. Негізгі ұғымдар", 2, LEFT + 30),
    At("Осы Заңда мынадай ұғымдар пайдаланылады: көл, өзен, теңіз және басқа", 3, LEFT + 30),
    "су айдындары, олардың жағалауы мен түбі.",
]


def words(text: str) -> list[str]:
    return text.split()


def test_words_stand_where_they_are_printed_whatever_the_order_of_drawing() -> None:
    start, link, end = "2002 жылғы 8 тамыздағы N 345-II", "Заңына", "сәйкес құқықтар қорғалады."
    then = after(start)
    page: list[At | str] = [
        At(start, 0),
        At(end, 0, after(link, then)),
        At("Екінші жол осында.", 1),
        At(link, 0, then, "https://adilet.zan.kz/kaz/docs/Z020000345_"),
    ]
    source = from_bytes("act.pdf", pdf([page]))
    assert source.text.splitlines() == [f"{start} {link} {end}", "Екінші жол осында."]
    (found,) = source.links
    assert (found.target, found.anchor) == ("Z020000345_", "")
    assert source.text[found.start : found.end] == link


def test_the_link_names_the_act_of_the_citation() -> None:
    start, link = "Қазақстан Республикасының 2002 жылғы 8 тамыздағы N 345-II", "Заңына"
    address = "http://adilet.zan.kz/rus/docs/Z020000345_#z7"
    page = [At("сәйкес.", 1), At(start, 0), At(link, 0, after(start), address)]
    findings, linked = extract(from_bytes("act.pdf", pdf([page])))
    codes = {path: act.adilet for act, path in zip(findings.acts, linked.act_paths, strict=True)}
    assert codes == {"eli/kz/law/2002-08-08/345-II": "Z020000345_"}


def test_paragraphs_show_by_their_indents_and_gaps() -> None:
    lines = from_bytes("law.pdf", pdf([LAW])).text.splitlines()
    assert lines[0] == "Ойдан шығарылған көлдер туралы"
    assert lines[1] == ""
    assert re.match(" {4,7}1-бап", lines[2])
    assert re.match(" {4,7}Осы Заңда", lines[3])
    assert lines[4].startswith("су айдындары")


def test_a_raised_number_belongs_to_the_number_before_it() -> None:
    start = "12"
    page: list[At | str] = [
        At(start, 0),
        At("1", 0, after(start) - 3.5, size=6, raise_by=5),
        At("-бабына сәйкес", 0, after(start) + 0.6),
    ]
    assert from_bytes("act.pdf", pdf([page])).text == "12-1-бабына сәйкес\n"


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages: list[Page] = [
        [
            At("ҚР Заңдар жинағы, 2012 жылғы № 5", -1, LEFT + 90),
            *[f"{10 * page + line}-жол, оның мәтіні өзгеше және жалғасы бар" for line in range(9)],
            At(f"- {page + 7} -", 45, 290),
        ]
        for page in range(4)
    ]
    text = from_bytes("law.pdf", pdf(pages)).text
    assert "жинағы" not in text
    kept = [line for line in text.replace("\f", "").splitlines() if line]
    assert kept == [
        f"{10 * page + line}-жол, оның мәтіні өзгеше және жалғасы бар"
        for page in range(4)
        for line in range(9)
    ]
    assert text.count("\n\f") == 3


def test_pages_that_say_the_same_and_no_more_keep_it() -> None:
    assert from_bytes("law.pdf", pdf([["Заң", "1-бап"]] * 3)).text.count("1-бап") == 3


def test_a_number_that_is_no_page_number_stays() -> None:
    text = from_bytes("law.pdf", pdf([["Айыппұл мөлшері", "500"], ["Келесі бет", "120"]])).text
    assert words(text) == ["Айыппұл", "мөлшері", "500", "Келесі", "бет", "120"]


def test_columns_of_a_table_stand_apart() -> None:
    page: list[At | str] = [At("1", 0), At("Айнакөл", 0, 200), At("Ақмола облысы", 0, 400)]
    assert from_bytes("list.pdf", pdf([page])).text == "1\tАйнакөл\tАқмола облысы\n"


def test_the_same_file_gives_the_same_text_and_needs_no_suffix() -> None:
    data = pdf([LAW])
    assert from_bytes("-", data).sha256 == from_bytes("law.txt", data).sha256


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdf([LAW], password="құпия"), "is an encrypted PDF; remove the password"),
        (pdf([LAW])[:-900], "is a PDF that is cut short"),
        (b"%PDF-1.4\nnothing\n%%EOF", "is a broken PDF"),
        (pdf([[]]), "has no text layer"),
    ],
)
def test_bad_files_are_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        from_bytes("law.pdf", data)
    assert str(refused.value).startswith(f"law.pdf: {message}")
    assert "\n" not in str(refused.value)


SCANNED = ["Қазақстан Республикасының Заңы", "Осы Заң ресми жарияланған күнінен бастап"]


@NEEDS_OCR
def test_a_scan_is_read_by_ocr() -> None:
    text = from_bytes("scan.pdf", scan(SCANNED)).text
    assert " ".join(words(text)) == " ".join(SCANNED)


def test_a_scan_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytesseract", None)
    with pytest.raises(SourceError, match=r"no text layer \(a scan\): install kzop\[ocr\]"):
        from_bytes("scan.pdf", scan(SCANNED))


def test_a_scan_without_tesseract_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SourceError, match="no tesseract: install kzop"):
        from_bytes("scan.pdf", scan(SCANNED))


@NEEDS_OCR
def test_a_scan_without_the_kazakh_data_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", "/nowhere")
    with pytest.raises(SourceError, match=r"tesseract failed .* tesseract-ocr-kaz"):
        from_bytes("scan.pdf", scan(SCANNED))
