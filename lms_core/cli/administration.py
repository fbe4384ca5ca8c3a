"""The database, administrators and the audit trail."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from lms_core.app import utc_now
from lms_core.config import data_directory, database_url, keep_private, process_environment
from lms_core.database import make_engine
from lms_core.domain.learners import Entitlement
from lms_core.domain.permissions import Role
from lms_core.migrations.runner import upgrade
from lms_core.services import audit as audit_trail
from lms_core.services import entitlements, people
from lms_core.services.entitlements import NewEntitlement
from lms_core.services.people import NewPerson
from lms_core.transaction import rings_for_nothing, transaction

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
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


@click.group()
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


@admin.command("entitle")
@click.argument("kind", type=click.Choice([one.value for one in Entitlement]))
@click.option("--basis", required=True, help="The decision, the agreement or the article that entitles.")
@click.option("--from", "first", type=DAY, required=True, help="The first day, 2026-11-21.")
@click.option("--until", "last", type=DAY, required=True, help="The last day.")
def entitle(kind: str, basis: str, first: datetime, last: datetime) -> None:
    """Record whom the organisation may train so that it counts; certificates say so from then on.

    staff: named in art. 50(2) or verified under art. 50(4); voivode: training of heads of municipalities; academy:
    Akademia Pożarnicza.
    """
    new = NewEntitlement(Entitlement(kind), basis, first.date(), last.date())
    with Session(_migrated_engine()) as session, transaction(session, rings_for_nothing):
        people.ensure_organisation(session, "Filar", now=utc_now())
        entitlements.record(session, people.default_organisation(session), new, now=utc_now())
    click.echo(f"Recorded: {kind}, {first:%Y-%m-%d} to {last:%Y-%m-%d}.")


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
def verify_audit() -> None:
    """Check that no row of the trail was changed, left out or put in."""
    url = make_url(database_url(process_environment()))
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():  # an empty new one would hold
        sys.exit(f"lms: there is no database at {url.database}: set LMS_DATA_DIR to where Filar's data are")
    with Session(_migrated_engine()) as session:
        count, broken = audit_trail.verify(session)
        newest = audit_trail.newest_hash(session)
    if broken:
        sys.exit(f"lms: audit row {broken.event_id} {broken.why}; {count} rows before it hold")
    click.echo(f"{count} rows hold. The newest hash, to be kept elsewhere: {newest}")
