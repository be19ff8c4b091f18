"""The sections of a fleet file, with every default in its one place.

Knows shapes and limits of single values. Must not know how sections depend on each other
(`check.py`), nor where the file lies.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from voipprobe.probe.load import DEFAULT_CALLS, DEFAULT_HOLD_S, DEFAULT_RATE_CPS
from voipprobe.probe.options import Codec
from voipprobe.quality.playout import DEFAULT_BUFFER_MS
from voipprobe.settings.read import Section

NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
LISTEN_PATTERN: Final = r"^(\[[0-9A-Fa-f:.]+\]|[^:\[\]\s]+):\d{1,5}$"
NAMESPACE_PATTERN: Final = r"^[A-Za-z0-9._/#:-]{1,255}$"
ALARM_PREFIX_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"
DASHBOARD_PREFIX_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"
ARN_PATTERN: Final = r"^arn:"

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""Goes into metrics, file names and tables: letters, digits, `.`, `_` and `-`."""
Port = Annotated[int, Field(ge=1, le=65535)]
PortOrNone = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]
Listen = Annotated[str, StringConstraints(pattern=LISTEN_PATTERN)]
Arns = Annotated[tuple[Annotated[str, StringConstraints(pattern=ARN_PATTERN)], ...],
                 Field(max_length=5)]  # fmt: skip


class AgentSection(Section):
    """[agent]: what all agents of the fleet have in common.

    Attributes:
        name: which [[peer]] this host is; None to find out (`identity.py`).
        state: folder of the store, the kept captures and the lock.
        work: folder of rounds that are under way; None for $RUNTIME_DIRECTORY or `state`/work.
        max_rounds: how many may be under way at once.
        listen: of /healthz and /metrics.
        log: how lines of the log are written.
    """

    name: Name | None = None
    state: Path = Path("/var/lib/voipprobe")
    work: Path | None = None
    max_rounds: Annotated[int, Field(ge=1, le=64)] = 4
    listen: Listen = "127.0.0.1:9464"
    log: Literal["logfmt", "json"] = "logfmt"


class ResponderSection(Section):
    """[responder]: the ports that every agent of the fleet serves its peers on.

    Attributes:
        enabled: False for agents that only call.
        transports: SIP over these; each is a SIPp process.
        exchange_port: where peers ask what this end saw of their calls; 0 for not at all.
        iperf_port: 0 for no iperf3 server.
        allow: networks that are served beside the peers.
    """

    enabled: bool = True
    transports: Annotated[tuple[Literal["udp", "tcp"], ...], Field(min_length=1)] = ("udp", "tcp")
    port: Port = 5060
    media_port: Annotated[int, Field(ge=1024, le=65000)] = 7000
    iperf_port: PortOrNone = 5201
    exchange_port: PortOrNone = 5064
    allow: tuple[str, ...] = ()


class PeerSection(Section):
    """[[peer]]: one agent of the fleet.

    Attributes:
        address: name or address that the others call.
        bind: our own address for it, where that differs (NAT); only read by this agent itself.
        region, az: where it runs; they tell on EC2 which peer we are.
        instance_id: the same, exactly.
    """

    name: Name
    address: str
    bind: str | None = None
    region: str | None = None
    az: str | None = None
    instance_id: str | None = None


class TargetSection(Section):
    """[[probe.target]]: something that is called and is no peer."""

    name: Name
    uri: str


class RoundsSection(Section):
    """What [[probe]] and [[iperf]] have in common.

    Attributes:
        peers: True for all others of the fleet, or the names of some.
        sources: the agents that do it; empty for all.
        interval_s: from the beginning of one round to that of the next.
    """

    name: Name
    interval_s: Annotated[float, Field(ge=1, le=86400)] = 60.0
    peers: bool | tuple[Name, ...] = False
    sources: tuple[Name, ...] = ()


class ProbeSection(RoundsSection):
    """[[probe]]: calls to peers or targets, again and again.

    Attributes:
        critical: thresholds that make a round fail; empty for the default ones of `probe`.
        warning: thresholds that make it a warning.
        user: whom to ask for at a peer's responder; None for what the scenario asks for.
        credentials: file with username and password.
    """

    scenario: str = "call"
    target: tuple[TargetSection, ...] = ()
    calls: Annotated[int, Field(ge=1, le=100_000)] = DEFAULT_CALLS
    rate_cps: Annotated[float, Field(gt=0, le=10_000)] = DEFAULT_RATE_CPS
    hold_s: Annotated[float, Field(ge=0, le=3600)] = DEFAULT_HOLD_S
    codec: Codec = "pcmu"
    buffer_ms: Annotated[float, Field(ge=0, le=1000)] = DEFAULT_BUFFER_MS
    answer_timeout_s: Seconds = 10.0
    parameters: dict[str, str] = Field(default_factory=dict)
    next_hop: str | None = None
    user: str | None = None
    transport: Literal["udp", "tcp", "tls"] = "udp"
    critical: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    credentials: Path | None = None


