"""The lexicon files are sound, and `check` finds each kind of fault in a broken copy of them."""

import shutil
import tomllib
from pathlib import Path

import pytest

from graph.lexicon import FOLDER, Entry, load, read_entries
from graph.lexicon_check import check
from graph.lexicon_form import FIELDS, TABLES
from graph.matcher import Matcher
from graph.text.tokens import tokenise

FILES = sorted(FOLDER.glob("*.toml"))
MINIMUM = {
    "bodies": 230,
    "codes": 50,
    "countries": 60,
    "laws": 380,
    "measures": 14,
    "parties": 29,
    "places": 35,
    "treaties": 60,
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "lexicon"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def find(entries: tuple[Entry, ...], text: str) -> list[str]:
    matcher = Matcher((name, entry) for entry in entries for name in entry.surfaces)
    return [entry.id for _, _, entry in matcher.find(tokenise(text, text.lower()))]


# The files


def test_the_lexicons_are_sound_and_in_canonical_form() -> None:
    assert check(fix=False) == []


def test_the_files_are_those_that_are_read_and_hold_no_less_than_they_did() -> None:
    assert [path.stem for path in FILES] == sorted(TABLES) == sorted(MINIMUM)
    lexicon = load()
    for file, minimum in MINIMUM.items():
        assert len(getattr(lexicon, file)) >= minimum


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_entry_has_labels_and_examples(path: Path) -> None:
    for entry in read_entries(path):
        assert entry.kk, entry.id
        assert entry.ru, entry.id
        assert entry.en, entry.id
        assert entry.examples, entry.id
        assert entry.not_examples, entry.id


def test_the_readme_explains_every_field() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    top = (FOLDER / "measures.toml").read_text(encoding="utf-8").split("[[")[0]
    for field, (_, files) in FIELDS.items():
        text = f"`{field}`" if files != ("measures",) else field
        assert text in (readme if files != ("measures",) else top)


# The matcher


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Қорғаныс министрлігіне, Ішкі істер министрлігінен", ["md", "mia"]),
        ("қорғаныс министрлігінің", ["md"]),
        ("Қорғаныс министрі", []),
        ("Конституциялық Соттың шешімі", ["constitutional-court"]),
        ("конституциялық соттың шешімі", ["court"]),
    ],
)
def test_names_are_found_whatever_their_ending(text: str, ids: list[str]) -> None:
    assert find(load().bodies, text) == ids


def test_the_longest_name_wins() -> None:
    entries = (Entry("short", "Адам құқықтары"), Entry("long", "Адам құқықтары жөніндегі комиссия"))
    assert find(entries, "Адам құқықтары жөніндегі комиссияның") == ["long"]
    assert find(entries, "Адам құқықтары жөніндегі") == ["short"]


def test_the_longest_stem_wins() -> None:
    """`адамдар` is a name, and its stem `адам` is one too: in every process the same wins."""
    words = ("адам", "азамат", "шетелдік", "қызметкер", "жауынгер", "ұстаз", "заңгер", "дәрігер")
    entries = tuple(
        Entry(f"{kind}-{i}", name)
        for i, word in enumerate(words)
        for kind, name in (("one", word), ("many", word + plural(word)))
    )
    for i, word in enumerate(words):
        assert find(entries, f"{word}{plural(word)}ға") == [f"many-{i}"]
        assert find(entries, f"{word}ға") == [f"one-{i}"]


def plural(word: str) -> str:
    return "тер" if word[-1] == "к" else "дар" if word[-1] in "мз" else "лар"


# The faults

