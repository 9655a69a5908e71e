"""Long work outside page requests: one job table, a worker process, tasks by kind.

``queue`` is what pages ask through, ``line`` is a worker's hold on the table, ``worker`` runs the tasks of
``tasks``. Why there is no queue library here stands in ``docs/decisions/0007-long-work.md``.
"""
