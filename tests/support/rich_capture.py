"""A capture of SIP over UDP with everything that a parser and a linker can stumble over."""

from collections.abc import Callable, Iterable
from pathlib import Path

from support.pcaps import Rtp, TimedFrame, ethernet, fragments, udp, voice, vxlan, write_pcap
from support.sip import EPOCH_NS, Wire, message, sdp
from voipprobe.capture.packet import Endpoint

Shape = Callable[[bytes], list[bytes]]
"""An IP packet to the frames that carry it."""


def plain(packet: bytes) -> list[bytes]:
    return [ethernet(packet)]


def tagged(packet: bytes) -> list[bytes]:
    return [ethernet(packet, vlans=[0x88A8, 0x8100])]


def mirrored(packet: bytes) -> list[bytes]:
    return [ethernet(vxlan(ethernet(packet)))]


def in_pieces(packet: bytes) -> list[bytes]:
    """Cut where it is longer than 400 octets: media stays whole."""
    if len(packet) < 400:
        return plain(packet)
    return [ethernet(piece) for piece in fragments(packet, [304], number=len(packet))]


class RichCapture:
    """The frames of many calls; each has hosts of its own, so that media can be told apart."""

    def __init__(self) -> None:
        self.timed: list[TimedFrame] = []
        self._hosts = 0

    def write(self, path: Path) -> Path:
        """All frames in order of time."""
        return write_pcap(path, sorted(self.timed))

    def ends(self, version: int = 4, port: int = 5060) -> tuple[Endpoint, Endpoint]:
        """Two hosts that nobody had before."""
        self._hosts += 1
        form = "10.1.{}.{}" if version == 4 else "2001:db8::{}:{}"
        return tuple(Endpoint(form.format(self._hosts, one), port) for one in (1, 2))  # type: ignore[return-value]

    def sip(self, wire: Wire, shape: Shape = plain, edit: Callable[[bytes], bytes] = bytes) -> None:
        """The messages of a wire, each edited, in frames of a shape."""
        for one in wire.datagrams:
            packet = udp(edit(one.payload), one.source, one.destination)
            self.timed += [(one.time_ns + n, frame) for n, frame in enumerate(shape(packet))]

    def rtp(
        self,
        packets: Iterable[Rtp],
        ends: tuple[tuple[str, int], tuple[str, int]],
        shape: Shape = plain,
    ) -> None:
        """A stream from the first to the second end."""
        for one in packets:
            self.timed += [(one.time_ns, frame) for frame in shape(udp(one.octets(), *ends))]

    def call(
        self,
        at_ms: float,
        name: str,
        *,
        version: int = 4,
        port: int = 5060,
        shape: Shape = plain,
        edit: Callable[[bytes], bytes] = bytes,
        loss: int = 0,
    ) -> None:
        """An answered call of two seconds with a retransmitted INVITE and 200, and both streams."""
        near, far = self.ends(version, port)
        wire, there, back = Wire(), (near, far), (far, near)
        offer, answer = self._session(near, 4000), self._session(far, 6000)
        wire.request(at_ms, "INVITE", call_id=name, branch=f"z9hG4bK{name}", hop=there, body=offer)
        wire.request(
            at_ms + 500, "INVITE", call_id=name, branch=f"z9hG4bK{name}", hop=there, body=offer
        )
        said = {"call_id": name, "branch": f"z9hG4bK{name}", "hop": back}
        wire.response(at_ms + 520, 100, to_tag=None, **said)  # type: ignore[arg-type]
        wire.response(at_ms + 530, 180, **said)  # type: ignore[arg-type]
        wire.response(at_ms + 600, 200, body=answer, **said)  # type: ignore[arg-type]
        wire.response(at_ms + 1100, 200, body=answer, **said)  # type: ignore[arg-type]
        ended = {"call_id": name, "to_tag": "far"}
        wire.request(at_ms + 610, "ACK", hop=there, branch=f"z9hG4bK{name}a", **ended)  # type: ignore[arg-type]
        wire.request(at_ms + 2700, "BYE", 2, hop=back, branch=f"z9hG4bK{name}b", **ended)  # type: ignore[arg-type]
        wire.response(at_ms + 2710, 200, "BYE", 2, hop=there, branch=f"z9hG4bK{name}b", **ended)  # type: ignore[arg-type]
        self.sip(wire, shape, edit)
        start_ns = EPOCH_NS + round((at_ms + 620) * 1e6)
        media = ((near.address, 4000), (far.address, 6000))
        seed = self._hosts
        one = voice(100, ssrc=0x1000 + seed, start_ns=start_ns, jitter_ms=4, seed=seed)
        other = voice(100, ssrc=0x2000 + seed, start_ns=start_ns, jitter_ms=9, seed=seed + 100)
        self.rtp(one[:40] + one[40 + loss :], media, shape)
        self.rtp(other, (media[1], media[0]), shape)

    def _session(self, end: Endpoint, port: int) -> bytes:
        body = sdp(port, address=end.address, attributes=["ptime:20"])
        return body.replace(b"IN IP4", b"IN IP6") if ":" in end.address else body

    def unanswered(self, at_ms: float, name: str) -> None:
        """Seven INVITEs, and nobody there."""
        near, far = self.ends()
        wire = Wire()
        for delay in (0, 500, 1500, 3500, 7500, 15500, 31500):
            wire.request(
                at_ms + delay, "INVITE", call_id=name, branch=f"z9hG4bK{name}", hop=(near, far)
            )
        self.sip(wire)

    def rejected(self, at_ms: float, name: str, status: int) -> None:
        """An INVITE and its final answer."""
        near, far = self.ends()
        wire, branch = Wire(), f"z9hG4bK{name}"
        wire.request(at_ms, "INVITE", call_id=name, branch=branch, hop=(near, far))
        wire.response(at_ms + 40, status, call_id=name, branch=branch, hop=(far, near))
        wire.request(at_ms + 50, "ACK", call_id=name, branch=branch, hop=(near, far), to_tag="far")
        self.sip(wire)

    def early_media(self, at_ms: float, name: str) -> None:
        """An announcement before the caller gives up."""
        near, far = self.ends()
        wire, there, back = Wire(), (near, far), (far, near)
        branch = f"z9hG4bK{name}"
        wire.request(
            at_ms, "INVITE", call_id=name, branch=branch, hop=there, body=self._session(near, 4000)
        )
        wire.response(
            at_ms + 80, 183, call_id=name, branch=branch, hop=back, body=self._session(far, 6000)
        )
        wire.request(at_ms + 2000, "CANCEL", call_id=name, branch=branch, hop=there)
        wire.response(at_ms + 2010, 200, "CANCEL", call_id=name, branch=branch, hop=back)
        wire.response(at_ms + 2020, 487, call_id=name, branch=branch, hop=back)
        wire.request(at_ms + 2030, "ACK", call_id=name, branch=branch, hop=there, to_tag="far")
        self.sip(wire)
        start_ns = EPOCH_NS + round((at_ms + 100) * 1e6)
        media = ((far.address, 6000), (near.address, 4000))
        self.rtp(voice(90, ssrc=0x3000 + self._hosts, start_ns=start_ns), media)

    def moved(self, at_ms: float, name: str) -> None:
        """A re-INVITE takes the caller's media to another port."""
        near, far = self.ends()
        wire, there, back = Wire(), (near, far), (far, near)
        for cseq, port, delay in ((1, 4000, 0.0), (3, 4100, 1500.0)):
            branch, to_tag = f"z9hG4bK{name}{cseq}", "far" if cseq > 1 else None
            wire.request(
                at_ms + delay, "INVITE", cseq, call_id=name, branch=branch, hop=there,
                body=self._session(near, port), to_tag=to_tag,
            )  # fmt: skip
            wire.response(
                at_ms + delay + 50, 200, "INVITE", cseq, call_id=name, branch=branch, hop=back,
                body=self._session(far, 6000),
            )  # fmt: skip
            wire.request(
                at_ms + delay + 60, "ACK", cseq, call_id=name, branch=branch + "a", hop=there,
                to_tag="far",
            )  # fmt: skip
        wire.request(
            at_ms + 3000, "BYE", 4, call_id=name, branch=f"z9hG4bK{name}b", hop=there, to_tag="far"
        )
        wire.response(at_ms + 3010, 200, "BYE", 4, call_id=name, branch=f"z9hG4bK{name}b", hop=back)
        self.sip(wire)
        for port, delay in ((4000, 100.0), (4100, 1600.0)):
            start_ns = EPOCH_NS + round((at_ms + delay) * 1e6)
            packets = voice(60, ssrc=0x4000 + port, start_ns=start_ns)
            self.rtp(packets, ((far.address, 6000), (near.address, port)))

    def registered(self, at_ms: float, name: str, *, in_one_datagram: bool = False) -> None:
        """A REGISTER that is challenged, one that is not, and the answers."""
        near, far = self.ends()
        wire, answers = Wire(), []
        for cseq, status in ((1, 401), (2, 200)):
            branch = f"z9hG4bK{name}{cseq}"
            wire.request(
                at_ms + cseq, "REGISTER", cseq, call_id=name, branch=branch, hop=(near, far)
            )
            start, said = f"SIP/2.0 {status} Whatever", f"{cseq} REGISTER"
            answers.append(message(start, cseq=said, call_id=name, branch=branch, to_tag="far"))
        for payload in [b"".join(answers)] if in_one_datagram else answers:
            at_ms += 30
            wire.send(at_ms, payload, hop=(far, near))
        self.sip(wire)