FAULTS = [
    ("bodies", 'id = "adb"\n', "", "bodies.toml: entry 3: no id; write id = "),
    (
        "bodies",
        'id = "adb"',
        'id = "Adb bank"',
        "bodies.toml: Adb bank: the id has other characters than a-z, 0-9 and '-' between them; "
        "write adb-bank",
    ),
    (
        "bodies",
        'source = "general knowledge"\n',
        "",
        'bodies.toml: academy-of-sciences: no source; write source = "where the facts were seen"',
    ),
    (
        "bodies",
        'kk = "Азия Даму Банкі"\n',
        "",
        'bodies.toml: adb: no kk; write kk = "the dictionary form"',
    ),
    (
        "bodies",
        'examples = ["Азия Даму Банкінің"]\n',
        "",
        "bodies.toml: adb: no examples; write examples = ",
    ),
    (
        "bodies",
        'names = ["Азия даму банкі"]',
        'name = ["Азия даму банкі"]',
        "bodies.toml: adb: unknown field 'name'; did you mean names?",
    ),
    (
        "places",
        'en = "Abai Region"',
        'en = "Abai Region"\nadilet = "K950001000_"',
        "places.toml: abai: unknown field 'adilet'; the fields are id, kk, names, ru, en",
    ),
    (
        "bodies",
        'names = ["Азия даму банкі"]',
        'names = "Азия даму банкі"',
        "bodies.toml: adb: names is 'Азия даму банкі'; write a list of texts",
    ),
    (
        "codes",
        "date = 2001-01-30",
        'date = "2001-01-30"',
        "codes.toml: administrative-offences: date is '2001-01-30'; write a date without quotes",
    ),
    (
        "bodies",
        'type = "igo"',
        'type = "bank"',
        "bodies.toml: adb: type is 'bank'; write one of agency, akim, ",
    ),
    (
        "codes",
        "valid_from = 2015-01-01",
        "valid_from = 2015-01-01\nvalid_to = 2014-01-01",
        "codes.toml: administrative-offences-2014: valid_from 2015-01-01 is after valid_to",
    ),
    (
        "bodies",
        'id = "adb"',
        'id = "academy-of-sciences"',
        "bodies.toml: academy-of-sciences: 2 entries have this id; merge or rename them",
    ),
    (
        "bodies",
        'kk = "Азия Даму Банкі"',
        'kk = "Азия Даму Банкi"',  # Latin i
        "bodies.toml: adb: kk: Latin letters in 'Банкi'; write the word in Cyrillic letters",
    ),
    (
        "bodies",
        'names = ["Азия даму банкі"]',
        'names = ["Aзия даму банкі"]',  # Latin A
        "bodies.toml: adb: names: Latin letters in 'Aзия'; write the word in Cyrillic letters",
    ),
    (
        "bodies",
        'examples = ["Азия Даму Банкінің"]',
        'examples = ["Азия банкінің"]',
        "bodies.toml: adb: not found in its example 'Азия банкінің'; correct it, or add to names",
    ),
    (
        "bodies",
        'examples = ["Азия Даму Банкінің"]',
        'examples = ["Азия Даму Банкі мен Қорғаныс министрлігі"]',
        "bodies.toml: adb: md is found in its example",
    ),
    (
        "bodies",
        'not_examples = ["Қазақстан Даму Банкі"]',
        'not_examples = ["Азия даму банкіне"]',
        "bodies.toml: adb: found in 'Азия даму банкіне' of not_examples; narrow its names",
    ),
    (
        "bodies",
        'names = ["Азия даму банкі"]',
        'names = ["Азия даму банкі", "Қорғаныс министрлігі"]',
        "bodies.toml: adb, md: 'қорғаныс министрлігі' is a name of each; leave it to one of them",
    ),
    (
        "codes",
        'names = ["Әкімшілік рәсімдік-процестік кодексі"]',
        'names = ["Әкімшілік рәсімдік-процестік кодексі", "Еңбек кодексі"]',
        "codes.toml: labour: administrative-procedural is found in its example",
    ),
    (
        "laws",
        'type = "law"',
        'type = "code"',
        "laws.toml: access-to-information: type is 'code'; write one of decree-force-of-law, law",
    ),
    (
        "laws",
        "date = 2015-11-16\n",
        "",
        "laws.toml: access-to-information: no date; write date = ",
    ),
    (
        "laws",
        'kk = "Ақпаратқа қол жеткізу туралы"',
        'kk = "Ақпарат алу туралы"',
        "laws.toml: access-to-information: no law is found in its example",
    ),
    (
        "laws",
        "2015 жылғы 16 қарашадағы",
        "2015 жылғы 17 қарашадағы",
        "laws.toml: access-to-information: no law is found in its example",
    ),
    (
        "laws",
        'names = ["Бухгалтерлік есепке алу туралы"]',
        'names = ["Пробация туралы"]',
        "laws.toml: accounting, probation: 'пробация туралы' is a name of each",
    ),
    (
        "laws",
        'not_examples = ["Ақпаратқа қол жеткізу туралы заңнамада"]',
        'not_examples = ["«Ақпаратқа қол жеткізу туралы» ҚР Заңы"]',
        "laws.toml: access-to-information: found in",
    ),
    (
        "measures",
        'not_examples = ["валюта курсы"]',
        "not_examples = ['\"Қауіпсіздік\" атты мектеп курсы']",
        "measures.toml: course: found in",
    ),
    (
        "bodies",
        "predecessor = [",
        'predecessor = ["nobody", ',
        "the predecessor 'nobody' is no id of this file; correct it",
    ),
    ("bodies", '[[body]]\nid = "adb"', "[[body]\n", "bodies.toml: not TOML in UTF-8 ("),
    ("places", "[[place]]", "[[town]]", "places.toml: holds town, place; write [[place]] tables"),
    (
        "places",
        "\n[[place]]\n",
        "\n[[place]]\n# the newest region\n",
        "places.toml: line 4: a comment; move it to the top of the file",
    ),
    (
        "places",
        'kk = "Абай облысы"\nru = "Абайская область"\n',
        'ru = "Абайская область"\nkk = "Абай облысы"\n',
        "places.toml: line 5: not in canonical order and layout; run `kzop check --fix`",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS, ids=[f[3] for f in FAULTS])
def test_a_fault_is_named(file: str, old: str, new: str, message: str, copy: Path) -> None:
    replace(copy / f"{file}.toml", old, new)
    before = {path.name: path.read_bytes() for path in copy.glob("*.toml")}
    found = check(fix=False, folder=copy)
    assert [line for line in found if message in line], "\n".join(found)
    assert all("\n" not in line for line in found)
    assert before == {path.name: path.read_bytes() for path in copy.glob("*.toml")}


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "places.toml").unlink()
    assert check(fix=True, folder=copy) == ["places.toml: the file is missing; put it back"]


def test_fix_restores_order_and_layout_and_keeps_the_comment(copy: Path) -> None:
    path = copy / "parties.toml"
    sound = path.read_text(encoding="utf-8")
    comment, *entries = sound.split("\n\n")
    assert comment.startswith("#")
    jumbled = [entry.replace('["', '[\n"').replace(" = ", "=") for entry in reversed(entries)]
    path.write_text(comment + "\n" + "\n".join(jumbled), encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8")) != tomllib.loads(sound)
    (line,) = check(fix=False, folder=copy)
    assert line.endswith("run `kzop check --fix`")
    assert check(fix=True, folder=copy) == []
    assert path.read_text(encoding="utf-8") == sound


def test_fix_leaves_a_faulty_file_alone(copy: Path) -> None:
    path = copy / "places.toml"
    replace(path, 'source = "general knowledge"\n', "")
    replace(path, "\n\n", "\n\n\n")
    text = path.read_text(encoding="utf-8")
    assert check(fix=True, folder=copy) == [
        'places.toml: abai: no source; write source = "where the facts were seen", '
        'or "general knowledge"'
    ]
    assert path.read_text(encoding="utf-8") == text
