"""The commands on documents: extract, build, remove."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from graph.iris import Base
from service.commands.building import LONG_WORK, build_into, summary, usable_cores
from service.commands.extracting import ENGINES, extract_corpus
from service.commands.output import EXTRACT_FORMATS, serialise, write_file, write_out
from service.commands.shared import (
    INTERRUPTED,
    Failure,
    base_from_environment,
    complain,
    finish,
    store_option,
)

if TYPE_CHECKING:  # the commands import these when they run
    from graph.model import DocumentGraphs

WAIT = 5.0
"""Seconds to wait for another writer of the store: a service writes for a moment only."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(EXTRACT_FORMATS),
    default="nquads",
    show_default=True,
    help="turtle merges the named graphs.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File instead of stdout.")
def extract(files: tuple[str, ...], format_name: str, output: Path | None) -> None:
    """Extract the facts of texts as sorted RDF: FILE is a file, a folder, or "-".

    Plain text, HTML, Markdown, PDF and .docx are read; of a folder, every such file below it.

    \b
    Examples:
      kzop extract act.txt
      kzop extract --format turtle -o act.ttl act.txt
      cat act.txt | kzop extract -
    """
    base = base_from_environment()
    if output and any(output.resolve() == Path(file).resolve() for file in files if file != "-"):
        raise Failure(f"{output}: is a text to read; give -o another name")
    names = list(text_files(files))
    if not names:
        raise Failure(nothing_in(files))
    documents = list(each_document(names, base))
    data = serialise(documents, format_name, base) if documents else b""
    if output is None:
        write_out(data)
    elif documents:
        try:
            write_file(output, data)
        except OSError as error:
            raise Failure(f"{output}: cannot be written: {error.strerror}") from error
    finish(len(documents), len(names))


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--fresh", is_flag=True, help="Start from an empty store; swap it in when done.")
@click.option("--prune", is_flag=True, help="Remove texts that are gone from the folders named.")
@click.option(
    "--jobs", type=click.IntRange(1, 1024), metavar="N", help="Processes; default: all cores."
)
@click.option(
    "--engine", type=click.Choice(ENGINES), help="Write shards instead: IN and OUT, two folders."
)
@click.option("--master", metavar="URL", help="Of Spark; default: this machine, local[N,4].")
@store_option
@click.pass_context
def build(
    context: click.Context,
    paths: tuple[str, ...],
    fresh: bool,
    prune: bool,
    jobs: int | None,
    engine: str | None,
    master: str | None,
    store: Path,
) -> None:
    """Extract texts into the store: PATH is a file, a folder, or "-".

    Plain text, HTML, Markdown, PDF and .docx are read; of a folder, every such file below it.

    Only what is new or changed is extracted, so a build that was interrupted goes on where it
    stopped. A text read from the same path as before replaces its older version.

    With --engine, PATH is IN and OUT: the texts below IN, or the lines of JSON Lines files (id,
    lang, text), become shards of N-Quads in the folder OUT, for the command load. The engine
    processes keeps the shards that are there; spark wants an OUT that is not there, and takes what
    Hadoop reads (hdfs://, s3a://).

    \b
    Examples:
      kzop build act.txt
      kzop build --jobs 4 texts/
      kzop build --prune texts/
      kzop build --fresh --store /var/lib/kzop texts/
      kzop build --engine processes texts/ shards/
      kzop build --engine spark --master spark://host:7077 hdfs:///texts hdfs:///shards
    """
    if engine or master:
        others = [name for name, given in (("--fresh", fresh), ("--prune", prune)) if given]
        if context.get_parameter_source("store") is ParameterSource.COMMANDLINE:
            others.append("--store")
        if others:
            raise click.UsageError(f"--engine writes no store: leave out {', '.join(others)}.")
        if len(paths) != 2:
            raise click.UsageError("--engine takes two folders: IN and OUT.")
        if master and engine != "spark":
            raise click.UsageError("--master is for --engine spark.")
        assert engine
        raise click.exceptions.Exit(extract_corpus(*paths, engine, master, jobs))
    from graph.store import GraphStore, StoreError, rebuild

    files = list(dict.fromkeys(text_files(paths)))
    if not files:
        raise Failure(nothing_in(paths))
    folders = [str(Path(path).resolve()) for path in paths if path != "-" and Path(path).is_dir()]
    base = base_from_environment() if os.environ.get("KZOP_BASE_IRI") else None
    try:
        opening = (
            rebuild(store, base, wait=WAIT)
            if fresh
            else GraphStore.open(store, create=True, base=base, wait=WAIT)
        )
        with opening as opened:
            report = build_into(opened, files, folders, jobs or usable_cores(), prune)
            for reason in report.failures:
                complain(reason)
            if report.interrupted and fresh:
                click.echo(f"kzop: interrupted; {store} is as it was before", err=True)
                raise click.exceptions.Exit(INTERRUPTED)
            if not report.interrupted and len(report.failures) == report.inputs:
                raise Failure(f"nothing was built: none of {report.inputs} texts could be read")
            told = summary(report, opened.records.count(), prune)
    except StoreError as error:
        raise Failure(str(error)) from error
    click.echo(f"{store}: {told}", err=True)
    if report.interrupted:
        click.echo("kzop: interrupted; run the same command again to go on", err=True)
        raise click.exceptions.Exit(INTERRUPTED)
    finish(report.inputs - len(report.failures), report.inputs)


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOC...")
@store_option
def remove(documents: tuple[str, ...], store: Path) -> None:
    """Remove documents from the store: DOC is a name, an IRI, or the path of a work.

    \b
    Examples:
      kzop remove kz/resolution/2005-10-15/1033
      kzop remove resolution-2005-10-15-1033.b866df0dc743
    """
    from graph.store import GraphStore, StoreError, UnknownDocument

    done = 0
    try:
        with GraphStore.open(store, wait=WAIT) as opened:
            for name in documents:
                try:
                    removed = opened.remove(name)
                except UnknownDocument as error:
                    complain(str(error))
                    continue
                done += 1
                for record in removed:
                    click.echo(f"removed {record.doc} ({record.content} statements)")
            if done:
                opened.describe()
    except StoreError as error:
        raise Failure(str(error)) from error
    finish(done, len(documents))


