"""Watching from outside: numbers of requests, figures for Prometheus, whether this process is well.

``requests`` counts and logs what is asked, ``metrics`` holds the figures of this process, ``glance`` asks the
database without ever waiting long, ``routes`` answers ``/metrics``, ``/health`` and ``/ready``.
"""
