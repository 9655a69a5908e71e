"""What serves beside the pages: signed downloads, health; later the API and the packs.

May import ``projects``, ``gis``, ``layers`` and ``data``.
"""
