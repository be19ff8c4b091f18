"""What a run was asked to do, where it ran, and what the generator itself says of it."""

from dataclasses import dataclass

from voipprobe.model.call import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """SIPp's own account, the second and third witness beside the wire.

    Attributes:
        exit_code: of the process, None if it had to be killed.
        created, successful, failed, open: calls, from the last statistics row; None
            when SIPp left no row.
        retransmissions: every message that SIPp sent again, for any reason.
        call_rate_cps, target_rate_cps: reached and asked for.
        watchdog: overload warnings of SIPp's own watchdog.
        limit_reached: the number of open calls stood at SIPp's limit.
    """

    exit_code: int | None
    created: int | None
    successful: int | None
    failed: int | None
    open: int | None
    retransmissions: int | None
    call_rate_cps: float | None
    target_rate_cps: float
    watchdog: int | None
    limit_reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When and how: the effective configuration of one run.

    Attributes:
        id: unique and sortable by time. folder: where the files lie.
        started_at: epoch seconds. interrupted: a person pressed Ctrl-C.
    """

    id: str
    folder: str
    started_at: float
    duration_s: float
    interrupted: bool
    calls: int
    rate_cps: float
    hold_s: float
    transport: str
    codec: str
    configuration: dict[str, str | int | float | bool | None]
    generator: Generator | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioUse:
    """Which scenario ran, and the parameters that it ran with.

    Attributes:
        media: its calls carry RTP. expected_outcome: how each of its calls should end.
    """

    name: str
    purpose: str
    media: bool
    parameters: dict[str, str]
    expected_outcome: Outcome = Outcome.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The host of the command, and versions.

    Attributes:
        hostname, platform: as the kernel has them. cpus: how many.
        python, voipprobe: their versions. tools: version of each, None if it is missing.
    """

    hostname: str
    platform: str
    python: str
    voipprobe: str
    cpus: int
    tools: dict[str, str | None]
