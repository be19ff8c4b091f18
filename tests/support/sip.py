"""SIP messages and datagrams for tests: short to write, complete on the wire."""

from collections.abc import Iterable
from pathlib import Path

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.capture.sip.calls import Trace, traces
from voipprobe.capture.sip.journal import SipJournal
from voipprobe.model.call import Call

NEAR = Endpoint("10.0.0.1", 5060)
FAR = Endpoint("10.0.0.9", 5060)
PROXY = Endpoint("10.0.0.5", 5060)
RECORDED = Path(__file__).parents[1] / "data" / "sip"
EPOCH_NS = 1_700_000_000_000_000_000


def sdp(
    port: int = 4000,
    *,
    address: str = "10.0.0.1",
    attributes: Iterable[str] = (),
    formats: str = "0",
) -> bytes:
    """A session with one audio line."""
    lines = ["v=0", f"o=- 1 1 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0"]
    lines += [f"m=audio {port} RTP/AVP {formats}", *(f"a={one}" for one in attributes)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def message(
    start: str,
    *,
    cseq: str,
    call_id: str = "call-1",
    branch: str = "z9hG4bK-1",
    from_tag: str = "near",
    to_tag: str | None = None,
    body: bytes = b"",
) -> bytes:
    """One message with the headers that every message needs."""
    lines = [
        start,
        f"Via: SIP/2.0/UDP 10.0.0.1:5060;branch={branch}",
        f"From: <sip:alice@near.example;transport=udp>;tag={from_tag}",
        "To: <sip:bob@far.example>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call_id}",
        f"CSeq: {cseq}",
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Wire:
    """A capture in the making: messages with the time [ms] at which they passed."""

    def __init__(self) -> None:
        self.datagrams: list[Datagram] = []

    def send(
        self, at_ms: float, payload: bytes, *, hop: tuple[Endpoint, Endpoint] = (NEAR, FAR)
    ) -> None:
        """A datagram from the first to the second end of a hop."""
        number = len(self.datagrams) + 1
        time_ns = EPOCH_NS + round(at_ms * 1e6)
        self.datagrams.append(Datagram(number, time_ns, *hop, "udp", payload))

    def request(
        self,
        at_ms: float,
        method: str,
        cseq: int = 1,
        *,
        hop: tuple[Endpoint, Endpoint] = (NEAR, FAR),
        call_id: str = "call-1",
        branch: str | None = None,
        from_tag: str = "near",
        to_tag: str | None = None,
        body: bytes = b"",
    ) -> None:
        """A request; its branch follows from CSeq and, for the ACK of a 2xx, from the method."""
        payload = message(
            f"{method} sip:bob@far.example SIP/2.0",
            cseq=f"{cseq} {method}",
            branch=branch or _branch(method, cseq, to_tag),
            call_id=call_id,
            from_tag=from_tag,
            to_tag=to_tag,
            body=body,
        )
        self.send(at_ms, payload, hop=hop)

    def response(
        self,
        at_ms: float,
        status: int,
        method: str = "INVITE",
        cseq: int = 1,
        *,
        hop: tuple[Endpoint, Endpoint] = (FAR, NEAR),
        call_id: str = "call-1",
        branch: str | None = None,
        from_tag: str = "near",
        to_tag: str | None = "far",
        body: bytes = b"",
    ) -> None:
        """A response on the way back."""
        payload = message(
            f"SIP/2.0 {status} Whatever",
            cseq=f"{cseq} {method}",
            branch=branch or _branch(method, cseq, None),
            call_id=call_id,
            from_tag=from_tag,
            to_tag=to_tag,
            body=body,
        )
        self.send(at_ms, payload, hop=hop)

    def answered_call(self, at_ms: float = 0, *, call_id: str = "call-1", port: int = 4000) -> None:
        """INVITE, 180 after 20 ms, 200 after 100 ms, BYE at 5,000 ms, its 200 10 ms later."""
        offer, answer = sdp(port), sdp(6000, address="10.0.0.9")
        self.request(at_ms, "INVITE", call_id=call_id, body=offer)
        self.response(at_ms + 5, 100, call_id=call_id, to_tag=None)
        self.response(at_ms + 20, 180, call_id=call_id)
        self.response(at_ms + 100, 200, call_id=call_id, body=answer)
        self.request(at_ms + 101, "ACK", call_id=call_id, to_tag="far")
        self.request(at_ms + 5000, "BYE", 2, call_id=call_id, to_tag="far")
        self.response(at_ms + 5010, 200, "BYE", 2, call_id=call_id)

    def journal(self) -> SipJournal:
        """What the journal makes of it."""
        journal = SipJournal()
        journal.read(self.datagrams)
        return journal

    def traces(self, *, end_ms: float = 60_000, patience_s: float | None = None) -> list[Trace]:
        """Its calls with their messages, for a capture that ended then."""
        end_ns = EPOCH_NS + round(end_ms * 1e6)
        return traces(self.journal().sightings, end_ns=end_ns, patience_s=patience_s)

    def calls(self, *, end_ms: float = 60_000, patience_s: float | None = None) -> list[Call]:
        """Its calls."""
        return [trace.call for trace in self.traces(end_ms=end_ms, patience_s=patience_s)]


def recorded(name: str) -> bytes:
    """A message as a real tool sent it."""
    return (RECORDED / f"{name}.sip").read_bytes()


def _branch(method: str, cseq: int, to_tag: str | None) -> str:
    own = method == "ACK" and to_tag is not None
    return f"z9hG4bK-{cseq}-{'ack' if own else 'x'}"
