"""A result says how each subject went, and what to read again."""

from __future__ import annotations

from tests.road import Site, wrong_answer


def test_a_weak_subject_names_its_lessons_and_a_strong_one_does_not(site: Site) -> None:
    browser = site.learner()
    enrolment = browser.enrol()
    attempt = browser.start(enrolment)
    browser.answer(attempt)
    program = site.program_of(attempt)
    drawn = [one["item"] for one in site.attempt(attempt).paper]
    weak = [program.items[one] for one in drawn if program.pool_of[one].id == "temat-2"]
    form: dict = {"action": "summary"}
    for item in weak:
        form |= {f"was.{item.id}": "[]", f"answer.{item.id}": list(wrong_answer(item))}
    browser.post(f"/attempts/{attempt}", form, page=f"/attempts/{attempt}")
    browser.submit(attempt)
    page = browser.get(f"/attempts/{attempt}/result").text
    subjects = page.partition('id="tematy"')[2].partition("</section>")[0]
    lessons = {one.id: [unit.id for unit in one.units if unit.kind == "lesson"] for one in program.courses}
    for lesson in lessons["metodyka-planow"]:
        assert f"/learn/{enrolment}/{lesson}" in subjects
    for lesson in lessons["mapa-drogowa"]:
        assert f"/learn/{enrolment}/{lesson}" not in subjects
    assert "0&nbsp;z&nbsp;5&nbsp;pkt" in subjects
