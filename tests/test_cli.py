"""The command line as people meet it: the installed `kzop` in a process of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from docx import Document
from pdfs import pdf
from pyoxigraph import RdfFormat, parse

from graph.store import GraphStore

KZOP = Path(sys.executable).with_name("kzop")
SAMPLE = Path(__file__).parent.parent / "sample" / "report-2005.txt"
LAW = "Қазақстан Республикасының Заңы\n1-бап. Жұмысқа он алты жасқа толған азаматтар алынады.\n"


def kzop(
    *arguments: str | Path, stdin: bytes = b"", as_nobody: bool = False, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run `kzop`; `as_nobody` takes from root the privilege of ignoring permissions."""
    command = [str(KZOP), *map(str, arguments)]
    if as_nobody and os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KZOP_")}
    return subprocess.run(
        command, input=stdin, capture_output=True, env=kept | environment, check=False, timeout=120
    )


def check_refused(
    result: subprocess.CompletedProcess[bytes], message: str, status: int = 2
) -> None:
    """The status, and one line on standard error that says `message`."""
    errors = result.stderr.decode()
    assert (result.returncode, len(errors.splitlines())) == (status, 1), errors
    assert errors.startswith("kzop: error: ")
    assert message in errors


@pytest.fixture
def law(tmp_path: Path) -> Path:
    path = tmp_path / "law.txt"
    path.write_text(LAW, encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path, law: Path) -> Path:
    """A store with one small law in it."""
    folder = tmp_path / "store"
    built = kzop("build", "--store", folder, law)
    assert built.returncode == 0, built.stderr
    return folder


# extract


def test_extract_gives_sorted_quads_in_the_three_kinds_of_graph() -> None:
    result = kzop("extract", SAMPLE)
    assert (result.returncode, result.stderr) == (0, b"")
    lines = result.stdout.splitlines()
    assert lines == sorted(set(lines))
    graphs = {str(quad.graph_name) for quad in parse(result.stdout, RdfFormat.N_QUADS)}
    kinds = {name.removeprefix("<https://w3id.org/kzop/graph/").split("/")[0] for name in graphs}
    assert {kind.rstrip(">") for kind in kinds} == {"doc", "evidence", "authority"}


def test_extract_is_the_same_every_time_and_from_standard_input() -> None:
    results = {kzop("extract", SAMPLE).stdout, kzop("extract", SAMPLE, PYTHONHASHSEED="7").stdout}
    results.add(kzop("extract", "-", stdin=SAMPLE.read_bytes()).stdout)
    assert len(results) == 1


@pytest.mark.parametrize(
    ("name", "rdf_format"),
    [
        ("nquads", RdfFormat.N_QUADS),
        ("trig", RdfFormat.TRIG),
        ("turtle", RdfFormat.TURTLE),
        ("jsonld", RdfFormat.JSON_LD),
    ],
)
def test_every_format_says_the_same(law: Path, name: str, rdf_format: RdfFormat) -> None:
    expected = list(parse(kzop("extract", law).stdout, RdfFormat.N_QUADS))
    results = [kzop("extract", "--format", name, law, PYTHONHASHSEED=seed) for seed in "12"]
    assert results[0].stdout == results[1].stdout
    quads = list(parse(results[0].stdout, rdf_format))
    if rdf_format.supports_datasets:
        assert set(quads) == set(expected)
    else:
        assert {quad.triple for quad in quads} == {quad.triple for quad in expected}
    assert len(quads) == len(set(quads)) > 0


def test_extract_writes_a_file_whole_or_not_at_all(law: Path, tmp_path: Path) -> None:
    output = tmp_path / "law.nq"
    output.write_text("old")
    result = kzop("extract", law, "-o", output)
    assert (result.returncode, result.stdout) == (0, b"")
    assert output.read_bytes() == kzop("extract", law).stdout
    before = law.read_bytes()
    check_refused(kzop("extract", law, "-o", law), "is a text to read; give -o another name")
    assert law.read_bytes() == before
    refused = kzop("extract", law, "-o", tmp_path / "absent" / "law.nq")
    check_refused(refused, "cannot be written: No such file or directory")
    assert kzop("extract", tmp_path / "absent.txt", "-o", output).returncode == 2
    assert output.read_bytes() == kzop("extract", law).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["law.nq", "law.txt"]


def test_extract_takes_the_base_iri_from_the_environment(law: Path) -> None:
    moved = kzop("extract", law, KZOP_BASE_IRI="https://law.example/").stdout
    assert b" <https://law.example/graph/doc/" in moved
    assert b"https://w3id.org/kzop/id/" not in moved
    for wrong in ("law.example", "https://law.example/a b/", "https://law.example/#/"):
        check_refused(kzop("extract", law, KZOP_BASE_IRI=wrong), "KZOP_BASE_IRI")


