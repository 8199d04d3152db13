"""The command that publishes a store to a remote engine."""

import os
from pathlib import Path

import click

from service.commands.shared import Failure, store_option


@click.command()
@click.option(
    "--remote",
    type=click.Path(path_type=Path),
    required=True,
    metavar="CONFIG.toml",
    envvar="KZOP_REMOTE",
    help="Where the engine is.",
)
@click.option(
    "--loaded", is_flag=True, help="Send nothing: the engine's bulk loader has brought it."
)
@store_option
def publish(remote: Path, loaded: bool, store: Path) -> None:
    """Bring a SPARQL engine in step with the store: its graphs, and the merge of them.

    Graphs that are there already are not sent again, so a run that broke off goes on. Each graph is
    put beside its place, counted, and moved. Who may write is told by KZOP_REMOTE_USER and
    KZOP_REMOTE_PASSWORD, or KZOP_REMOTE_TOKEN. With --loaded the graphs are only counted.

    \b
    Examples:
      kzop publish --remote virtuoso.toml
      kzop publish --remote virtuoso.toml --loaded
    """
    from graph.remote.endpoint import EndpointError, read_endpoint
    from graph.remote.publish import publish as bring
    from graph.remote.remote_graphs import RemoteGraphs
    from graph.store import GraphStore, StoreError

    def tell(line: str) -> None:
        click.echo(line, err=True)

    try:
        endpoint = read_endpoint(remote, os.environ)
        with GraphStore.open(store, read_only=True) as opened, RemoteGraphs(endpoint) as graphs:
            done = bring(opened, graphs, tell, loaded=loaded)
    except (StoreError, EndpointError) as error:
        raise Failure(str(error)) from error
    click.echo(
        f"published {done.version}: {done.sent} graphs sent ({done.statements} statements), "
        f"{done.kept} there already, {done.dropped} dropped"
    )
