"""Small problems for the tests of the engine, written by hand or drawn from a seed."""

import numpy as np
from scipy.sparse import csr_array, vstack

from transfer_calc.allocation.problem import Constraint, Problem
from transfer_calc.text import Text


def problem_of(pool, lower, upper=None, *, exact=True, rows=(), **more):
    """A pot and bounds; a row is (name, coefficients, least, greatest[, price])."""
    n = len(lower)
    constraints = [Constraint(Text("资金总额", "pot"), kind="pool")]
    matrix, low, high = [np.ones((1, n))], [pool if exact else -np.inf], [pool]
    for name, coefficients, least, greatest, *price in rows:
        constraints.append(Constraint(Text(name, name), price=price[0] if price else None, kind="group"))
        matrix.append(np.asarray(coefficients, dtype=float)[None, :])
        low.append(least)
        high.append(greatest)
    return Problem(
        labels=tuple(f"6200{place:02}" for place in range(n)),
        lower=np.asarray(lower, dtype=float),
        upper=np.full(n, np.inf) if upper is None else np.asarray(upper, dtype=float),
        floor_by=np.full(n, -1),
        cap_by=np.full(n, -1),
        constraints=tuple(constraints),
        matrix=csr_array(np.vstack(matrix)),
        row_lower=np.asarray(low, dtype=float),
        row_upper=np.asarray(high, dtype=float),
        row_of=np.arange(len(constraints)),
        row_label=("",) * len(constraints),
        pool_row=0,
        **more,
    )


def drawn(random, n, *, groups=0, poor=False, chain=False, exact=True, caps=True, price=None):
    """A feasible problem in 万元 near last year's amounts, and a target; one point inside it is known."""
    last = 1e4 * np.exp(random.normal(0, 0.8, n))
    target = last * random.uniform(0.8, 1.4, n)
    size = last / np.sort(random.uniform(0.9, 1.1, n))
    inside = 1.05 * last
    parts, low, high = [csr_array(np.ones((1, n)))], [inside.sum() if exact else -np.inf], [inside.sum()]
    constraints, of = [Constraint(Text("资金总额", "pot"), kind="pool")], [0]

    def add(name, rows, least, greatest, price=None):
        constraints.append(Constraint(Text(name, name), price=price))
        parts.append(rows)
        low.extend(least)
        high.extend(greatest)
        of.extend([len(constraints) - 1] * rows.shape[0])

    if groups:
        group = np.arange(n) % groups
        rows = csr_array((np.ones(n), (group, np.arange(n))), shape=(groups, n))
        share = random.uniform(1.08, 1.12, groups) if price else random.uniform(0.97, 1.0, groups)
        add("prefecture", rows, share * (rows @ inside), np.full(groups, np.inf), price)
    if poor:
        chosen = np.flatnonzero(random.random(n) < 0.3)
        rows = csr_array((np.ones(len(chosen)), (np.zeros(len(chosen), dtype=int), chosen)), shape=(1, n))
        add("poor", rows, [0.999 * float((rows @ inside)[0])], [np.inf])
    if chain:
        k = np.arange(n - 1)
        entries = np.concatenate([1e4 / size[:-1], -1e4 / size[1:]])
        rows = csr_array((entries, (np.concatenate([k, k]), np.concatenate([k, k + 1]))), shape=(n - 1, n))
        add("overtaking", rows, np.full(n - 1, -np.inf), np.zeros(n - 1))
    return Problem(
        labels=tuple(f"{620000 + place}" for place in range(n)),
        lower=0.97 * last,
        upper=1.15 * last if caps else np.full(n, np.inf),
        floor_by=np.full(n, -1),
        cap_by=np.full(n, -1),
        constraints=tuple(constraints),
        matrix=csr_array(vstack(parts, format="csr")),
        row_lower=np.asarray(low, dtype=float),
        row_upper=np.asarray(high, dtype=float),
        row_of=np.asarray(of),
        row_label=("",) * len(of),
        pool_row=0,
    ), target
