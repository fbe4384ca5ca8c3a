"""Settings: strict, frozen, read from the environment once. Nothing else reads it (design, decision 12)."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from lms_core.mail import SmtpServer, sender


class SettingsError(Exception):
    """A setting that is missing or wrong; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who answers for the site, as its declarations of accessibility and privacy say it; None was not said."""

    email: str | None = None
    phone: str | None = None
    address: str | None = None
    building: str | None = None
    officer_email: str | None = None
    legal_basis: str | None = None
    declared_on: date | None = None
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. `public_url` has no trailing slash; `database_url` is SQLAlchemy's."""

    data_dir: Path
    public_url: str
    database_url: str
    secret_key: str
    redis_url: str
    host: str = "127.0.0.1"
    port: int = 8080
    web_processes: int = 1
    web_threads: int = 8
    issuer_name: str = "Filar"
    issuer_email: str | None = None
    program_path: tuple[Path, ...] = ()
    required_plugins: tuple[str, ...] = ()
    plugin_errors: str = "quarantine"
    safe_mode: bool = False
    trusted_proxies: int = 0
    demo: bool = False
    registration: str = "closed"
    publisher: Publisher = Publisher()
    smtp: SmtpServer | None = None
    mail_from: str = "Filar <filar@localhost>"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read LMS_* variables; `NAME_FILE` names a file that holds the value. Raises `SettingsError`."""
        read = _Reader(environ)
        return cls(
            data_dir=data_directory(environ),
            public_url=_public_url(read.text("LMS_PUBLIC_URL")),
            database_url=database_url(environ),
            secret_key=_secret_key(read.text("LMS_SECRET_KEY")),
            redis_url=_redis_url(read.text("LMS_REDIS_URL")),
            host=read.text("LMS_HOST", "127.0.0.1"),
            port=listening_port(environ),
            web_processes=read.whole("LMS_WEB_PROCESSES", 1, least=1, most=64),
            web_threads=read.whole("LMS_WEB_THREADS", 8, least=1, most=128),
            issuer_name=read.text("LMS_ISSUER_NAME", "Filar"),
            issuer_email=read.text("LMS_ISSUER_EMAIL", "") or None,
            program_path=program_path(environ),
            required_plugins=tuple(read.listed("LMS_REQUIRED_PLUGINS", ",")),
            plugin_errors=read.one_of("LMS_PLUGIN_ERRORS", ("quarantine", "raise")),
            safe_mode=read.boolean("LMS_SAFE_MODE"),
            trusted_proxies=read.whole("LMS_TRUSTED_PROXIES", 0, least=0, most=10),
            demo=read.boolean("LMS_DEMO"),
            registration=read.one_of("LMS_REGISTRATION", ("closed", "open")),
            publisher=_publisher(read),
            **_mail(read),
        )

    @classmethod
    def from_process(cls) -> Settings:
        """Read the environment of this process."""
        return cls.from_env(process_environment())

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def outbox(self) -> Path:
        """Where letters are kept when there is no mail server."""
        return self.data_dir / "outbox"


def data_directory(environ: Mapping[str, str]) -> Path:
    value = _Reader(environ).text("LMS_DATA_DIR", "var/filar")
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise SettingsError(f"LMS_DATA_DIR is {value!r}: {error}") from error


def listening_port(environ: Mapping[str, str]) -> int:
    return _Reader(environ).whole("LMS_PORT", 8080, least=1, most=65535)


def database_url(environ: Mapping[str, str]) -> str:
    """Return the database's address, SQLite in the data directory unless LMS_DATABASE_URL names another."""
    embedded = f"sqlite:///{data_directory(environ) / 'filar.sqlite'}"
    return _database_url(_Reader(environ).text("LMS_DATABASE_URL", embedded))


