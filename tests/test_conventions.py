"""The habits of CONTRIBUTING.md that a program can check."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from graph.querying import queries
from service.cli import cli
from service.config import Settings

ROOT = Path(__file__).parent.parent
LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=False,
).stdout.split("\0")
FILES = [ROOT / name for name in LISTED if name and (ROOT / name).is_file()]
CODE = [path for path in FILES if path.suffix == ".py"]
PRODUCT = [path for path in CODE if path.relative_to(ROOT).parts[0] in ("graph", "service")]
GENERATED = {ROOT / "graph" / "vocab.py"}
COMMANDS = sorted(cli.commands)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_files_of_the_project_are_found() -> None:
    assert len(PRODUCT) > 20
    assert ROOT / "graph" / "store.py" in PRODUCT


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_a_module_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path not in GENERATED:
        assert len(text.splitlines()) <= 350
    assert ast.get_docstring(ast.parse(text))
    assert path.stem not in ("utils", "helpers", "common", "misc")


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_no_module_catches_everything(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            caught = ast.unparse(node.type)
            reraised = any(isinstance(inner, ast.Raise) for inner in node.body)
            assert caught not in ("Exception", "BaseException") or reraised, caught


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_knows_the_machine_it_was_written_on(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", errors="replace")  # pictures are looked at too
    # Written in pieces, so that this file may be among those that are looked at.
    for prefix in ("/root/", "/home/", "/work/", "/Users/", "file:///tmp"):
        assert not re.search(rf"(?<![\w.}}]){prefix}\w", text), prefix


def kazakh_words(path: Path) -> Iterator[tuple[int, str]]:
    """Words with letters of both scripts, with their line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for word in re.findall(r"[^\W\d_]+", line):
            if re.search("[а-яәғқңөұүһі]", word, re.IGNORECASE) and re.search("[a-z]", word, re.I):
                yield number, word


KAZAKH_DATA = [
    path
    for path in FILES
    if path.suffix in (".toml", ".ttl", ".rq", ".md") and "tests" not in path.parts
]


@pytest.mark.parametrize("path", KAZAKH_DATA, ids=name_of)
def test_kazakh_words_hold_no_latin_letters(path: Path) -> None:
    assert list(kazakh_words(path)) == []


# the command line


def examples(command: str) -> list[list[str]]:
    """The examples in the help of a command, split into words, without pipes and comments."""
    found = []
    for line in (cli.commands[command].help or "").splitlines():
        match = re.search(r"kzop .*", line.split(">")[0])
        if line.startswith("  ") and match:
            found.append(shlex.split(match[0])[1:])
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_with_examples_that_it_accepts(name: str, tmp_path: Path) -> None:
    command = cli.commands[name]
    with click.Context(command, info_name=name) as context:
        assert "Examples:" in command.get_help(context)
    assert examples(name)
    for words in examples(name):
        assert words[0] == name
        arguments = [*words[1:]]
        for position, word in enumerate(arguments):
            if "." in word and name == "evaluate" and not word.startswith("0."):
                arguments[position] = str(tmp_path / word)
                (tmp_path / word).touch()
        command.make_context(name, arguments)


def test_examples_of_queries_use_real_queries_and_parameters() -> None:
    for words in examples("query"):
        if "--list" in words:
            continue
        found = queries.load(words[1])
        for param in (words[i + 1] for i, word in enumerate(words) if word == "--param"):
            key, _, value = param.partition("=")
            assert queries.bind(found, {key: value}) != found.text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_or_the_docs_mention_the_command(name: str) -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert re.search(rf"kzop {name}\b|make {name}\b", text)


def test_options_that_name_a_store_agree() -> None:
    for name in (
        "build",
        "remove",
        "serve",
        "query",
        "dump",
        "backup",
        "restore",
        "validate",
        "publish",
    ):
        (option,) = [o for o in cli.commands[name].params if o.name == "store"]
        assert (option.envvar, option.default) == ("KZOP_STORE", "store")


# settings


def settings_read() -> set[str]:
    """Every environment variable that the product reads."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PRODUCT)
    return set(re.findall(r"KZOP_[A-Z_]+[A-Z]", text))


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(KZOP_[A-Z_]+)`", page, re.MULTILINE))
    assert documented == settings_read()


def test_every_setting_of_the_service_is_an_option_of_serve() -> None:
    options = {parameter.name for parameter in cli.commands["serve"].params}
    names = {"base_iri" if field.name == "base" else field.name for field in fields(Settings)}
    names.remove("token")  # options show in the list of processes
    assert names <= options
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert {f"--{name.replace('_', '-')}" for name in names} <= set(re.findall(r"--[a-z-]+", page))


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in (path for path in FILES if path.suffix == ".md" and "tests" not in path.parts):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
