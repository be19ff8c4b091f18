"""The signalling of a whole capture: messages counted, RFC 6076 over the calls."""

from collections import Counter
from collections.abc import Sequence

from voipprobe.capture.packet import ANYWHERE, Near
from voipprobe.capture.sip.sighting import Sighting
from voipprobe.model.call import Call
from voipprobe.model.signalling import Retransmissions, Signalling
from voipprobe.quality.rfc6076 import session_metrics


def signalling(
    sightings: Sequence[Sighting], calls: Sequence[Call], *, near: Near = ANYWHERE
) -> Signalling:
    """The figures of all messages and calls together.

    Args:
        sightings: every message, retransmissions included.
        calls: of the same capture.
        near: the near end; ANYWHERE where there is none (a capture from elsewhere).
    """
    repeated = retransmissions(sightings, near)
    metrics = session_metrics(calls)
    total = len(sightings)
    statuses = Counter(one.message.status for one in sightings if one.message.status is not None)
    return Signalling(
        messages=total,
        requests=_by_method([one for one in sightings if one.is_request]),
        responses=dict(sorted(statuses.items())),
        retransmissions=repeated,
        retransmission_ratio=(repeated.requests + repeated.responses) / total if total else None,
        attempts=metrics.attempts,
        ser=metrics.ser,
        seer=metrics.seer,
        isa=metrics.isa,
        scr=metrics.scr,
        srd_ms=metrics.srd_ms,
        srd_failed_ms=metrics.srd_failed_ms,
        sdd_ms=metrics.sdd_ms,
        rrd_ms=metrics.rrd_ms,
    )


def retransmissions(sightings: Sequence[Sighting], near: Near) -> Retransmissions:
    """Messages seen again, by kind, by method (a response by the method it answers), by direction.

    A message is sent by the near end when its source is.
    """
    repeated = [one for one in sightings if one.retransmission]
    requests = sum(one.is_request for one in repeated)
    sent = sum(near.has(one.source) for one in repeated)
    return Retransmissions(
        requests=requests,
        responses=len(repeated) - requests,
        sent=sent if near.is_known else None,
        received=len(repeated) - sent if near.is_known else None,
        by_method=_by_method(repeated),
    )


def _by_method(sightings: Sequence[Sighting]) -> dict[str, int]:
    return dict(sorted(Counter(one.message.method for one in sightings).items()))