class IperfSection(RoundsSection):
    """[[iperf]]: measures the network itself.

    Attributes:
        duration_s: of each of its runs. protocols: which there are, both directions each.
        streams: voice streams whose packet rate the UDP runs have.
        tcp_limit_bps: TCP runs send no more than this; None for what the network carries.
    """

    interval_s: Annotated[float, Field(ge=10, le=86400)] = 3600.0
    duration_s: Annotated[int, Field(ge=1, le=600)] = 5
    protocols: Annotated[tuple[Literal["udp", "tcp"], ...], Field(min_length=1)] = ("udp",)
    streams: Annotated[int, Field(ge=1, le=1000)] = 10
    tcp_limit_bps: Annotated[float, Field(ge=1e6, le=1e12)] | None = None


class CaptureSection(Section):
    """[capture]: what is kept of rounds that went wrong.

    Attributes:
        keep: whether failed and void rounds keep their folder at all.
        payload: whether captures keep what was said; False for headers only.
        budget_mib: of all kept folders; the oldest go first.
    """

    keep: Literal["failed", "never"] = "failed"
    payload: bool = False
    budget_mib: Annotated[int, Field(ge=1)] = 512


class HistorySection(Section):
    """[history]: how long round results are kept, and how large the store may become."""

    keep_days: Annotated[float, Field(gt=0, le=3650)] = 30.0
    max_mib: Annotated[int, Field(ge=8)] = 1024


class ActionsSection(Section):
    """ARNs of SNS topics, Lambda functions and SSM items; `{region}` in one is the alarm's.

    Attributes:
        alarm: when an alarm goes to ALARM. ok: when it goes to OK.
        insufficient_data: when it no longer knows.
    """

    alarm: Arns = ()
    ok: Arns = ()
    insufficient_data: Arns = ()


class SeveritiesSection(Section):
    """[publish.cloudwatch.alarms.actions]: what happens, by how bad it is."""

    warning: ActionsSection = ActionsSection()
    critical: ActionsSection = ActionsSection()


class AlarmsSection(Section):
    """[publish.cloudwatch.alarms]: read by `cloudwatch alarms` only.

    Attributes:
        prefix: of the alarms' names; with a tag of the same value it says which are ours.
    """

    prefix: Annotated[str, StringConstraints(pattern=ALARM_PREFIX_PATTERN)] = "voipprobe"
    actions: SeveritiesSection = SeveritiesSection()


class DashboardsSection(Section):
    """[publish.cloudwatch.dashboards]: read by `cloudwatch dashboards` only; each costs money.

    Attributes:
        prefix: of the dashboards' names; with a marker inside it says which are ours.
        show: which templates; `region` makes one for each Region, `paths` one for each agent.
    """

    prefix: Annotated[str, StringConstraints(pattern=DASHBOARD_PREFIX_PATTERN)] = "voipprobe"
    show: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = (
        "overview", "region", "paths", "agents",
    )  # fmt: skip


class CloudWatchSection(Section):
    """[publish.cloudwatch]. region: None for the agent's own, or the environment's."""

    namespace: Annotated[str, StringConstraints(pattern=NAMESPACE_PATTERN)] = "voipprobe"
    region: str | None = None
    interval_s: Annotated[float, Field(ge=1, le=3600)] = 60.0
    alarms: AlarmsSection = AlarmsSection()
    dashboards: DashboardsSection = DashboardsSection()


class PrometheusSection(Section):
    """[publish.prometheus]: /metrics at [agent] listen."""


class JsonLinesSection(Section):
    """[publish.jsonlines]: one line a measurement, appended to a file; "-" is standard output."""

    file: Annotated[str, StringConstraints(min_length=1)]


class PublishSection(Section):
    """[publish]: where measurements go beside the history."""

    cloudwatch: CloudWatchSection | None = None
    prometheus: PrometheusSection | None = None
    jsonlines: JsonLinesSection | None = None


class FleetFile(Section):
    """The whole file."""

    agent: AgentSection = AgentSection()
    responder: ResponderSection = ResponderSection()
    peer: tuple[PeerSection, ...] = ()
    probe: tuple[ProbeSection, ...] = ()
    iperf: tuple[IperfSection, ...] = ()
    capture: CaptureSection = CaptureSection()
    history: HistorySection = HistorySection()
    publish: PublishSection = PublishSection()
