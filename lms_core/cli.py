"""The command line: `lms`, also through ./run."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click
from redis.exceptions import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms_core import demo as demo_data
from lms_core.app import create_app, from_environment, utc_now
from lms_core.config import (
    Settings,
    SettingsError,
    data_directory,
    database_url,
    keep_private,
    process_environment,
    program_path,
    with_own_secret,
)
from lms_core.content.loader import PROGRAM_FILE, load_program
from lms_core.content.problems import ContentInvalid
from lms_core.database import make_engine
from lms_core.domain.errors import LmsError
from lms_core.domain.permissions import Role
from lms_core.installation import here
from lms_core.migrations.runner import DatabaseTooNew, upgrade
from lms_core.plugin_host import Plugins, installed_sources, load_plugins
from lms_core.runtime import embedded
from lms_core.runtime.ports import refuse_taken_port
from lms_core.runtime.refusal import StartRefused
from lms_core.runtime.tick import tick_forever
from lms_core.runtime.worker import work
from lms_core.services import audit as audit_trail
from lms_core.services import catalogue, people
from lms_core.services.people import NewPerson
from lms_core.transaction import Job, rings_for_nothing, transaction

TICK = Job("tick", ())
OWNER_ONLY = 0o077
STAND_INS = {"LMS_REDIS_URL": "unix:///not-started-yet", "LMS_SECRET_KEY": "x" * 32}
"""For checking the other settings before queue and secret exist."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Filar: training and certification for Polish civil protection."""


@cli.command()
def serve() -> None:
    """Run everything on this machine; data stay under LMS_DATA_DIR."""
    sys.exit(_run_embedded(process_environment()))


@cli.command()
@click.option("--fresh", is_flag=True, help="Throw the demo data of earlier starts away.")
def demo(*, fresh: bool) -> None:
    """Run Filar with demo data in var/demo (LMS_DEMO_DATA_DIR) on SQLite and the embedded queue."""
    try:
        code = _run_embedded(demo_data.environ(process_environment()), fresh=fresh)
    except SettingsError as error:
        raise SettingsError(f"{error} (./run demo --fresh starts over)") from error
    sys.exit(code)


def _run_embedded(environ: dict[str, str], *, fresh: bool = False) -> int:
    """Check everything first; nothing is written before it is sure that this start may go on."""
    settings = Settings.from_env(_with_stand_ins(environ))
    refuse_taken_port(settings.host, settings.port)
    keep_private(settings.data_dir)
    queue, environ = embedded.claim_queue(environ, settings)
    if fresh:
        demo_data.clear(settings.data_dir)
    environ = with_own_secret(environ)
    settings = Settings.from_env(environ)
    upgrade(make_engine(settings.database_url))
    app = create_app(settings)
    if settings.demo:
        demo_data.seed(app)
    with app.app_context():
        nobody = people.nobody(here().session)
    code = embedded.run(settings, queue, environ=environ, on_ready=lambda: _announce(settings, nobody=nobody))
    click.echo("Filar has stopped.")
    return code


def _with_stand_ins(environ: dict[str, str]) -> dict[str, str]:
    missing = {name: value for name, value in STAND_INS.items() if f"{name}_FILE" not in environ}
    return missing | environ


def _announce(settings: Settings, *, nobody: bool) -> None:
    if settings.demo:
        click.echo(demo_data.welcome(settings))
        return
    click.echo(f"Filar is at {settings.public_url} (listening on {settings.host}:{settings.port}). Ctrl-C stops it.")
    if nobody:
        click.echo("Nobody can sign in yet: ./run lms admin create")


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    _migrated_engine()
    click.echo("The database is up to date.")


def _migrated_engine() -> Engine:
    environ = process_environment()
    keep_private(data_directory(environ))
    engine = make_engine(database_url(environ))
    upgrade(engine)
    return engine


@cli.command()
def worker() -> None:
    """Run jobs from the queue."""
    app = from_environment()
    with app.app_context():
        settings = here().settings
        work(settings.redis_url)


@cli.command()
@click.option("--seconds", default=60, show_default=True, help="The period.")
def tick(seconds: int) -> None:
    """Ring the periodic job; any number of schedulers may run."""
    app = from_environment()
    with app.app_context():
        ring = here().ring
    tick_forever(lambda: ring(TICK), seconds=seconds)


