"""What an attacker tries at the door: headers, cookies, floods, strange bytes, false addresses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.database import db
from lms_core.domain.permissions import Role
from lms_core.models import Person
from lms_core.services import passwords
from lms_core.web.extensions import network
from lms_core.web.identity import local_path
from tests.road import Browser, Clock, Site
from tests.servers.valkey import ValkeyServer

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
STRANGE = [
    *(b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", "\u202e".encode(), b"a" * 100_000, "\ufdfa".encode() * 5_000),
    *(b"'; DROP TABLE person; --", b"<script>alert(1)</script>", b"{{ 7*7 }}", b"\r\nSet-Cookie: a=b", b"%00", b"-1"),
]


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.sign_in(site.add("Barbara Kowalczyk", Role.ADMINISTRATOR))


def test_every_answer_carries_the_headers(site: Site, admin: Browser) -> None:
    stranger = site.visitor()
    answers = [
        *(
            stranger.get(path)
            for path in ("/", "/sign-in", "/my", "/nope", "/password/reset", "/health/live", "/verify")
        ),
        *(stranger.get(path) for path in ("/static/filar.css", "/i/filar/did.json", "/c/0000000000000000")),
        *(admin.get(path) for path in ("/my", "/people", "/people/1/password", "/password", "/certificates")),
        stranger.client.post("/sign-out"),
        stranger.client.post("/sign-in", data=b"x" * 300_000),
    ]
    for answer in answers:
        with answer:
            held = {name: answer.headers.get(name) for name in HEADERS}
            assert held == HEADERS, answer.request.path
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert "camera=()" in answer.headers["Permissions-Policy"]
            assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer", "strict-origin"}
            assert "Server" not in answer.headers
            assert "X-Powered-By" not in answer.headers


def test_pages_of_a_person_are_kept_nowhere(site: Site) -> None:
    browser = site.learner()
    enrolment = browser.enrol()
    for path in (
        "/",
        "/my",
        "/certificates",
        "/password",
        "/password/reset",
        f"/learn/{enrolment}/kto-i-kiedy",
        "/sign-in",
    ):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path


def test_without_https_no_browser_is_told_to_insist_on_it(settings: Settings, clock: Clock) -> None:
    app = create_app(
        replaced(settings, public_url="http://127.0.0.1:8080"), clock=clock, ring=lambda _: None, sources=[]
    )
    answer = app.test_client().get("/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]
    close(app)


def replaced(settings: Settings, **other: object) -> Settings:
    values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    return Settings(**values | other)


def close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def test_the_cookie_is_for_this_site_over_https_and_no_script(site: Site) -> None:
    actor = site.add()
    form = {"email": actor.email, "password": "bardzo-tajne-haslo"}
    cookie = site.visitor().post("/sign-in", form, page="/sign-in").headers["Set-Cookie"]
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain=" not in cookie
    for path in ("/c/0000000000000000", "/i/filar/did.json", "/health/live", "/static/filar.css"):
        with site.visitor().get(path) as answer:
            assert "Set-Cookie" not in answer.headers, path


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(site: Site) -> None:
    actor, victim = site.add(), site.visitor()
    token = victim.token("/sign-in")
    planted = victim.client.get_cookie("__Host-filar").value
    victim.post("/sign-in", {"email": actor.email, "password": "bardzo-tajne-haslo"}, page="/sign-in")
    thief = site.visitor()
    thief.client.set_cookie("__Host-filar", planted)
    assert thief.get("/my").status_code == 302
    assert victim.client.post("/sign-out", data={"csrf_token": token}).status_code == 400, "its token is worthless too"


def test_another_persons_token_is_no_token(site: Site) -> None:
    mine, theirs = site.learner(), site.learner("Ewa Nowak")
    answer = mine.client.post("/programs/zpos-modul-2/enrolment", data={"csrf_token": theirs.token("/my")})
    assert answer.status_code == 400


def test_over_https_a_form_of_another_site_is_refused(site: Site) -> None:
    """The referrer is compared; the page of a reset sends its origin only, which is enough."""
    browser = site.visitor()
    base = {"base_url": "https://szkolenia.example.pl"}
    page = browser.client.get("/password/reset", **base)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    for referrer, status in (
        ("https://szkolenia.example.pl/", 200),
        ("https://evil.example/", 400),
        ("https://szkolenia.example.pl.evil.example/", 400),
        (None, 400),
    ):
        headers = {"Referer": referrer} if referrer else {}
        form = {"csrf_token": token, "email": "a@example.pl"}
        assert browser.client.post("/password/reset", data=form, headers=headers, **base).status_code == status, (
            referrer
        )


def test_no_answer_repeats_a_false_host(site: Site) -> None:
    browser = site.visitor()
    for path in ("/", "/my", "/sign-in", "/verify?code=0000000000000000", "/nope", "/static", "/learn/1/x"):
        answer = browser.client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in answer.text + str(answer.headers), path


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "evil"),
        *(
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "/\x00",
            " //evil.example",
        ),
        *("/a\r\nLocation: https://evil.example", "http:/evil.example", "http:evil.example", "", None),
    ],
)
def test_a_target_elsewhere_is_none(target: str | None) -> None:
    assert local_path(target, "/") == "/"


def test_a_target_here_is_kept() -> None:
    assert local_path("/learn/1/kto-i-kiedy?x=1", "/") == "/learn/1/kto-i-kiedy?x=1"


def urlencoded(fields: dict[str, bytes]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items())


def send(browser: Browser, path: str, fields: dict[str, bytes], *, ip: str) -> TestResponse:
    return browser.client.post(
        path,
        data=urlencoded(fields),
        content_type="application/x-www-form-urlencoded",
        environ_base={"REMOTE_ADDR": ip},
    )


def test_strange_bytes_in_any_field_are_no_error_of_ours(site: Site, admin: Browser) -> None:
    person = site.add("Ewa Nowak").person_id
    before = {one.id: one.email for one in site.rows(Person)}
    forms = {
        "/sign-in": (site.visitor(), ("email", "password", "next")),
        "/password/reset": (site.visitor(), ("email",)),
        "/password/reset/" + "a" * 43: (site.visitor(), ("password", "again")),
        "/password": (admin, ("old", "password", "again")),
        "/people": (admin, ("name", "email", "role")),
        f"/people/{person}/roles": (admin, ("role",)),
        f"/people/{person}/roles/removal": (admin, ("role",)),
    }
    for path, (browser, fields) in forms.items():
        token = browser.token("/people" if browser is admin else "/sign-in").encode()
        for number, strange in enumerate(STRANGE):
            filled = {"csrf_token": token, **dict.fromkeys(fields, strange)}
            answer = send(browser, path, filled, ip=f"192.0.2.{number}")
            assert answer.status_code in {404, 413, 422}, (path, strange[:20], answer.status_code)
            assert "<script>alert" not in answer.text
            assert "49" not in re.findall(r'value="([^"]*)"', answer.text)
        assert send(browser, path, {"csrf_token": STRANGE[0], fields[0]: b"x"}, ip="192.0.2.99").status_code == 400
    assert {one.id: one.email for one in site.rows(Person)} == before
    for query in STRANGE:
        assert admin.get(f"/people?q={quote_from_bytes(query[:2000])}").status_code == 200
        assert admin.get(f"/verify?code={quote_from_bytes(query[:2000])}").status_code == 422
        assert admin.get(f"/sign-in?next={quote_from_bytes(query[:2000])}").location == "/people", "never elsewhere"


def test_a_body_has_an_end_whatever_its_kind(site: Site) -> None:
    browser = site.visitor()
    token = browser.token("/sign-in")
    many = "&".join(f"f{number}=1" for number in range(20_000))
    assert browser.client.post("/sign-in", data={"csrf_token": token, "email": "a" * 300_000}).status_code == 413
    assert browser.client.post(
        "/sign-in", data=f"csrf_token={token}&{many}", content_type="application/x-www-form-urlencoded"
    ).status_code in {413, 422}
    upload = {"csrf_token": token, "email": "a@b.pl", "password": "x", "file": (io.BytesIO(b"x" * 300_000), "a.exe")}
    assert browser.client.post("/sign-in", data=upload, content_type="multipart/form-data").status_code == 413
    parts = {f"f{number}": "1" for number in range(1_100)}
    assert browser.client.post("/sign-in", data=parts, content_type="multipart/form-data").status_code == 413
    assert (
        browser.client.post("/sign-in", data=b"--x\r\n" * 1_000, content_type="multipart/form-data").status_code == 400
    )


def test_a_wrong_address_and_an_inactive_person_take_the_same_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statements and the one expensive step are counted; the step itself is real."""
    verified: list[str] = []
    verify = passwords.HASHER.verify

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            verified.append(password)
            return verify(known, password)

    actor, sleeper = site.add(), site.add("Ewa Nowak")
    with site.app.app_context(), site.filar.writing() as (session, _):
        session.execute(update(Person).where(Person.id == sleeper.person_id).values(active=False))
    monkeypatch.setattr(passwords, "HASHER", Counting())
    for email in (actor.email, sleeper.email, "nikt@example.pl", "nie adres", "\u0000"):
        answer = site.visitor().post("/sign-in", {"email": email, "password": "x" * 1_000}, page="/sign-in")
        assert answer.status_code == 422
    assert [len(one) for one in verified] == [passwords.LONGEST] * 5


