"""The first inputs of every target: `python -m fuzz.seeds FOLDER` writes FOLDER/TARGET/*.

Whole captures and messages as real senders make them, small; the fuzzer does the rest.
"""

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from support.pcaps import (
    ethernet,
    fragments,
    frames,
    gre,
    interface_block,
    option,
    packet_block,
    pcap_octets,
    section_block,
    statistics_block,
    tcp,
    udp,
    voice,
    vxlan,
)
from support.readings import call_frames
from support.sip import Wire, message, sdp

from fuzz.targets import pcap as pcap_target

FILE_HEADER = 24
_V6 = (("2001:db8::1", 4000), ("2001:db8::2", 4002))


def _pcap() -> Iterator[bytes]:
    rtp = voice(3)
    sip = message("OPTIONS sip:a@b SIP/2.0", cseq="1 OPTIONS")
    packet = udp(rtp[0].octets())
    layers = {
        0: b"\2\0\0\0" + packet,
        1: ethernet(packet, (0x88A8, 0x8100)),
        101: udp(sip),
        113: b"\0" * 14 + b"\x08\0" + packet,
        276: b"\x08\0" + b"\0" * 18 + packet,
        229: udp(sip, *_V6),
    }
    for link, frame in layers.items():
        how = 3 | pcap_target.LINKS.index(link) << 2
        yield bytes([how]) + pcap_octets([(one.time_ns, frame) for one in rtp])[FILE_HEADER:]
    ether = 3 | pcap_target.LINKS.index(1) << 2
    for timed in (
        frames(rtp),
        call_frames(sdp(), sdp(6000))[:3],
        [(0, vxlan(ethernet(packet))), (1, ethernet(vxlan(ethernet(packet))))],
        [(0, ethernet(gre(packet))), (1, ethernet(gre(ethernet(packet), 0x6558, 0x3000)))],
        [(0, ethernet(one)) for one in fragments(udp(sip), [64, 64])],
        [(0, ethernet(one)) for one in fragments(udp(sip, *_V6), [64])],
        [(0, ethernet(tcp(sip, ("1.2.3.4", 1), ("1.2.3.5", 5060))))],
        [(0, ethernet(udp(b"\x80\xc8\0\6" + b"\0" * 24)))],
    ):
        yield bytes([ether]) + pcap_octets(timed)[FILE_HEADER:]
    yield b"\xff" + pcap_octets(frames(rtp), big=True, nano=False)


def _pcapng() -> Iterator[bytes]:
    (first, frame), *_ = frames(voice(1))
    for order in "<>":
        options = option(9, b"\x09", order) + option(14, b"\0" * 8, order)
        yield b"\xff" + b"".join(
            [
                section_block(order),
                interface_block(options, order),
                interface_block(option(9, b"\x94", order), order, 101),
                packet_block(first, frame, 0, order),
                packet_block(5, udp(b"\r\n\r\n"), 1, order),
                statistics_block(3, 0, order),
            ]
        )
    ether = b"\0\x08\1\0\0\0\0\0\0\0"
    yield b"\0" + ether + bytes([6, 20 + 60]) + struct.pack("<5I", 0, 9, 9, 60, 60) + frame[:60]


def _compressed() -> Iterator[bytes]:
    content = pcap_octets(frames(voice(2)))
    for how in range(2, 8):
        yield bytes([how, 40, 0x55]) + content
    yield b"\0\0\0\x08\0" + b"\0" * 8 + content[:60]


def _rtp() -> Iterator[bytes]:
    in_order = bytes(8) * 20
    yield b"\0" + in_order
    for how in range(8):
        yield bytes([how]) + in_order + struct.pack("<BBhhh", 1, 0, 5000, 0, 0) + in_order
    yield b"\2" + b"".join(struct.pack("<BBhhh", 1, 2, i % 3 - 1, 0, 0) for i in range(40))
    yield b"\0" + b"".join(
        struct.pack("<BBhhh", 32 * (i % 2) | i % 2, 0, 0, 0, 0) for i in range(40)
    )
    yield b"\1" + b"".join(struct.pack("<BBhhh", 16 | 1, 0x20, 700, 0, 3 * i) for i in range(9))
    yield b"\0" + b"".join(struct.pack("<BBhhh", 4 | 2, i % 8, 0, 100 * i, 0) for i in range(30))


def _rtcp() -> Iterator[bytes]:
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, 1, 0x83AA7E80, 0, 0, 0, 0)
    block = struct.pack(">IIIIII", 1, 0, 0, 0, 0x7E800000, 1)
    yield report + b"\xff\x00\xff" + struct.pack(">BBHI", 0x81, 201, 7, 2) + block
    yield (
        report + struct.pack(">BBH", 0x81, 202, 1) + b"abcd" + struct.pack(">BBHI", 0x81, 203, 1, 1)
    )


def _fragments() -> Iterator[bytes]:
    for family in (0, 1):
        yield bytes([family | 2 | 8, 0, 64, 1, family | 8, 8, 20, 1])
        yield bytes([family | 8, 8, 20, 1, family | 2 | 8, 0, 64, 1])
        yield bytes([family | 2 | 8, 0, 64, 1, family | 2 | 8, 4, 64, 1, family | 8, 8, 64, 1])


def _sip() -> Iterator[bytes]:
    for path in sorted((Path(__file__).parents[1] / "data" / "sip").glob("*.sip")):
        yield path.read_bytes()
    usual = message("INVITE sip:b@x SIP/2.0", cseq="1 INVITE", body=sdp())
    yield usual + message("SIP/2.0 180 Ringing", cseq="1 INVITE", to_tag="far")
    yield usual.replace(b"alice", b"\xfe \xfe")
    yield usual.replace(b";tag", b"\xfe; \xfe;tag")


def _sdp() -> Iterator[bytes]:
    yield sdp(attributes=("rtpmap:101 telephone-event/8000", "ptime:20", "rtcp-mux", "sendonly"))
    yield b"\xff--b1\r\n\r\n" + sdp(4444, address="::1") + b"--b1--"


def _call() -> Iterator[bytes]:
    wire = Wire()
    wire.answered_call()
    wire.request(6000, "REGISTER", 3, call_id="r")
    wire.response(6010, 401, "REGISTER", 3, call_id="r")
    ways = [bytes([8 * (one.source.address != "10.0.0.1") | 1]) for one in wire.datagrams]
    parts = [way + one.payload for way, one in zip(ways, wire.datagrams, strict=True)]
    yield b"\xff".join(parts)
    yield b"\xff".join([*parts[:4], b"\x10", b"\x18", b"\x51", *parts[4:]])
    yield b"\xff".join([parts[0]] * 7)


SEEDS = {
    "pcap": _pcap,
    "pcapng": _pcapng,
    "compressed": _compressed,
    "rtp": _rtp,
    "rtcp": _rtcp,
    "fragments": _fragments,
    "sip": _sip,
    "sdp": _sdp,
    "call": _call,
}


def main(folder: Path) -> None:
    """Write them all."""
    for name, seeds in SEEDS.items():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for number, octets in enumerate(seeds()):
            (target / f"seed-{number:02}").write_bytes(octets)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
