"""What compose.yaml starts, goes the whole road: two web servers asked in turn, two workers, PostgreSQL and Valkey."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deployment.installation import Installation
from tests.deployment.visitor import Visitor

WHO = "anna@gmina.example"
SOON = 20.0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    settings = {"LMS_REQUIRED_PLUGINS": "zpos_module2"}
    with Installation(tmp_path_factory.mktemp("compose"), settings=settings) as started:
        started.register.add_learners(WHO, "piotr@gmina.example")
        yield started


def test_the_whole_road_with_each_request_to_another_web_server(installation: Installation) -> None:
    assert len(installation.ports) == 2
    learner = installation.visitor()
    learner.submit(learner.go_to_the_exams_end(WHO))
    installation.register.wait_until_issued(WHO, seconds=SOON)
    (code,) = installation.register.codes()

    for _ in installation.ports:
        paper = learner.get(f"/certificates/{code}.pdf")
        assert paper.body.startswith(b"%PDF-")
        stranger = installation.visitor().get(f"/c/{code}")
        assert stranger.status == 200
        assert "Zaświadczenie jest ważne" in stranger.text
    assert "Secure" in installation.visitor().get("/sign-in").headers["Set-Cookie"]
    installation.register.assert_one_number_each()


def test_signing_out_on_one_web_server_is_signing_out_on_all(installation: Installation) -> None:
    learner = installation.visitor()
    learner.sign_in("piotr@gmina.example")
    kept = dict(learner.cookies)
    learner.post("/sign-out", page="/my")
    for port in installation.ports.values():
        assert Visitor([port], learner.public, cookies=dict(kept)).get("/my").status == 302


def test_the_rate_limit_counts_the_requests_of_all_web_servers_and_of_each_visitor_apart(
    installation: Installation,
) -> None:
    guesser = installation.visitor()
    token = guesser.token("/sign-in")

    def guess(visitor: Visitor) -> int:
        form = f"csrf_token={token}&email=nobody%40gmina.example&password=wrong-password".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return visitor.send("POST", "/sign-in", form, **headers).status

    codes = [guess(guesser) for _ in range(12)]
    assert codes == [422] * 10 + [429] * 2
    neighbour = installation.visitor()
    neighbour.cookies, neighbour.address = guesser.cookies, "192.0.2.11"
    assert guess(neighbour) == 422


def test_web_servers_write_no_file_and_do_not_see_the_issuers_keys(installation: Installation) -> None:
    for name in installation.ports:
        assert list(installation.place(name).iterdir()) == []
    assert list(installation.place("tick-1").iterdir()) == []
    assert [path.suffix for path in (installation.place("worker-1") / "keys").iterdir()] == [".pem"]
