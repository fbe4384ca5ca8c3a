"""The main road through the web without JavaScript, on both databases."""

from __future__ import annotations

import json
import re

from lms_core import jobs
from lms_core.models import Attempt, Credential, CredentialClaims, CredentialIssue, Enrolment, OutcomeRow
from tests.road import Site


def test_it_works(site: Site) -> None:
    browser = site.learner("Żaneta Gęślą-Jaźńska")
    code = browser.graduate()

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", code)
    assert site.rows(Enrolment)[0].state == "completed"
    assert "FILAR/ZPOS-MODUL-2/2026/000001" in re.sub("<[^>]+>", "", browser.get("/certificates").text)
    assert browser.get(f"/certificates/{code}.pdf").data.startswith(b"%PDF-")
    document = json.loads(browser.get(f"/certificates/{code}.json").data)
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"

    stranger = site.visitor()
    page = stranger.get(f"/c/{code}")
    assert page.status_code == 200
    assert "Zaświadczenie jest ważne" in page.text
    assert "Ż. G.-J." in page.text
    assert "Gęślą" not in page.text


def test_who_fails_gets_the_reasons_and_no_certificate(site: Site) -> None:
    browser = site.learner()
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    attempt = browser.start(enrolment)
    browser.answer(attempt, right=False)
    browser.submit(attempt)
    site.run_jobs()

    page = browser.get(f"/attempts/{attempt}/result").text
    assert re.search("Zalicz:.„Egzamin", page)
    assert site.rows(Credential) == []
    assert site.rows(Enrolment)[0].state == "open"


def test_lessons_alone_are_not_enough(site: Site) -> None:
    browser = site.learner()
    browser.read_lessons(browser.enrol())
    assert site.rows(Credential) == []


def test_the_exam_alone_is_not_enough_and_a_later_lesson_completes(site: Site) -> None:
    """The rule is asked after every fact, not only after an exam."""
    browser = site.learner()
    enrolment = browser.enrol()
    browser.pass_exam(enrolment)
    assert site.rows(Credential) == []
    browser.read_lessons(enrolment)
    assert [one.state for one in site.rows(Credential)] == ["pending"]


def test_issuing_twice_changes_nothing(site: Site) -> None:
    browser = site.learner()
    browser.graduate()
    credential = site.rows(Credential)[0]
    before = site.rows(CredentialClaims)[0].document, site.rows(CredentialIssue)[0].number
    from_job = site.rung
    assert from_job == []
    with site.app.app_context():
        jobs.issue_credential(credential.id)
    assert (site.rows(CredentialClaims)[0].document, site.rows(CredentialIssue)[0].number) == before
    assert len(site.rows(CredentialIssue)) == 1


def test_handing_in_twice_is_one_outcome(site: Site) -> None:
    browser = site.learner()
    attempt = browser.pass_exam(browser.enrol())
    path = f"/attempts/{attempt}"
    token = browser.token("/my")
    again = browser.client.post(f"{path}/submission", data={"csrf_token": token})
    assert again.location.endswith(f"{path}/result")
    assert len(site.rows(OutcomeRow)) == 1
    assert len(site.rows(Attempt)) == 1
