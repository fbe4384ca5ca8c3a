"""Verifiers that we did not write, run with Node and without any network after their installation."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).resolve().parent
ENGINES = ("digitalbazaar", "dcc")
_LOCKED = ("package.json", "package-lock.json")
_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def run_engine(
    name: str, credential: Mapping[str, Any], *, documents: Mapping[str, Any], now: datetime | None = None
) -> dict[str, Any]:
    """Let one engine judge a credential: `{"verified": bool, "detail": …, "asked": [url, …]}`.

    `documents`: address to DID document or status list, all that the engine can reach; a did:web on
    `http://host:port` may stand under its http address. `now` is the engine's clock (its own when None).
    """
    install()
    bundle = {"credential": credential, "documents": documents, "now": now.isoformat() if now else None}
    answer = subprocess.run(
        ["node", "verify.mjs", name],
        cwd=DIRECTORY,
        input=json.dumps(bundle),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if answer.returncode:
        raise RuntimeError(f"the engine {name} failed:\n{answer.stderr}")
    return json.loads(answer.stdout)


@cache
def install() -> None:
    """`npm ci` when node_modules does not belong to the lock file; safe when several test runs start together."""
    wanted = hashlib.sha256(b"".join((DIRECTORY / name).read_bytes() for name in _LOCKED)).hexdigest()
    modules = DIRECTORY / "node_modules"
    handle = os.open(DIRECTORY, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        marker = modules / ".filar-installed"
        if not marker.is_file() or marker.read_text() != wanted:
            subprocess.run(_INSTALL, cwd=DIRECTORY, check=True, stdin=subprocess.DEVNULL)
            marker.write_text(wanted)
    finally:
        os.close(handle)
