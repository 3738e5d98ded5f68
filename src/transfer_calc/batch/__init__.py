"""Many workbooks by one method: each done whole or not at all, and one summary of all."""

from transfer_calc.batch.run import run_batch
from transfer_calc.batch.work import Done, Options

__all__ = ["Done", "Options", "run_batch"]