def each_document(files: Sequence[str], base: Base) -> "Iterator[DocumentGraphs]":
    """Read and extract each file; complain of one that cannot be read, and go on."""
    from graph import pipeline
    from graph.source import SourceError, read

    with progress_bar(files) as names:
        for name in names:
            try:
                source = read(name)
            except SourceError as error:
                complain(str(error))
                continue
            yield pipeline.to_graphs(source, base)


def progress_bar(files: Sequence[str]) -> AbstractContextManager[Iterator[str] | Sequence[str]]:
    """Wrap `files` in a progress bar where a person waits for many of them."""
    if len(files) < LONG_WORK or not sys.stderr.isatty():
        return nullcontext(files)
    return click.progressbar(files, file=sys.stderr, show_pos=True)


def readable_files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that can be read, by their suffixes; hidden ones are not."""
    from graph.source import READABLE

    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.suffix.lower() in READABLE and not hidden and file.is_file():
            yield file


def nothing_in(paths: Sequence[str]) -> str:
    """Say that no file in the folders can be read."""
    from graph.source import READABLE

    return f"no {', '.join(READABLE)} files in {', '.join(paths)}: name files, or another folder"


def text_files(paths: Sequence[str]) -> Iterator[str]:
    """Yield the absolute path of every text that `paths` name; "-" stays as it is."""
    for path in paths:
        if path == "-":
            yield path
        elif Path(path).is_dir():
            yield from sorted(str(file.resolve()) for file in readable_files(Path(path)))
        else:
            yield str(Path(path).resolve())