def compact(payload: bytes) -> bytes:
    """The same message in the compact form of RFC 3261 7.3.3, with a folded header."""
    for long, short in (
        (b"\r\nVia: ", b"\r\nv: "),
        (b"\r\nFrom: ", b"\r\nf: "),
        (b"\r\nTo: ", b"\r\nt:\r\n  "),
        (b"\r\nCall-ID: ", b"\r\ni : "),
        (b"\r\nContent-Type: ", b"\r\nc: "),
        (b"\r\nContent-Length: ", b"\r\nl: "),
    ):
        payload = payload.replace(long, short)
    return payload


def too_long(payload: bytes) -> bytes:
    """A Content-Length that is wrong."""
    return payload.replace(b"\r\nContent-Length: ", b"\r\nContent-Length: 9")


def junk_before(payload: bytes) -> bytes:
    """As a keep-alive that got into the same datagram."""
    return b"\r\n\r\n" + payload


def rich_capture(path: Path) -> Path:
    """One of each."""
    made = RichCapture()
    made.call(0, "plain", loss=3)
    made.call(200, "tagged", shape=tagged)
    made.call(400, "mirrored", shape=mirrored)
    made.call(600, "v6", version=6)
    made.call(800, "pieces", shape=in_pieces, edit=_long)
    made.call(1000, "compact", edit=compact, loss=1)
    made.call(1200, "elsewhere", port=25_080)
    made.call(1300, "lengthy", edit=too_long)
    made.unanswered(1400, "nobody")
    made.rejected(1600, "busy", 486)
    made.rejected(1700, "broken", 503)
    made.early_media(1800, "early")
    made.moved(2000, "moved")
    made.registered(2200, "registered")
    return made.write(path)


def _long(payload: bytes) -> bytes:
    return payload.replace(b"\r\nCSeq", b"\r\nSubject: " + b"x" * 300 + b"\r\nCSeq")
