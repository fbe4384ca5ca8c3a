"""How the API reads, refuses and documents: flask-smorest with the errors of `web/errors.py`, as problem+json."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from flask import Flask, Request
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from lms_core.domain.errors import Invalid
from lms_core.domain.sentences import say
from lms_core.web.api.fields import Shown, WholeNumber
from lms_core.web.converters import SlugConverter
from lms_core.web.errors import PROBLEM, TITLES

PREFIX = "/api/v1"
OPENAPI = "3.1.0"
VERSION = "1"
BODY_REFUSALS = (400, 413, 415)
MOST_PLACES, LONGEST_PLACE = 10, 80
View = TypeVar("View", bound=Callable[..., Any])


class ProblemSchema(Shown):
    """An error (RFC 9457): `detail` is a Polish sentence for people, `code` is for machines."""

    type = fields.String(metadata={"example": "about:blank"})
    title = fields.String()
    status = WholeNumber()
    detail = fields.String()
    code = fields.String(metadata={"example": "attempt_closed"})


class Parser(FlaskParser):
    """Reads bodies and addresses: 415 for another type, 400 for what is no JSON, 422 naming the fields otherwise."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE}

    def load_json(self, req: Request, _schema: Schema) -> Any:
        try:
            return req.get_json()
        except RecursionError:  # json gives up on a body of nothing but brackets
            raise Invalid("shape", say("Dane są zbyt głęboko zagnieżdżone.")) from None

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        (messages,) = error.messages_dict.values()  # webargs puts them under "json" or "query"
        named = [place[:LONGEST_PLACE] for place in _places(messages)][:MOST_PLACES]
        raise Invalid("shape", say("Zły kształt danych w polach: {fields}.", fields=", ".join(named)))


def _places(messages: Any, path: str = "") -> list[str]:
    """Return where the mistakes are, as dotted paths."""
    if not isinstance(messages, dict):
        return [path or say("całość")]
    return [
        place
        for key, inner in messages.items()
        for place in _places(inner, path if key == "_schema" else f"{path}.{key}".strip("."))
    ]


class ApiBlueprint(Blueprint):
    """A blueprint whose operations read with our parser and document what a body may be refused for."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(name, import_name, url_prefix=PREFIX, description=description)

    def arguments(self, schema: type[Schema], *, location: str = "json", **kwargs: Any) -> Callable[[View], View]:
        read = super().arguments(schema(), location=location, **kwargs)  # a class would be built anew at every call
        refusals = BODY_REFUSALS if location == "json" else ()

        def decorate(view: View) -> View:
            documented: View = self.doc(responses=refused_with(refusals))(read(view))
            return documented

        return decorate


def refused_with(statuses: Iterable[int]) -> dict[int, str]:
    """Return references to the documented refusals, for `Blueprint.doc`."""
    return {status: HTTPStatus(status).name for status in statuses}


class FilarApi(Api):
    """The API's description.

    `web/errors.py` answers errors, here as on the pages: smorest's own handler would answer the whole site in JSON and
    drop `Allow`.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None  # each operation names its own refusals

    def __init__(self, app: Flask) -> None:
        options = {"title": "Filar", "version": VERSION, "openapi_version": OPENAPI, "info": INFO}
        super().__init__(app, spec_kwargs=options)
        self.register_converter(SlugConverter, lambda _: {"type": "string", "pattern": f"^{SlugConverter.regex}$"})
        for name, scheme in SECURITY_SCHEMES.items():
            self.spec.components.security_scheme(name, scheme)

    def _register_error_handlers(self) -> None:
        """Nothing: `web/errors.py` has them."""

    def _register_pagination_header(self) -> None:
        """Nothing: smorest's is documented as an object and sent as a text; ours stands in `paging.py`."""

    def _register_responses(self) -> None:
        for status, title in TITLES.items():
            example = {"type": "about:blank", "title": title, "status": status, "detail": title, "code": "..."}
            content = {PROBLEM: {"schema": ProblemSchema, "example": example}}
            response = {"description": HTTPStatus(status).phrase, "content": content}
            response |= {"headers": HEADERS[status]} if status in HEADERS else {}
            self.spec.components.response(HTTPStatus(status).name, response, lazy=True)


INFO = {
    "description": "Programs, enrolments, attempts and certificates of one's own, and verification for everybody. "
    "Errors are application/problem+json. A token is made on the page /tokens.",
}
SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token from the page /tokens, with scopes."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-filar",
        "description": 'The cookie of a signed-in browser; over plain http on one\'s own machine its name is "filar".',
    },
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "Asked only beside the cookie."},
}
HEADERS: dict[int, Any] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    405: {"Allow": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "string"}, "required": True}},
    503: {"Retry-After": {"schema": {"type": "string"}, "required": True}},
}
