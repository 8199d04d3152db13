"""The commands that check: validate, vocab, check, evaluate."""

from pathlib import Path

import click

from service.commands.shared import Failure, Shortfall, store_option


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@store_option
def validate(file: Path | None, store: Path) -> None:
    """Check an RDF FILE, or else the store, against the shapes; violations give status 1.

    \b
    Examples:
      kzop validate
      kzop validate act.nq
    """
    from graph import shapes

    report = shapes.validate(stated_in_store(store) if file is None else stated_in_file(file))
    for violation in report.violations:
        click.echo(violation)
    if not report.conforms:
        raise Shortfall(f"{len(report.violations)} violations of the shapes")
    click.echo("conforms")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; 1 if out of step.")
def vocab(only_check: bool) -> None:
    """Write graph/vocab.py, the constants of the ontology, from its Turtle files.

    \b
    Examples:
      kzop vocab
      kzop vocab --check
    """
    from graph import ontology

    if not only_check:
        ontology.write()
    elif ontology.VOCAB.read_text(encoding="utf-8") != ontology.generate():
        raise Shortfall("graph/vocab.py is out of step with ontology/: run `kzop vocab`")


@click.command()
@click.option("--fix", is_flag=True, help="Rewrite the files in canonical order.")
def check(fix: bool) -> None:
    """Check the lexicon files; each problem is a line, and gives status 1.

    \b
    Examples:
      kzop check
      kzop check --fix
    """
    from graph import lexicon_check

    problems = lexicon_check.check(fix)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise Shortfall(f"{len(problems)} problems in the lexicons")


@click.command()
@click.argument("document", type=click.Path(exists=True, path_type=Path), metavar="DOC")
@click.argument("gold", type=click.Path(exists=True, path_type=Path), metavar="GOLD")
@click.option("--floor", type=click.FloatRange(0, 1), help="Status 1 if the mean F1 is below it.")
def evaluate(document: Path, gold: Path, floor: float | None) -> None:
    """Compare what is extracted from the text DOC with the answers in GOLD (JSON).

    \b
    Examples:
      kzop evaluate act.txt act.json
      kzop evaluate --floor 0.9 act.txt act.json
    """
    from graph.judging import evaluate as evaluation
    from graph.source import SourceError

    try:
        scores = evaluation.evaluate(document, gold)
    except (evaluation.GoldError, SourceError) as error:
        raise Failure(str(error)) from error
    click.echo(scores.format())
    if floor is not None and scores.macro < floor:
        raise Shortfall(f"mean F1 {scores.macro:.3f} is below the floor {floor}")


def stated_in_store(store: Path) -> list[str]:
    """Return every statement of the store once, as "S P O"."""
    from pyoxigraph import DefaultGraph

    from graph.store import GraphStore, StoreError

    try:
        with GraphStore.open(store, read_only=True) as opened:
            quads = opened.quads.quads_for_pattern(None, None, None, DefaultGraph())
            return [str(quad.triple) for quad in quads]
    except StoreError as error:
        raise Failure(str(error)) from error


def stated_in_file(file: Path) -> list[str]:
    """Return every statement of an RDF file once, as "S P O", whatever graph it stands in."""
    from pyoxigraph import RdfFormat, parse

    file_format = RdfFormat.from_extension(file.suffix.removeprefix("."))
    if file_format is None:
        raise Failure(f"{file}: not the name of an RDF file: use .nq, .trig, .ttl, .nt or .jsonld")
    try:
        return sorted({str(quad.triple) for quad in parse(path=file, format=file_format)})
    except SyntaxError as error:
        raise Failure(f"{file}: line {error.lineno}: {error.msg}") from error
    except OSError as error:
        raise Failure(f"{file}: cannot be read: {error.strerror or error}") from error
