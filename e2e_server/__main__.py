"""`python -m e2e_server`."""

from __future__ import annotations

import sys

from e2e_server.cli import main

sys.exit(main())
