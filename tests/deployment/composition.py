"""compose.yaml as an engine reads it: variables put in, each service's program with its environment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "compose.yaml"
# The forms of interpolation that the file uses: ${NAME:?message} and ${NAME:-default}.
VARIABLE = re.compile(r"\$\{(?P<name>\w+):(?P<kind>[?-])(?P<rest>[^}]*)\}")
OURS = "filar:"


class Unset(Exception):
    """A variable that must be given was not."""


def interpolated(node: Any, variables: dict[str, str]) -> Any:
    """The parsed file with variables put in; an engine does it after parsing, so that a value stays one text."""
    if isinstance(node, dict):
        return {key: interpolated(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [interpolated(value, variables) for value in node]
    return VARIABLE.sub(lambda found: _value(found, variables), node) if isinstance(node, str) else node


def _value(found: re.Match[str], variables: dict[str, str]) -> str:
    if value := variables.get(found["name"]):
        return value
    if found["kind"] == "?":
        raise Unset(f"{found['name']}: {found['rest']}")
    return found["rest"]


def composition(variables: dict[str, str]) -> dict[str, Any]:
    return interpolated(yaml.safe_load(COMPOSE.read_text()), variables)


@dataclass(frozen=True)
class Program:
    """One container of ours: what it is started as, and the places that it sees."""

    name: str
    arguments: list[str]
    environ: dict[str, str]
    restarts: bool
    volumes: dict[str, str] = field(default_factory=dict)

    def sees(self, place: str) -> bool:
        return place in self.volumes


def programs(compose: dict[str, Any]) -> list[Program]:
    """The containers that run our image, replicas counted, in the file's order."""
    return [
        Program(
            name=f"{name}-{number}",
            arguments=service["command"],
            environ=service["environment"],
            restarts=service["restart"] != "no",
            volumes=_volumes(service),
        )
        for name, service in compose["services"].items()
        if service["image"].startswith(OURS)
        for number in range(1, service.get("deploy", {}).get("replicas", 1) + 1)
    ]


def _volumes(service: dict[str, Any]) -> dict[str, str]:
    """Where in the container, and what there."""
    parts = [mount.split(":") for mount in service.get("volumes", [])]
    return {target: source for source, target, *_ in parts}
