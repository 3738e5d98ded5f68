"""What all tests share: paths, and the rule for tests that need a program beyond Python."""

from __future__ import annotations

import os
import shutil

import pytest
from paths import ROOT

_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure(config):
    config.stash[_LEFT_OUT] = []
    os.environ["TRANSFER_CALC_LANG"] = "zh"


def pytest_collection_modifyitems(config, items):
    """Leave out external tests whose program is missing; where all must run, let them fail instead."""
    required = os.environ.get("TRANSFER_CALC_REQUIRE_EXTERNAL") == "1"
    for item in items:
        for marker in item.iter_markers("external"):
            program = marker.args[0]
            if shutil.which(program) is None and not required:
                config.stash[_LEFT_OUT].append(program)
                item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


def pytest_terminal_summary(terminalreporter, config):
    left_out = config.stash[_LEFT_OUT]
    if left_out:
        programs = ", ".join(sorted(set(left_out)))
        terminalreporter.write_line(f"external tests left out: {len(left_out)} (not installed: {programs})")


@pytest.fixture(scope="session")
def demo():
    return ROOT / "examples" / "gansu-gap-demo.xlsx"


@pytest.fixture(scope="session")
def county_method():
    from transfer_calc import load_method

    return load_method("cn/model/equalization-gap")
