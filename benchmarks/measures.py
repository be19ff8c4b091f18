"""The rows of the table: what is measured, against what, and the goal.

Knows which commands are compared. Must not know how the table is written.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import live
from benchmarks.agent import agent_rows
from benchmarks.cloudwatch import cloudwatch_rows
from benchmarks.cpu import analyze, compared, cost
from benchmarks.rows import Row
from benchmarks.synthetic import FAR_PORT, make_capture

SMALL, MEDIUM, LARGE = 200_000, 1_000_000, 10_000_000
MEMORY_LIMIT_MIB = 300
PYSHARK_PACKETS = 5_000
ROUNDS = 3
SHORT_LIVE_S, FULL_LIVE_S = 10.0, 60.0
NEARLY = 0.99
"""A flood of so many seconds ends in the middle of a burst."""
_LIBRARIES = "import os; os.environ['OPENBLAS_NUM_THREADS'] = '1'; import numpy, llvmlite.binding"
_PYSHARK = "import pyshark, sys\nfor packet in pyshark.FileCapture(sys.argv[1]): packet.udp.srcport"


def measure(folder: Path, *, full: bool) -> Iterator[Row]:
    """Every row, as soon as it is known.

    Args:
        folder: for the captures (12 GB with `full`, 0.3 GB without).
        full: also the captures of 10 and 20 million packets.
    """
    rtp, sip = Turns("rtp", str(_capture(folder, MEDIUM))), Turns("sip")
    _take_turns(rtp, sip)
    yield _whole(_capture(folder, SMALL), SMALL, goal=1, rounds=ROUNDS)
    yield _start_up(folder)
    yield _whole(_capture(folder, MEDIUM), MEDIUM, goal=5, rounds=ROUNDS)
    yield _pyshark(_capture(folder, PYSHARK_PACKETS))
    if os.geteuid() == 0:
        _take_turns(rtp, sip)
        yield from _live(folder, FULL_LIVE_S if full else SHORT_LIVE_S)
    _take_turns(rtp, sip)
    if full:
        yield _whole(_capture(folder, LARGE), LARGE, goal=30, rounds=ROUNDS)
        yield from _memory(folder)
        _take_turns(rtp, sip)
    yield from _kernel(rtp.best())
    yield from _sip(sip.best())
    yield from cloudwatch_rows()
    yield from agent_rows(folder)


def _capture(folder: Path, packets: int) -> Path:
    path = folder / f"{packets}.pcap"
    if not path.exists():
        make_capture(path, packets=packets)
        os.sync()  # or the disk is busy with it while the first side is measured
    return path


def _inside(*arguments: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "benchmarks.inside", *arguments]
    found: dict[str, Any] = json.loads(subprocess.check_output(argv))
    return found


class Turns:
    """Measurements inside processes of their own, some minutes apart.

    A virtual machine has good and bad minutes; what work costs shows in the good ones.
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._turns: list[dict[str, Any]] = []

    def take(self) -> None:
        """Measure once more."""
        self._turns.append(_inside(*self._arguments))

    def best(self) -> dict[str, Any]:
        """Each figure at its smallest."""
        return {name: min(turn[name] for turn in self._turns) for name in self._turns[0]}


def _take_turns(*turns: Turns) -> None:
    for one in turns:
        one.take()


def _kernel(found: dict[str, Any]) -> Iterator[Row]:
    alone = found["packets"] / found["kernels_s"]
    whole = found["packets"] / found["streams_s"]
    share = found["read_s"] / found["streams_s"]
    what = "RTP packets per CPU-second, 1 M packets of 400 streams:"
    yield Row(f"{what} kernels alone", f"{alone / 1e6:.1f} M", "10 M", alone >= 10e6)
    yield Row(f"{what} file to streams", f"{whole / 1e6:.1f} M", "", None)
    yield Row("the same as a share of reading the file's bytes from page cache",
              f"{share:.1%}", "", None)  # fmt: skip


def _sip(found: dict[str, Any]) -> Iterator[Row]:
    rate = found["messages"] / found["parse_s"]
    journal = found["messages"] / found["journal_s"]
    yield Row("SIP messages per CPU-second, parser", f"{rate / 1e3:.0f} k", "100 k", rate >= 100e3)
    yield Row("SIP messages per CPU-second, with SDP and retransmissions",
              f"{journal / 1e3:.0f} k", "", None)  # fmt: skip


def _whole(path: Path, packets: int, *, goal: float, rounds: int) -> Row:
    ours, theirs = compared(analyze(str(path)), tshark(path), rounds)
    ratio = theirs.cpu_s / ours.cpu_s
    return Row(
        f"whole command on {packets:,} packets against `tshark -q -z rtp,streams`",
        f"{ours.cpu_s:.2f} s against {theirs.cpu_s:.2f} s: {ratio:.1f} x fewer",
        f"{goal:g} x fewer CPU-seconds" if goal > 1 else "no more CPU-seconds",
        ratio >= goal,
    )


def tshark(path: Path) -> list[str]:
    """The argv of what we are compared with, told which port is RTP so that it need not guess."""
    decode = f"udp.port=={FAR_PORT},rtp"
    return ["tshark", "-n", "-r", str(path), "-q", "-z", "rtp,streams", "-d", decode]


def _start_up(folder: Path) -> Row:
    found = [cost(analyze(str(_capture(folder, 1000)))).cpu_s for _ in range(ROUNDS)]
    argv = [sys.executable, "-c", _LIBRARIES]
    libraries = min(cost(argv).cpu_s for _ in range(ROUNDS))
    words = f"{min(found):.2f} s, of which Python, NumPy and LLVM {libraries:.2f} s"
    return Row("start-up (1,000 packets)", words, "", None)


def _pyshark(path: Path) -> Row:
    theirs = cost([sys.executable, "-c", _PYSHARK, str(path)]).cpu_s
    ours = cost(analyze(str(path))).cpu_s
    words = f"{ours:.2f} s against {theirs:.2f} s: {theirs / ours:.0f} x fewer, start-up included"
    return Row(f"against pyshark's FileCapture on {PYSHARK_PACKETS:,} packets", words, "", None)


def _live(folder: Path, duration_s: float) -> Iterator[Row]:
    found = live.compare(folder, duration_s)
    ours, theirs = found.ours, found.dumpcap
    seen = f"{found.rate_pps / 1e3:.0f} k/s for {duration_s:g} s, {ours.dropped:,} dropped"
    met = found.rate_pps >= live.RATE_PPS * NEARLY and ours.dropped == 0
    yield Row("live on a veth pair: packets/s, dropped by the kernel", seen,
              "200 k/s, no drop", met and ours.packets >= found.sent)  # fmt: skip
    cost_words = f"{ours.cpu_s:.1f} s against {theirs.cpu_s:.1f} s ({theirs.dropped:,} dropped)"
    yield Row("live: CPU seconds against `dumpcap -w`, start-up included", cost_words,
              "no more", ours.cpu_s <= theirs.cpu_s)  # fmt: skip


def _memory(folder: Path) -> Iterator[Row]:
    for packets in (LARGE, 2 * LARGE):
        path = _capture(folder, packets)
        peak = cost(analyze(str(path))).peak_mib
        path.unlink()
        limit = f"under {MEMORY_LIMIT_MIB} MB"
        what = f"peak memory on {packets:,} packets"
        yield Row(what, f"{peak * 1.048576:.0f} MB", limit, peak * 1.048576 < MEMORY_LIMIT_MIB)
