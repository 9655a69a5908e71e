"""The exception tree of the project; everything a user can be told about descends from ``AtlasError``.

    AtlasError                     something a person can be told in one sentence
    ├── UnknownRecord              an id that names nothing
    ├── BadValue                   a value that breaks a rule (quoted in the message)
    ├── NotAllowed                 the database refuses this to this identity
    ├── SignInNeeded               nobody is signed in, or the session has ended
    ├── Conflict                   somebody else changed the record meanwhile
    ├── StorageUnavailable         the database went away or refuses
    │   ├── DiskFull               … because there is no room left for what was to be written
    │   ├── Busy                   … because somebody else is changing the same records
    │   ├── TooSlow                … because the question took longer than is allowed
    │   └── OutcomeUnknown         … while it was saving: nobody knows whether it was kept
    └── SetupIncomplete            an asset, a font or a program is missing

Bad *data* is data and yields issues (``projects.intake.issues``); only our own failure or an unanswerable
request raises.
"""


class AtlasError(Exception):
    """A failure with a sentence for people: what happened, which value, what to do next."""


class UnknownRecord(AtlasError):  # noqa: N818 - reads as what happened
    """An identifier names no record."""


class BadValue(AtlasError):  # noqa: N818
    """A value breaks a rule; the message quotes both."""


class NotAllowed(AtlasError):  # noqa: N818
    """The database refuses this reading or writing to this identity."""


class SignInNeeded(AtlasError):  # noqa: N818
    """Nobody is signed in, or the session has ended; what was typed is kept."""


class Conflict(AtlasError):  # noqa: N818
    """A record changed after it was read; ``fields`` names what both sides changed."""

    def __init__(self, sentence: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.fields = fields


class StorageUnavailable(AtlasError):  # noqa: N818
    """The database cannot be reached or refuses to answer."""


class DiskFull(StorageUnavailable):
    """The disk is full; nothing was changed."""


class Busy(StorageUnavailable):
    """Somebody else is changing the same records; nothing was changed."""


class TooSlow(StorageUnavailable):
    """The question took longer than one may take; nothing was changed."""


class OutcomeUnknown(StorageUnavailable):
    """The connection broke while the database was saving: all was kept or nothing, nobody knows which."""


class SetupIncomplete(AtlasError):  # noqa: N818
    """Something the program needs at start-up is missing."""
