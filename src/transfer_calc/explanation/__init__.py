"""Why a county gets a figure, as a tree from the figure down to clauses, parameters and cells."""

from transfer_calc.explanation.depth import to_depth
from transfer_calc.explanation.tell import explain
from transfer_calc.explanation.tree import Explanation, UnknownError

__all__ = ["Explanation", "UnknownError", "explain", "to_depth"]
