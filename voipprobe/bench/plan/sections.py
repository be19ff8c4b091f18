"""The sections of a plan, with every default in its one place.

Knows shapes and limits of single values. Must not know how sections depend on each other
(`check.py`), nor where the file lies.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from voipprobe.bench.verdict.faults import MOST_STEAL_RATIO
from voipprobe.probe.options import Codec
from voipprobe.settings.read import Section

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""Goes into tags, file names and tables."""
Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]
Pause = Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]
Cpus = Annotated[float, Field(ge=0.01, le=1024, allow_inf_nan=False)]
Repeats = Annotated[int, Field(ge=0, le=10)]
InstanceType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$")]

Provider = Literal["local", "ec2"]
Kind = Literal["responder", "kamailio", "kamailio-rtpengine", "external", "command"]


class SystemSection(Section):
    """[system]: what is measured.

    Attributes:
        uri: whom to call; of kind external only, which is never provisioned.
        prepare, start, stop: shell scripts that make, start and stop it; of kind command only.
        max_calls: a maximum that it is configured to refuse above; None for none.
        settings: more of its configuration, kept with the results: `workers` of Kamailio,
            `threads` of rtpengine; a command has them all as variables, VOIPPROBE_NAME.
    """

    kind: Kind
    uri: str | None = None
    prepare: Path | None = None
    start: Path | None = None
    stop: Path | None = None
    max_calls: Annotated[int, Field(ge=1)] | None = None
    settings: dict[str, str | int | float | bool] = Field(default_factory=dict)


class SizeSection(Section):
    """[[size]]: how large the system is. `cpus`: a CPU quota, local; `type`: of EC2."""

    name: Name | None = None
    cpus: Cpus | None = None
    type: InstanceType | None = None

    @property
    def label(self) -> str:
        """What tables call it."""
        return self.name or self.type or f"{self.cpus:g}cpu"


class CallSection(Section):
    """[call]: what each call does.

    Attributes:
        media: whether RTP goes through the system, beside it, or whether there is none.
        hold_s: concurrency is rate x hold.
    """

    scenario: str = "call"
    codec: Codec = "pcmu"
    hold_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    media: Literal["through", "beside", "none"] = "through"
    transport: Literal["udp", "tcp", "tls"] = "udp"
    parameters: dict[str, str] = Field(default_factory=dict)


class ObjectiveSection(Section):
    """[objective]: what a trial must meet.

    Attributes:
        thresholds: as `probe --expect` has them.
        sequential: whether Wald's test (0.1 % against 0.5 % failures) must accept, too.
    """

    thresholds: Annotated[tuple[str, ...], Field(min_length=1)] = ("success_ratio>=0.999",)
    sequential: bool = False


class SearchSection(Section):
    """[search]: between which loads, how finely, and how long each trial is.

    Attributes:
        minimum, maximum: concurrent calls.
        light_s, short_s, full_s: plateau of the first, of searching and of confirming trials.
        ramp_s: None for one hold time. settle_s: between ramp and plateau.
        cooldown_s: after the last call of a trial; 32 s let every SIP transaction end (Timer J).
        others: see `search.records.Settings`.
    """

    minimum: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    maximum: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    precision_ratio: Annotated[float, Field(ge=0.001, le=0.5)] = 0.02
    light_s: Seconds = 10.0
    short_s: Seconds = 20.0
    full_s: Seconds = 60.0
    ramp_s: Seconds | None = None
    settle_s: Pause = 5.0
    cooldown_s: Pause = 5.0
    confirmations: Annotated[int, Field(ge=1, le=10)] = 2
    refutations: Annotated[int, Field(ge=1, le=10)] = 2
    verifications: Repeats = 2
    void_repeats: Repeats = 2
    steal_repeats: Repeats = 5
    retreats: Repeats = 2
    most_trials: Annotated[int, Field(ge=3, le=1000)] = 60


class GeneratorsSection(Section):
    """[generators]: what makes the load.

    Attributes:
        type: of EC2. cpus: a quota for each, local.
        processes: of SIPp; None for one, and more where the load asks for them and cores are there.
        most_steal_ratio: CPU time of their hosts that other machines may take; a trial that
            failed while it was more is void.
    """

    type: InstanceType | None = None
    cpus: Cpus | None = None
    count: Annotated[int, Field(ge=1, le=64)] = 1
    processes: Annotated[int, Field(ge=1, le=64)] | None = None
    streams_per_process: Annotated[int, Field(ge=1, le=900)] = 900
    most_steal_ratio: Annotated[float, Field(ge=0, le=0.5)] = MOST_STEAL_RATIO


class OrderSection(Section):
    """[order]: of the searches.

    Attributes:
        repeats: searches of each size; on EC2 each by an instance of its own.
        interleaved: all sizes once, then all again, so that a slow hour hits all of them.
        shuffled: within each round, by `seed`.
    """

    repeats: Annotated[int, Field(ge=1, le=100)] = 1
    interleaved: bool = True
    shuffled: bool = True
    seed: int = 1


class BudgetSection(Section):
    """[budget]: of the whole run. None for no bound; EC2 needs one in dollars."""

    dollars: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None
    minutes: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None


class Ec2Section(Section):
    """[ec2]: where instances are made, and how they are reached.

    Attributes:
        az: None for the first that has room.
        subnet_id, key_name: None for the default subnet, and a key of the run.
        key_file: the private half of the key `key_name`.
        allow_burstable: T types, whose figures are those of their credits.
        images: AMI by architecture (x86_64, arm64); missing ones are Debian's newest.
        install: what pip installs on each host: a requirement, or the path of a wheel here;
            None for this version.
        prices: US dollars an hour by type, where nobody else knows them.
        address: what ssh calls a host: its public or private address, or its id (for SSM).
        ssh_from: network that may come by ssh, in CIDR form, or "nobody"; None for the address
            that we are seen with.
        ssh_config: of the user's, with a ProxyCommand for one. user: of the images.
        owner: whom the tags name; None for this user on this host.
    """

    region: str = "us-east-1"
    az: str | None = None
    subnet_id: str | None = None
    key_name: str | None = None
    key_file: Path | None = None
    allow_burstable: bool = False
    images: dict[Literal["x86_64", "arm64"], Annotated[str, Field(pattern=r"^ami-\w+$")]] = Field(
        default_factory=dict
    )
    install: Annotated[str, Field(min_length=1)] | None = None
    prices: dict[InstanceType, Annotated[float, Field(gt=0, le=1000)]] = Field(default_factory=dict)
    address: Literal["public", "private", "id"] = "public"
    ssh_from: str | None = None
    ssh_config: Path | None = None
    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]*$")] = "admin"
    owner: Annotated[str, Field(pattern=r"^[\w .:/=+@-]{1,128}$")] | None = None


class Plan(Section):
    """The whole file."""

    name: Name
    provider: Provider = "local"
    system: SystemSection
    size: tuple[SizeSection, ...] = ()
    call: CallSection = CallSection()
    objective: ObjectiveSection = ObjectiveSection()
    search: SearchSection = SearchSection()
    generators: GeneratorsSection = GeneratorsSection()
    order: OrderSection = OrderSection()
    budget: BudgetSection = BudgetSection()
    ec2: Ec2Section = Ec2Section()
