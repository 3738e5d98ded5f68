"""Write `equalization-48.yaml`: the method of the speed benchmark, 48 variables, every figure made up (演示数据).

8 tax bases × rates, 8 spending heads × standards × a cost index of altitude and density, gap,
coefficient from the pool, floor and cap, two national totals.
"""

from __future__ import annotations

from pathlib import Path

TAXES = ("vat", "cit", "pit", "resource", "construction", "deed", "land", "other")
HEADS = ("admin", "education", "security", "health", "agriculture", "roads", "environment", "safety")
HEADER = """\
# Made by make_method.py for the speed benchmark. 演示数据: no figure here is law.
id: benchmark/equalization-48
title: {zh: 测速用办法（演示数据）, en: Benchmark method (made up)}
law:
  document: null
  title: {zh: 演示数据, en: made up}
  in_force: {from: 2020-01-01}
recipients: {zh: 单位, en: unit}
"""


def entry(name: str, unit: str, rest: str) -> str:
    return f"  {name}: {{zh: {name}, en: {name}, unit: {unit}{rest}}}"


def parameter(name: str, value: str, unit: str = '"1"') -> str:
    return entry(name, unit, f', evidence: assumed, cite: 演示数据, values: {{2020-01-01: "{value}"}}')


def step(name: str, unit: str, formula: str) -> str:
    return entry(name, unit, f', formula: "{formula}", evidence: assumed, cite: 演示数据')


def text() -> str:
    lines = [HEADER, "inputs:"]
    lines += [entry(f"base_{tax}", "万元", "") for tax in TAXES]
    lines += [entry(f"units_{head}", "人", "") for head in HEADS]
    lines += [
        entry(name, unit, "") for name, unit in (("altitude", "米"), ("density", "人"), ("last_year", "万元"))
    ]
    lines.append("parameters:")
    lines += [parameter(f"rate_{tax}", f"0.0{i + 2}") for i, tax in enumerate(TAXES)]
    lines += [parameter(f"standard_{head}", f"0.{i + 3}", "万元/人") for i, head in enumerate(HEADS)]
    lines += [parameter("weight_altitude", "0.4"), parameter("weight_density", "0.6")]
    lines += [parameter("least", "0.9"), parameter("most", "1.3")]
    lines.append("steps:")
    lines.append(
        step(
            "cost_index",
            '"1"',
            "weight_altitude * altitude / mean(altitude) + weight_density * mean(density) / density",
        )
    )
    lines += [step(f"revenue_{tax}", "万元", f"base_{tax} * rate_{tax}") for tax in TAXES]
    lines += [
        step(f"spending_{head}", "万元", f"units_{head} * standard_{head} * cost_index") for head in HEADS
    ]
    lines.append(step("standard_revenue", "万元", " + ".join(f"revenue_{tax}" for tax in TAXES)))
    lines.append(step("standard_expenditure", "万元", " + ".join(f"spending_{head}" for head in HEADS)))
    lines.append(step("gap", "万元", "max(standard_expenditure - standard_revenue, 0)"))
    lines.append(step("total_gap", "万元", "total(gap)"))
    lines.append(step("coefficient", '"1"', "pool / total_gap"))
    lines.append(step("entitlement", "万元", "gap * coefficient"))
    lines.append(step("limited", "万元", "clip(entitlement, least * last_year, most * last_year)"))
    lines.append(step("total_limited", "万元", "total(limited)"))
    lines.append(step("transfer", "万元", "limited * pool / total_limited"))
    lines.append("pays: {amount: transfer, pool: {unit: 万元}, settle: {unit: 元, ties: code}}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("equalization-48.yaml").write_text(text(), encoding="utf-8", newline="\n")
