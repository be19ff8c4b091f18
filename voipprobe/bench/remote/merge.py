"""What several generators saw of one trial, as if one had seen it. Pure.

Each has its own clock; all times become ours. Call-IDs carry the caller's address, so that none
are the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from voipprobe.bench.evidence.counters import Snapshot
from voipprobe.bench.local.trial import Seen
from voipprobe.bench.verdict.facts import Pool
from voipprobe.bench.wire import Plateau
from voipprobe.capture.assembly import CaptureAnalysis
from voipprobe.capture.rtp.build import to_media
from voipprobe.model.call import Call
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.signalling import Retransmissions, Signalling
from voipprobe.model.stream import Stream
from voipprobe.quality.rfc6076 import session_metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one generator saw. `ahead_s`: its clock less ours."""

    seen: Seen
    ahead_s: float


def merged(
    shares: Sequence[Share],
    evidence: Mapping[str, tuple[Snapshot, Snapshot]],
    media_ports: Pool | None,
) -> Seen:
    """The trial as one.

    Args:
        shares: of the generators.
        evidence: of the other hosts, by name.
        media_ports: of the system.
    """
    plateaus = [_plateau(one) for one in shares]
    own = [pair for one in shares for pair in one.seen.evidence.items()]
    return Seen(
        plateau=Plateau(
            begins_at=max(one.begins_at for one in plateaus),
            ends_at=min(one.ends_at for one in plateaus),
        ),
        found=_found(shares),
        evidence={**dict(own), **evidence},
        statistics=[rows for one in shares for rows in one.seen.statistics],
        error=next((one.seen.error for one in shares if one.seen.error), None),
        overdue=any(one.seen.overdue for one in shares),
        media_ports=media_ports,
    )


def _plateau(share: Share) -> Plateau:
    seen = share.seen.plateau
    return Plateau(
        begins_at=seen.begins_at - share.ahead_s, ends_at=seen.ends_at - share.ahead_s
    )  # fmt: skip


def _found(shares: Sequence[Share]) -> CaptureAnalysis:
    every = [one.seen.found for one in shares]
    calls, streams = _calls(shares), _streams(shares)
    rtcp = sum((Counter(one.media.rtcp_packets) for one in every), Counter())
    return CaptureAnalysis(
        info=_info([one.info for one in every]),
        signalling=_signalling([one.signalling for one in every], calls),
        media=to_media(streams, rtcp),
        calls=calls,
        streams=streams,
    )


def _calls(shares: Sequence[Share]) -> tuple[Call, ...]:
    """All of them; their streams are counted on through all lists of streams."""
    found: list[Call] = []
    before = 0
    for share in shares:
        for call in share.seen.found.calls:
            indices = tuple(before + index for index in call.streams)
            at = call.started_at - share.ahead_s
            found.append(replace(call, started_at=at, streams=indices))
        before += len(share.seen.found.streams)
    return tuple(found)


def _streams(shares: Sequence[Share]) -> tuple[Stream, ...]:
    return tuple(
        replace(one, started_at=one.started_at - share.ahead_s)
        for share in shares
        for one in share.seen.found.streams
    )


def _info(every: Sequence[CaptureInfo]) -> CaptureInfo:
    drops = [one.dropped_packets for one in every if one.dropped_packets is not None]
    return CaptureInfo(
        files=tuple(file for one in every for file in one.files),
        packets=sum(one.packets for one in every),
        bytes=sum(one.bytes for one in every),
        first_packet_at=min((one.first_packet_at or 0.0 for one in every), default=None),
        duration_s=max((one.duration_s or 0.0 for one in every), default=None),
        dropped_packets=sum(drops) if len(drops) == len(every) else None,
        undecoded_packets=sum(one.undecoded_packets for one in every),
        truncated=any(one.truncated for one in every),
    )


def _signalling(every: Sequence[Signalling], calls: Sequence[Call]) -> Signalling:
    """Messages added up, RFC 6076 over all calls."""
    again = _retransmissions([one.retransmissions for one in every])
    messages = sum(one.messages or 0 for one in every)
    found = session_metrics(calls)
    repeated = again.requests + again.responses
    return Signalling(
        messages=messages,
        requests=dict(sum((Counter(one.requests) for one in every), Counter())),
        responses=dict(sum((Counter(one.responses) for one in every), Counter())),
        retransmissions=again,
        retransmission_ratio=repeated / messages if messages else None,
        attempts=found.attempts, ser=found.ser, seer=found.seer, isa=found.isa, scr=found.scr,
        srd_ms=found.srd_ms, srd_failed_ms=found.srd_failed_ms, sdd_ms=found.sdd_ms,
        rrd_ms=found.rrd_ms,
    )  # fmt: skip


def _retransmissions(every: Sequence[Retransmissions]) -> Retransmissions:
    known = all(one.sent is not None and one.received is not None for one in every)
    return Retransmissions(
        requests=sum(one.requests for one in every),
        responses=sum(one.responses for one in every),
        sent=sum(one.sent or 0 for one in every) if known else None,
        received=sum(one.received or 0 for one in every) if known else None,
        by_method=dict(sum((Counter(one.by_method) for one in every), Counter())),
    )
