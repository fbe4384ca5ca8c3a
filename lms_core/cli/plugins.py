"""Training programs as plugins: list, check, start a new one."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms_core.app import utc_now
from lms_core.cli.checking import check, earlier_program, program_roots
from lms_core.config import database_url, process_environment, program_path
from lms_core.content.scaffolding import NewPlugin, directory_files, is_name, package_files
from lms_core.database import first_line, make_engine
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.names import normal_name
from lms_core.plugin_host import Plugins, installed_sources, load_plugins
from lms_core.services import catalogue


@click.group()
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
        click.echo(f"The database was not asked: {first_line(error)}", err=True)
        return {}


@plugin.command("check")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Na jaki dzień sprawdzić terminy; domyślnie dziś.")
@click.option("--against", type=click.Path(path_type=Path), help="Katalog wcześniejszej wersji tego programu.")
def check_plugins(folders: tuple[Path, ...], today: datetime | None, against: Path | None) -> None:
    """Check program directories; everything found is named with its file and line. Exit code 1 on errors only."""
    roots = [root for folder in folders for root in program_roots(folder)]
    earlier = earlier_program(against) if against else None
    stored = partial(_contradictions, process_environment())
    day = today.date() if today else warsaw_day(utc_now())
    reports = [check(root, today=day, earlier=earlier, stored=stored) for root in roots]
    for report in reports:
        click.echo("\n".join(report.lines()))
    sys.exit(1 if any(report.errors for report in reports) else 0)


@plugin.command("new")
@click.argument("name")
@click.option("--title", default="Nowy program", show_default=True, help="Tytuł programu, jaki zobaczą uczący się.")
@click.option("--data-only", is_flag=True, help="Katalog bez Pythona, do LMS_PROGRAM_PATH.")
def new_plugin(name: str, title: str, *, data_only: bool) -> None:
    """Make a plugin NAME in the folder NAME: complete, checked, to be rewritten."""
    title = normal_name(title).replace('"', "”").replace("\\", "/")
    if not is_name(name) or not title:
        raise click.ClickException("nazwa ma się składać z małych liter a–z, cyfr i _, na przykład ochrona_szkol")
    folder, new = Path(name), NewPlugin(name, title, warsaw_day(utc_now()))
    if folder.exists():
        raise click.ClickException(f"{folder} już istnieje; wybierz inną nazwę albo usuń ten katalog")
    for path, text in (directory_files(new) if data_only else package_files(new)).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    how = f"LMS_PROGRAM_PATH={folder.absolute()}" if data_only else f"{sys.executable} -m pip install -e {folder}"
    here = "./run " if Path("run").is_file() else ""
    click.echo(f"Gotowe: {folder}. Popraw pliki, sprawdź je ({here}lms plugin check {folder}) i włącz: {how}")
