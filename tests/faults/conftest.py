"""Two running Filars with doomed workers: compose.yaml on PostgreSQL and Valkey, and `lms serve` on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deployment.installation import Installation
from tests.faults.embedded import DOOMED, Embedded


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with Installation(folder, instead={"worker": DOOMED}, replicas={"web": 1, "worker": 1}) as started:
        yield started


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with Embedded(tmp_path_factory.mktemp("embedded")) as started:
        yield started
