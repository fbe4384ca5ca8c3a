from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from certificates.qr import QUIET_ZONE, qr_matrix, qr_svg, verification_link

LINK = "HTTPS://FILAR.EXAMPLE/C/7Q2M4KX9R0TBZZ01"


def _picture(matrix, scale):
    side = len(matrix) + 2 * QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    for top, row in enumerate(matrix):
        for left, dark in enumerate(row):
            image.putpixel((left + QUIET_ZONE, top + QUIET_ZONE), 0 if dark else 255)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://filar.example", LINK),
        ("http://127.0.0.1:8080", "HTTP://127.0.0.1:8080/C/7Q2M4KX9R0TBZZ01"),
    ],
)
def test_the_link_is_in_capitals_and_keeps_its_port(url, link):
    assert verification_link(url, "7Q2M4KX9R0TBZZ01") == link


@pytest.mark.parametrize("link", [LINK, f"{LINK}#{'ABCDEFGHIJKLMNOP234567' * 11}", "https://filar.example/żółw?a=b#c"])
def test_a_foreign_reader_reads_the_link(link):
    (read,) = zxingcpp.read_barcodes(_picture(qr_matrix(link), 4))
    assert read.text == link
    assert read.ec_level == "M"


def test_a_bare_link_is_small_and_a_signed_one_is_version_ten():
    assert len(qr_matrix(LINK)) == 29
    host_of_26_letters = f"HTTPS://{'A' * 26}/C/7Q2M4KX9R0TBZZ01"
    assert len(qr_matrix(f"{host_of_26_letters}#{'A' * 250}")) == 57
    assert len(qr_matrix(f"{host_of_26_letters}#{'A' * 252}")) == 61


def test_the_svg_draws_the_matrix_in_a_white_box():
    svg = ET.fromstring(qr_svg(LINK, label="Kod"))  # noqa: S314 - our own text
    box, modules = (element.get("d") for element in svg.iter("{http://www.w3.org/2000/svg}path"))
    side = 4 + 29 + 4
    assert svg.get("viewBox") == f"0 0 {side} {side}"
    assert box == f"M0 0h{side}v{side}H0z"
    drawn = set()
    for left, top, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", modules):
        drawn |= {(int(top) - QUIET_ZONE, int(left) - QUIET_ZONE + step) for step in range(int(width))}
    assert drawn == {(top, left) for top, row in enumerate(qr_matrix(LINK)) for left, dark in enumerate(row) if dark}


def test_the_label_is_text_and_nothing_is_styled_inline():
    svg = qr_svg(LINK, label='Kod "QR" <script>alert(1)</script>')
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    assert root.get("role") == "img"
    assert (
        root.get("aria-label")
        == root.findtext("{http://www.w3.org/2000/svg}title")
        == 'Kod "QR" <script>alert(1)</script>'
    )
    assert "style" not in svg
    assert "<script" not in svg
