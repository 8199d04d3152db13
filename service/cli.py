"""The command line: arguments in, files, tables and an exit status out.

Exit status: 0 all done; 1 it ran, but an input failed, a shape was violated or a floor missed;
2 wrong use, or nothing was done; 130 interrupted. Every error is one line on standard error.
Commands import what they need when they run, so that none pays for the start of another.
"""

from collections.abc import Sequence

import click

from service.commands.answers import query, serve
from service.commands.checks import check, evaluate, validate, vocab
from service.commands.copies import backup, dump, restore, snapshot
from service.commands.documents import build, extract, remove
from service.commands.export import export
from service.commands.index import index
from service.commands.load import load
from service.commands.publish import publish
from service.commands.shared import complain


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kzop", prog_name="kzop", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn Kazakh legal texts into linked data, and query and serve it.

    \b
    Examples:
      kzop extract act.txt > act.nq
      kzop build texts/
      kzop query prohibitions
      kzop serve
    """


COMMANDS = (
    *(extract, build, load, remove, index, serve, query, dump, export, backup, restore),
    *(snapshot, publish, validate, vocab, check, evaluate),
)
for command in COMMANDS:
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    try:
        status = cli.main(arguments, prog_name="kzop", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "kzop"
        complain(f"{error.format_message()} See `{path} --help`.")
        return error.exit_code
    except click.ClickException as error:
        complain(error.format_message())
        return error.exit_code
    except click.Abort:
        click.echo("kzop: interrupted", err=True)
        return 130
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return 2
    return status if isinstance(status, int) else 0
