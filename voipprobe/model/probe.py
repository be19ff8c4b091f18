"""The result of one probe: one measured round of calls."""

from dataclasses import dataclass

from voipprobe.model.call import Call
from voipprobe.model.capture import CaptureInfo
from voipprobe.model.iperf import IperfResult
from voipprobe.model.media import Media
from voipprobe.model.run import Environment, Run, ScenarioUse
from voipprobe.model.signalling import Signalling
from voipprobe.model.stream import Stream
from voipprobe.model.verdict import Verdict

PROBE_SCHEMA = "voipprobe.probe/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """Everything that is known of a probe; every table, page and metric derives from it.

    `capture`, `signalling` and `media` are None when nothing could be captured.
    """

    schema: str
    run: Run
    target: str
    scenario: ScenarioUse
    environment: Environment
    verdict: Verdict
    capture: CaptureInfo | None
    signalling: Signalling | None
    media: Media | None
    iperf: IperfResult | None
    calls: tuple[Call, ...]
    streams: tuple[Stream, ...]
