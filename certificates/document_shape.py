"""Bounds and exactness checks around JSON-LD.

pyld drops what a context does not know, and a signature over what is left would not cover it. Everything here
is refused with ValueError before or instead of canonicalising.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from certificates.context_files import BADGE_CONTEXTS, STATUS_CONTEXTS

_KNOWN_CONTEXTS = (list(BADGE_CONTEXTS), list(STATUS_CONTEXTS))
_DEEPEST = 8
_LONGEST_LIST = 4
_MOST_VALUES = 128
_LONGEST_TEXT = 200_000

_ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\s<>"{}|\\^`]*')
RELATIVE = "relative://name/"
"""Expand with this base: every name that is not absolute then begins with `relative:` and is found."""


def check_document(document: Any) -> None:
    """ValueError unless the document is small, plain JSON under one of our own context lists."""
    if not isinstance(document, dict) or document.get("@context") not in _KNOWN_CONTEXTS:
        raise ValueError("the document does not use the contexts of our credentials")
    body = {key: value for key, value in document.items() if key != "@context"}
    if sum(1 for _ in _values(body, depth=0)) > _MOST_VALUES:
        raise ValueError("the document has more values than any of ours")


def _values(node: Any, *, depth: int) -> Iterator[str | int | bool]:
    """Every leaf; ValueError for what no template of ours contains."""
    if depth > _DEEPEST:
        raise ValueError("the document is nested deeper than any of ours")
    if isinstance(node, dict) and node:
        for key, value in node.items():
            _check_key(key)
            yield from _values(value, depth=depth + 1)
    elif isinstance(node, list) and _is_short(node):
        for value in node:
            yield from _values(value, depth=depth + 1)
    else:
        yield _leaf(node)


def _is_short(values: list[Any]) -> bool:
    """A node stands alone in its list: canonicalising equal nameless neighbours takes factorial time."""
    if any(isinstance(value, dict | list) for value in values):
        return len(values) == 1
    return 0 < len(values) <= _LONGEST_LIST


def _check_key(key: Any) -> None:
    if not isinstance(key, str) or key.startswith("@") or ":" in key:
        raise ValueError(f"{key!r} is not a plain term")


def _leaf(value: Any) -> str | int | bool:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        return value
    raise ValueError("the document has an empty, fractional or overlong value")


def check_nothing_dropped(document: dict[str, Any], expanded: Any) -> None:
    """ValueError when expansion lost a value or left a name relative (such a one is dropped on the way to RDF)."""
    body = {key: value for key, value in document.items() if key != "@context"}
    before = sum(1 for _ in _values(body, depth=0))
    after = sum(1 for _ in _expanded_leaves(expanded))
    if before != after:
        raise ValueError(f"{before - after} values of the document have a name that its contexts do not define")


def _expanded_leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _expanded_leaves(item)
    elif isinstance(node, dict) and "@value" in node:
        yield node["@value"]
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"@id", "@type"}:
                yield from _absolute(value)
            else:
                yield from _expanded_leaves(value)


def _absolute(names: Any) -> list[str]:
    names = names if isinstance(names, list) else [names]
    for name in names:
        if not isinstance(name, str) or not _ABSOLUTE.fullmatch(name) or name.startswith("relative:"):
            raise ValueError(f"{name!r} is not defined by the document's contexts")
    return list(names)
