"""Analysis beyond one machine: the national join and coverage as Dask-GeoPandas jobs on an existing cluster.

The libraries are optional (``requirements-dask.txt``); only ``data.national.jobs`` reads them.
"""
