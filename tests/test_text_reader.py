"""Plain text in the encodings that Kazakh texts have, and bytes that are none of them."""

from pathlib import Path

import pytest

from graph.source import SourceError, from_bytes, read

SAMPLE = Path(__file__).parent.parent / "sample" / "report-2005.txt"
LAW = (
    "Қазақстан Республикасының Заңы\n\n1-бап. Негізгі ұғымдар\n\n"
    "Осы Заңда мынадай ұғымдар пайдаланылады: өңір, һәм, ғылым, ұлттық қор, үлгі, әкім.\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_all_its_forms(encoding: str) -> None:
    text = from_bytes("law.txt", LAW.encode(encoding)).text
    assert text.removeprefix("\ufeff") == LAW


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_characters_are_told_from_binary_data(encoding: str) -> None:
    marked = LAW.encode(encoding)
    if encoding.startswith("utf-16"):
        marked = "\ufeff".encode(encoding) + marked
    assert from_bytes("-", marked).text == LAW


@pytest.mark.parametrize("encoding", ["kz1048", "ptcp154"])
def test_kazakh_code_pages_give_kazakh_letters(encoding: str) -> None:
    assert from_bytes("law.txt", LAW.encode(encoding)).text == LAW


def test_a_long_text_in_kz_1048_is_read_to_its_end() -> None:
    kept = SAMPLE.read_text(encoding="utf-8").encode("kz1048", "ignore")
    assert from_bytes("report.txt", kept).text == kept.decode("kz1048")


def test_russian_windows_1251_is_read() -> None:
    text = "Закон Республики Казахстан о языках. Статья 1. Основные понятия, № 151.\n"
    assert from_bytes("law.txt", text.encode("cp1251")).text == text
    old = text.replace("№", "N")
    for encoding in ("koi8-r", "iso8859-5", "cp866"):
        assert from_bytes("law.txt", old.encode(encoding)).text == old


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Kazakhstan: d\xe9cret".encode("latin-1"), "is not UTF-8 (byte 0xe9 at offset 13)"),
        (bytes(range(1, 256)) * 9, "is not UTF-8 (byte 0x80 at offset 127)"),
        ("Заң ".encode() * 50 + b"\xff" + "Заң ".encode() * 50, "is not UTF-8 (byte 0xff"),
        ("Заң".encode()[:-1], "is not UTF-8 (byte 0xd2"),
        (b"\x00\x01\x02" * 50, "is not text (a zero byte at offset 0)"),
        (b"\xff\xfe" + LAW.encode("utf-16-le")[:-1], "is not UTF-16 as it says"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        from_bytes("law.txt", data)
    assert str(refused.value).startswith(f"law.txt: {message}")
    assert "\n" not in str(refused.value)


def test_an_empty_text_is_a_text(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert read(empty).text == ""


@pytest.mark.parametrize("name", ["law.pdf", "law.docx", "law.html", "law.md"])
def test_an_empty_file_of_another_format_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="is empty"):
        from_bytes(name, b"")


@pytest.mark.parametrize("name", ["law.pdf", "law.docx", "law.html", "-"])
def test_plain_text_is_read_whatever_its_name(name: str) -> None:
    assert from_bytes(name, LAW.encode()).text == LAW


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted with a password",
        ),
        (b"{\\rtf1\\ansi }", "is RTF"),
    ],
)
def test_formats_that_are_not_read_are_named(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        from_bytes("law.doc", data)
