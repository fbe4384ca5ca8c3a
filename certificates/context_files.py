"""The JSON-LD contexts that credentials use, kept in the repository and pinned by SHA-256; nothing is fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_BADGE_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
BADGE_CONTEXTS = (VC_CONTEXT, _BADGE_CONTEXT, _BADGE_EXTENSIONS)
STATUS_CONTEXTS = (VC_CONTEXT,)

PINNED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        VC_CONTEXT: ("credentials-v2.json", "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f"),
        _BADGE_CONTEXT: ("open-badges-3.0.3.json", "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761"),
        _BADGE_EXTENSIONS: (
            "open-badges-extensions.json",
            "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
        ),
    }
)
DIRECTORY = Path(__file__).parent / "contexts"


class UnknownContextError(ValueError):
    """A document asked for a context that is not shipped with this library."""


def read_contexts(directory: Path = DIRECTORY) -> dict[str, Any]:
    """Address to context; ValueError when a file is not the pinned one."""
    contexts = {}
    for url, (name, digest) in PINNED.items():
        data = (directory / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"{name} is not the pinned context file of {url}")
        contexts[url] = json.loads(data)
    return contexts


_CONTEXTS = read_contexts()


def load_document(url: str, _options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document loader for pyld: the pinned contexts, and a refusal for every other address."""
    if url not in _CONTEXTS:
        raise UnknownContextError(f"no document may be loaded from {url!r}")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _CONTEXTS[url]}
