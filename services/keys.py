"""Numbers of records in addresses: ``{key:key}`` in a route matches at most ten digits.

Starlette's own ``int`` takes as many digits as an address holds, and Python refuses to read that many: a
server error for a typed address.
"""

from typing import Final

from starlette.convertors import Convertor, register_url_convertor

NAME: Final = "key"


class KeyConvertor(Convertor[int]):
    """A number that a record may have."""

    regex = "[0-9]{1,10}"

    def convert(self, value: str) -> int:
        """Return the number of a text that matched."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Return the number as it stands in an address."""
        return str(value)


register_url_convertor(NAME, KeyConvertor())
