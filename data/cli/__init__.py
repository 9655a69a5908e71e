"""The command line ``python -m data …``: one line per error, an exit code for each kind.

0 done · 1 something is wrong with a value or a file · 2 wrong usage · 3 the database cannot be used · 130
interrupted
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from data.cli import (
    boundaries,
    demo,
    directories,
    export,
    geocode,
    importing,
    maintenance,
    monday,
    pack,
    status,
    token,
    unit,
    user,
    work,
)
from data.cluster import ClusterError
from data.database import first_line
from data.importers.boundaries import BoundaryError
from data.settings import SettingsError
from projects.errors import AtlasError, StorageUnavailable

BAD_VALUE: Final = 1
NO_DATABASE: Final = 3
INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one line on standard error."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (ClusterError, StorageUnavailable) as error:
        return _fail(str(error), NO_DATABASE)
    except SQLAlchemyError as error:
        return _fail(f"the database objects: {first_line(error)}", NO_DATABASE)
    except BrokenPipeError:
        return _reader_gone()
    except (AtlasError, BoundaryError, SettingsError, OSError) as error:
        return _fail(str(error), BAD_VALUE)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)


def parser() -> argparse.ArgumentParser:
    """Return the parser with all commands; each module adds its own."""
    top = argparse.ArgumentParser(
        prog="python -m data", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for module in (
        maintenance,
        status,
        export,
        pack,
        importing,
        boundaries,
        user,
        unit,
        token,
        work,
        monday,
        geocode,
        directories,
        demo,
    ):
        module.add_to(commands)
    return top


def _fail(sentence: str, code: int) -> int:
    print("error: " + " ".join(sentence.split()), file=sys.stderr)
    return code


def _reader_gone() -> int:
    """End quietly when whoever read the output (``head``) has stopped, without a second complaint at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BAD_VALUE
