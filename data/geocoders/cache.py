"""Every reply of a service, kept under the question: asked once, read as often as needed.

A *failed* reply is kept too, to be looked at, and asked again. Written as the owner: what the whole
installation believes about an address is not for one account to write.
"""

import json
from typing import Final

from sqlalchemy import text

from data.database import Database
from data.geocoders.base import Answer, Failure, Geocoder, Outcome, Reply
from data.jobs.queue import storable


class AnswerCache:
    """The kept replies of one service."""

    def __init__(self, database: Database, geocoder: Geocoder) -> None:
        self._database, self._geocoder = database, geocoder

    def known(self, question: str) -> Answer | None:
        """Return the kept answer to a question; None when there is none that helps."""
        with self._database.owning() as connection:
            reply: Reply | None = connection.scalar(
                _READ, {"service": self._geocoder.name, "question": question}
            )
        if reply is None:
            return None
        try:
            return self._geocoder.read(reply)
        except Failure:
            return None

    def keep(self, question: str, answer: Answer) -> None:
        """Keep an answer, in place of an earlier one."""
        reply = answer.reply
        if answer.outcome is Outcome.FAILED:
            reply = {"fault": str(answer.fault), "detail": answer.detail, "reply": reply}
        values = {
            "service": self._geocoder.name,
            "question": question,
            "outcome": str(answer.outcome),
            "reply": json.dumps(storable(reply), ensure_ascii=False),
        }
        with self._database.owning() as connection:
            connection.execute(_KEEP, values)


_READ: Final = text(
    "SELECT reply FROM geocode_answer"
    " WHERE service = :service AND question = :question AND outcome <> 'failed'"
)
_KEEP: Final = text(
    "INSERT INTO geocode_answer (service, question, outcome, reply) VALUES (:service, :question, :outcome,"
    " CAST(:reply AS jsonb)) ON CONFLICT (service, question) DO UPDATE"
    " SET outcome = excluded.outcome, reply = excluded.reply, asked_at = now()"
)
