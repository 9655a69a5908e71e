"""The page's own style sheet: sober, dense, legible at 390 px and on a meeting-room screen."""

from typing import Final

CSS: Final = """<style>
[data-testid="stMainBlockContainer"] { padding: 4.1rem 2rem 2rem; max-width: 1680px; }
.atlas-title { font-size: 1.35rem; font-weight: 700; margin: 0; line-height: 1.3; }
.atlas-sub, .atlas-muted { color: #51606e; font-size: .84rem; margin: .15rem 0; }
.atlas-card-head { display: flex; gap: .6rem; align-items: flex-start; }
.atlas-sign img { width: 28px; height: 28px; }
.atlas-card-head h3 { font-size: 1.08rem; margin: 0; padding: 0; }
.atlas-facts { width: 100%; border-collapse: collapse; font-size: .86rem; }
.atlas-facts th { text-align: left; font-weight: 500; color: #51606e; width: 7.5em; vertical-align: top; }
.atlas-facts th, .atlas-facts td { padding: .22rem .3rem; border-bottom: 1px solid #e4e9ee; overflow-wrap: anywhere; }
.atlas-basis { display: inline-block; margin-left: .4rem; padding: 0 .35rem; border-radius: 3px; background: #e8eef3;
  color: #34495c; font-size: .72rem; white-space: nowrap; }
.atlas-unknown { color: #6b5a1e; background: #fbf6e3; padding: .35rem .5rem; border-radius: 4px; font-size: .82rem; }
.atlas-warning { color: #8a3b12; background: #fdf0e8; padding: .35rem .5rem; border-radius: 4px; font-size: .84rem; }
blockquote { margin: .35rem 0; padding: .1rem .7rem; border-left: 3px solid #b9c6d2; font-size: .86rem; }
blockquote footer { color: #51606e; font-size: .76rem; }
h4 { font-size: .95rem !important; margin: .8rem 0 .2rem !important; padding: 0 !important; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: .7rem; padding-right: .7rem; }
}
</style>"""
