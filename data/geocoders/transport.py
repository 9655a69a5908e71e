"""Asking a service over the network: bounded in time and size, no redirects, the key in no message.

What the network does wrong becomes a ``Failure``. Certificates are checked (the library's default).
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import requests
import urllib3

from data.geocoders.base import Failure, Fault, Reply

TIMEOUT_S: Final = (5.0, 15.0)
"""To connect, and between two pieces of the answer."""
DEADLINE_S: Final = 30.0
"""For the whole answer: a server that sends one byte a second never runs into the timeout above."""
LARGEST: Final = 256_000
_PIECE: Final = 8_192
"""Bytes read at once: unpacked at most 8 MB, however much a hostile answer promises to be."""
_HEADERS: Final = {
    "User-Agent": "health-industry-atlas",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}
_HIDDEN: Final = "***"
_STATUS_FAULTS: Final = {401: Fault.KEY, 403: Fault.KEY, 418: Fault.KEY, 429: Fault.RATE}


class Transport:
    """One session to one service; ``secrets`` are struck out of whatever is kept or said."""

    def __init__(
        self,
        secrets: Sequence[str] = (),
        timeout: tuple[float, float] = TIMEOUT_S,
        deadline: float = DEADLINE_S,
    ) -> None:
        self._session = requests.Session()
        self._session.headers.update(_HEADERS)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._timeout, self._deadline = timeout, deadline
        # At DEBUG the library writes every address it asks, and the key stands in it.
        logging.getLogger(urllib3.__name__).setLevel(logging.INFO)

    def get(self, url: str, parameters: Mapping[str, str]) -> Reply:
        """Return the JSON object found at an address; raises ``Failure``, never with the key in it."""
        try:
            with self._session.get(
                url, params=parameters, timeout=self._timeout, allow_redirects=False, stream=True
            ) as response:
                self._check_status(response)
                body = self._body(response)
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise Failure(Fault.TIMEOUT, "no answer in time") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # The library's own words hold the whole address, key included.
            raise Failure(Fault.NETWORK, f"no connection ({type(error).__name__})") from None
        return self._object(body)

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if 300 <= status < 400:
            raise Failure(Fault.NETWORK, f"answered with a redirect ({status}), which is not followed")
        if status in _STATUS_FAULTS:
            raise Failure(_STATUS_FAULTS[status], f"HTTP {status}")
        if status >= 500:
            raise Failure(Fault.SERVICE, f"HTTP {status}")
        if status != 200:
            raise Failure(Fault.MALFORMED, f"HTTP {status}")
        packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in ("", "identity", "gzip"):
            raise Failure(Fault.MALFORMED, "an answer packed in a way that was not asked for")

    def _body(self, response: requests.Response) -> bytes:
        """Read the answer piece by piece, as it comes, and stop when it is too much or too slow."""
        until = time.monotonic() + self._deadline
        body = bytearray()
        while piece := response.raw.read1(_PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST:
                raise Failure(Fault.MALFORMED, f"an answer of more than {LARGEST} bytes")
            if time.monotonic() > until:
                raise Failure(Fault.TIMEOUT, f"the answer took longer than {self._deadline:.0f} s")
        return bytes(body)

    def _object(self, body: bytes) -> Reply:
        text = body.decode("utf-8", errors="replace")
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        try:
            found: Any = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Failure(Fault.MALFORMED, f"no JSON: {' '.join(text[:80].split())!r}") from None
        if not isinstance(found, dict):
            raise Failure(Fault.MALFORMED, "JSON, but no object")
        return found


def _no_number(name: str) -> None:
    """Refuse NaN and Infinity, which are not JSON and cannot be kept."""
    raise ValueError(name)
