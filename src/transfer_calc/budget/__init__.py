"""A fixed pot under balancing constraints, as data: the budget, its allocation, and the proof of it."""

from transfer_calc.budget.model import Budget, load_budget

__all__ = ["Budget", "load_budget"]
