"""The command load: shards of an extraction into a store or a server."""

from pathlib import Path

import click

from service.commands.extracting import load_oxigraph, load_store, load_virtuoso
from service.commands.shared import Failure, store_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="OUT")
@click.option("--fresh", is_flag=True, help="Start from an empty store; swap it in when done.")
@click.option(
    "--jobs", type=click.IntRange(1, 1024), metavar="N", help="Processes; default: all cores."
)
@click.option(
    "--oxigraph",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Make a folder for the oxigraph server instead.",
)
@click.option(
    "--virtuoso", metavar="HOST:PORT", help="Let a Virtuoso server load OUT, by its SQL port."
)
@store_option
def load(
    folder: Path,
    fresh: bool,
    jobs: int | None,
    oxigraph: Path | None,
    virtuoso: str | None,
    store: Path,
) -> int:
    """Load the shards that `kzop build --engine` wrote to OUT into the store, in bulk.

    An OUT without _SUCCESS, of another version of the rules and lexicons, or damaged is refused.
    Loaded again, documents that are there stay as they are. A store that is new appears when it is
    complete.

    --virtuoso: the server reads OUT itself, so it needs the same path and DirsAllowed; the password
    of its user dba is read from $KZOP_VIRTUOSO_PASSWORD.

    \b
    Examples:
      kzop load shards/
      kzop load --store /var/lib/kzop shards/
      kzop load --oxigraph /var/lib/oxigraph shards/
      kzop load --virtuoso 127.0.0.1:1111 /data/shards
    """
    if oxigraph and virtuoso:
        raise Failure("--oxigraph, --virtuoso: name one place to load into")
    if oxigraph:
        return load_oxigraph(folder, oxigraph)
    if virtuoso:
        return load_virtuoso(folder, virtuoso)
    return load_store(folder, store, fresh, jobs)
