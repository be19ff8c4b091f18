"""One platform for all tests of this folder; skipped where it cannot be had."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import platform as platform_module
from support.platform import Platform

from voipprobe.model.errors import ToolError
from voipprobe.process.tools import PACKAGES, find_tool

PROGRAMS = ("kamailio", "rtpengine")


def missing_packages() -> list[str]:
    missing = []
    for program in PROGRAMS:
        try:
            find_tool(program)
        except ToolError:
            missing.append(PACKAGES[program])
    return missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with the names of the packages that this machine lacks."""
    missing = missing_packages()
    for item in items:
        if missing and item.get_closest_marker("platform"):
            item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Near host, platform and far host, all running."""
    folder: Path = tmp_path_factory.mktemp("platform")
    with platform_module.platform(folder) as made:
        yield made
