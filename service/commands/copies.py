"""The commands that copy a store: dump, backup, restore, snapshot."""

import sys
from pathlib import Path

import click

from service.commands.documents import WAIT
from service.commands.shared import Failure, store_option

DUMP_FORMATS = ("nquads", "trig", "jsonld", "ntriples", "turtle", "rdfxml")
WITH_GRAPHS = DUMP_FORMATS[:3]


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Not stdout.")
@click.option("--graph", metavar="IRI", help='Only this graph; "default" is the default graph.')
@click.option("--named", is_flag=True, help="Leave out the default graph, the merge of the others.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(DUMP_FORMATS),
    default="nquads",
    show_default=True,
)
@click.option("--sorted", "ordered", is_flag=True, help="Sort the lines of nquads by their bytes.")
@store_option
def dump(
    output: Path | None,
    graph: str | None,
    named: bool,
    format_name: str,
    ordered: bool,
    store: Path,
) -> None:
    """Write the whole dataset, or one graph of it, as RDF.

    It is written as it is read, so that memory does not grow with the store; FILE is replaced when
    all is written. The last three formats have no graphs: they hold the default graph, or the one
    named. --sorted uses temporary files of the size of the dump, in the folder of FILE or else in
    $TMPDIR, and gives equal data equal bytes.

    \b
    Examples:
      kzop dump --output all.nq
      kzop dump --sorted --named > graphs.nq
      kzop dump --graph https://w3id.org/kzop/graph/authority --format turtle
    """
    from graph.storage.dump import dump as write_dump
    from graph.storage.dump import dump_to_file
    from graph.store import GraphStore, StoreError
    from service.prefixes import PREFIXES

    if ordered and format_name != "nquads":
        raise Failure("--sorted: only nquads has lines to sort: leave out --format or --sorted")
    if named and (graph is not None or format_name not in WITH_GRAPHS):
        raise Failure(f"--named: is for all graphs at once, in {', '.join(WITH_GRAPHS)}")
    if graph == "default":
        graph = ""
    try:
        with GraphStore.open(store, read_only=True) as opened:
            if output is None:
                out = sys.stdout.buffer
                write_dump(opened, out, format_name, graph, named, ordered, PREFIXES)
                return
            dump_to_file(
                opened,
                output,
                format_name,
                graph,
                named_only=named,
                ordered=ordered,
                prefixes=PREFIXES,
            )
    except StoreError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        where = output or "standard output"
        raise Failure(f"{where}: cannot be written: {error.strerror or error}") from error


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR_OR_FILE.tar")
@store_option
def backup(target: Path, store: Path) -> None:
    """Copy the store as it is now, also while it is served or built.

    The copy is a folder, or one tar file if its name ends in .tar. It appears when it is complete,
    and holds SHA256SUMS, the hash of every file. The command restore makes it a store again.

    \b
    Examples:
      kzop backup /backup/kzop-2026-01-31.tar
      kzop backup --store /var/lib/kzop/store /backup/kzop-2026-01-31
    """
    from graph.storage.backup import back_up
    from graph.store import StoreError

    try:
        done = back_up(store, target)
    except StoreError as error:
        raise Failure(str(error)) from error
    click.echo(f"{target}: {told(done.documents, done.bytes, done.version)}", err=True)


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="SHELF",
    required=True,
    help="The folder that snapshots go to, each into one of its own.",
)
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="Delete all but the N newest."
)
@click.option("--pack", is_flag=True, help="Write the database anew: slower, half the size.")
@store_option
def snapshot(output: Path, keep: int | None, pack: bool, store: Path) -> None:
    """Publish the store as it is now, for servers that only read.

    SHELF gets a folder named by the version of the data, which never changes, and `current`, the
    name of the newest; the command serve, with --snapshot SHELF, serves that and follows it.
    Servers on other machines read a copy of SHELF. What one of this machine reads is not deleted.

    \b
    Examples:
      kzop snapshot -o /srv/snapshots
      kzop snapshot --store /var/lib/kzop/store -o /srv/snapshots --keep 3
    """
    from graph.search.textindex import TextIndexError
    from graph.storage.shelf import publish
    from graph.store import StoreError

    try:
        done = publish(store, output, keep=keep or 0, packed=pack)
    except (StoreError, TextIndexError) as error:
        raise Failure(str(error)) from error
    held = done.contents
    what = f"{told(held.documents, held.bytes, held.version)}, {held.quads} quads"
    click.echo(f"{done.path}: {what}{'' if done.is_new else ', as before'}", err=True)


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option("--force", is_flag=True, help="Replace the store that is there.")
@store_option
def restore(source: Path, force: bool, store: Path) -> None:
    """Make a store of BACKUP, which the command backup wrote; a service on it goes on with it.

    Every file is checked against its hash, and the store is opened, before it takes its place: a
    failure leaves what was there.

    \b
    Examples:
      kzop restore /backup/kzop-2026-01-31.tar
      kzop restore --force --store /var/lib/kzop/store /backup/kzop-2026-01-31
    """
    from graph.storage.restore import restore as restore_store
    from graph.store import StoreError

    try:
        done = restore_store(source, store, force=force, wait=WAIT)
    except StoreError as error:
        raise Failure(str(error)) from error
    click.echo(f"{store}: {told(done.documents, done.bytes, done.version)}", err=True)


def told(documents: int, size: int, version: str) -> str:
    """Say what a copy holds."""
    return f"{documents} documents, {size / 1e6:.1f} MB, version {version}"
