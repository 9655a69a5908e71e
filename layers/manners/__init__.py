"""What every page owes to keyboards and screen readers: the strings of a component without a picture.

``layers`` may not import Streamlit, so ``views.manners`` registers it:
``component("atlas_manners", html=HTML, js=JS)``. The script sets the language of the page, the words that
Streamlit says in English alone (the way past the menu, names of landmarks and frames), and a voice that
tells how many records match once that has changed.
"""

from pathlib import Path
from typing import Final

HTML: Final = "<span hidden></span>"
JS: Final = Path(__file__).with_name("manners.js").read_text(encoding="utf-8")
