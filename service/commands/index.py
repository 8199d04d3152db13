"""The command that makes the text index."""

from pathlib import Path

import click

from service.commands.shared import Failure, store_option


@click.command()
@store_option
def index(store: Path) -> None:
    """Bring the text index in step with the store: `kzop serve` does it by itself.

    It is for a store that the service may read and not write.

    \b
    Examples:
      kzop index
      kzop index --store /var/lib/kzop
    """
    from graph.search.textindex import TextIndexError
    from graph.store import StoreError
    from service.processes.indexer import bring_in_step

    try:
        changed = bring_in_step(store)
    except (StoreError, TextIndexError) as error:
        raise Failure(str(error)) from error
    click.echo(f"{store}: text index {'brought in step' if changed else 'in step'}", err=True)
