"""What a probe is asked to do."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from voipprobe.model.target import Target
from voipprobe.probe.load import Load
from voipprobe.quality.playout import DEFAULT_BUFFER_MS
from voipprobe.quality.thresholds import Threshold
from voipprobe.traffic.credentials import Credentials

KeepCapture = Literal["always", "failed", "never"]
Codec = Literal["pcmu", "pcma"]

ENCODINGS: dict[Codec, tuple[str, int]] = {"pcmu": ("PCMU", 0), "pcma": ("PCMA", 8)}
"""SDP encoding name and static payload type (RFC 3551 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeOptions:
    """One probe.

    Attributes:
        next_hop: "host:port" that requests are sent to, where it is not the target itself.
        interface: to capture on; None for the one that the local address belongs to.
        expectations: empty for the default ones.
        answer_timeout_s: longest wait for one expected SIP message.
        iperf_s: length of an iperf3 UDP run after the calls; None for none.
        output: folder under which the run folder is made.
    """

    target: Target
    scenario: str
    load: Load
    codec: Codec
    output: Path
    parameters: dict[str, str] = field(default_factory=dict)
    next_hop: Target | None = None
    local_address: str | None = None
    interface: str | None = None
    expectations: tuple[Threshold, ...] = ()
    keep_capture: KeepCapture = "failed"
    answer_timeout_s: float = 10.0
    buffer_ms: float = DEFAULT_BUFFER_MS
    credentials: Credentials | None = None
    iperf_s: int | None = None
    iperf_port: int = 5201
