"""Demo data: Przykładowo, a gmina that does not exist, and what its people have learnt so far."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session

from lms_core.app import create_app
from lms_core.config import Settings, listening_port
from lms_core.database import make_engine
from lms_core.demo.cast import SHOWN, Account
from lms_core.demo.stage import BEGINNING, PASSWORD, Clock, Stage, at_once
from lms_core.demo.story import tell
from lms_core.installation import here
from lms_core.services import people
from lms_core.transaction import rings_for_nothing, transaction

ORGANISATION = "Gmina Przykładowo"
ISSUER = "Gmina Przykładowo (instalacja pokazowa)"


def environ(given: Mapping[str, str]) -> dict[str, str]:
    """Return the demo's environment: everything of its own in var/demo, on the loopback address.

    LMS_DATA_DIR and the like are left out on purpose: the demo must never touch a real installation. An author's own
    programs may be shown in it.
    """
    data_dir = Path(given.get("LMS_DEMO_DATA_DIR", "var/demo")).absolute()
    port = str(listening_port(given))
    kept = {name: value for name, value in given.items() if not name.startswith("LMS_")}
    own = {"LMS_DATA_DIR": str(data_dir), "LMS_PORT": port, "LMS_DEMO": "true", "LMS_HOST": "127.0.0.1"}
    issuer = {"LMS_ISSUER_NAME": ISSUER, "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    programs = {name: value for name, value in given.items() if name == "LMS_PROGRAM_PATH"}
    doors = {"LMS_REGISTRATION": "open", "LMS_CONTACT_EMAIL": "kontakt@demo.example"}
    return kept | own | issuer | doors | programs


def clear(data_dir: Path) -> None:
    """Throw the demo's data away, with its keys; whoever calls holds the directory's lock."""
    for path in [*data_dir.glob("filar.sqlite*"), data_dir / "secret_key"]:
        path.unlink(missing_ok=True)
    for folder in ("keys", "outbox"):
        shutil.rmtree(data_dir / folder, ignore_errors=True)


def welcome(settings: Settings) -> str:
    lines = [line for title, shown in SHOWN.items() for line in ("", title, *map(_line, shown))]
    return "\n".join(
        (
            "",
            f"Filar działa: {settings.public_url}",
            "",
            "Gmina Przykładowo nie istnieje: osoby, zaświadczenia i wyniki są zmyślone.",
            f"Konta pokazowe (hasło do każdego: {PASSWORD}):",
            *lines,
            "",
            f"Sprawdzanie zaświadczeń bez logowania: {settings.public_url}/verify",
            f"Pokaz nie wysyła e-maili: zapisuje je jako pliki .eml w {settings.outbox}",
            "Kod QR z pokazu prowadzi do 127.0.0.1: telefon go nie otworzy, odnośnik na stronie zaświadczenia – tak.",
            "Ctrl-C zatrzymuje; ./run demo --fresh zaczyna od nowa (także zegary egzaminów w toku).",
            "",
        )
    )


def _line(one: Account) -> str:
    return f"  {one.email:26} {one.name}: {one.look}"


def prepared(settings: Settings) -> Flask:
    """Return the demo's application on a migrated database; an empty one is peopled first.

    One that has people is left as it is. Should peopling be cut short, nothing is left of it: the next start begins
    anew.
    """
    with Session(make_engine(settings.database_url)) as session:
        if not people.nobody(session):
            return create_app(settings)
    click.echo("Przygotowuję dane pokazowe – to potrwa kilka sekund.")
    with ExitStack() as undo:
        undo.callback(clear, settings.data_dir)
        app = _peopled(settings, today=datetime.now(UTC).replace(microsecond=0))
        undo.pop_all()
    return app


def _peopled(settings: Settings, *, today: datetime) -> Flask:
    """Begin in the past, so that the issuer's key is older than what it signed, and go on to the present."""
    clock = Clock(today - BEGINNING)
    with Session(make_engine(settings.database_url)) as session, transaction(session, rings_for_nothing):
        people.ensure_organisation(session, ORGANISATION, now=clock())
    app = create_app(settings, clock=clock, ring=at_once)
    with app.app_context():
        tell(Stage(here(), clock, today))
    clock.told = None
    return app
