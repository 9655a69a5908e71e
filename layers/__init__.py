"""What is drawn: scene, palettes, legends, popups and the two drawing engines.

May import ``projects`` and ``gis``; never ``data``.
"""
