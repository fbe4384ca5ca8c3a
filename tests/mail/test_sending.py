"""The jobs that send letters: once, again after a failure, and never too late."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from lms_core import jobs
from lms_core.config import Settings
from lms_core.mail import SendingFailed, SmtpServer
from lms_core.models import JobRow, PasswordReset
from lms_core.transaction import Job
from tests.mail.outbox import ask, letters, link
from tests.mail.sink import Sink, smtp_sink
from tests.road import Site


def test_a_job_that_runs_twice_sends_once(site: Site) -> None:
    ask(site, site.add().email)
    (job,) = site.rung
    site.rung.append(job)
    site.run_jobs()
    assert len(letters(site)) == 1
    assert site.visitor().get(link(letters(site)[0])).status_code == 200


def test_a_job_whose_worker_died_after_sending_sends_again_and_the_later_link_works(site: Site) -> None:
    """The letter was taken, the note of it was not: nobody can know, so a second one goes out."""
    ask(site, site.add().email)
    (job,) = site.rung

    class Died(BaseException):
        pass

    def die(_session: Session, _letter_id: int) -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patch, site.app.app_context():
        patch.setattr(jobs.letters, "finish", die)
        with pytest.raises(Died):
            jobs.send_password_reset(*job.arguments)
    site.rung[:] = [job]
    site.run_jobs()
    assert len(letters(site)) == 1, "another worker may still be at it"
    site.clock.advance(minutes=4)
    site.rung.append(Job("tick", ()))
    site.run_jobs()
    first, second = letters(site)
    assert site.visitor().get(link(first)).status_code == 404
    assert site.visitor().get(link(second)).status_code == 200


def test_old_requests_are_forgotten(site: Site) -> None:
    ask(site, site.add().email)
    site.run_jobs()
    site.clock.advance(days=31)
    site.rung.append(Job("tick", ()))
    site.run_jobs()
    assert (site.rows(PasswordReset), site.rows(JobRow)) == ([], [])


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as sink:
        yield sink


class TestWithAServer:
    @pytest.fixture
    def settings(self, settings: Settings, sink: Sink) -> Settings:
        server = SmtpServer.from_url(f"smtp://127.0.0.1:{sink.port}?tls=none")
        return dataclasses.replace(settings, smtp=server, mail_from="Ośrodek <szkolenia@example.pl>")

    def test_the_letter_arrives(self, site: Site, sink: Sink) -> None:
        actor = site.add()
        ask(site, actor.email)
        site.run_jobs()
        (envelope,) = sink.envelopes
        assert (envelope.mail_from, envelope.rcpt_tos) == ("szkolenia@example.pl", [actor.email])
        assert site.visitor().get(link(sink.letters[0])).status_code == 200
        assert letters(site) == []

    def test_a_server_that_refuses_for_now_gets_it_later_from_the_sweep(self, site: Site, sink: Sink) -> None:
        sink.refusal = "451 come again"
        ask(site, site.add().email)
        for _ in range(4):  # the queue's own tries
            with pytest.raises(SendingFailed), site.app.app_context():
                jobs.send_password_reset(*site.rung[0].arguments)
        site.run_jobs()  # one too many, as when it was rung for twice, does nothing
        (row,) = site.rows(JobRow)
        assert (row.state, row.tries) == ("pending", 4)
        assert "@" not in row.last_error
        sink.refusal = ""
        self.sweep(site, minutes=1)
        assert sink.letters == []
        self.sweep(site, minutes=1, seconds=1)
        assert len(sink.letters) == 1
        assert site.visitor().get(link(sink.letters[0])).status_code == 200
        self.sweep(site, minutes=5)
        assert len(sink.letters) == 1

    def sweep(self, site: Site, **later: float) -> None:
        site.clock.advance(**later)
        site.rung.append(Job("tick", ()))
        site.run_jobs()

    def test_an_addressee_refused_for_good_is_not_tried_again(self, site: Site, sink: Sink) -> None:
        sink.refusal = "550 no such user"
        ask(site, site.add().email)
        site.run_jobs()
        self.sweep(site, minutes=30)
        assert [(row.state, row.tries) for row in site.rows(JobRow)] == [("failed", 1)]
        assert site.rows(PasswordReset)[0].sent_at is None

    def test_a_ring_that_nobody_heard_is_made_good_within_two_minutes(self, site: Site, sink: Sink) -> None:
        ask(site, site.add().email)
        site.rung.clear()
        self.sweep(site, minutes=1)
        assert len(sink.letters) == 1

    def test_what_waits_longer_than_the_link_lives_is_not_sent(self, site: Site, sink: Sink) -> None:
        ask(site, site.add().email)
        site.rung.clear()
        self.sweep(site, hours=1)
        assert sink.letters == []
        assert [row.state for row in site.rows(JobRow)] == ["done"]
