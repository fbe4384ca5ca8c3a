"""An engine for compose.yaml without containers: keeps the programs of a plan running, as `restart` says.

python -m tests.deployment.engine PLAN.json
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from lms_core.runtime.service import Restarts, Service
from lms_core.runtime.supervisor import supervise

# A container engine starts again for ever; a test's engine may give up on what cannot start at all.
PERSISTENT = Restarts(limit=25, pause=0.1)


def main(plan: Path) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s engine: %(message)s")
    services = [Service(one["name"], one["command"], one["environ"]) for one in json.loads(plan.read_text())]
    return supervise(services, ready_url=None, on_ready=lambda: None, restarts=PERSISTENT)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
