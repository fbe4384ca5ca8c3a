"""Errors to answers: what a service raises becomes a status here only. Pages, and problem+json below /api."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from lms_core.database import first_line
from lms_core.domain.errors import Conflict, Forbidden, Invalid, LmsError, NotFound, Refused
from lms_core.domain.sentences import say
from lms_core.web.extensions import limiter
from lms_core.web.identity import SignInNeeded, TokenRefused, belated_actor, for_machine, local_path
from lms_core.web.language import current, in_language

log = logging.getLogger(__name__)
STATUSES: dict[type[LmsError], int] = {NotFound: 404, Invalid: 422, Refused: 409, Conflict: 409, Forbidden: 403}
TITLES = {
    400: say("Nie rozumiemy tego żądania"),
    401: say("Zaloguj się"),
    403: say("Brak uprawnień"),
    404: say("Nie ma takiej strony"),
    405: say("Tak nie można użyć tego adresu"),
    409: say("Tego nie można teraz zrobić"),
    410: say("Tej strony już nie ma"),
    413: say("Za dużo danych"),
    415: say("Nieobsługiwany format danych"),
    422: say("Nieprawidłowe dane"),
    429: say("Za dużo prób"),
    500: say("Coś poszło nie tak po naszej stronie"),
    503: say("Filar jest chwilowo niedostępny"),
}
SENTENCES = {
    400: say("Żądanie jest niepełne albo uszkodzone. Wróć i spróbuj jeszcze raz."),
    404: say("Sprawdź adres albo zacznij od strony głównej."),
    405: say("Wróć i użyj przycisku na stronie."),
    410: say("To, co tu było, usunięto na dobre. Zacznij od strony głównej."),
    413: say("Przesłane dane są większe, niż przyjmujemy. Nic nie zostało zapisane."),
    415: say("Dane trzeba przesłać jako application/json."),
    429: say("Odczekaj minutę i spróbuj ponownie."),
    503: say("Nie mamy teraz połączenia z bazą danych. Zapisane odpowiedzi są bezpieczne. Spróbuj za chwilę."),
}
MACHINE_SENTENCES = {
    400: say("Treści żądania nie da się odczytać jako JSON."),
    404: say("Pod tym adresem niczego nie ma."),
    405: say("Ten adres nie przyjmuje tej metody. Nagłówek Allow wymienia te, które przyjmuje."),
}
PROBLEM = "application/problem+json"
CHALLENGE = 'Bearer realm="filar"'
RETRY_SECONDS = "30"
COLLISIONS = {"40P01", "40001"}
"""deadlock_detected and serialization_failure (PostgreSQL, appendix A)."""
COLLISION = say(
    "W tej samej chwili ktoś zmieniał te same dane. Nic z Twojej zmiany nie zapisano – spróbuj jeszcze raz."
)
MINUTE = 60
TOO_MANY = 429
TOO_MANY_FOR_LONG = say("Wyczerpał się limit prób na godzinę. Spróbuj ponownie za godzinę.")
CLIENT_ERRORS_FROM, SERVER_ERRORS_FROM = 400, 500
WORTH_ANOTHER_TRY = {400, 413, 429, 500, 503}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    code: str
    sentence: str


def install(app: Flask) -> None:
    app.register_error_handler(LmsError, _lms_error)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(TokenRefused, _token_refused)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def _lms_error(error: LmsError) -> Response:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    return _answer(Answer(status, error.code, error.message))


def _sign_in_needed(_error: SignInNeeded) -> AnyResponse:
    if for_machine():
        return _challenge(Answer(401, "sign_in", say("Zaloguj się ponownie i spróbuj jeszcze raz.")), CHALLENGE)
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("session.sign_in", next=target))


def _token_refused(_error: TokenRefused) -> Response:
    sentence = say("Ten token jest nieznany, stracił ważność albo został usunięty.")
    return _challenge(Answer(401, "token", sentence), f'{CHALLENGE}, error="invalid_token"')


def _challenge(answer: Answer, challenge: str) -> Response:
    """RFC 9110 wants each 401 to say how to come back; browsers do not ask for a bearer token."""
    response = _answer(answer)
    response.headers["WWW-Authenticate"] = challenge
    return response


def _csrf_error(_error: CSRFError) -> Response:
    return _answer(
        Answer(400, "csrf", say("Strona była otwarta zbyt długo lub w innej sesji. Odśwież ją i spróbuj ponownie."))
    )


def _http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < CLIENT_ERRORS_FROM:  # werkzeug's redirects are HTTPExceptions too
        return error.get_response()
    if status == TOO_MANY:
        return _too_many()
    sentences = SENTENCES | MACHINE_SENTENCES if for_machine() else SENTENCES
    response = _answer(Answer(status, f"http_{status}", sentences.get(status, TITLES.get(status, error.name))))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _too_many() -> Response:
    """Whoever waits as long as the limit counts may surely try again."""
    limit = limiter.current_limit
    seconds = limit.limit.get_expiry() if limit else MINUTE
    sentence = SENTENCES[TOO_MANY] if seconds <= MINUTE else TOO_MANY_FOR_LONG
    response = _answer(Answer(TOO_MANY, f"http_{TOO_MANY}", sentence))
    response.headers["Retry-After"] = str(seconds)
    return response


def _database_error(error: SQLAlchemyError) -> Response:
    """A database that is gone is 503; a statement that is wrong is our bug."""
    if isinstance(error, DBAPIError) and _is_collision(error):
        log.warning("two transactions collided: %s", first_line(error))
        return _later(Answer(503, "collision", COLLISION))
    gone = isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and _is_gone(error))
    if not gone:
        return _unexpected(error)
    log.error("database unavailable: %s", error)
    return _later(Answer(503, "database_unavailable", SENTENCES[503]))


def _later(answer: Answer) -> Response:
    response = _answer(answer)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _is_collision(error: DBAPIError) -> bool:
    """PostgreSQL ended one of two that waited for each other, or SQLite's writer kept us waiting for too long."""
    return getattr(error.orig, "sqlstate", None) in COLLISIONS or "database is locked" in str(error.orig)


