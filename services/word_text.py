"""Text in Word files of one page or a few: Chinese and Latin fonts by name, tight lines, the A4 page.

Chinese fonts are named for Word (宋体, 黑体); where they are missing the reader's own stand in.
"""

import re
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from data.exports.request import ExportRequest

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MADE: Final = {"zh": "生成于", "en": "made"}
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES: Final = re.compile(
    r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffe\uffff]'
)
"""What no file system takes, and signs that nobody sees, some of which turn the order of letters round."""


def new_file(request: ExportRequest) -> Any:
    """Return an empty document on A4 whose footer says whose it is and when it was made."""
    file: Any = Document()
    file.core_properties.title = legal(request.heading)
    file.core_properties.author = legal(request.credit_line)
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.6)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    when = f"{request.generated_at:%Y-%m-%d %H:%M}"
    write(footer, f"{request.credit_line} · {MADE[request.language]} {when}", 8)
    return file


def tight(paragraph: Any, after_pt: float = 3) -> None:
    """Let a paragraph stand close to its neighbours."""
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.space_after = Pt(after_pt)


def write(  # noqa: PLR0913 - one text with its looks
    paragraph: Any,
    text: str,
    size: float,
    *,
    bold: bool = False,
    heading: bool = False,
    colour: RGBColor | None = None,
) -> None:
    """Write text in a Chinese and a Latin font; control characters cannot stand in a document."""
    run = paragraph.add_run(legal(text))
    run.font.size, run.bold = Pt(size), bold
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体" if heading else "宋体")
    if colour is not None:
        run.font.color.rgb = colour


def legal(text: str) -> str:
    r"""Return a text without the characters that XML forbids.

    >>> legal("a\x00b") == "a\ufffdb"
    True
    """
    return _ILLEGAL.sub("\ufffd", text)


def name_part(text: str) -> str:
    """Return a text as a part of a file name, at most 60 characters.

    >>> name_part("a/b:c\u202e")
    'abc'
    """
    return _NOT_IN_NAMES.sub("", text)[:60]
