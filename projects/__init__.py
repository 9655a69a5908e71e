"""What a project is: record, code lists, filters, the feature mapping, ports.

No database, no map, no web; may import ``gis`` only.
"""
