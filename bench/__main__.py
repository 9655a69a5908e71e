"""``python -m bench [NAME …]``: run all measurements, or the named ones, one after the other."""

import importlib
import sys
from typing import Final

NAMES: Final = (
    "datum",
    "join",
    "boundaries",
    "export",
    "xlsx",
    "importing",
    "lookalikes",
    "repaint",
    "page",
    "clusters",
    "local_moran",
    "nearest",
    "catchments",
    "max_coverage",
    "funding",
    "figures",
    "matters",
    "directories",
    "week",
    "packs",
    "ogc",
    "people",
)


def main(wanted: list[str]) -> int:
    """Run the named measurements and return 0; an unknown name is refused with the list."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no measurement {unknown[0]!r}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in wanted or NAMES:
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
