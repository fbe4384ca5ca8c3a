"""Lists come in pages; what they belong to stands in the header X-Pagination, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from marshmallow import fields, validate

from lms_core.web.api.fields import QueryNumber, Shown, Taken

USUAL_SIZE, LARGEST_SIZE, LAST_PAGE = 50, 100, 100_000
One = TypeVar("One")


class PageQuery(Taken):
    page = QueryNumber(load_default=1, validate=validate.Range(1, LAST_PAGE))
    page_size = QueryNumber(load_default=USUAL_SIZE, validate=validate.Range(1, LARGEST_SIZE))


class PaginationSchema(Shown):
    total = fields.Integer()
    total_pages = fields.Integer()
    page = fields.Integer()
    page_size = fields.Integer()


PAGED: dict[str, Any] = {
    "X-Pagination": {
        "description": "Where this page stands in the list",
        "required": True,
        "content": {"application/json": {"schema": PaginationSchema}},
    }
}


def page_of(found: Sequence[One], query: dict[str, int]) -> tuple[Sequence[One], dict[str, str]]:
    """Return (what stands on the asked page, the header that says so); a page past the end is empty."""
    page, size = query["page"], query["page_size"]
    about = {"total": len(found), "total_pages": -(-len(found) // size), "page": page, "page_size": size}
    return found[(page - 1) * size : page * size], {"X-Pagination": json.dumps(about)}
