"""Letters: how they are composed, what no name or address can do to them, and the ways out of the house."""

from __future__ import annotations

import email
import stat
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core import mail
from lms_core.config import Settings, SettingsError
from lms_core.mail import Letter, SendingFailed, SmtpServer, is_deliverable, sender
from tests.mail.sink import PASSWORD, USER, free_port, self_signed, smtp_sink

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
LETTER = Letter("anna@example.pl", "Nowe hasło do serwisu Filar", "Zażółć gęślą jaźń.\n\nhttps://f.example.pl/x\n")
QUOTED = "filar:p%40ss%3Aword%2F%25"


def composed(letter: Letter = LETTER, mail_from: str = "Ośrodek Szkoleń <szkolenia@example.pl>") -> EmailMessage:
    return mail.message(letter, mail_from=mail_from, host="f.example.pl", now=NOON)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)


def text(letter: EmailMessage) -> str:
    return letter.get_content().replace("\r\n", "\n")


def test_a_letter_is_well_formed() -> None:
    raw = composed().as_bytes()
    letter = read(raw)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert all(not value.defects for value in letter.values())
    assert {name: str(letter[name]) for name in letter if name != "Message-ID"} == {
        "From": "Ośrodek Szkoleń <szkolenia@example.pl>",
        "To": "anna@example.pl",
        "Subject": LETTER.subject,
        "Date": "Sat, 21 Nov 2026 11:00:00 +0000",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "pl",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
        "MIME-Version": "1.0",
    }
    assert str(letter["Message-ID"]).endswith("@f.example.pl>")
    assert composed()["Message-ID"] != composed()["Message-ID"]
    assert text(letter) == LETTER.body


HOSTILE = [
    *(
        "a@b.pl\r\nBcc: all@example.pl",
        "a@b.pl\nBcc:x@y.pl",
        "a@b.pl\x00",
        "a@b.pl, c@d.pl",
        "<a@b.pl>",
        "Jan <a@b.pl>",
    ),
    *(
        '"a b"@c.pl',
        "a@[127.0.0.1]",
        "a b@c.pl",
        "(x)a@b.pl",
        "a@b.pl (x)",
        "a..b@c.pl",
        ".a@b.pl",
        "a@-b.pl",
        "a@b..pl",
    ),
    *("\u017ftraz@b.pl", "a@\u212aos.pl", "\u0131@b.pl", "stra\u00dfe@b.pl", "żaneta@przykład.pl", "а@b.pl"),
    *("a@b.pl;c@d.pl", "a:b@c.pl", "a\\@b.pl", "", "@", "a@", "@b.pl", "x" * 65 + "@b.pl", "a@" + "b." * 130 + "pl"),
]


@pytest.mark.parametrize("address", HOSTILE)
def test_such_an_address_is_never_written_to(address: str) -> None:
    assert not is_deliverable(address)


@pytest.mark.parametrize(
    "address",
    ["a@b.pl", "Jan.Kowalski+osp@poczta.gmina.example.pl", "o'hara@xn--d-0ga.pl", "a_b-c@1.example", "x@localhost"],
)
def test_an_ordinary_address_is(address: str) -> None:
    assert is_deliverable(address)
    assert str(composed(Letter(address, "x", "y"))["To"]) == address


@given(st.text(st.characters(max_codepoint=0x250), max_size=40), st.text(max_size=20))
def test_no_address_that_passes_changes_the_headers(local: str, domain: str) -> None:
    address = f"{local}@{domain}.pl"
    if is_deliverable(address):
        letter = read(composed(Letter(address, "x", "y")).as_bytes())
        assert [one.addr_spec for one in letter["To"].addresses] == [address]
        assert letter.keys() == composed().keys()


