"""Where things stand, for tests."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = Path(os.environ.get("TRANSFER_CALC_CASES") or ROOT.parent / "shared" / "cases")
"""Published cases too large for the project; tests that read them are skipped where they are not there."""
