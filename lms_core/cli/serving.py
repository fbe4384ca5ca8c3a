"""Running Filar: everything at once, or web server, worker and scheduler apart."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Never

import click
from flask import Flask

from lms_core import demo as demo_data
from lms_core.app import create_app, from_environment
from lms_core.config import Settings, SettingsError, keep_private, process_environment, with_own_secret
from lms_core.database import make_engine
from lms_core.installation import here
from lms_core.migrations.runner import upgrade
from lms_core.runtime import embedded, scheduler, wsgi
from lms_core.runtime.ports import refuse_taken_port
from lms_core.runtime.worker import work
from lms_core.services import people
from lms_core.services.issuers import OtherAddress

STAND_INS = {"LMS_REDIS_URL": "unix:///not-started-yet", "LMS_SECRET_KEY": "x" * 32}
"""For checking the other settings before queue and secret exist."""


@click.command()
def serve() -> None:
    """Run everything on this machine; data stay under LMS_DATA_DIR."""
    _run_embedded(process_environment())


@click.command()
@click.option("--fresh", is_flag=True, help="Throw the demo data of earlier starts away.")
def demo(*, fresh: bool) -> None:
    """Run Filar with demo data in var/demo (LMS_DEMO_DATA_DIR) on SQLite and the embedded queue."""
    try:
        _run_embedded(demo_data.environ(process_environment()), fresh=fresh)
    except OtherAddress as other:
        port = other.known.rpartition(":")[2]
        again = f"go on with LMS_PORT={port}, or start over with ./run demo --fresh"
        raise SettingsError(f"this demo was begun at {other.known}: {again}") from other


def _run_embedded(environ: dict[str, str], *, fresh: bool = False) -> Never:
    """Check everything first; nothing is written before it is sure that this start may go on."""
    settings = Settings.from_env(_with_stand_ins(environ))
    refuse_taken_port(settings.host, settings.port)
    keep_private(settings.data_dir)
    queue, environ = embedded.claim_queue(environ, settings)
    if fresh:
        demo_data.clear(settings.data_dir)
    environ = with_own_secret(environ)
    settings = Settings.from_env(environ)
    app = _prepared(settings)
    with app.app_context():
        nobody = people.nobody(here().session)
    embedded.run(settings, queue, environ=environ, words=_words(settings, nobody=nobody))


def _prepared(settings: Settings) -> Flask:
    upgrade(make_engine(settings.database_url))
    return demo_data.prepared(settings) if settings.demo else create_app(settings)


def _with_stand_ins(environ: dict[str, str]) -> dict[str, str]:
    missing = {name: value for name, value in STAND_INS.items() if f"{name}_FILE" not in environ}
    return missing | environ


def _words(settings: Settings, *, nobody: bool) -> str:
    if settings.demo:
        return demo_data.welcome(settings)
    where = f"Filar is at {settings.public_url} (listening on {settings.host}:{settings.port}). Ctrl-C stops it."
    return f"{where}\nNobody can sign in yet: ./run lms admin create" if nobody else where


@click.command()
def prepare() -> None:
    """Migrate the database and make what a first start lacks: once, before web servers and workers are started.

    The issuer's first key is made here, so that web servers need not see the keys.
    """
    settings = Settings.from_process()
    keep_private(settings.data_dir)
    _prepared(settings)
    click.echo("Filar is ready to be started.")


@click.command()
def web() -> None:
    """Run the web server alone (LMS_WEB_PROCESSES, LMS_WEB_THREADS)."""
    settings = Settings.from_process()
    refuse_taken_port(settings.host, settings.port)
    create_app(settings)  # what keeps it from starting is one line here, and a traceback for each process there
    wsgi.serve(
        embedded.FACTORY,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        processes=settings.web_processes,
    )


@click.command()
@click.option("--tick", "ticks", is_flag=True, help="Ring the periodic job, too, so that no `lms tick` is needed.")
def worker(*, ticks: bool) -> None:
    """Run jobs from the queue."""
    app = from_environment()
    with app.app_context():
        settings = here().settings
        with scheduler.beside(settings.redis_url) if ticks else nullcontext():
            work(settings.redis_url)


@click.command()
@click.option("--seconds", default=scheduler.PERIOD, show_default=True, help="The period.")
def tick(seconds: int) -> None:
    """Ring the periodic job; any number of schedulers may run."""
    Settings.from_process()  # a wrong one is one line here
    command = scheduler.command(seconds=seconds)
    os.execv(command[0], command)  # noqa: S606 - the application, loaded with this module, is not kept for a clock
