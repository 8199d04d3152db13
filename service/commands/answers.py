"""The commands that answer: serve and query."""

import errno
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.output import RESULT_FORMATS, table, write_out
from service.commands.shared import Failure, store_option

if TYPE_CHECKING:  # the commands import it when they run
    from graph.querying.queries import Resting
    from graph.store import GraphStore

GRACE = 40
"""Seconds that requests under way have to end when the service is stopped."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--base-iri", metavar="IRI", help="$KZOP_BASE_IRI: the base the store must have.")
@click.option("--public-url", metavar="URL", help="$KZOP_PUBLIC_URL: where the service stands.")
@click.option("--license", metavar="URL", help="$KZOP_LICENSE: licence of the data.")
@click.option("--publisher", metavar="URL", help="$KZOP_PUBLISHER: who publishes the data.")
@click.option("--query-timeout", metavar="SECONDS", help="$KZOP_QUERY_TIMEOUT: limit of a query.")
@click.option(
    "--evidence-patience", metavar="SECONDS", help="$KZOP_EVIDENCE_PATIENCE: pages wait for quotes."
)
@click.option("--query-workers", metavar="N", help="$KZOP_QUERY_WORKERS: queries at once.")
@click.option("--query-memory", metavar="MB", help="$KZOP_QUERY_MEMORY: limit of a query.")
@click.option("--write-memory", metavar="MB", help="$KZOP_WRITE_MEMORY: limit of writes.")
@click.option("--queue", metavar="N", help="$KZOP_QUEUE: requests that may wait.")
@click.option("--kept-answers", metavar="MB", help="$KZOP_KEPT_ANSWERS: answers to keep.")
@click.option("--max-query-bytes", metavar="N", help="$KZOP_MAX_QUERY_BYTES: longest query.")
@click.option("--max-body-bytes", metavar="N", help="$KZOP_MAX_BODY_BYTES: longest body.")
@click.option("--service-allow", metavar="HOSTS", help="$KZOP_SERVICE_ALLOW: for SERVICE, LOAD.")
@click.option("--cors-origins", metavar="ORIGINS", help="$KZOP_CORS_ORIGINS: who may read.")
@click.option("--remote", metavar="CONFIG.toml", help="$KZOP_REMOTE: the engine with the quads.")
@click.option(
    "--log-queries", metavar="1|0", help="$KZOP_LOG_QUERIES: texts of queries in the log."
)
@click.option("--snapshot", metavar="PATH", help="$KZOP_SNAPSHOT: serve it, and no store.")
@click.option(
    "--snapshot-verify", metavar="1|0", help="$KZOP_SNAPSHOT_VERIFY: compare every byte of it."
)
@store_option
def serve(host: str, port: int, store: Path, **settings: str | None) -> None:
    """Serve the store over HTTP: pages, SPARQL and named queries. Ctrl-C ends it.

    The service reads its settings from the environment; an option here overrides the variable
    that its help names. With $KZOP_TOKEN set, who has the token may write.

    With --snapshot it serves what the command snapshot made, writes nothing, and moves to a newer
    snapshot without a pause.

    \b
    Examples:
      kzop serve
      kzop serve --snapshot /srv/snapshots
      kzop serve --host 0.0.0.0 --port 8080 --store /var/lib/kzop
      KZOP_TOKEN=secret kzop serve --query-timeout 10
    """
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from graph.storage.folder import is_vacant
    from graph.storage.shelf import resolve, verify
    from graph.store import GraphStore, StoreError
    from service.config import Settings

    # The process that answers reads them: it builds the application itself.
    os.environ["KZOP_STORE"] = str(store)
    os.environ.update({f"KZOP_{key.upper()}": value for key, value in settings.items() if value})
    try:
        chosen = Settings.from_environment()
        served = chosen.snapshot or store
        if chosen.remote is not None:
            from graph.remote.endpoint import read_endpoint

            read_endpoint(chosen.remote, os.environ)
        if chosen.snapshot:
            path = resolve(chosen.snapshot)
            verify(path, whole=chosen.snapshot_verify)
            GraphStore.open_artefact(path, chosen.base).close()
        else:
            if store.is_dir() and is_vacant(store):
                GraphStore.open(store, create=True, base=chosen.base).close()
            GraphStore.open(store, read_only=True, base=chosen.base).close()
    except (StoreError, ValueError) as error:
        raise Failure(str(error)) from error
    check_port(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(f"kzop serves {served}. Open {address}/ or {address}/sparql or {address}/queries")
    click.echo("Press Ctrl-C to stop.")
    Server(
        "service.front:create_front",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        log_level=LogLevels.warning,
    ).serve()


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="Set a parameter.")
@click.option("--evidence", is_flag=True, help="Quote beside each row the text that it rests on.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(RESULT_FORMATS),
    default="table",
    show_default=True,
)
@store_option
def query(
    name: str | None,
    listing: bool,
    params: tuple[str, ...],
    evidence: bool,
    format_name: str,
    store: Path,
) -> None:
    """Answer a named query from the store.

    \b
    Examples:
      kzop query --list
      kzop query prohibitions --evidence
      kzop query age-thresholds --param context=employment --format csv
    """
    from graph.querying import queries
    from graph.store import GraphStore, StoreError

    if listing:
        for entry in queries.catalogue().values():
            click.echo(f"{entry.name:36}{entry.summary}")
        return
    if name is None:
        raise Failure("name a query: `kzop query --list` lists them")
    values = dict(split_param(param) for param in params)
    try:
        with GraphStore.open(store, read_only=True) as opened:
            named = queries.load(name, opened.base)
            text = queries.bind(named, values)
            answer(opened, text, format_name, named.evidence if evidence else ())
    except (StoreError, queries.UnknownQuery, queries.BadParameter) as error:
        raise Failure(str(error)) from error


def check_port(host: str, port: int) -> None:
    """Fail unless the service can listen there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise Failure(f"--host {host}: not an address of this machine") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} is in use on {host}: stop what uses it, or choose --port N"
            raise Failure(message) from error
        raise Failure(f"cannot listen on {host} port {port}: {error.strerror}") from error


def answer(
    opened: "GraphStore", text: str, format_name: str, resting: Sequence["Resting"] = ()
) -> None:
    """Run a query and print its answer, with the evidence of what its rows rest on."""
    from pyoxigraph import QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat

    from graph.querying.queryevidence import with_evidence

    run = opened.quads.query
    result = with_evidence(opened.quads, text, resting, run) if resting else run(text)
    if isinstance(result, QueryTriples):
        write_out(result.serialize(format=RdfFormat.TURTLE) or b"")
    elif format_name == "table" and isinstance(result, QuerySolutions):
        rows, count = table(result, opened.base)
        click.echo(rows, nl=False)
        click.echo(f"{count} rows", err=True)
    elif format_name == "table":
        click.echo("yes" if result else "no")
    else:
        formats = {
            "json": QueryResultsFormat.JSON,
            "csv": QueryResultsFormat.CSV,
            "tsv": QueryResultsFormat.TSV,
            "xml": QueryResultsFormat.XML,
        }
        write_out(result.serialize(format=formats[format_name]) or b"")


def split_param(param: str) -> tuple[str, str]:
    """Split KEY=VALUE."""
    key, separator, value = param.partition("=")
    if not separator or not key:
        raise Failure(f"--param {param!r}: write KEY=VALUE, for example context=employment")
    return key, value