@pytest.mark.parametrize("subject", ["a\r\nBcc: b@c.pl", "a\nb", "a\rb"])
def test_a_subject_cannot_begin_another_header(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        composed(Letter("a@b.pl", subject, "x"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Filar",
        "Filar <>",
        "A <a@b.pl>, b@c.pl",
        "A\nBcc: x <a@b.pl>",
        "a@b.pl\n",
        "Filar, gmina <a@b.pl>",
        "ż@b.pl",
    ],
)
def test_a_sender_is_one_address(text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        sender(text)


def test_without_a_server_letters_are_files_of_their_owner(tmp_path: Path) -> None:
    for _ in range(2):
        mail.deliver(composed(), server=None, outbox=tmp_path / "outbox")
    files = sorted((tmp_path / "outbox").iterdir())
    assert [path.name[:16] for path in files] == ["20261121T110000-"] * 2
    assert {path.suffix for path in files} == {".eml"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700
    assert text(read(files[0].read_bytes())) == LETTER.body


def test_a_file_can_be_read_without_a_mail_program(tmp_path: Path) -> None:
    letter = Letter("anna@example.pl", "Hasło", f"Zażółć\n\nhttps://f.example.pl/{'x' * 200}\n")
    as_file = mail.message(letter, mail_from="a@b.pl", host="b.pl", now=NOON, as_file=True)
    mail.deliver(as_file, server=None, outbox=tmp_path)
    (path,) = tmp_path.iterdir()
    assert letter.body in path.read_text(encoding="utf-8")


def test_an_outbox_that_cannot_be_written_is_a_failure_to_try_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(SendingFailed) as caught:
        mail.deliver(composed(), server=None, outbox=tmp_path / "outbox")
    assert not caught.value.final


def test_a_server_without_tls_gets_the_letter(tmp_path: Path) -> None:
    with smtp_sink() as sink:
        server = SmtpServer.from_url(f"smtp://127.0.0.1:{sink.port}?tls=none")
        mail.deliver(composed(), server=server, outbox=tmp_path)
    (envelope,) = sink.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("szkolenia@example.pl", ["anna@example.pl"])
    assert text(sink.letters[0]) == LETTER.body


@pytest.mark.parametrize(("tls", "scheme"), [("starttls", "smtp"), ("implicit", "smtps")])
def test_tls_is_verified_and_the_password_travels_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str, scheme: str
) -> None:
    certificate = self_signed(tmp_path / "server.pem")
    with smtp_sink(tls=tls, certificate=certificate) as sink:
        server = SmtpServer.from_url(f"{scheme}://{QUOTED}@127.0.0.1:{sink.port}")
        with pytest.raises(SendingFailed, match="SSLCertVerificationError"):
            mail.deliver(composed(), server=server, outbox=tmp_path)
        assert sink.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        mail.deliver(composed(), server=server, outbox=tmp_path)
    assert (sink.logins, len(sink.letters)) == ([USER], 1)


def test_a_server_that_does_not_offer_tls_gets_nothing(tmp_path: Path) -> None:
    with smtp_sink() as sink:
        server = SmtpServer.from_url(f"smtp://{QUOTED}@127.0.0.1:{sink.port}")
        with pytest.raises(SendingFailed, match="SMTPNotSupportedError"):
            mail.deliver(composed(), server=server, outbox=tmp_path)
    assert sink.envelopes == []


@pytest.mark.parametrize(("refusal", "final"), [("550 no such user", True), ("451 try again", False)])
def test_a_refused_addressee_is_final_only_when_the_server_says_so(tmp_path: Path, refusal: str, final: bool) -> None:
    with smtp_sink() as sink:
        sink.refusal = refusal
        server = SmtpServer.from_url(f"smtp://127.0.0.1:{sink.port}?tls=none")
        with pytest.raises(SendingFailed) as caught:
            mail.deliver(composed(), server=server, outbox=tmp_path)
    assert caught.value.final is final
    assert "anna" not in str(caught.value)


def test_a_server_that_is_away_is_a_failure_to_try_again(tmp_path: Path) -> None:
    server = SmtpServer.from_url(f"smtp://127.0.0.1:{free_port()}?tls=none")
    with pytest.raises(SendingFailed, match="ConnectionRefusedError") as caught:
        mail.deliver(composed(), server=server, outbox=tmp_path)
    assert not caught.value.final


REQUIRED = {"LMS_PUBLIC_URL": "https://f.example.pl", "LMS_SECRET_KEY": "x" * 32, "LMS_REDIS_URL": "redis://h"}
FROM = {"LMS_MAIL_FROM": "Filar <a@example.pl>"}


def test_settings_name_the_server() -> None:
    settings = Settings.from_env({**REQUIRED, **FROM, "LMS_SMTP_URL": f"smtp://{QUOTED}@poczta.example.pl"})
    assert settings.smtp == SmtpServer("poczta.example.pl", 587, "starttls", USER, PASSWORD)
    assert PASSWORD not in repr(settings)
    assert Settings.from_env(REQUIRED).smtp is None
    assert Settings.from_env({**REQUIRED, **FROM, "LMS_SMTP_URL": "smtps://h"}).smtp == SmtpServer("h", 465, "implicit")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        *[
            ("http://h", "smtp://USER"),
            ("smtp://", "smtp://USER"),
            ("smtp://h/x", "smtp://USER"),
            ("h:25", "smtp://USER"),
        ],
        *[
            ("smtp://h?tls=maybe", "smtp://USER"),
            ("smtps://h?tls=none", "smtp://USER"),
            ("smtp://h?a=b", "smtp://USER"),
        ],
        *[
            ("smtp://u:tajne/x@h", "smtp://USER"),
            ("smtp://h:99999", "smtp://USER"),
            ("smtp://u:tajne@h?tls=none", "travel"),
        ],
    ],
)
def test_a_wrong_address_of_a_server_stops_the_start_and_tells_no_password(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match="LMS_SMTP_URL") as caught:
        Settings.from_env({**REQUIRED, **FROM, "LMS_SMTP_URL": url})
    assert said in str(caught.value)
    assert "tajne" not in str(caught.value)


def test_a_server_needs_a_sender() -> None:
    with pytest.raises(SettingsError, match="LMS_MAIL_FROM is missing"):
        Settings.from_env({**REQUIRED, "LMS_SMTP_URL": "smtps://h"})
    with pytest.raises(SettingsError, match="LMS_MAIL_FROM is 'x'"):
        Settings.from_env({**REQUIRED, "LMS_SMTP_URL": "smtps://h", "LMS_MAIL_FROM": "x"})
