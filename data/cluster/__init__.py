"""The private PostgreSQL + PostGIS server that the program manages itself when no DATABASE_URL is set.

`Cluster(folder).ensure()` brings it up, whatever state it was left in, and returns two SQLAlchemy addresses.
Nothing outside this package knows how the server is started, stopped or reached.
"""

from data.cluster.cluster import Cluster
from data.cluster.model import ADMIN, APP, OWNER, ClusterError, ClusterStatus, ClusterUrls, Report

__all__ = ["ADMIN", "APP", "OWNER", "Cluster", "ClusterError", "ClusterStatus", "ClusterUrls", "Report"]
