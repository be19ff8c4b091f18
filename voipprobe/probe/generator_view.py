"""Signalling as SIPp itself tells it, for when nothing could be captured."""

from voipprobe.model.call import Outcome
from voipprobe.model.signalling import Retransmissions, Signalling
from voipprobe.quality.summary import delay_summary
from voipprobe.traffic.manifest import Manifest
from voipprobe.traffic.sipp.runner import SippRun


def generator_signalling(run: SippRun, manifest: Manifest) -> Signalling | None:
    """What SIPp's statistics say of the calls; None when it left none.

    Ratios that need to know how each call ended stay None, but for the SER of a scenario
    whose calls should be answered.
    """
    generator = run.generator
    if generator.created is None or generator.successful is None:
        return None
    ended = generator.successful + (generator.failed or 0)
    is_call = manifest.method == "INVITE"
    answered = is_call and manifest.outcome is Outcome.ANSWERED and ended > 0
    times = {name: delay_summary(values) for name, values in run.response_times_ms.items()}
    none = delay_summary([])
    return Signalling(
        witness="generator",
        messages=None,
        requests={},
        responses={},
        retransmissions=Retransmissions(by_method={}),
        retransmission_ratio=None,
        attempts=generator.created if is_call else 0,
        ser=generator.successful / ended if answered else None,
        seer=None,
        isa=None,
        scr=None,
        srd_ms=times.get("srd", none) if is_call else none,
        srd_failed_ms=none,
        sdd_ms=times.get("sdd", none),
        rrd_ms=times.get("rrd", none),
    )
