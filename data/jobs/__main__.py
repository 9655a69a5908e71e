"""``python -m data.jobs``: ``python -m data work``, without loading the other commands (120 MB less)."""

import sys

from data.cluster import ClusterError
from data.jobs.process import serve
from data.settings import SettingsError
from projects.errors import AtlasError


def main() -> None:
    """Serve, or say in one line why not."""
    try:
        serve()
    except (AtlasError, ClusterError, SettingsError) as error:
        sys.exit("error: the worker cannot begin: " + " ".join(str(error).split()))


if __name__ == "__main__":
    main()