@cli.group()
def admin() -> None:
    """Administrators."""


@admin.command("create")
@click.option("--email", prompt="E-mail")
@click.option("--name", prompt="Name and surname")
@click.password_option(help="At least 12 characters; asked for when not given.")
def create_admin(email: str, name: str, password: str) -> None:
    """Make an administrator."""
    with Session(_migrated_engine()) as session, transaction(session, rings_for_nothing):
        people.ensure_organisation(session, "Filar", now=utc_now())
        new = NewPerson(email=email, name=name, role=Role.ADMINISTRATOR)
        people.add_person(session, new, actor=None, now=utc_now(), password=password)
    click.echo(f"{email} can sign in as administrator.")


@cli.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
def verify_audit() -> None:
    """Check that no row of the trail was changed, left out or put in."""
    with Session(_migrated_engine()) as session:
        count, broken = audit_trail.verify(session)
        newest = audit_trail.newest_hash(session)
    if broken:
        sys.exit(f"lms: audit row {broken.event_id} {broken.why}; {count} rows before it hold")
    click.echo(f"{count} rows hold. The newest hash, to be kept elsewhere: {newest}")


@cli.group()
def plugin() -> None:
    """Training programs as plugins."""


@plugin.command("list")
def list_plugins() -> None:
    """Show every installed plugin, and why one is quarantined."""
    logging.disable(logging.CRITICAL)  # the reasons are printed below, in one line each
    environ = process_environment()
    plugins = load_plugins(installed_sources(program_path(environ)))
    for status in plugins.without(_contradictions(environ, plugins)).statuses:
        state = "active" if status.active else "quarantined"
        click.echo(f"{status.name:24} {state:12} {', '.join(status.programs) or '-'}")
        if status.error:
            click.echo(f"    {status.error}".replace("\n", "\n    "))


def _contradictions(environ: dict[str, str], plugins: Plugins) -> dict[str, str]:
    """Return what the database of this installation speaks against; nothing where there is none yet."""
    engine = make_engine(database_url(environ))
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if path and not Path(path).exists():
        return {}
    try:
        with Session(engine) as session:
            return catalogue.contradictions(session, plugins)
    except DBAPIError as error:
        click.echo(f"The database was not asked: {_first_line(error)}", err=True)
        return {}


@plugin.command("check")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check_plugins(folders: tuple[Path, ...]) -> None:
    """Check program directories; every mistake is named with its file and line."""
    verdicts = [_check(root) for folder in folders for root in _program_roots(folder)]
    sys.exit(0 if all(verdicts) else 1)


def _program_roots(folder: Path) -> list[Path]:
    """A program directory itself, or a plugin's folder around it."""
    patterns = (PROGRAM_FILE, f"content/{PROGRAM_FILE}", f"src/*/content/{PROGRAM_FILE}")
    found = [path.parent for pattern in patterns for path in sorted(folder.glob(pattern))]
    if not found:
        raise click.ClickException(f"w katalogu {folder} nie ma pliku {PROGRAM_FILE}")
    return found


def _check(root: Path) -> bool:
    try:
        program = load_program(root)
    except ContentInvalid as invalid:
        for problem in invalid.problems:
            click.echo(f"{root}/{problem}")
        return False
    items = len(program.items)
    click.echo(f"{root}: w porządku: {program.id} {program.version}, jednostek: {len(program.units)}, pytań: {items}")
    return True


def main() -> None:
    """Run a command; what an operator can mend is one line on stderr and exit code 1."""
    os.umask(OWNER_ONLY)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        cli()
    except (SettingsError, StartRefused, DatabaseTooNew) as error:
        sys.exit(f"lms: {error}")
    except DBAPIError as error:
        sys.exit(f"lms: the database cannot be used (LMS_DATABASE_URL; lms migrate): {_first_line(error)}")
    except RedisError as error:
        sys.exit(f"lms: the queue cannot be used (LMS_REDIS_URL): {error}")
    except LmsError as error:
        sys.exit(f"lms: {error.message}")
    except OSError as error:
        sys.exit(f"lms: {error.strerror or error}: {error.filename or ''}".rstrip(": "))


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0]


if __name__ == "__main__":
    main()
