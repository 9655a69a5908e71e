"""The exception tree of the project; everything a user can be told about descends from ``AtlasError``.

    AtlasError                     something a person can be told in one sentence
    ├── UnknownRecord              an id that names nothing
    ├── BadValue                   a value that breaks a rule (quoted in the message)
    ├── StorageUnavailable         the database went away or refuses
    └── SetupIncomplete            an asset, a font or a program is missing

Bad *data* is data and yields issues (``projects.issues``); only our own failure or an unanswerable request
raises.
"""


class AtlasError(Exception):
    """A failure with a sentence for people: what happened, which value, what to do next."""


class UnknownRecord(AtlasError):  # noqa: N818 - reads as what happened
    """An identifier names no record."""


class BadValue(AtlasError):  # noqa: N818
    """A value breaks a rule; the message quotes both."""


class StorageUnavailable(AtlasError):  # noqa: N818
    """The database cannot be reached or refuses to answer."""


class SetupIncomplete(AtlasError):  # noqa: N818
    """Something the program needs at start-up is missing."""
