"""The page's own style sheet: sober, dense, legible at 390 px and on a meeting-room screen."""

from typing import Final

CSS: Final = """<style>
[data-testid="stMainBlockContainer"] { padding: 3.6rem 1.6rem 2rem; max-width: 1760px; }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: .7rem; }
[data-testid="stElementToolbar"] { display: none; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: #51606e; opacity: 1; }
[data-testid="stPopoverBody"] { max-width: 26rem; }
#atlas-voice, .st-key-manners, .atlas-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.atlas-way { position: absolute; left: 0; top: 0; z-index: 1100; padding: .3rem .7rem; background: #fff;
  color: #1d5a8c; border: 2px solid #1d5a8c; border-radius: 4px; font-size: .92rem; clip-path: inset(50%);
  white-space: nowrap; }
.atlas-way:focus { clip-path: none; }
h3[id$="-rows"] { scroll-margin-top: 4.5rem; outline-offset: 2px; }
[data-testid="stElementContainer"]:has(> .stHtml > .atlas-way) { position: absolute; width: auto;
  z-index: 1100; }
a:focus-visible, button:focus-visible, summary:focus-visible, iframe:focus-visible,
[role="button"]:focus-visible, .stApp [tabindex="0"]:focus-visible {
  outline: 2px solid #1d5a8c !important; outline-offset: 1px; }
[data-testid="stWidgetLabel"][disabled] p { color: #51606e; }
.atlas-title { font-size: 1.35rem; font-weight: 700; margin: 0; padding: 0; line-height: 1.3; }
.atlas-sub, .atlas-muted { color: #51606e; font-size: .84rem; margin: .15rem 0; }
.st-key-side { scroll-margin-top: 4.2rem; }
.atlas-count { font-size: 1.02rem; margin: 0; }
.atlas-count b { font-size: 1.15rem; }
.atlas-count span { white-space: nowrap; }
.atlas-heading { font-size: 1.05rem; font-weight: 700; margin: .2rem 0 0; padding: 0; line-height: 1.6; }
.atlas-button { font: inherit; padding: .35rem .8rem; border: 1px solid #d3dbe1; border-radius: 4px;
  background: #fff; cursor: pointer; }
a.atlas-signin { white-space: nowrap; color: #1d5a8c; border: 1px solid #1d5a8c; border-radius: 4px;
  padding: .42rem .9rem; text-decoration: none; font-weight: 600; }
a.atlas-link { color: #1d5a8c; }
.st-key-toolbar [data-testid="stPageLink"] a { border: 1px solid #d3dbe1; border-radius: 6px;
  min-height: 2.5rem; background: #fff; }
.atlas-chip { display: inline-block; margin: 0 .4rem .25rem 0; padding: .1rem .5rem; border-radius: 4px;
  background: #e8eef3; color: #22323f; font-size: .84rem; overflow-wrap: anywhere; }
.atlas-notice { padding: .55rem .8rem; border-radius: 5px; font-size: .92rem; border-left: 4px solid;
  overflow-wrap: anywhere; }
.atlas-warning { color: #7a3410; background: #fdf0e8; border-color: #c8662c; }
.atlas-error { color: #7c1d1d; background: #fbeaea; border-color: #b53a3a; }
.atlas-info { color: #1b4368; background: #e9f1f8; border-color: #1d5a8c; }
.atlas-scenario { color: #49326f; background: #f3eff9; border-color: #6b4e9b; border-left-style: dashed; }
.atlas-card-head { display: flex; gap: .6rem; align-items: flex-start; }
.atlas-sign img { width: 30px; height: 30px; }
.atlas-card-head h3 { font-size: 1.1rem; margin: 0; padding: 0; overflow-wrap: anywhere; }
.atlas-facts { width: 100%; border-collapse: collapse; font-size: .87rem; }
.atlas-facts th { text-align: left; font-weight: 500; color: #51606e; width: 7.5em; vertical-align: top; }
.atlas-facts th, .atlas-facts td { padding: .24rem .3rem; border-bottom: 1px solid #e4e9ee;
  overflow-wrap: anywhere; }
.atlas-basis { display: inline-block; margin-left: .4rem; padding: 0 .35rem; border-radius: 3px;
  background: #e8eef3; color: #34495c; font-size: .72rem; white-space: nowrap; }
.atlas-unknown { color: #5f4f17; background: #fbf6e3; padding: .4rem .55rem; border-radius: 4px;
  font-size: .82rem; }
.atlas-flag { color: #7a3410; background: #fdf0e8; padding: .35rem .5rem; border-radius: 4px;
  font-size: .84rem; }
.atlas-source { margin: .2rem 0 .7rem; font-size: .92rem; overflow-wrap: anywhere; }
.atlas-source b { font-size: .98rem; }
.st-key-card blockquote { margin: .4rem 0; padding: .1rem .7rem; border-left: 3px solid #b9c6d2;
  font-size: .87rem; overflow-wrap: anywhere; }
.st-key-card blockquote footer { color: #51606e; font-size: .77rem; }
.st-key-card h4 { font-size: .95rem; margin: .8rem 0 .2rem; padding: 0; }
.st-key-card summary { cursor: pointer; font-size: .87rem; color: #1d5a8c; }
.atlas-matrix { overflow: auto; max-height: 585px; border: 1px solid #d3dbe1; border-radius: 5px; }
.atlas-matrix table { border-collapse: separate; border-spacing: 0; font-size: .77rem; width: 100%;
  font-variant-numeric: tabular-nums; }
.atlas-matrix th, .atlas-matrix td { border-bottom: 1px solid #e9eef2; padding: .22rem .12rem;
  text-align: right; }
.atlas-matrix thead th { position: sticky; top: 0; background: #f5f7f9; vertical-align: bottom; z-index: 2;
  font-weight: 500; text-align: center; padding: .35rem .1rem; }
.atlas-matrix thead th span { writing-mode: vertical-rl; letter-spacing: .06em; line-height: 1.15;
  max-height: 11em; white-space: nowrap; }
.atlas-matrix thead img { display: block; width: 17px; height: 17px; margin: .25rem auto 0; }
.atlas-matrix th[scope=row] { position: sticky; left: 0; background: #fff; text-align: left; font-weight: 500;
  min-width: 6.1em; padding-left: .3rem; z-index: 1; }
.atlas-matrix thead th:first-child { left: 0; z-index: 3; }
.atlas-matrix td { min-width: 1.35em; border-left: 1px solid #f0f3f6; }
.atlas-matrix td.s10 { background: rgba(29,90,140,.1); }
.atlas-matrix td.s20 { background: rgba(29,90,140,.2); }
.atlas-matrix td.s32 { background: rgba(29,90,140,.32); }
.atlas-matrix td.s45 { background: rgba(29,90,140,.45); }
.atlas-matrix td.atlas-empty { background: #fafbfc; }
.atlas-matrix tr.atlas-sum th, .atlas-matrix tr.atlas-sum td { background: #eef3f7; font-weight: 600; }
@media (min-width: 641px) {
  .st-key-card { max-height: 640px; overflow-y: auto; padding-right: .3rem; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation-duration: .01ms !important; animation-iteration-count: 1 !important;
    transition-duration: .01ms !important; scroll-behavior: auto !important; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4.1rem .7rem 2rem; }
  .atlas-sub { display: none; }
  .atlas-count { font-size: .95rem; }
  .atlas-title { font-size: 1.15rem; }
}
</style>"""

_CHINESE: Final = """<style>
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] [data-testid="stBaseButton-secondary"] p::after {
  content: "选择文件"; font-size: .95rem; }
[data-testid="stFileUploaderDropzoneInstructions"], [data-testid="InputInstructions"] { display: none; }
</style>"""
"""Streamlit's own words are English; the labels of our uploaders name kinds and size of file themselves."""


def css(language: str) -> str:
    """Return the style sheet for pages in ``zh`` or ``en``."""
    return CSS if language == "en" else CSS + _CHINESE
