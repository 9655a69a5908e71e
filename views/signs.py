"""Category signs as pictures: the page's own cleaner drops SVG that stands in the text."""

import base64
from functools import cache

from layers.html import element
from layers.legend import sign_svg
from layers.palette import sign_of


@cache
def picture(category: str, size: int) -> str:
    """Return the sign of a category as an ``<img>`` of ``size`` pixels; the name must stand beside it."""
    svg = sign_svg(sign_of(category), size).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    data = base64.b64encode(svg.encode()).decode()
    return element("img", alt="", src=f"data:image/svg+xml;base64,{data}")
