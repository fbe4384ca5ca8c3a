"""Two at once: a link is used once, a letter is sent once."""

from __future__ import annotations

from lms_core import jobs
from lms_core.domain.errors import NotFound
from lms_core.models import AuditEvent
from lms_core.services import people, resets
from tests.mail.outbox import ask, letters, newest_link
from tests.road import Site
from tests.services.test_races import at_once

PARALLEL = 8


def test_of_many_who_use_a_link_at_once_one_sets_the_password(site: Site) -> None:
    actor = site.add()
    token = newest_link(site, actor.email).rpartition("/")[2]

    def use(number: int) -> int:
        with site.filar.writing() as (session, later):
            resets.use(session, token, f"haslo-numer-{number}-tutaj", now=site.clock(), later=later)
        return number

    found = at_once(site, use, PARALLEL)
    (winner,) = [one for one in found if not isinstance(one, NotFound)]
    assert len(site.rows(AuditEvent, act="password.reset")) == 1
    with site.app.app_context():
        assert people.authenticate(site.filar.session, actor.email, f"haslo-numer-{winner}-tutaj")


def test_of_many_workers_at_one_letter_one_sends_it(site: Site) -> None:
    ask(site, site.add().email)
    (job,) = site.rung
    at_once(site, lambda _: jobs.send_password_reset(*job.arguments), PARALLEL)
    assert len(letters(site)) == 1
