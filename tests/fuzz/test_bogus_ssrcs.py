"""Millions of SSRCs that stand for nothing: bounded memory, and a result that says so.

BOGUS_SSRCS=10000000 takes ten million through the whole command (`make fuzz` does), which is
half a minute for a full table; CI takes a million, and reads a full table without judging it.
"""

import os
from pathlib import Path

import pytest
from support.bogus import write_bogus
from support.measured import Measured, run_measured
from support.readings import ignore

from voipprobe.capture.reading import read_capture

IS_LONG_RUN = "BOGUS_SSRCS" in os.environ
SSRCS = int(os.environ.get("BOGUS_SSRCS", "1000000"))
KEPT = 1 << 16
MORE_MB_FOR_NONE = 100
MORE_MB_FOR_ALL = 600
"""65,536 streams: 250 MB of tables, 130 MB of samples, and the result itself."""


def _analysed(path: Path) -> Measured:
    return run_measured("analyze", path, "--format", "json")


def _codes(found: Measured) -> set[str]:
    return {one["code"] for one in found.document["findings"]}


def test_ssrcs_seen_once_take_no_more_memory_than_none(tmp_path: Path) -> None:
    """None of them is a stream, and all of their packets are reported."""
    few = _analysed(write_bogus(tmp_path / "few.pcap", 10))
    found = _analysed(write_bogus(tmp_path / "bogus.pcap", SSRCS))
    assert found.peak_mb < few.peak_mb + MORE_MB_FOR_NONE
    assert found.document["streams"] == []
    assert found.document["capture"]["undecoded_packets"] == SSRCS
    assert "undecoded-packets" in _codes(found)


def test_ssrcs_seen_twice_fill_the_table(tmp_path: Path) -> None:
    """As many streams as are kept; every packet beyond is counted."""
    path = write_bogus(tmp_path / "bogus.pcap", KEPT + 1000, packets_each=2)
    reading = read_capture([path], on_datagrams=ignore)
    assert len(reading.streams) == KEPT
    assert reading.info.undecoded_packets == 2000
    assert reading.overflow_packets == 1000


@pytest.mark.skipif(not IS_LONG_RUN, reason="half a minute; BOGUS_SSRCS=10000000 runs it")
@pytest.mark.timeout(900)
def test_ssrcs_seen_twice_end_in_a_result_of_bounded_size(tmp_path: Path) -> None:
    """Tables, samples and the document; and a finding says that streams are missing."""
    few = _analysed(write_bogus(tmp_path / "few.pcap", 10))
    found = _analysed(write_bogus(tmp_path / "bogus.pcap", SSRCS, packets_each=2))
    assert found.peak_mb < few.peak_mb + MORE_MB_FOR_ALL
    assert len(found.document["streams"]) == KEPT
    assert found.document["capture"]["undecoded_packets"] == 2 * (SSRCS - KEPT)
    assert "too-many-streams" in _codes(found)
