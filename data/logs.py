"""The log: one place that sets it up, what each line says about where it comes from, what never gets into it.

A line tells the number of the request, the page run or the job it belongs to, and the number of the account
that acted, where there is one, never a name (``data.about``). ``clean`` takes out what must not be kept:
passwords, tokens, telephone numbers, e-mail addresses, the values of rows that the server quotes.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from data import slow
from data.about import current
from data.log_files import FOLDER, Notable, rotating
from data.settings import Settings

LONGEST: Final = 8_000
"""Characters of a message or a trace that are kept."""
HIDDEN: Final = "…"
STREAMLIT: Final = "streamlit"


_SECRETS: Final[list[str]] = []
_MARK: Final = "_atlas"
"""Attribute by which handlers of ours are known."""
_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    # What the server quotes of a row, and what the driver was given
    (re.compile(r"(DETAIL|CONTEXT|Failing row contains)\b[^\n]*"), r"\1 " + HIDDEN),
    (re.compile(r"\[parameters: .*?\]", re.S), "[parameters: " + HIDDEN + "]"),
    (re.compile(r"://([^\s:/@]+):[^\s@/]+@"), "://\\1:" + HIDDEN + "@"),
    (
        re.compile(r"(?i)\b(password|passwd|pwd|token|ticket|secret|signature)(\s*[=:]\s*)['\"]?[^\s&'\",;]{4,}"),
        r"\1\2" + HIDDEN,
    ),
    (
        re.compile(r"([?&](?:key|tk|code|form|state|sso)=)[^\s&'\"]+"),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 " + HIDDEN),
    # Tokens of sessions and of the open interface, signed links
    (re.compile(r"\batlas_[\w-]{20,}"), "atlas_" + HIDDEN),
    (re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])"), HIDDEN),
    (re.compile(r"[\w-]{16,}\.[\w-]{4,}\.[\w-]{20,}"), HIDDEN),
    # People: e-mail, identity card, mobile and fixed telephone
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), HIDDEN),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), HIDDEN),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), HIDDEN),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"), HIDDEN),
)  # fmt: skip
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return a text without what must not be kept, at most ``LONGEST`` characters.

    >>> clean("call 13800138000 or a.b@example.org")
    'call … or …'
    >>> clean("postgresql://atlas:geheim@db:5432/atlas")
    'postgresql://atlas:…@db:5432/atlas'
    """
    text = text[: 2 * LONGEST]
    for secret in _SECRETS:
        text = text.replace(secret, HIDDEN)
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + HIDDEN


class Lines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, what it is about, fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(self.fields(record), ensure_ascii=False, default=str)

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what a line says; empty values are left out."""
        told = {k: v for k, v in asdict(current()).items() if v and k != "address"}
        more = {k: clean(v) if isinstance(v, str) else v for k, v in getattr(record, "fields", {}).items()}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()).replace("\n", " "),
            **told,
            **more,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = clean(self.formatException(record.exc_info))
        return line


class Plain(Lines):
    """A line for people, with what it is about at the end, the trace below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = self.fields(record)
        time, level, name, message = (line.pop(k) for k in ("time", "level", "logger", "message"))
        line.pop("error", None)
        trace = line.pop("trace", "")
        more = " ".join(
            f"{key}={value}" for key, value in line.items() if key not in getattr(record, "fields", {})
        )
        return (
            f"{time} {level} {name}: {message}"
            + (f" [{more}]" if more else "")
            + ("\n" + trace if trace else "")
        )


def set_up(settings: Settings, program: str) -> None:
    """Set up the log of this process (``app`` or ``worker``); calling it again replaces what it set up."""
    _SECRETS[:] = _secrets_of(settings)
    slow.threshold(settings.slow_query_ms)
    form = Lines() if settings.log_format == "json" else Plain()
    root = logging.getLogger()
    for old in [h for h in root.handlers if getattr(h, _MARK, False)]:
        root.removeHandler(old)
        old.close()
    for handler in _handlers(settings.data_dir / FOLDER if settings.log_file else None, program, form):
        setattr(handler, _MARK, True)
        root.addHandler(handler)
    notable = Notable(settings.data_dir / FOLDER)
    notable.setFormatter(Lines())
    setattr(notable, _MARK, True)
    root.addHandler(notable)
    root.setLevel(settings.log_level)
    _take_over(STREAMLIT, "uvicorn", "websockets")
    for name in _WORDY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _handlers(folder: Path | None, program: str, form: logging.Formatter) -> Iterable[logging.Handler]:
    """Yield the screen, and the file when one is wished and can be written."""
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(form)
    yield screen
    if folder is not None:
        try:
            file = rotating(folder, program)
        except OSError as error:
            sys.stderr.write(f"no log file in {folder}: {error.strerror}\n")
            return
        file.setFormatter(Lines())
        yield file


def _take_over(*names: str) -> None:
    """Let the loggers of Streamlit and its server, which write to handlers of their own, write to ours."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.split(".")[0] in names:
            logger.handlers.clear()
            logger.propagate = name not in _SILENT


_SILENT: Final = ("uvicorn.access",)
"""Writes whole addresses, and links with what they open; ``services.watching.requests`` does instead."""
_WORDY: Final = (
    "uvicorn.error",
    "websockets",
    "alembic",
    "fontTools",
    "matplotlib",
    "PIL",
    "asyncio",
    "httpx",
    "urllib3",
)
"""Libraries of which only warnings are kept."""


def _secrets_of(settings: Settings) -> list[str]:
    """Return the secrets of the installation that no line may hold."""
    chosen = settings.tianditu_key, settings.secret_key, settings.geocoder_key, settings.metrics_token
    secret = [one.get_secret_value() for one in chosen]
    password = re.match(r"[^:]+://[^:/@]*:([^@/]+)@", settings.database_url)
    return [s for s in (*secret, password[1] if password else "") if len(s) >= MEANT]


MEANT: Final = 6
"""A shorter secret would take common words out of the log."""


def surprises() -> None:
    """Write what a thread dies of into the log, not only onto the screen."""

    def tell(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            logging.getLogger(__name__).error("a thread ended by an error", exc_info=args.exc_value)

    threading.excepthook = tell
