"""What a learner does, request by request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.browser import Answer, Browser

FOUND, OK = 302, 200
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
PAGE = re.compile(r'name="page" value="([^"]*)"')
RENDERED = re.compile(r'name="was\.([^"]+)" value="([^"]*)"')
CODE = re.compile(r"/certificates/([0-9A-Z]+)\"")
ATTEMPT = re.compile(r"/attempts/(\d+)")


class WrongAnswer(Exception):
    """The server answered otherwise than the journey goes; ``str()`` has step, status and page."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the set-up left them: enrolled, the lesson read, before the exam."""

    number: int
    email: str
    password: str
    enrolment: int

    @property
    def address(self) -> str:
        return f"127.{1 + self.number // 62500}.{self.number // 250 % 250}.{1 + self.number % 250}"


@dataclass(slots=True)
class Learner:
    account: Account
    browser: Browser
    right: Mapping[str, Sequence[str]]
    lesson: str
    exam: str
    page: str = ""
    attempt: int = 0
    code: str = ""
    items: list[str] = field(default_factory=list)
    saved: int = 0

    def sign_in_form(self) -> Answer:
        return self._see("/sign-in")

    def sign_in(self) -> Answer:
        form = [("email", self.account.email), ("password", self.account.password), self._token()]
        return self._post("/sign-in", form)

    def course(self) -> Answer:
        return self._see(f"/learn/{self.account.enrolment}/{self.lesson}")

    def exam_page(self) -> Answer:
        return self._see(f"/learn/{self.account.enrolment}/{self.exam}")

    def start(self) -> Answer:
        answer = self._post(f"/learn/{self.account.enrolment}/{self.exam}/attempts", [self._token()])
        self.attempt = int(self._in(ATTEMPT, answer.location))
        return answer

    def sit(self) -> Answer:
        answer = self._see(f"/attempts/{self.attempt}")
        self.items = [item for item, _ in RENDERED.findall(self.page)]
        return answer

    def answer_all(self) -> Answer:
        was = [(f"was.{item}", value) for item, value in RENDERED.findall(self.page)]
        given = [(f"answer.{item}", choice) for item in self.items for choice in self.right[item]]
        page = ("page", self._in(PAGE, self.page))
        return self._post(f"/attempts/{self.attempt}", [self._token(), page, *was, *given, ("action", "summary")])

    def save(self) -> Answer:
        """Answer the next item, as the page's script does."""
        item = self.items[self.saved % len(self.items)]
        self.saved += 1
        body = {
            "client": f"bench-{self.account.number:08}",
            "events": [{"seq": self.saved, "item": item, "response": list(self.right[item])}],
        }
        answer = self.browser.send(f"/api/v1/attempts/{self.attempt}/events", body, self._token()[1])
        return self._expect(answer, OK)

    def summary(self) -> Answer:
        return self._see(f"/attempts/{self.attempt}/summary")

    def submit(self) -> Answer:
        return self._post(f"/attempts/{self.attempt}/submission", [self._token()])

    def result(self) -> Answer:
        """See the result; it leads to the certificate once that is issued."""
        answer = self._see(f"/attempts/{self.attempt}/result")
        found = CODE.search(self.page)
        self.code = found.group(1) if found else ""
        return answer

    def certificate(self) -> Answer:
        answer = self._see(f"/certificates/{self.code}")
        if "/certificates/" + self.code + ".pdf" not in self.page:
            raise WrongAnswer(f"the certificate of {self.account.email} is not issued")
        return answer

    def pdf(self) -> Answer:
        return self._expect(self.browser.get(f"/certificates/{self.code}.pdf"), OK)

    def verification(self) -> Answer:
        return self._expect(self.browser.get(f"/c/{self.code}"), OK)

    def sign_out(self) -> Answer:
        return self._post("/sign-out", [self._token()])

    def home(self) -> Answer:
        return self._see("/")

    def _see(self, path: str) -> Answer:
        answer = self._expect(self.browser.get(path), OK)
        self.page = answer.text
        return answer

    def _post(self, path: str, form: Sequence[tuple[str, str]]) -> Answer:
        return self._expect(self.browser.post(path, form), FOUND)

    def _token(self) -> tuple[str, str]:
        return "csrf_token", self._in(TOKEN, self.page)

    def _expect(self, answer: Answer, status: int) -> Answer:
        if answer.status != status:
            raise WrongAnswer(f"{self.account.email}: {answer.status}, not {status}: {answer.text[:2000]}")
        return answer

    def _in(self, pattern: re.Pattern[str], text: str) -> str:
        found = pattern.search(text)
        if found is None:
            raise WrongAnswer(f"{self.account.email}: {pattern.pattern} is not in {text[:2000]}")
        return found.group(1)


Act = Callable[[Learner], Answer]

TO_THE_EXAM: dict[str, Act] = {
    "sign-in form": Learner.sign_in_form,
    "sign-in": Learner.sign_in,
    "course": Learner.course,
    "exam page": Learner.exam_page,
    "start": Learner.start,
    "exam": Learner.sit,
}
ONE_POST: dict[str, Act] = {"20 answers": Learner.answer_all}
ONE_SAVE: dict[str, Act] = {"save an answer": Learner.save}
HAND_IN: dict[str, Act] = {"summary": Learner.summary, "submit": Learner.submit}
ISSUE = "issue"
"""No request: what the worker does between the submission and the certificate."""
AFTER_ISSUE: dict[str, Act] = {
    "result": Learner.result,
    "certificate page": Learner.certificate,
    "PDF": Learner.pdf,
    "verification": Learner.verification,
    "sign-out": Learner.sign_out,
    "home": Learner.home,
}
REQUESTS = (*TO_THE_EXAM, *ONE_POST, *HAND_IN, *AFTER_ISSUE)
"""The journey of 15 requests."""
