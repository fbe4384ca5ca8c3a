"""The hooks a plugin may implement, and the two markers."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from lms_core.domain.program import TrainingProgram

PROJECT = "lms"
API_VERSION = "1.0"
"""What plain directories name in `api = ">=1,<2"`; packages name a range of lms-core instead."""
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def lms_training_programs() -> Iterable[TrainingProgram]:  # type: ignore[empty-body]
    """Contribute training programs.

    Called once per plugin at start-up, before any request. Collects: every plugin answers.
    May read the plugin's own package files; nothing else. Raising, or offering an id that is
    taken, quarantines this plugin only.
    """
