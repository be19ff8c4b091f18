"""Measurements inside one process, without start-up: the kernels, the SIP parser.

`python -m benchmarks.inside rtp FILE` or `... sip` prints one JSON object. A process of its own,
so that nothing that ran before is in the way.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cpu import best
from benchmarks.messages import call_datagrams
from voipprobe.capture.files.reader import FRAMES_PER_BATCH, CaptureFile
from voipprobe.capture.reading import read_capture
from voipprobe.capture.rtp.streams import RtpStreams
from voipprobe.capture.rtp.tables import MAX_STREAMS
from voipprobe.capture.sip import message
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.wire import records
from voipprobe.capture.wire.walk import FOUND, PACKETS_FOUND, walk
from voipprobe.quality.playout import DEFAULT_BUFFER_MS

CALLS = 5000
ROUNDS = 5
READ_OCTETS = 1 << 22


def rtp(path: Path) -> dict[str, float]:
    """CPU seconds from file to streams, and of reading the file's bytes alone."""
    packets = _packets(path)  # compiled kernels are loaded now
    return {
        "packets": packets,
        "kernels_s": best(lambda: _kernels(path), ROUNDS),
        "streams_s": best(lambda: _timed(_packets, path), ROUNDS),
        "bytes": path.stat().st_size,
        "read_s": best(lambda: _timed(_read, path), ROUNDS),
    }


def sip() -> dict[str, float]:
    """CPU seconds for parsing messages, and for all that is noted of them while reading."""
    datagrams = [datagram for call in range(CALLS) for datagram in call_datagrams(call)]
    payloads = [datagram.payload for datagram in datagrams]
    return {
        "messages": len(payloads),
        "parse_s": best(lambda: _timed(_parse, payloads)),
        "journal_s": best(lambda: _timed(lambda given: SipJournal().read(given), datagrams)),
    }


def _timed(work: Any, argument: Any) -> float:
    before = time.process_time()
    work(argument)
    return time.process_time() - before


def _packets(path: Path) -> int:
    return read_capture([path], on_datagrams=lambda _: None).info.packets


def _kernels(path: Path) -> float:
    """CPU seconds from frames in memory to the state of the streams."""
    room = FRAMES_PER_BATCH + 1
    packets, messages = np.zeros(room, records.PACKET), np.zeros(room, records.MESSAGE)
    counts, found = np.zeros(records.KINDS, np.int64), np.zeros(FOUND, np.int64)
    streams = RtpStreams(room, DEFAULT_BUFFER_MS, MAX_STREAMS)
    spent = 0.0
    for window, frames, count in CaptureFile(path).batches():
        before = time.process_time()
        walk(window, frames, count, 1, np.zeros(0, np.uint8), packets, messages, counts, found)
        streams.take(window, packets, int(found[PACKETS_FOUND]))
        spent += time.process_time() - before
    return spent


def _read(path: Path) -> None:
    buffer = bytearray(READ_OCTETS)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def _parse(payloads: list[bytes]) -> None:
    for payload in payloads:
        message.parse(payload)


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    print(json.dumps(sip() if kind == "sip" else rtp(Path(arguments[0]))))  # noqa: T201
