"""A capture of SIP over UDP read by tshark alone: what the fast path is compared with.

SIP comes through the path that reads TCP, with another filter; RTP through tshark's own
dissector and its table of streams, which also knows by which SDP each stream was set up.
"""

import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from voipprobe.capture.sip.calls import Trace, traces
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.capture.tshark.messages import OVER_UDP, read_messages

_FIELDS = ("frame.number", "rtp.ssrc", "rtp.seq", "rtp.p_type", "rtp.setup-frame")
_ENDS = ("ip.src", "ipv6.src", "udp.srcport", "ip.dst", "ipv6.dst", "udp.dstport")
_ROW = re.compile(
    r"\s*[\d.]+\s+[\d.]+\s+(?P<source>\S+)\s+(?P<sport>\d+)\s+(?P<target>\S+)\s+(?P<tport>\d+)\s+"
    r"0x(?P<ssrc>[0-9A-F]{8})\s.*?\s(?P<packets>\d+)\s+(?P<lost>-?\d+) \(-?[\d.]+%\)\s+"
    r"[\d.-]+\s+[\d.-]+\s+[\d.-]+\s+[\d.-]+\s+(?P<mean>[\d.-]+)\s+(?P<max>[\d.-]+)"
)

Key = tuple[str, str, str]
"""Source, destination ("address:port") and SSRC of a stream."""


@dataclass(slots=True)
class TsharkStream:
    """One stream as tshark sees it."""

    lost: int = 0
    jitter_mean_ms: float = 0.0
    jitter_max_ms: float = 0.0
    numbers: list[int] = field(default_factory=list)
    payload_types: set[int] = field(default_factory=set)
    setup_frames: set[int] = field(default_factory=set)


def calls_of(path: Path) -> list[Trace]:
    """Calls and their messages."""
    journal = SipJournal()
    journal.read(read_messages(path, display_filter=OVER_UDP).datagrams)
    argv = ["tshark", "-r", str(path), "-T", "fields", "-e", "frame.time_epoch"]
    last = max(subprocess.check_output(argv, text=True).split(), key=float)
    seconds, _, fraction = last.partition(".")
    end_ns = int(seconds) * 10**9 + int(fraction[:9].ljust(9, "0"))
    return traces(journal.sightings, end_ns=end_ns)


def streams_of(path: Path) -> dict[Key, TsharkStream]:
    """Every RTP stream, by its ends and SSRC."""
    streams: defaultdict[Key, TsharkStream] = defaultdict(TsharkStream)
    for row in _packets(path):
        number, ssrc, _, payload_type, setup = row[:5]
        stream = streams[(_end(*row[5:8]), _end(*row[8:11]), ssrc.lower())]
        stream.numbers.append(int(number))
        stream.payload_types.add(int(payload_type))
        stream.setup_frames |= {int(setup)} if setup else set()
    argv = ["tshark", "-r", str(path), *_HEURISTIC, "-q", "-z", "rtp,streams"]
    for line in subprocess.check_output(argv, text=True).splitlines():
        if found := _ROW.match(line):
            ends = [_end(found[a], "", found[p]) for a, p in (("source", "sport"), _TARGET)]
            stream = streams[(ends[0], ends[1], "0x" + found["ssrc"].lower())]
            stream.lost = int(found["lost"])
            stream.jitter_mean_ms = float(found["mean"])
            stream.jitter_max_ms = float(found["max"])
    return dict(streams)


_HEURISTIC = ("--enable-heuristic", "rtp_udp")
_TARGET = ("target", "tport")


def _packets(path: Path) -> list[list[str]]:
    """The fields of each RTP packet; of headers in a tunnel the innermost."""
    argv = ["tshark", "-r", str(path), *_HEURISTIC, "-Y", "rtp", "-T", "fields"]
    argv += ["-E", "occurrence=l"]
    for name in (*_FIELDS, *_ENDS):
        argv += ["-e", name]
    lines = subprocess.check_output(argv, text=True).splitlines()
    return [line.split("\t") for line in lines]


def _end(address: str, address6: str, port: str) -> str:
    host = address or address6
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
