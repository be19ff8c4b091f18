"""Small files that promise gigabytes, and large promises in small files: the whole command."""

import gzip
from pathlib import Path

import pytest
from support.hostile import SMALL_FILES, SMALL_OCTETS
from support.measured import Measured, run_measured
from support.pcaps import frames, pcap_octets, voice

MEASURED, REFUSED = 0, 3
MORE_MB = 200
LONGEST_CPU_S = 20.0
"""With the compilation of kernels, where no test before has left them behind."""


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """What a capture of two packets takes; kernels are compiled by then."""
    path = tmp_path_factory.mktemp("usual") / "usual.pcap"
    path.write_bytes(pcap_octets(frames(voice(2))))
    run_measured("analyze", path, "--format", "json")
    return run_measured("analyze", path, "--format", "json")


@pytest.mark.parametrize("name", SMALL_FILES)
def test_a_hundred_octets_take_no_memory(tmp_path: Path, usual: Measured, name: str) -> None:
    """Whatever lengths, windows and counts they declare: measured, or refused in words."""
    octets = SMALL_FILES[name]
    assert len(octets) <= SMALL_OCTETS
    path = tmp_path / name
    path.write_bytes(octets)
    found = run_measured("analyze", path, "--format", "json")
    assert found.peak_mb < usual.peak_mb + MORE_MB
    assert found.cpu_s < LONGEST_CPU_S
    assert found.exit_code in (MEASURED, REFUSED)
    assert "Traceback" not in found.stderr
    if found.exit_code == MEASURED:
        assert found.document["capture"]["packets"] <= 1 << 20
    else:
        assert str(path) in found.stderr


def test_a_gzip_bomb_is_read_to_its_end_in_bounded_memory(tmp_path: Path, usual: Measured) -> None:
    """100 MB of empty packets in 100 kB: no limit but the work itself, and none on memory."""
    path = tmp_path / "bomb.pcap.gz"
    octets = pcap_octets([]) + bytes(100 << 20)
    path.write_bytes(gzip.compress(octets))
    found = run_measured("analyze", path, "--format", "json")
    assert found.peak_mb < usual.peak_mb + MORE_MB
    capture = found.document["capture"]
    assert (capture["packets"], capture["undecoded_packets"]) == ((100 << 20) // 16,) * 2