def _is_gone(error: DBAPIError) -> bool:
    return error.connection_invalidated or type(error).__name__ in {"OperationalError", "InterfaceError"}


def _unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error %s", reference, exc_info=error)
    sentence = say(
        "Błąd zapisaliśmy pod numerem {reference}. Jeśli się powtórzy, podaj go osobie, która utrzymuje serwis.",
        reference=reference,
    )
    return _answer(Answer(InternalServerError.code, "internal", sentence))


def _answer(answer: Answer) -> Response:
    title = TITLES.get(answer.status, say("Błąd"))
    if for_machine():
        response = jsonify(_problem(answer, title))
        response.content_type = PROBLEM
    else:
        shown = {"status": answer.status, "title": title, "sentence": answer.sentence}
        response = make_response(_page(shown | {"onward": _onward(answer.status)}, answer.status))
    response.status_code = answer.status
    return response


def _page(shown: dict[str, Any], status: int) -> str:
    """Return the page, for signed-in people with the site's header; of our own faults, or in doubt, the plain one."""
    try:
        if status < SERVER_ERRORS_FROM and belated_actor():
            return render_template("error_signed_in.html", **shown)
    except Exception:  # whatever it is: an error page never fails itself
        log.exception("the header of an error page failed")
    return render_template("error.html", **shown)


def _problem(answer: Answer, title: str) -> dict[str, str | int]:
    """Return the body of RFC 9457; a page's script shows it, so it is in the page's language."""
    title, detail = (in_language(text, current()) for text in (title, answer.sentence))
    return {"type": "about:blank", "title": title, "status": answer.status, "detail": detail, "code": answer.code}


def _onward(status: int) -> dict[str, str]:
    """Return the one link of an error page: to the page itself where another try may help, else to the first page."""
    first = {"label": say("Strona główna"), "href": "/"}
    if status not in WORTH_ANOTHER_TRY:
        return first
    path = local_path(request.full_path.rstrip("?") if request.method == "GET" else request.path, "")
    adapter = current_app.create_url_adapter(request)
    opens = bool(path and adapter and adapter.test(request.path, "GET"))
    return {"label": say("Spróbuj jeszcze raz"), "href": path} if opens else first
