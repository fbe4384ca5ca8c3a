"""Letters: plain text, one addressee each. Over SMTP, or as `.eml` files where no server is set."""

from __future__ import annotations

import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

SECONDS = 15
"""For each answer of the server."""
PERMANENT = 500
TLS_PORT, SUBMISSION_PORT = 465, 587
FORM = "it must be smtp://USER:PASSWORD@HOST:587?tls=starttls (or tls=none) or smtps://USER:PASSWORD@HOST:465"
LONGEST_ADDRESS = 254
# RFC 5321 without quoted local parts and address literals. ASCII only: a lookalike letter must never name a mailbox.
ADDRESS = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE | re.ASCII,  # or the long s and the Kelvin sign would pass for s and k
)


class SendingFailed(Exception):
    """The letter was not taken; `final` says that trying again is of no use. The message names no person."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters go; `tls` is starttls, implicit or none."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> SmtpServer:
        """Read `smtp://USER:PASSWORD@HOST:587?tls=starttls` (or `tls=none`) or `smtps://...`; raise `ValueError`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
            options = dict(parse_qsl(parts.query, keep_blank_values=True))
        except ValueError:  # its message would quote a part of the password
            raise ValueError(FORM) from None
        kinds = {"smtps": ("implicit",), "smtp": ("starttls", "none")}.get(parts.scheme, ("",))
        tls = options.pop("tls", kinds[0])
        if not host or tls not in kinds or not tls or options or parts.path.strip("/"):
            raise ValueError(FORM)
        if tls == "none" and parts.username:
            raise ValueError("a password must not travel with tls=none")
        port = port or (TLS_PORT if tls == "implicit" else SUBMISSION_PORT)
        return cls(host, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


def is_deliverable(address: str) -> bool:
    """Say whether a letter can be addressed so, without quoting and without letters beyond ASCII."""
    return len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address) is not None


def sender(text: str) -> Address:
    """Read `Name <address>` or an address alone; raise `ValueError` for what is neither."""
    header = SMTP.header_factory("From", text) if text.isprintable() else None
    addresses: Sequence[Address] = header.addresses if header is not None and not header.defects else []
    if len(addresses) != 1 or not is_deliverable(addresses[0].addr_spec):
        raise ValueError("it must be an address such as Filar <szkolenia@example.pl>")
    return Address(display_name=addresses[0].display_name, addr_spec=addresses[0].addr_spec)


def message(letter: Letter, *, mail_from: str, host: str, now: datetime, as_file: bool = False) -> EmailMessage:
    """Compose what is sent. `host` is ours, for the Message-ID; `letter.to` must be deliverable.

    A file is not encoded as for the wire: who opens it in an editor must find links whole.

    Nobody answers a machine (RFC 3834), and no person's name stands in a header.
    """
    composed = EmailMessage(policy=SMTP)
    composed["From"] = sender(mail_from)
    composed["To"] = Address(addr_spec=letter.to)
    composed["Subject"] = letter.subject
    composed["Date"] = format_datetime(now)
    composed["Message-ID"] = f"<{secrets.token_hex(16)}@{host}>"
    composed["Auto-Submitted"] = "auto-generated"
    composed.set_content(letter.body, cte="8bit" if as_file else "quoted-printable")
    composed["Content-Language"] = "pl"
    return composed


def deliver(composed: EmailMessage, *, server: SmtpServer | None, outbox: Path) -> None:
    """Hand the message to the server, or keep it as a file in `outbox`; raise `SendingFailed`."""
    if server is None:
        _keep(composed, outbox)
        return
    try:
        with _connection(server, str(composed["Message-ID"]).rpartition("@")[2].strip("<>")) as connection:
            connection.send_message(composed)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise SendingFailed(f"the addressee was refused: {codes}", final=min(codes) >= PERMANENT) from None
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", "")  # the server's sentence may hold the address
        raise SendingFailed(f"{type(error).__name__} {code}".strip()) from None


@contextmanager
def _connection(server: SmtpServer, our_name: str) -> Iterator[smtplib.SMTP]:
    """A signed-in connection. Certificates are verified; SSL_CERT_FILE may add an authority of one's own."""
    context = ssl.create_default_context()
    if server.tls == "implicit":
        made: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=our_name, timeout=SECONDS, context=context
        )
    else:
        made = smtplib.SMTP(server.host, server.port, local_hostname=our_name, timeout=SECONDS)
    with made as connection:
        if server.tls == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
        yield connection


def _keep(composed: EmailMessage, outbox: Path) -> None:
    """Write the file whole, for its owner alone: a letter may hold a link that opens an account."""
    try:
        outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = outbox / f".{secrets.token_hex(8)}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(composed.as_bytes())
        sent = composed["Date"].datetime
        unfinished.rename(outbox / f"{sent:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.eml")
    except OSError as error:
        raise SendingFailed(f"cannot write in {outbox}: {error.strerror}") from None
