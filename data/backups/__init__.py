"""Backups: a dump of the library with the files beside it, proved by putting it back, made on a schedule.

    manifest   what a backup says of itself: version, tables with rows and checksums, files with SHA-256
    contents   rows and checksum of every table, in one snapshot
    files      the files outside the database: copied, unchanged ones linked to the backup before
    making     one backup, whole or not at all
    proving    a backup put back into a scratch database and compared
    restoring  a backup put back in place of the library, files too
    keeping    the backups there are, and which ones go
    nightly    the schedule
    instant    point in time: base copies of the private server and its archived log

``data.backup`` holds the two steps that PostgreSQL's own tools do, for one dump.
"""
