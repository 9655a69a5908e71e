"""``python -m data``: the command line."""

import sys

from data.cli import main

sys.exit(main())
