"""`lms`: the commands together, and what an operator sees when one cannot go on."""

from __future__ import annotations

import logging
import os
import sys

import click
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from lms_core.cli.administration import admin, audit, migrate
from lms_core.cli.plugins import plugin
from lms_core.cli.serving import demo, prepare, serve, tick, web, worker
from lms_core.config import SettingsError
from lms_core.database import first_line
from lms_core.domain.errors import LmsError
from lms_core.migrations.runner import DatabaseTooNew
from lms_core.runtime.logs import log_to_stderr
from lms_core.runtime.refusal import StartRefused

OWNER_ONLY = 0o077


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Filar: training and certification for Polish civil protection."""


for command in (serve, demo, prepare, web, worker, tick, migrate, admin, audit, plugin):
    cli.add_command(command)


def main() -> None:
    """Run a command; what an operator can mend is one line on stderr and exit code 1."""
    os.umask(OWNER_ONLY)
    log_to_stderr()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        cli()
    except (SettingsError, StartRefused, DatabaseTooNew) as error:
        sys.exit(f"lms: {error}")
    except DBAPIError as error:
        sys.exit(f"lms: the database cannot be used (LMS_DATABASE_URL; lms migrate): {first_line(error)}")
    except RedisError as error:
        sys.exit(f"lms: the queue cannot be used (LMS_REDIS_URL): {error}")
    except LmsError as error:
        sys.exit(f"lms: {error.message}")
    except OSError as error:
        sys.exit(f"lms: {error.strerror or error}: {error.filename or ''}".rstrip(": "))


if __name__ == "__main__":
    main()