@pytest.mark.parametrize(
    "text",
    ["", " \n\t\n", "Nothing here is Kazakh, and nothing is law.", "\ufeffҚазақ", "\U0001f4dc" * 9],
)
def test_a_text_without_entities_is_a_document(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plain.txt"
    path.write_text(text, encoding="utf-8")
    result = kzop("extract", path)
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"/graph/doc/" in result.stdout


def test_five_megabytes_in_one_line_are_a_document(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("мәтін " * (5_000_000 // len("мәтін ".encode())), encoding="utf-8")
    result = kzop("extract", path)
    assert (result.returncode, result.stderr) == (0, b"")


def test_inputs_that_are_not_text_are_refused(tmp_path: Path) -> None:
    junk = tmp_path / "junk.pdf"
    junk.write_bytes(b"%PDF\x00\xff\xfe" * 100)
    check_refused(kzop("extract", junk), "is not text (a zero byte at offset 4)")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Kazakhstan: d\xe9cret".encode("latin-1"))
    check_refused(kzop("extract", latin), "is not UTF-8 (byte 0xe9 at offset 13)")
    check_refused(kzop("extract", tmp_path / "absent.txt"), "no such file")
    check_refused(kzop("extract", junk / "law.txt"), "cannot be read (Not a directory)")
    locked = tmp_path / "locked.txt"
    locked.write_text(LAW, encoding="utf-8")
    locked.chmod(0)
    check_refused(kzop("extract", locked, as_nobody=True), "Permission denied")


def test_one_bad_input_does_not_stop_the_others(law: Path, tmp_path: Path) -> None:
    result = kzop("extract", tmp_path / "absent.txt", law)
    check_refused(result, "absent.txt: no such file", 1)
    assert result.stdout == kzop("extract", law).stdout


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    command = f"{KZOP} extract {SAMPLE} | head -c 1"
    result = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (len(result.stdout), result.stderr) == (1, b"")


# build and remove


def test_build_fills_a_store_and_remove_empties_it(store: Path) -> None:
    with GraphStore.open(store, read_only=True) as opened:
        (record,) = opened.documents()
        assert opened.source_text(record.text_iri) == LAW
        assert len(opened.quads) > 1000  # the ontology and the code lists are in it
    result = kzop("remove", record.doc, KZOP_STORE=str(store))
    assert (result.returncode, result.stderr) == (0, b"")
    assert record.doc in result.stdout.decode()
    with GraphStore.open(store, read_only=True) as opened:
        assert opened.documents() == []
    check_refused(kzop("remove", "--store", store, record.doc), "no document")


def test_build_takes_every_text_below_a_folder(tmp_path: Path, law: Path) -> None:
    texts = tmp_path / "texts"
    (texts / "deep").mkdir(parents=True)
    shutil.copy(law, texts / "deep" / "a.txt")
    (texts / "b.txt").write_text(LAW + "2-бап. Өзге.\n", encoding="utf-8")
    (texts / "c.HTML").write_text(f"<p>{LAW}3-бап. Бет.</p>", encoding="utf-8")
    (texts / "notes.log").write_bytes(b"\xff")
    (texts / ".hidden").mkdir()
    for hidden in (texts / ".hidden" / "d.txt", texts / ".d.txt"):
        hidden.write_text("4-бап. Жасырын.", encoding="utf-8")
    assert kzop("build", "--store", tmp_path / "s", texts).returncode == 0
    with GraphStore.open(tmp_path / "s", read_only=True) as opened:
        sources = {Path(record.source).name for record in opened.documents()}
    assert sources == {"a.txt", "b.txt", "c.HTML"}
    (tmp_path / "empty").mkdir()
    check_refused(kzop("build", "--store", tmp_path / "s", tmp_path / "empty"), "no .txt, .html")
    check_refused(kzop("extract", tmp_path / "empty"), "no .txt, .html")
    names = [texts / "b.txt", texts / "c.HTML", texts / "deep" / "a.txt"]
    assert kzop("extract", texts).stdout == kzop("extract", *names).stdout


def test_every_format_is_built_and_one_that_is_bad_stops_none(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    act = "Қазақстан Республикасының Заңы\n\n{}-бап. Азаматтардың құқығы бар.\n"
    word = Document()
    word.add_paragraph(act.format(1))
    word.save(str(texts / "a.docx"))
    (texts / "b.htm").write_text(f"<!DOCTYPE html><p>{act.format(2)}", encoding="utf-8")
    (texts / "c.md").write_text(f"# {act.format(3)}", encoding="utf-8")
    (texts / "d.pdf").write_bytes(pdf([act.format(4).splitlines()]))
    (texts / "e.txt").write_bytes(act.format(5).encode("kz1048"))
    (texts / "f.pdf").write_bytes(pdf([["Құпия"]], password="құпия"))
    result = kzop("build", "--store", tmp_path / "s", texts)
    assert result.returncode == 1
    complaint, summary, _ = result.stderr.decode().splitlines()
    assert "f.pdf: is an encrypted PDF; remove the password" in complaint
    assert "5 built, 0 replaced, 0 unchanged, 1 failed; documents in the store: 5" in summary
    with GraphStore.open(tmp_path / "s", read_only=True) as opened:
        kept = [opened.source_text(record.text_iri) or "" for record in opened.documents()]
    assert len([text for text in kept if "Азаматтардың құқығы бар." in text]) == 5


def test_building_again_replaces_the_text_of_the_same_path(store: Path, law: Path) -> None:
    with GraphStore.open(store, read_only=True) as opened:
        before = opened.dump()
    law.write_text(LAW + "2-бап. Жаңа.\n", encoding="utf-8")
    assert kzop("build", "--store", store, law).returncode == 0
    with GraphStore.open(store, read_only=True) as opened:
        assert len(opened.documents()) == 1
        changed = opened.dump()
    assert changed != before
    assert kzop("build", "--fresh", "--store", store, law).returncode == 0
    with GraphStore.open(store, read_only=True) as opened:
        assert opened.dump() == changed


@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_a_build_of_nothing_readable_leaves_the_store(
    store: Path, tmp_path: Path, fresh: list[str]
) -> None:
    with GraphStore.open(store, read_only=True) as opened:
        before = opened.dump()
    result = kzop("build", *fresh, "--store", store, tmp_path / "absent.txt")
    assert result.returncode == 2
    assert b"nothing was built" in result.stderr
    with GraphStore.open(store, read_only=True) as opened:
        assert opened.dump() == before


def test_stores_that_cannot_be_used_say_why(store: Path, law: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    for command in (["remove", "x"], ["query", "prohibitions"], ["serve"], ["validate"]):
        check_refused(kzop(*command, "--store", absent), "no store there")
    check_refused(kzop("build", "--store", tmp_path, law), "not a store")
    with GraphStore.open(store):
        check_refused(kzop("build", "--store", store, law), "another process writes the store")
    (store / "quads" / "CURRENT").write_text("nonsense")
    for command in (["build", str(law)],):
        check_refused(kzop(*command, "--store", store), "rebuild it with `kzop build --fresh`")
    assert kzop("build", "--fresh", "--store", store, law).returncode == 0


def test_a_read_only_store_is_read_and_not_written(store: Path, law: Path) -> None:
    paths = [store, *store.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        law.write_text(LAW + "2-бап. Жаңа.\n", encoding="utf-8")
        built = kzop("build", "--store", store, law, as_nobody=True)
        check_refused(built, "make the folder writable")
        queried = kzop("query", "prohibitions", "--store", store, as_nobody=True)
        assert queried.returncode == 0, queried.stderr
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


# query, validate, vocab, check


@pytest.mark.parametrize("name", ["table", "json", "csv", "tsv", "xml"])
def test_query_answers_in_every_format(store: Path, name: str) -> None:
    result = kzop("query", "age-thresholds", "--store", store, "--format", name)
    assert result.returncode == 0, result.stderr
    text = result.stdout.decode()
    if name == "json":
        assert "context" in json.loads(text)["head"]["vars"]
    else:
        assert "context" in text.splitlines()[0] or name == "xml"
    if name == "table":
        assert set(text.splitlines()[1]) == {"-", " "}
        assert result.stderr.endswith(b" rows\n")


def test_query_takes_parameters(store: Path) -> None:
    shown = kzop("query", "age-thresholds", "--param", "context=employment", "--store", store)
    other = kzop("query", "age-thresholds", "--param", "context=armed-group", "--store", store)
    assert (shown.returncode, other.returncode) == (0, 0)
    assert len(other.stdout.splitlines()) == 2


def test_wrong_queries_are_refused(store: Path) -> None:
    check_refused(kzop("query", "prohibition", "--store", store), "prohibitions")
    check_refused(kzop("query", "--store", store), "kzop query --list")
    for param, message in (("nope=1", "no parameter"), ("context", "KEY=VALUE"), ("=1", "KEY=")):
        result = kzop("query", "age-thresholds", "--param", param, "--store", store)
        check_refused(result, message)
    result = kzop("query", "age-thresholds", "--param", "document=not an IRI", "--store", store)
    check_refused(result, "absolute IRI")


def test_the_list_of_queries_has_each_of_them() -> None:
    files = {path.stem for path in (SAMPLE.parent.parent / "queries").glob("*.rq")}
    lines = kzop("query", "--list").stdout.decode().splitlines()
    assert {line.split()[0] for line in lines} == files


def test_validate_judges_the_store_and_files(store: Path, law: Path, tmp_path: Path) -> None:
    assert kzop("validate", "--store", store).returncode == 0
    good = tmp_path / "law.nq"
    kzop("extract", law, "-o", good)
    result = kzop("validate", good)
    assert (result.returncode, result.stdout) == (0, b"conforms\n"), result.stderr
    bad = tmp_path / "bad.ttl"
    bad.write_text("<http://x/a> a <https://w3id.org/kzop/ontology#Obligation> .")
    result = kzop("validate", bad)
    check_refused(result, "violations of the shapes", 1)
    assert b"http://x/a" in result.stdout
    bad.write_text("\n<http://x/a> a")
    check_refused(kzop("validate", bad), "bad.ttl: line ")
    check_refused(kzop("validate", tmp_path / "absent.ttl"), "No such file")
    check_refused(kzop("validate", tmp_path / "law.doc"), "not the name of an RDF file")


def test_the_generated_constants_and_the_lexicons_are_in_order() -> None:
    for command in (["vocab", "--check"], ["check"]):
        result = kzop(*command)
        assert (result.returncode, result.stderr) == (0, b""), result.stdout


# serve


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_serve_answers_and_ends_on_ctrl_c(store: Path, free_port: int) -> None:
    command = [str(KZOP), "serve", "--store", str(store), "--port", str(free_port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert f"http://127.0.0.1:{free_port}/".encode() in process.stdout.readline()
            assert wait_for(f"http://127.0.0.1:{free_port}/health", process) == 200
            busy = kzop("serve", "--store", store, "--port", str(free_port))
            check_refused(busy, f"port {free_port} is in use")
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, b"")


def wait_for(url: str, process: subprocess.Popen[bytes]) -> int:
    """Return the status of the first answer of a server that is starting."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                status: int = response.status
                return status
        except ConnectionRefusedError:
            continue
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
    raise AssertionError("the server ended before it answered")


def test_serve_makes_an_empty_dataset_of_an_empty_folder(tmp_path: Path, free_port: int) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        check_refused(kzop("serve", "--store", empty, "--port", str(free_port)), "in use")
    with GraphStore.open(empty, read_only=True) as opened:
        assert opened.documents() == []


def test_serve_refuses_wrong_settings(store: Path) -> None:
    serve = ("serve", "--store", store)
    check_refused(kzop(*serve, "--port", "70000"), "--port")
    check_refused(kzop(*serve, "--host", "no.such.host.invalid"), "not an address")
    check_refused(kzop(*serve, "--max-query-bytes", "many"), "KZOP_MAX_QUERY_BYTES")
    check_refused(kzop(*serve, KZOP_PUBLIC_URL="law.example"), "KZOP_PUBLIC_URL")
    check_refused(kzop(*serve, "--base-iri", "https://law.example/"), "built for the base IRI")


# wrong use


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["extract"], "Missing argument 'FILE...'"),
        (["build"], "Missing argument 'PATH...'"),
        (["remove"], "Missing argument 'DOC...'"),
        (["evaluate"], "Missing argument 'DOC'"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["extract", "--format", "word", "x"], "'word' is not one of"),
        (["extract", "--frobnicate", "x"], "No such option"),
    ],
)
def test_wrong_use_is_explained_in_one_line(arguments: list[str], message: str) -> None:
    result = kzop(*arguments)
    check_refused(result, message)
    assert b"--help" in result.stderr


def test_nothing_given_shows_the_help() -> None:
    result = kzop()
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"Commands:" in result.stderr


def test_the_version_is_that_of_the_distribution() -> None:
    assert kzop("--version").stdout.startswith(b"kzop 0.")


def test_extract_starts_without_the_heavy_libraries(law: Path) -> None:
    code = (
        "import sys; from service.cli import main; main(sys.argv[1:]);"
        "print(sorted({'rdflib', 'flask', 'pyshacl', 'granian', 'pyoxigraph'} & set(sys.modules)),"
        " file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "extract", str(law)], capture_output=True, check=True
    )
    assert result.stderr == b"[]\n"
