"""A Redis-protocol server of our own for the tests: the one that the embedded mode runs."""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from lms_core.runtime import embedded_queue


class ValkeyServer:
    """A context manager: started on entering, stopped and its data removed on leaving. Dies with this process."""

    def __enter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix="filar-valkey-"))
        try:
            self.running = embedded_queue.start(self.directory)
        except BaseException:
            shutil.rmtree(self.directory)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.running.stop()
        shutil.rmtree(self.directory)

    @property
    def url(self) -> str:
        """For redis-py and RQ."""
        return self.running.url
