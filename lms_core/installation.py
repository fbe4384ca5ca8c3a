"""What one running Filar consists of; the web, the jobs and the runtime find it on the Flask application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from lms_core.config import Settings
from lms_core.database import db
from lms_core.plugin_host import Plugins
from lms_core.services.catalogue import Catalogue
from lms_core.services.issuers import Signing
from lms_core.transaction import Job, Later, transaction

EXTENSION = "filar"


@dataclass(frozen=True, slots=True)
class Installation:
    settings: Settings
    plugins: Plugins
    catalogue: Catalogue
    signing: Signing
    ring: Callable[[Job], None]
    clock: Callable[[], datetime]

    @property
    def session(self) -> Session:
        return db.session()

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Later]]:
        """One transaction; the jobs it asks for are rung after its commit."""
        session = self.session
        with transaction(session, self.ring) as later:
            yield session, later


def here() -> Installation:
    """Return the installation of the application that is serving this request or job."""
    installation: Installation = current_app.extensions[EXTENSION]
    return installation
