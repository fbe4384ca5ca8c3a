"""The language of a page: Polish, or English for whoever chose it.

Templates are translated when they are compiled, once a language, so that a page costs the same in either; sentences of
Python say themselves in English when the English environment writes them. `en.po` holds the English of both and of the
scripts (docs/translating.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import cast

import flask
from flask import Blueprint, Flask, current_app, has_request_context, redirect, request, url_for
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import NotFound
from lms_core.domain.sentences import (
    Sentence,
    counted,
    english,
    english_date,
    english_duration,
    english_moment,
    say,
)
from lms_core.domain.text import Text
from lms_core.web.identity import local_path
from lms_core.web.translations import english_words, script_words

POLISH, ENGLISH = "pl", "en"
LANGUAGES = {POLISH: "Polski", ENGLISH: "English"}
COOKIE = "filar-language"
SAID = "said"
KEPT = timedelta(days=365)
NO_ENGLISH = Markup(' lang="pl"')
blueprint = Blueprint("language", __name__)


def current() -> str:
    """Return the language of the answer; a job writes Polish."""
    chosen = request.cookies.get(COOKIE) if has_request_context() else None
    return chosen if chosen in LANGUAGES else POLISH


def in_language(sentence: str, language: str) -> str:
    """Return the sentence in that language; one that is no `Sentence` stays as it is."""
    return str(english(sentence, english_words())) if language == ENGLISH else sentence


def flash(sentence: str, category: str) -> None:
    """Keep a sentence for the next page, said in the language of this one: the session keeps plain text."""
    flask.flash(in_language(sentence, current()), category)


class _Folding(NodeTransformer):
    """Put the translation in place of each call that asks for it."""

    def __init__(self, environment: TranslatedEnvironment) -> None:
        self.translate = environment.translate
        self.says_values = SAID in environment.filters

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name that the visitor looks for
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=str(text))]):
                return nodes.Const(self.translate(text), lineno=node.lineno, environment=node.environment)
            case nodes.Call(node=nodes.Name(name="lang_of")) if not self.says_values:
                return nodes.Const("", lineno=node.lineno, environment=node.environment)  # Polish on a Polish page
        return node

    def visit_Mod(self, node: nodes.Mod) -> nodes.Node:  # noqa: N802 - the name that the visitor looks for
        """Say the values of a `{% trans %}` block too: only what stands alone is finalized."""
        self.generic_visit(node)
        match node:
            case nodes.Mod(left=nodes.MarkSafeIfAutoescape(), right=nodes.Dict(items=items)) if self.says_values:
                for pair in items:
                    pair.value = nodes.Filter(pair.value, SAID, [], [], None, None, lineno=node.lineno)
        return node


class TranslatedEnvironment(Environment):
    """Jinja in one language; text to translate is a literal in `_("…")` or a `{% trans %}` block."""

    translate: Callable[[str], str] = staticmethod(str)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Folding(self).visit(super()._parse(source, name, filename))
        return tree


class Site(Flask):
    """Flask with one template environment a language."""

    jinja_environment = TranslatedEnvironment

    @property
    def jinja_env(self) -> Environment:
        return self._in_english if current() == ENGLISH else super().jinja_env

    @cached_property
    def _in_english(self) -> TranslatedEnvironment:
        """The same templates, filters and names; those that depend on the language are replaced."""
        polish, words = super().jinja_env, english_words()
        environment = cast("TranslatedEnvironment", polish.overlay(finalize=partial(english, words=words)))
        environment.translate = words.of
        environment.filters = polish.filters | {
            "warsaw_date": _english_day,
            "warsaw_datetime": english_moment,
            "duration": english_duration,
            SAID: environment.finalize,
        }
        environment.globals = polish.globals | {
            "language": ENGLISH,
            "decimal": ".",
            "lang_of": _lang_in_english,
            "script_words": script_words,
        }
        return environment


def _english_day(value: date | datetime) -> str:
    return english_date(warsaw_day(value) if isinstance(value, datetime) else value)


def _lang_in_english(value: object) -> Markup:
    """Return the attribute for an element whose text has no English: a program wrote it in Polish only."""
    said = isinstance(value, Sentence) or (isinstance(value, Text) and value.en)
    return Markup() if said else NO_ENGLISH


def install(app: Site) -> None:
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals |= {
        "language": POLISH,
        "languages": LANGUAGES,
        "decimal": ",",
        "counted": counted,
        "this_page": this_page,
    }
    app.register_blueprint(blueprint)


def this_page() -> str:
    """Return the address that shows this page again; of one that only a form reaches, the first page's."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(request.path, "GET") else url_for("home.index")


@blueprint.get("/language/<code>")
def choose(code: str) -> Response:
    """Keep the language on this device and go back. Nothing else changes, so a link may do it."""
    if code not in LANGUAGES:
        raise NotFound("language", say("Nie ma tej strony w takim języku."))
    response = redirect(local_path(request.args.get("next"), url_for("home.index")))
    remember(response, code)
    return response


def remember(response: Response, code: str) -> None:
    """Keep the language in a cookie of its own: public pages read no session."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, code, max_age=KEPT, secure=secure, httponly=True, samesite="Lax")
