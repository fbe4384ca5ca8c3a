"""docs/hooks.md, made from the hook specifications and the docstrings of the API.

Renew it after a change: `.venv/bin/python -m tests.architecture.hooks_page`.
"""

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from types import FunctionType
from typing import Any

from lms_core import api, hookspecs
from lms_core.plugin_host import MOST_PROGRAMS
from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "hooks.md"
HOOKS: dict[str, FunctionType] = {
    name: hook for name, hook in inspect.getmembers(hookspecs, inspect.isfunction) if name.startswith("lms_")
}
HEAD = f"""\
# Hooks and API

This page is generated (`.venv/bin/python -m tests.architecture.hooks_page`); a test compares it with the code.
[Pisanie programów](writing-a-plugin.md) shows the way from an empty folder to a program (in Polish).

A plugin is a distribution with an entry point in the group `lms.plugins`, or a directory named in `LMS_PROGRAM_PATH`.
It imports `lms_core.api` and nothing else of ours. All hooks are called once at start-up, one plugin at a time. A
plugin that fails is quarantined with its reason (the log, `./run lms plugin list`, `/health/ready` when it is named in
`LMS_REQUIRED_PLUGINS`) and the others go on. A plugin is code that the operator trusts: quarantine is for accidents,
it stops neither an endless loop nor malice.

A package says which core it was made for by its own dependency (`lms-core>=1,<2`), a directory by `api = ">=1,<2"` in
its program.toml (this is API {hookspecs.API_VERSION}). Another core quarantines the plugin before any of its code is
imported.

The names on this page are a promise. An argument may be added at any time; removing or renaming one takes a release
with a warning and a note in CHANGELOG.md.
"""
AFTER_HOOKS = f"""\
Also: a plugin offers at most {MOST_PROGRAMS} programs; content that changed under a version that was already stored is
refused (raise the version); a plugin that changes the core's own modules or classes is quarantined and undone.

The smallest plugin:

```python
from importlib.resources import files

from lms_core.api import hookimpl, load_program


@hookimpl
def lms_training_programs():
    yield load_program(files(__name__) / "content")
```

`lms plugin new NAME` makes a complete plugin to start from, `lms plugin new NAME --data-only` a directory without
Python.

## Conformance

`lms_core.testing` holds a plugin to its promises, in three lines of its own tests:

```python
import ochrona_szkol
from lms_core.testing import Contract


class TestContract(Contract):
    plugin = ochrona_szkol
```

It checks that the plugin loads alone, keeps its digest in any process, imports only the API, pins nothing that the core
brings, has files without errors; that each rule is total, pure, monotone, explained, honest and satisfiable; that every
paper can be drawn and passed; that no key shows. The kit needs no test framework; `broken_laws(plugin)` gives its
report.
"""
OTHERS = {"hookimpl": "Marks a function of the plugin as the implementation of a hook."}
"""What is neither class nor function has no docstring of its own."""


def page() -> str:
    return "\n".join([HEAD, *map(_hook, sorted(HOOKS)), AFTER_HOOKS, "## `lms_core.api`\n", *_names(), ""])


def _hook(name: str) -> str:
    return f"## `{name}({_arguments(HOOKS[name])})`\n\n{inspect.getdoc(HOOKS[name])}\n"


def _names() -> Iterator[str]:
    for name in api.__all__:
        yield f"- `{name}{_shape(getattr(api, name))}`: {' '.join(said(name).split())}"


def said(name: str) -> str:
    """The docstring that the name has itself: not one made by `dataclass`, nor inherited."""
    if name in OTHERS:
        return OTHERS[name]
    value = getattr(api, name)
    own = vars(value).get("__doc__") if isinstance(value, type) else value.__doc__
    return "" if own is None or own.startswith(f"{name}(") else inspect.cleandoc(own)


def _shape(value: Any) -> str:
    if isinstance(value, FunctionType):
        return f"({_arguments(value)})"
    if is_dataclass(value):
        return f"({', '.join(field.name for field in fields(value))})"
    if isinstance(value, type) and issubclass(value, Enum):
        return f".{{{', '.join(one.name for one in value)}}}"
    return ""


def _arguments(function: FunctionType) -> str:
    return ", ".join(inspect.signature(function).parameters)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
