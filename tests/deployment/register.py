"""What the rows say: the truth that the tests of deployment and faults compare with."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms_core.database import make_engine
from lms_core.domain.permissions import Role
from lms_core.models import AuditEvent, Credential, CredentialIssue, NumberCounter, Person, ResponseEvent
from lms_core.services import people
from lms_core.services.people import NewPerson
from lms_core.transaction import rings_for_nothing, transaction
from tests.deployment.visitor import PASSWORD

ISSUED = {"issued"}


class Register:
    """The database of a running Filar, seen from beside it. `url` is SQLAlchemy's."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session

    def _rows(self, query: Select) -> Sequence:
        with self._session() as session:
            return session.execute(query).all()

    def add_learners(self, *emails: str) -> None:
        with self._session() as session:
            for email in emails:
                with transaction(session, rings_for_nothing):
                    new = NewPerson(email=email, name="Żaneta Gęślą-Jaźńska", role=Role.LEARNER)
                    people.add_person(session, new, actor=None, now=datetime.now(UTC), password=PASSWORD)

    def states(self) -> dict[str, str]:
        """The state of each learner's credential; an AssertionError when anybody has two."""
        rows = self._rows(select(Person.email, Credential.state).join(Credential, Credential.person_id == Person.id))
        assert len({email for email, _ in rows}) == len(rows), rows
        return dict(rows)

    def codes(self) -> list[str]:
        return [code for (code,) in self._rows(select(Credential.code).where(Credential.state.in_(ISSUED)))]

    def wait_until_issued(self, *emails: str, seconds: float) -> dict[str, datetime]:
        """When each was seen issued; polls the rows."""
        deadline, seen = time.monotonic() + seconds, {}
        while True:
            states = self.states()
            now = datetime.now(UTC)
            seen |= {email: now for email in emails if states.get(email) in ISSUED and email not in seen}
            if len(seen) == len(emails):
                return seen
            assert time.monotonic() < deadline, f"not issued within {seconds} s: {states}"
            time.sleep(0.05)

    def holder(self, credential_id: int) -> str:
        """The e-mail address of the person whose credential it is."""
        query = select(Person.email).join(Credential, Credential.person_id == Person.id)
        return self._rows(query.where(Credential.id == credential_id))[0][0]

    def issued_deeds(self) -> int:
        """How often the audit trail says that a credential was issued."""
        query = select(func.count()).select_from(AuditEvent).where(AuditEvent.act == "credential.issued")
        return self._rows(query)[0][0]

    def sequences(self) -> list[int]:
        """The numbers given, in order."""
        return sorted(number for (number,) in self._rows(select(CredentialIssue.sequence)))

    def assert_one_number_each(self) -> None:
        """Every credential has one number, the numbers have no gap, and the counter says the same."""
        count = self._rows(select(func.count()).select_from(Credential))[0][0]
        assert self.sequences() == list(range(1, count + 1))
        assert [last for (last,) in self._rows(select(NumberCounter.last))] == ([count] if count else [])

    def journal(self) -> Counter:
        """How often each answer stands in the journal: (attempt, client, seq, item, response)."""
        events = ResponseEvent
        query = select(events.attempt_id, events.client_id, events.seq, events.item_id, events.response)
        return Counter((*key, tuple(response)) for *key, response in self._rows(query))
