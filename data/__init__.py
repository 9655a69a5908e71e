"""Everything that touches a disk, a database or a file format.

May import ``projects`` and ``gis``; never ``layers``, ``services`` or ``views``.
"""
