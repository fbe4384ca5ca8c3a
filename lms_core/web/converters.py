"""Path parts that stand for database keys and identifiers."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map

LARGEST_KEY = 2**63 - 1


class KeyConverter(IntegerConverter):
    """A whole number that a database key can hold; a larger one names nothing, so its page does not exist."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_KEY)


class SlugConverter(BaseConverter):
    """An identifier of a program, a unit or an issuer; anything else names nothing."""

    regex = "[a-z0-9-]{1,64}"


def install(app: Flask) -> None:
    app.url_map.converters |= {"key": KeyConverter, "slug": SlugConverter}
