"""The few routes that take more than a form: their limit is raised before anything reads the body."""

from __future__ import annotations

from flask import request

from lms_core.content.roster_files import LARGEST_FILE

FORM_AROUND = 128 * 1024
LARGEST = {"rosters.preview": LARGEST_FILE + FORM_AROUND, "rosters.confirm": LARGEST_FILE + FORM_AROUND}


def allow_larger() -> None:
    if largest := LARGEST.get(request.endpoint or ""):
        request.max_content_length = request.max_form_memory_size = largest