def test_the_whole_network_of_an_ipv6_customer_is_one(app: Flask) -> None:
    def counted(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return network()

    assert counted("2001:db8:1:2:aaaa::1") == counted("2001:db8:1:2:ffff:1:2:3") == "2001:db8:1:2::"
    assert counted("2001:db8:1:3::1") != counted("2001:db8:1:2::1")
    assert counted("::ffff:192.0.2.7") == counted("192.0.2.7") == "192.0.2.7"
    assert counted("unix") == "unix"


def tries(browser: Browser, token: str, number: int) -> list[int]:
    form = {"csrf_token": token, "email": "kto@example.pl", "password": "x"}
    return [browser.client.post("/sign-in", data=form).status_code for _ in range(number)]


class TestWithoutTheQueue:
    @pytest.fixture
    def queue(self) -> Iterator[ValkeyServer]:
        with ValkeyServer() as server:
            yield server

    @pytest.fixture
    def settings(self, settings: Settings, queue: ValkeyServer) -> Settings:
        return replaced(settings, redis_url=queue.url)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_trying_passwords_stays_limited_when_redis_goes_away(self, site: Site, queue: ValkeyServer) -> None:
        browser = site.visitor()
        token = browser.token("/sign-in")
        assert tries(browser, token, 3) == [422] * 3
        queue.running.process.kill()
        queue.running.process.wait()
        assert tries(browser, token, 12) == [422] * 10 + [429] * 2


def test_a_new_password_is_asked_about_first(site: Site, admin: Browser) -> None:
    person = site.add("Ewa Nowak")
    path = f"/people/{person.person_id}/password"
    assert f'href="{path}"' in admin.get("/people").text
    before = site.rows(Person, id=person.person_id)[0].password_hash
    page = admin.get(path)
    assert page.status_code == 200
    assert "Ewa Nowak" in page.text
    assert person.email in page.text
    assert site.rows(Person, id=person.person_id)[0].password_hash == before, "looking changes nothing"
    answer = admin.post(path, page=path)
    assert "widać je tylko teraz" in answer.text
    assert site.rows(Person, id=person.person_id)[0].password_hash != before
    assert admin.get("/people/999/password").status_code == 404
