"""Style of the leaders' page: everything scales with the screen, so that one screen holds it; a phone stacks.

Sizes are in ``em`` of the board, whose type follows the height and the width of the window.
"""

from typing import Final

CSS: Final = """<style>
.atlas-lead { font-size: clamp(11px, min(calc((100vh - 195px) / 48.4), 1.02vw), 30px);
  line-height: 1.32; color: #22323f; }
.atlas-lead a { color: inherit; text-decoration: none; }
.atlas-lead td a:hover, .atlas-lead h3 a:hover { text-decoration: underline; }
.atlas-lead-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1em; }
.atlas-lead-head h2 { font-size: 1.7em; margin: 0; padding: 0; color: #1d5a8c; line-height: 1.25; }
.atlas-lead p { margin: 0; font-size: 1em; overflow-wrap: anywhere; }
.atlas-lead-head p { color: #51606e; }
.atlas-lead-flag { color: #7a3410; background: #fdf0e8; border: 1px solid #c8662c; border-radius: 4px;
  padding: 0 .6em; font-weight: 700; }
.atlas-lead-tiles { display: grid; grid-template-columns: repeat(7, 1fr); gap: .6em; margin: .5em 0 .3em; }
.atlas-lead-tile { border: 1px solid #d3dbe1; border-radius: 6px; padding: .35em .7em; background: #fff;
  display: block; min-width: 0; }
.atlas-lead a.atlas-lead-tile:hover { border-color: #1d5a8c; }
.atlas-lead-tile b { display: block; font-size: 1.85em; line-height: 1.15; color: #1d5a8c;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.atlas-lead-tile span { display: block; font-weight: 600; }
.atlas-lead-tile em { display: block; font-style: normal; color: #51606e; font-size: .88em; }
.atlas-lead-hot { border-color: #c8662c; background: #fdf7f2; }
.atlas-lead-hot b { color: #a8431c; }
.atlas-lead-columns { display: grid; grid-template-columns: 1fr 1.06fr 1.1fr; gap: 0 1.8em; }
.atlas-lead-columns > div { min-width: 0; }
.atlas-lead h3 { font-size: 1.14em; margin: .35em 0 .1em; padding: 0 0 .08em; color: #1d5a8c;
  border-bottom: 1px solid #b9c6d2; line-height: 1.3; }
.atlas-lead table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0; }
.atlas-lead th { font-weight: 400; white-space: nowrap; border: 0; color: #51606e;
  font-size: .88em; text-align: right; }
.atlas-lead td { text-align: right; white-space: nowrap; border: 0; border-bottom: 1px solid #edf1f4; }
.atlas-lead th, .atlas-lead td { padding: .08em .3em; }
.atlas-lead th:first-child, .atlas-lead td:first-child { text-align: left; padding-left: 0;
  max-width: 0; width: 100%; overflow: hidden; text-overflow: ellipsis; }
.atlas-lead-bar { display: block; height: .22em; background: #7fa3c0; border-radius: 1px; }
.atlas-lead-source.atlas-lead-source { color: #51606e; font-size: .8em; line-height: 1.25; }
.atlas-lead-map { display: block; margin: .3em auto 0; width: 100%; height: 16.8em; object-fit: contain; }
.atlas-lead summary { font-size: .8em; line-height: 1.25; cursor: pointer; color: #1d5a8c; }
@media (max-width: 900px) {
  .atlas-lead { font-size: 14px; }
  .atlas-lead-tiles { grid-template-columns: 1fr 1fr; }
  .atlas-lead-columns { grid-template-columns: 1fr; }
  .atlas-lead-tile b { font-size: 1.6em; }
  .atlas-lead-map { height: auto; max-height: 26em; }
  .atlas-lead td:first-child { white-space: normal; overflow-wrap: anywhere; }
}
</style>"""

BIG: Final = """<style>
[data-testid="stHeader"], [data-testid="stSidebar"], .st-key-header, [data-testid="stToolbar"],
.atlas-practice { display: none !important; }
[data-testid="stMainBlockContainer"] { padding: .5rem 1.2rem .2rem; max-width: none; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0; }
@media (min-width: 901px) {
  .atlas-lead { font-size: clamp(11px, min(calc((100vh - 14px) / 48.4), 1.2vw), 60px); }
  .atlas-lead-head { padding-right: 10em; }
  .st-key-leaders-out { position: fixed; right: .8rem; top: .3rem; width: auto; z-index: 9; }
}
</style>"""
"""For a meeting room: menu, title of the program, controls and the banner of practice give their room to the
figures; that all is invented the board says itself, and the strip at the foot."""


def css(big: bool) -> str:
    """Return the style sheet of the page."""
    return CSS + BIG if big else CSS
