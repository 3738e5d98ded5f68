"""Files that must be refused: each is built when it is needed, is small on the disk, and has its own code.

    HOSTILE["flat bomb"].write(folder)

gives its path. Two ways to harm are never mixed in one file: each is refused for its own reason.
"""

from __future__ import annotations

import sheets  # noqa: F401 — it fills the list
import zips  # noqa: F401 — the same
from listing import HOSTILE, Hostile

__all__ = ["HOSTILE", "Hostile"]
