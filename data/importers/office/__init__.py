"""Reading and checking an office's file: bytes → grids of cells → typed rows with issues.

``reading.read_file`` is the entry. Nothing here asks the database; what checking must know comes in as a
``context.CheckContext``.
"""
