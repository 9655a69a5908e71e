"""Advisory locks that say who is alive: held by a connection, gone with it, whatever ended it.

Two numbers name a lock: what it stands for, and for a job its id. The functions of ``0005_jobs.sql`` read
them by the same numbers.
"""

from typing import Final

WORKER: Final = 7_305_118
"""Held, shared, by every lane of every worker process; its second number is 0."""

JOB: Final = 7_305_119
"""Held by the lane that runs the job of that id."""
