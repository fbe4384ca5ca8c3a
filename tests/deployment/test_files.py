"""compose.yaml, Dockerfile and what belongs to them, by the checkers of others and by our own rules."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from lms_core.cli.__main__ import cli
from lms_core.config import Settings
from tests.deployment.composition import OURS, ROOT, Unset, composition, interpolated

GIVEN = {"LMS_PUBLIC_URL": "https://szkolenia.example.pl"}
SECRET_PLACE = "/run/secrets/"
FIXED_IN_THE_IMAGE = {"LMS_DATA_DIR", "LMS_HOST", "LMS_PORT", "LMS_PROGRAM_PATH", "LMS_DEMO"}
"""Folders and addresses inside a container are not an operator's; the demo is not for production."""


@pytest.fixture
def compose() -> dict[str, Any]:
    return composition(GIVEN)


def dangling(compose: dict[str, Any]) -> list[str]:
    """What services name and the file does not define. compose-spec does not look."""
    found = []
    for name, service in compose["services"].items():
        wanted = [("services", other) for other in service.get("depends_on", {})]
        wanted += [("networks", one) for one in service["networks"]]
        wanted += [("secrets", one) for one in service.get("secrets", [])]
        sources = [mount.split(":")[0] for mount in service.get("volumes", [])]
        wanted += [("volumes", one) for one in sources if not one.startswith(".")]
        found += [f"{name}: {kind} {one}" for kind, one in wanted if one not in compose[kind]]
        found += [f"{name}: no {one}" for one in sources if one.startswith(".") and not (ROOT / one).exists()]
    return found


def secrets_not_given(compose: dict[str, Any]) -> list[str]:
    """Settings that read a secret which their service is not given."""
    return [
        f"{name}: {variable}"
        for name, service in compose["services"].items()
        for variable, value in service.get("environment", {}).items()
        if value.startswith(SECRET_PLACE) and value.removeprefix(SECRET_PLACE) not in service.get("secrets", [])
    ]


def test_the_file_is_by_the_specification(compose: dict[str, Any]) -> None:
    PyCompose.from_yaml(yaml.safe_dump(compose))
    compose["services"]["web"]["depends_on"]["migrate"]["condition"] = "done"
    with pytest.raises(ValueError, match="condition"):
        PyCompose.from_yaml(yaml.safe_dump(compose))


def test_everything_named_is_there(compose: dict[str, Any]) -> None:
    assert dangling(compose) == []
    assert secrets_not_given(compose) == []
    compose["services"]["web"]["secrets"] = ["smtp_url"]
    compose["services"]["web"]["volumes"] = ["nothing:/data", "./nothing:/data"]
    compose["services"]["tick"]["depends_on"] = {"nobody": {}}
    assert dangling(compose) == ["web: volumes nothing", "web: no ./nothing", "tick: services nobody"]
    assert secrets_not_given(compose) == ["web: LMS_SECRET_KEY_FILE", "web: LMS_DATABASE_URL_FILE"]


def test_the_public_address_must_be_given() -> None:
    with pytest.raises(Unset, match="LMS_PUBLIC_URL"):
        composition({})


def test_every_command_is_one_of_ours_and_every_setting_is_read(compose: dict[str, Any]) -> None:
    """A setting that nothing reads is a typing mistake which an operator would believe in."""
    config = (ROOT / "lms_core" / "config.py").read_text()
    for service in compose["services"].values():
        if service["image"].startswith(OURS):
            assert service["command"][0] in cli.commands
            unread = [one for one in service["environment"] if f'"{one.removesuffix("_FILE")}"' not in config]
            assert unread == []


def test_every_setting_for_an_operator_is_passed_on(compose: dict[str, Any]) -> None:
    config = (ROOT / "lms_core" / "config.py").read_text()
    known = set(re.findall(r'"(LMS_[A-Z_]*[A-Z])"', config))
    passed = {name.removesuffix("_FILE") for name in compose["services"]["worker"]["environment"]}
    assert known - {name + "_FILE" for name in known} - passed == FIXED_IN_THE_IMAGE


def test_the_settings_are_accepted(compose: dict[str, Any], tmp_path: Path) -> None:
    environ = {name: value for name, value in compose["services"]["worker"]["environment"].items() if value}
    for secret in ("secret_key", "database_url", "smtp_url"):
        (tmp_path / secret).write_text({"secret_key": "x" * 64, "database_url": "postgresql://u@h/d"}.get(secret, ""))
    environ = {name: value.replace(SECRET_PLACE, f"{tmp_path}/") for name, value in environ.items()}
    settings = Settings.from_env(environ)
    assert settings.public_url == GIVEN["LMS_PUBLIC_URL"]
    assert (settings.trusted_proxies, settings.web_processes, settings.web_threads) == (1, 1, 8)


def test_no_image_is_whatever_is_newest(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for image in images:
        name, _, tag = image.rpartition(":")
        assert name, image
        assert tag != "latest"


def test_databases_are_reached_from_inside_only_and_replicas_have_nothing_of_their_own(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in ("postgres", "valkey"):
        assert services[name]["networks"] == ["data"]
    assert compose["networks"]["data"]["internal"] is True
    assert "data" not in services["proxy"]["networks"]
    for service in services.values():
        assert "container_name" not in service


def test_our_containers_write_nowhere_but_in_their_volumes(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if service["image"].startswith(OURS):
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
    places = {name: service.get("volumes", []) for name, service in compose["services"].items()}
    assert [name for name, mounts in places.items() if any("keys" in one for one in mounts)] == ["migrate", "worker"]
    assert "keys:/var/lib/filar/keys:ro" in places["worker"]


def test_interpolation_takes_what_is_given_and_else_the_default() -> None:
    assert interpolated({"a": ["${A:-b} ${A:?c}", 1]}, {"A": "d"}) == {"a": ["d d", 1]}
    assert interpolated("${A:-b} ${A:-}", {}) == "b "
    assert "${" not in str(composition(GIVEN))


def hadolint(dockerfile: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("hadolint")
    return subprocess.run([program, "--no-color", dockerfile], capture_output=True, text=True, check=False)


def test_hadolint_finds_nothing_in_the_dockerfile(tmp_path: Path) -> None:
    found = hadolint(ROOT / "Dockerfile")
    assert found.returncode == 0, found.stdout
    (tmp_path / "Dockerfile").write_text("FROM python\nCMD lms serve\n")
    assert "DL3006" in hadolint(tmp_path / "Dockerfile").stdout


def test_the_image_is_made_of_what_the_context_lets_through() -> None:
    """.dockerignore names what goes in; a COPY of anything else would fail at the build."""
    let_through = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    lines = re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    copied = {source for line in lines for source in line.split()[:-1]}
    assert copied == set(let_through)
    assert all((ROOT / one).exists() for one in copied)


def test_the_image_runs_as_nobody_special_from_the_hashed_lock() -> None:
    build, final = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert "--require-hashes" in build
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert not re.search(r"\b(pip|apt-get|gcc)\b", final)
    assert 'ENTRYPOINT ["lms"]' in final


def test_secrets_are_made_once_and_match(tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "deploy" / "make-secrets.sh", tmp_path)
    subprocess.run(["sh", script], check=True)
    folder = tmp_path / "secrets"
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(made) == set(composition(GIVEN)["secrets"])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert made["database_url"] == f"postgresql://filar:{made['postgres_password']}@postgres/filar"
    assert len(made["secret_key"]) == 64
    assert made["secret_key"] != made["postgres_password"]
    subprocess.run(["sh", script], check=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == made
