"""Attached files by their bytes: what is taken for what it is, and what is turned away."""

from __future__ import annotations

import random
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from data import attachments
from data.attachments import LONGEST_NAME, clean_name, media_type
from projects.attachments import TYPES
from projects.errors import BadValue

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n104\n%%EOF\n"
)


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind)
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.js", "alert(1)")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PDF.rstrip() + b"\r\n\x00", "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
    ],
)
def test_good_files_are_taken_by_content(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


def test_the_picture_of_a_phone_with_two_frames_is_taken() -> None:
    out = BytesIO()
    Image.new("RGB", (20, 20)).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (20, 20))])
    assert media_type(out.getvalue()) == "image/jpeg"


BAD = {
    "empty": b"",
    "text": b"hello",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "zip": archive(),
    "xlsx named pdf": archive(),
    "gif": b"GIF89a" + b"\x00" * 40,
    "exe": b"MZ" + b"\x00" * 400,
    "pdf cut in two": PDF[: len(PDF) // 2],
    "pdf not at the start": b"\n" + PDF,
    "pdf and page": b"%PDF-1.4\n<html><script>alert(1)</script></html>\n" + PDF[9:],
    "pdf and page behind": PDF + b"<script>alert(1)</script>",
    "pdf and archive": PDF + archive(),
    "png cut": picture("PNG")[:-20],
    "png and page": picture("PNG") + b"<html>",
    "png and archive": picture("PNG") + archive(),
    "png header alone": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "jpeg cut": picture("JPEG", (400, 400))[:900],
    "jpeg header alone": b"\xff\xd8\xff\xe0" + b"\x00" * 50,
    "jpeg and archive": picture("JPEG") + archive(),
    "jpeg and page": picture("JPEG") + b"<svg onload=alert(1)>",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_anything_else_is_turned_away_with_a_remedy(content: bytes) -> None:
    with pytest.raises(BadValue, match=r"请|只能"):
        media_type(content)


def test_a_picture_that_unpacks_to_gigabytes_is_turned_away_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    with pytest.raises(BadValue):
        media_type(bomb)
    monkeypatch.setattr(attachments, "MOST_PIXELS", 100)
    with pytest.raises(BadValue, match="40 × 30"):
        media_type(picture("PNG"))


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1"])
)
def test_no_bytes_break_the_check(tail: bytes, head: bytes) -> None:
    with suppress(BadValue):
        assert media_type(head + tail) in TYPES


def test_damaged_pictures_never_break_the_check() -> None:
    rng = random.Random(5)
    for content in (picture("PNG"), picture("JPEG")):
        for _ in range(150):
            broken = bytearray(content)
            for _n in range(3):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            try:
                media_type(bytes(broken))
            except BadValue:
                continue


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("批复.pdf", "application/pdf", "批复.pdf"),
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("C:\\用户\\照片.JPG", "image/jpeg", "照片.jpg"),
        ("照片.jpeg", "image/jpeg", "照片.jpg"),
        ("a\x00b\u202egpj.exe", "image/jpeg", "abgpj.exe.jpg"),
        ('x"; filename=evil.html', "application/pdf", "x; filename=evil.html.pdf"),
        (" . ", "image/png", "附件.png"),
        (".pdf", "application/pdf", "pdf.pdf"),
        ("a\nb.png", "image/png", "ab.png"),
    ],
)
def test_names_are_only_names(name: str, kind: str, clean: str) -> None:
    assert clean_name(name, kind) == clean


@given(st.text(), st.sampled_from(sorted(TYPES)))
def test_every_name_becomes_a_safe_one(name: str, kind: str) -> None:
    clean = clean_name(name, kind)
    assert clean.endswith(TYPES[kind]) and 4 < len(clean) <= LONGEST_NAME
    assert not set(clean) & set('/\\:*?"<>|\x00\n\r')
    assert clean_name(clean, kind) == clean
