"""A real SMTP server that keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import datetime as dt
import email
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "filar", "p@ss:word/%"


@dataclass
class Sink:
    """`refusal` is what the server says to RCPT, such as "550 no such user"; `logins` are the users let in."""

    port: int = 0
    refusal: str = ""
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 taken"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: object
    ) -> AuthResult:
        right = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
        if right:
            self.logins.append(USER)
        return AuthResult(success=right, handled=False)

    @property
    def letters(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one.content, policy=default) for one in self.envelopes]


@contextmanager
def smtp_sink(*, tls: str = "none", certificate: Path | None = None) -> Iterator[Sink]:
    """Serve on a free port of 127.0.0.1; with TLS a password is asked for."""
    sink = Sink(free_port())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate)
    options = {
        "none": {},
        "starttls": {"tls_context": context, "require_starttls": True, "auth_required": True},
        "implicit": {"ssl_context": context, "auth_require_tls": False},  # as it cannot see that there is TLS
    }[tls]
    if certificate:
        options["authenticator"] = sink.authenticate
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def self_signed(path: Path) -> Path:
    """Write key and certificate of 127.0.0.1 into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(written + certificate.public_bytes(pem))
    return path
