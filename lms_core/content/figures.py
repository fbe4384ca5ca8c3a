"""Drawings in lessons: SVG that shows something and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

FIGURE_NAME = r"[a-z0-9][a-z0-9-]{0,60}"
FIGURE = re.compile(rf"figures/({FIGURE_NAME})\.svg")
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {
    *(
        "svg",
        "title",
        "desc",
        "g",
        "defs",
        "use",
        "symbol",
        "style",
        "marker",
        "text",
        "tspan",
        "path",
        "rect",
        "circle",
    ),
    *("ellipse", "line", "polyline", "polygon", "linearGradient", "stop", "clipPath"),
}
ELSEWHERE = re.compile(r"url\(\s*[\"']?(?!#)|@import|https?:|javascript:", re.IGNORECASE)


def figure_problems(svg: str) -> Iterator[str]:
    """Yield what makes the drawing unusable: no SVG, no title for those who hear it, or parts that act or load."""
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        yield "rysunek nie może mieć <!DOCTYPE> ani <!ENTITY>: usuń te wiersze"
        return
    try:
        root = ET.fromstring(svg)  # noqa: S314 - entities were refused above
    except ET.ParseError as error:
        yield f"to nie jest poprawny SVG: {error}"
        return
    if root.tag != f"{SVG}svg" or "viewBox" not in root.attrib:
        yield 'rysunek ma się zaczynać od <svg xmlns="http://www.w3.org/2000/svg" viewBox="…">'
    if not (root.findtext(f"{SVG}title") or "").strip():
        yield "rysunek nie ma tytułu: dodaj <title> na początku"
    yield from dict.fromkeys(said for element in root.iter() for said in _element(element))


def _element(element: ET.Element) -> Iterator[str]:
    name = element.tag.removeprefix(SVG)
    if name not in SHAPES:
        yield f"<{name}> nie jest dozwolony w rysunku"
    if ELSEWHERE.search(element.text or "") and name == "style":
        yield "<style> nie może niczego wczytywać z zewnątrz"
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain == "href" and not value.startswith("#")) or ELSEWHERE.search(value):
            yield f"atrybut {plain} w <{name}> nie jest dozwolony: rysunek nie może działać ani wczytywać"
