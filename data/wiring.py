"""The single place that joins ports to adapters: settings → database → library."""

from functools import cache

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from data import settings as settings_module
from data.cluster import Cluster, ClusterError, Report
from data.database import Database, first_line
from data.settings import Settings
from data.store.library import PostgisLibrary
from projects.errors import StorageUnavailable

__all__ = ["ClusterError", "PostgisLibrary", "library", "open_database"]

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")


def open_database(settings: Settings, report: Report | None = None) -> Database:
    """Return the configured database, starting the private cluster when no ``DATABASE_URL`` is set.

    Raises ``ClusterError`` or ``StorageUnavailable`` with a sentence on what to do.
    """
    if settings.database_url:
        _check_server(settings.database_url)
        return Database(settings.database_url)
    urls = Cluster(settings.data_dir, report=report).ensure()
    return Database(urls.app, urls.owner)


@cache
def library() -> PostgisLibrary:
    """Return the library of this process, opened once."""
    return PostgisLibrary(open_database(settings_module.load()))


def _check_server(url: str) -> None:
    """See to it that a server given by address has the extensions, or say who can add them."""
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        for name in EXTENSIONS:
            with engine.begin() as connection:
                connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
    except SQLAlchemyError as error:
        raise StorageUnavailable(
            f"DATABASE_URL cannot be used: {first_line(error)}. Check the address, or ask the administrator"
            f" for CREATE EXTENSION {', '.join(EXTENSIONS)}"
        ) from error
    finally:
        engine.dispose()
