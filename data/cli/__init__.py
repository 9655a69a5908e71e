"""The command line ``python -m data …``: one line per error, an exit code for each kind.

0 done · 1 something is wrong with a value or a file · 2 wrong usage · 3 the database cannot be used · 130
interrupted
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from data.cluster import ClusterError
from data.database import first_line
from data.settings import SettingsError
from projects.errors import AtlasError, StorageUnavailable

COMMANDS: Final = {
    "init": "maintenance",
    "stop": "maintenance",
    "backup": "backups",
    "restore": "backups",
    "status": "status",
    "export": "export",
    "pack": "pack",
    "import": "importing",
    "workbook": "importing",
    "boundaries": "boundaries",
    "user": "user",
    "unit": "unit",
    "token": "token",
    "work": "work",
    "monday": "monday",
    "geocode": "geocode",
    "directories": "directories",
    "demo": "demo",
    "synth": "synth",
    "dask": "dask",
}
"""Command → the module that knows it. One command reads one module: a start takes a moment, not seconds."""

BAD_VALUE: Final = 1
NO_DATABASE: Final = 3
INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one line on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser(given[0] if given else "").parse_args(given)
    try:
        return int(options.run(options) or 0)
    except (ClusterError, StorageUnavailable) as error:
        return _fail(str(error), NO_DATABASE)
    except SQLAlchemyError as error:
        return _fail(f"the database objects: {first_line(error)}", NO_DATABASE)
    except BrokenPipeError:
        return _reader_gone()
    except (AtlasError, SettingsError, OSError) as error:
        return _fail(str(error), BAD_VALUE)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)


def parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser with one command, or with all when that is none; each module adds its own."""
    top = argparse.ArgumentParser(
        prog="python -m data", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action=_Version, nargs=0, help="this version and its schema")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    wanted = [COMMANDS[command]] if command in COMMANDS else COMMANDS.values()
    for name in dict.fromkeys(wanted):
        import_module(f"data.cli.{name}").add_to(commands)
    return top


class _Version(argparse.Action):
    """Prints the version and ends; what it asks for is read only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        """Print and end."""
        from data import migrate
        from data.version import version

        print(f"health-industry-atlas {version()}, schema {migrate.head()}")
        parser.exit(0)


def _fail(sentence: str, code: int) -> int:
    print("error: " + " ".join(sentence.split()), file=sys.stderr)
    return code


def _reader_gone() -> int:
    """End quietly when whoever read the output (``head``) has stopped, without a second complaint at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BAD_VALUE
