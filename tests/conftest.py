"""What tests need of the machine: asked once, told when a test is skipped."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support import lab as lab_module
from support.lab import Lab

# A busy machine is no mistake, and CI must find the same thing twice
settings.register_profile("voipprobe", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("voipprobe")

# A shell that starts us in the background has SIGINT ignored, and so would all that we start
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

TOOLS = ("sipp", "iperf3", "dumpcap", "tshark")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, with the reason; CI is root and has every tool."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    for item in items:
        if item.get_closest_marker("integration") and missing:
            item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))
        if item.get_closest_marker("netns") and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="network namespaces need root"))


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Near, middle and far host with a responder, one for all tests."""
    with lab_module.lab() as made:
        yield made


@pytest.fixture(scope="session")
def loopback_responder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a responder on loopback: tests beside each other have one each."""
    folder: Path = tmp_path_factory.mktemp("responder")
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    address = f"127.0.0.{int(number) + 1}"
    arguments = lab_module.responder_arguments(address, "127.0.0.0/8")
    with lab_module.responder([*lab_module.VOIPPROBE, *arguments], folder):
        yield address
