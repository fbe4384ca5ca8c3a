"""The catalogue is memory, the database is history (design, decision 4)."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms_core.content.snapshot import program_from
from lms_core.domain.errors import NotFound
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.models import Edition, ProgramSnapshot
from lms_core.plugin_host import Offer, Plugins
from lms_core.services.people import default_organisation

BASE_EDITION = "base"
MOST_OLD_PROGRAMS = 64


class Catalogue:
    """What is on offer now, and every program that anybody ever joined, by digest."""

    def __init__(self, plugins: Plugins) -> None:
        self._offers = plugins.offers
        self._rule_classes = plugins.rule_classes
        self._by_digest = {offer.digest: offer.program for offer in self._offers.values()}
        self._old: dict[str, TrainingProgram] = {}
        self._lock = Lock()

    def programs(self) -> list[TrainingProgram]:
        return [self._offers[program_id].program for program_id in sorted(self._offers)]

    def on_offer(self, program_id: str) -> Offer | None:
        return self._offers.get(program_id)

    def offer(self, program_id: str) -> Offer:
        """Return what is offered under the id; raise `NotFound` when nothing is."""
        found = self.on_offer(program_id)
        if found is None:
            raise NotFound("program", say("Nie ma takiego programu w katalogu."))
        return found

    def program(self, session: Session, digest: str) -> TrainingProgram:
        """Return the very text of that digest, from memory or from its snapshot."""
        known = self._by_digest.get(digest) or self._old.get(digest)
        if known:
            return known
        body = session.scalar(select(ProgramSnapshot.body).where(ProgramSnapshot.digest == digest))
        if body is None:
            raise NotFound("program_snapshot", say("Nie ma zapisanej treści tego programu."))
        program = program_from(body, self._rule_classes)
        with self._lock:
            if len(self._old) >= MOST_OLD_PROGRAMS:
                self._old.pop(next(iter(self._old)))
            self._old[digest] = program
        return program


def contradictions(session: Session, plugins: Plugins) -> dict[str, str]:
    """Return the programs whose text changed under a version that is stored already (program id -> reason).

    People joined that version: it must stay what they saw.
    """
    stored = _stored(session, plugins)
    return {
        offer.program.id: f"content of {offer.program.id} {offer.program.version} changed: raise the version"
        for offer in plugins.offers.values()
        if stored.get((offer.program.id, offer.program.version)) not in {None, offer.digest}
    }


def _stored(session: Session, plugins: Plugins) -> dict[tuple[str, str], str]:
    row = ProgramSnapshot
    query = select(row.program_id, row.version, row.digest).where(row.program_id.in_(plugins.offers))
    return {(program_id, version): digest for program_id, version, digest in session.execute(query)}


def store(session: Session, plugins: Plugins, *, now: datetime) -> None:
    """Store each offer's snapshot and base edition, once."""
    stored = _stored(session, plugins)
    for offer in plugins.offers.values():
        program = offer.program
        if (program.id, program.version) not in stored:
            row = ProgramSnapshot(digest=offer.digest, program_id=program.id, version=program.version, body=offer.body)
            row.stored_at = now
            session.add(row)
        _keep_base_edition(session, offer, now=now)
    session.flush()


def _keep_base_edition(session: Session, offer: Offer, *, now: datetime) -> None:
    edition = session.scalar(base_edition(offer.program.id))
    if edition is None:
        edition = Edition(program_id=offer.program.id, slug=BASE_EDITION, overlay={}, created_at=now)
        edition.organisation_id = default_organisation(session)
        session.add(edition)
    edition.digest = offer.digest


def base_edition(program_id: str) -> Select[Edition]:
    return select(Edition).where(Edition.program_id == program_id, Edition.slug == BASE_EDITION)
