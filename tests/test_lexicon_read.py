"""The fast reader of lexicon files gives what tomllib gives, whatever the layout."""

import tomllib

import pytest

from graph.lexicon import FOLDER
from graph.lexicon_read import tables


def test_a_file_in_canonical_layout_reads_as_toml_does() -> None:
    for path in FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert tables(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        'a = 1\nb = "x"\n',
        '[[law]]\nid="x"\n',
        '[[law]]\nnames = [\n"x",\n"y"]\n',
        '[[law]]\nkk = """x\ny"""\n',
        "[[law]]\nkk = '''x'''\n",
        '[[law]]\nkk = "x" # why\n',
        '[[law]]\nkk = "\\u0456 \\"x\\""\nnames = ["x", \'"y"\']\n',
        "[[law]]\ndate = 2001-01-30T10:00:00\nyes = true\nno = false\nnumber = 5\n",
        '[law]\nkk = "x"\n[law.en]\nkk = "y"\n',
    ],
)
def test_any_other_layout_is_read_as_toml(text: str) -> None:
    assert tables(text) == tomllib.loads(text)
