"""What all commands share: failing, complaining, exit statuses, options."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from graph.iris import Base

INTERRUPTED = 130
"""Exit status after Ctrl-C."""
Command = TypeVar("Command", bound=Callable[..., object])


class Failure(click.ClickException):
    """Nothing was done, and why: one line, exit status 2."""

    exit_code = 2


class Shortfall(click.ClickException):
    """The command ran, and what it looked at falls short: one line, exit status 1."""

    exit_code = 1


def store_option(command: Command) -> Command:
    """Give a command the option --store."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        envvar="KZOP_STORE",
        default="store",
        show_default=True,
        metavar="DIR",
        help="Store folder; also set by $KZOP_STORE.",
    )(command)


def base_from_environment() -> Base:
    """Return the base IRI of $KZOP_BASE_IRI, or the default."""
    try:
        return Base.from_environment()
    except ValueError as error:
        raise Failure(str(error)) from error


def complain(message: str) -> None:
    """Print one line about one input that failed."""
    click.echo(f"kzop: error: {' '.join(message.split())}", err=True)


def finish(done: int, asked: int) -> None:
    """End with 1 if some inputs failed, 2 if all did; the complaints are printed already."""
    if done < asked:
        raise click.exceptions.Exit(1 if done else 2)