def program_path(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the directories of programs without Python."""
    return tuple(Path(part) for part in _Reader(environ).listed("LMS_PROGRAM_PATH", ":"))


def process_environment() -> dict[str, str]:
    """Return a copy of this process's environment; a setting that is empty is as good as not set."""
    return {name: value for name, value in os.environ.items() if value or not name.startswith("LMS_")}


def with_own_secret(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with a secret key kept in the data directory, made at the first start.

    An installation on one machine needs no secret of the operator's; one that is given wins.
    """
    if "LMS_SECRET_KEY" in environ or "LMS_SECRET_KEY_FILE" in environ:
        return dict(environ)
    path = data_directory(environ) / "secret_key"
    keep_private(path.parent)
    try:
        write_once(path, secrets.token_urlsafe(48).encode())
    except OSError as error:
        raise _unwritable(path.parent, error) from error
    return {**environ, "LMS_SECRET_KEY_FILE": str(path)}


def write_once(path: Path, content: bytes) -> None:
    """Make a file that only its owner may read, whole or not at all; one that is there is left as it is."""
    if path.exists():
        return
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):  # another process was quicker; its file counts
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink()


def keep_private(data_dir: Path) -> None:
    """Make the data directory for its owner alone: it holds people's data and the issuer's keys."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(data_dir, error) from error


def _unwritable(data_dir: Path, error: OSError) -> SettingsError:
    return SettingsError(f"LMS_DATA_DIR: cannot write in {data_dir}: {error.strerror}")


@dataclass(frozen=True, slots=True)
class _Reader:
    environ: Mapping[str, str]

    def text(self, name: str, default: str | None = None) -> str:
        if value := self.environ.get(name):
            return value
        if file := self.environ.get(f"{name}_FILE"):
            return self._file(f"{name}_FILE", Path(file))
        if default is None:
            raise SettingsError(f"{name} is missing: {MEANING.get(name, 'set it')}")
        return default

    def _file(self, name: str, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}: cannot read {path}: {error}") from error

    def boolean(self, name: str) -> bool:
        return self.one_of(name, ("false", "true")) == "true"

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        value = self.text(name, values[0])
        if value not in values:
            raise SettingsError(f"{name} is {value!r}: it must be {' or '.join(values)}")
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise SettingsError(f"{name} is {value!r}: it must be a whole number from {least} to {most}")
        return int(value)

    def day(self, name: str) -> date | None:
        value = self.text(name, "")
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise SettingsError(f"{name} is {value!r}: it must be a day such as 2026-11-21") from None

    def listed(self, name: str, separator: str) -> list[str]:
        return [part.strip() for part in self.text(name, "").split(separator) if part.strip()]


MEANING = {
    "LMS_PUBLIC_URL": "the public address that certificates will carry for ever, such as https://szkolenia.example.pl",
    "LMS_SECRET_KEY": "a random secret of 32 characters or more that signs sessions",
    "LMS_MAIL_FROM": "whom letters come from, such as Filar <szkolenia@example.pl>",
    "LMS_REDIS_URL": "the queue, such as redis://127.0.0.1:6379/0 (./run serve starts one when this is not set)",
}
LEAST_SECRET = 32


def _public_url(value: str) -> str:
    parts = _parsed("LMS_PUBLIC_URL", value)
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise SettingsError(f"LMS_PUBLIC_URL is {value!r}: it must be https://HOST, without a path")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise SettingsError("LMS_PUBLIC_URL must be https; plain http is only for 127.0.0.1 and localhost")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        raise SettingsError("LMS_DATABASE_URL must start with sqlite:/// or postgresql://")
    _parsed("LMS_DATABASE_URL", value)
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _redis_url(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("LMS_REDIS_URL must start with redis://, rediss:// or unix://")
    _parsed("LMS_REDIS_URL", value)
    return value


def _parsed(name: str, value: str) -> SplitResult:
    """Split an address; raise `SettingsError` for one that is none, or whose port is none."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"{name} is no address: {error}") from error
    return parts


def _mail(read: _Reader) -> dict[str, Any]:
    """Return the mail server and the sender, none of them when there is no server: then letters become files."""
    url = read.text("LMS_SMTP_URL", "")
    if not url:
        return {}
    try:
        server = SmtpServer.from_url(url)
    except ValueError as error:
        raise SettingsError(f"LMS_SMTP_URL: {error}") from None  # the address holds a password
    mail_from = read.text("LMS_MAIL_FROM")
    try:
        sender(mail_from)
    except ValueError as error:
        raise SettingsError(f"LMS_MAIL_FROM is {mail_from!r}: {error}") from None
    return {"smtp": server, "mail_from": mail_from}


def _publisher(read: _Reader) -> Publisher:
    return Publisher(
        email=read.text("LMS_CONTACT_EMAIL", "") or read.text("LMS_ISSUER_EMAIL", "") or None,
        phone=read.text("LMS_CONTACT_PHONE", "") or None,
        address=read.text("LMS_CONTACT_ADDRESS", "") or None,
        building=read.text("LMS_CONTACT_BUILDING", "") or None,
        officer_email=read.text("LMS_OFFICER_EMAIL", "") or None,
        legal_basis=read.text("LMS_LEGAL_BASIS", "") or None,
        declared_on=read.day("LMS_ACCESSIBILITY_DATE"),
        reviewed_on=read.day("LMS_ACCESSIBILITY_REVIEW"),
    )


def _secret_key(value: str) -> str:
    if len(value) < LEAST_SECRET:
        raise SettingsError(f"LMS_SECRET_KEY is too short: it must have {LEAST_SECRET} characters or more")
    return value
