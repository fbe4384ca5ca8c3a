"""Training for residents' resilience clubs (KOS)."""

from collections.abc import Iterable
from importlib.resources import files

from lms_core.api import TrainingProgram, hookimpl, load_program


@hookimpl
def lms_training_programs() -> Iterable[TrainingProgram]:
    yield load_program(files(__name__) / "content")
