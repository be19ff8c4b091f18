"""What a plan says that cannot be: sizes of another provider, thresholds that are none.

Knows how the sections depend on each other. Must not touch the network or the host.
"""

import ipaddress
from collections.abc import Callable, Iterator
from typing import Final

from voipprobe.bench.plan.sections import Plan
from voipprobe.model.call import Outcome
from voipprobe.model.errors import ConfigError
from voipprobe.model.target import parse_target
from voipprobe.quality.metrics import KNOWN_METRICS, SIGNALLING_METRICS
from voipprobe.quality.thresholds import parse
from voipprobe.settings.lines import KeyPath
from voipprobe.settings.read import Mistake
from voipprobe.traffic.scenarios import accept_parameters, load_scenario

SYSTEM_SETTINGS: Final = {
    "kamailio": ("workers",),
    "kamailio-rtpengine": ("workers", "threads"),
}
"""Processes of Kamailio for each address, and threads of rtpengine."""
MEDIA_METRICS: Final = frozenset(KNOWN_METRICS) - SIGNALLING_METRICS


def mistakes(plan: Plan) -> Iterator[Mistake]:
    """Every mistake, with the key that it stands at; none if the plan can be used."""
    yield from _system(plan)
    yield from _sizes(plan)
    yield from _call(plan)
    yield from _objective(plan)
    yield from _search(plan)
    yield from _provider(plan)


def _attempt(path: KeyPath, work: Callable[..., object], *given: object) -> Iterator[Mistake]:
    try:
        work(*given)
    except ConfigError as error:
        yield path, str(error)


def _system(plan: Plan) -> Iterator[Mistake]:
    system = plan.system
    wanted = {"external": ("uri",), "command": ("start", "stop")}.get(system.kind, ())
    allowed = {*wanted, *(("prepare",) if system.kind == "command" else ())}
    for key in ("uri", "prepare", "start", "stop"):
        given = getattr(system, key) is not None
        if given and key not in allowed:
            yield ("system", key), f"a system of kind {system.kind} has none"
        if not given and key in wanted:
            yield ("system",), f"a system of kind {system.kind} needs {key}"
    yield from _settings(plan)
    if system.uri is not None and system.kind == "external":
        yield from _attempt(("system", "uri"), parse_target, system.uri)


def _settings(plan: Plan) -> Iterator[Mistake]:
    """Those of systems that we configure are numbers of ours; a command is told of any."""
    if plan.system.kind == "command":
        return
    known = SYSTEM_SETTINGS.get(plan.system.kind, ())
    for name, value in plan.system.settings.items():
        path = ("system", "settings", name)
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            yield path, f"a system of kind {plan.system.kind} has no such setting: {has}"
        elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 256:
            yield path, f"{value!r} is not a whole number from 1 to 256"


def _sizes(plan: Plan) -> Iterator[Mistake]:
    if plan.system.kind == "external":
        if plan.size:
            yield ("size", 0), "an external system is as large as it is: leave [[size]] out"
        return
    if not plan.size:
        yield ("size",), "is missing: add a [[size]] table for each size to be compared"
    right, wrong = ("cpus", "type") if plan.provider == "local" else ("type", "cpus")
    labels: list[str] = []
    for index, size in enumerate(plan.size):
        if getattr(size, right) is None:
            yield ("size", index), f"a size of provider {plan.provider} needs {right}"
        if getattr(size, wrong) is not None:
            yield ("size", index, wrong), f"means nothing to provider {plan.provider}"
        if size.label in labels:
            yield ("size", index), f"{size.label!r} is there already: give it another name"
        labels.append(size.label)


def _call(plan: Plan) -> Iterator[Mistake]:
    call = plan.call
    try:
        scenario = load_scenario(call.scenario)
    except ConfigError as error:
        yield ("call", "scenario"), str(error)
        return
    manifest = scenario.manifest
    if manifest.method != "INVITE" or manifest.outcome is not Outcome.ANSWERED:
        yield ("call", "scenario"), f"{call.scenario!r} makes no calls that are answered and held"
    elif manifest.media != (call.media != "none"):
        has = "carries" if manifest.media else "carries no"
        yield ("call", "media"), f"scenario {call.scenario!r} {has} media: not {call.media!r}"
    yield from _attempt(("call", "parameters"), accept_parameters, scenario, call.parameters)
    if plan.system.kind == "kamailio" and call.media == "through":
        yield ("call", "media"), 'kamailio carries signalling only: say "beside"'


def _objective(plan: Plan) -> Iterator[Mistake]:
    for index, expression in enumerate(plan.objective.thresholds):
        path = ("objective", "thresholds", index)
        try:
            metric = parse(expression, KNOWN_METRICS).metric
        except ConfigError as error:
            yield path, str(error)
            continue
        if plan.call.media == "none" and metric in MEDIA_METRICS:
            yield path, f"calls without media have no {metric}: every trial would be void"


def _search(plan: Plan) -> Iterator[Mistake]:
    search = plan.search
    if search.minimum > search.maximum:
        text = f"{search.minimum} is above the maximum of {search.maximum}"
        yield ("search", "minimum"), text
    if not search.light_s <= search.short_s <= search.full_s:
        yield ("search", "full_s"), "trials must not get shorter: light_s <= short_s <= full_s"
    if search.ramp_s is not None and search.ramp_s < plan.call.hold_s:
        text = f"the ramp must last one hold time at least: {plan.call.hold_s:g} s"
        yield ("search", "ramp_s"), f"{text}, not {search.ramp_s:g}"


def _provider(plan: Plan) -> Iterator[Mistake]:
    if plan.provider == "local":
        if plan.generators.type is not None:
            yield ("generators", "type"), "means nothing to provider local"
        if plan.generators.count > 1:
            yield ("generators", "count"), "provider local has one host: one generator"
        return
    if plan.budget.dollars is None:
        yield ("budget", "dollars"), "is missing: EC2 costs money, say how much it may be"
    if plan.generators.type is None:
        yield ("generators", "type"), 'is missing: an instance type such as "c7i.xlarge"'
    if plan.generators.cpus is not None:
        yield ("generators", "cpus"), "means nothing to provider ec2"
    yield from _burstable(plan)
    yield from _access(plan)


def _access(plan: Plan) -> Iterator[Mistake]:
    """How its hosts are reached."""
    if plan.call.transport == "tls":
        yield ("call", "transport"), "provider ec2 has no certificates: udp or tcp"
    if (plan.ec2.key_name is None) != (plan.ec2.key_file is None):
        yield ("ec2",), "key_name and key_file belong together: the key in EC2 and its private half"
    if plan.ec2.address == "private" and plan.ec2.ssh_from is None:
        text = "is missing: a private address is not reached from the one that AWS sees us with"
        yield ("ec2", "ssh_from"), text
    if plan.ec2.ssh_from not in (None, "nobody"):
        yield from _attempt(("ec2", "ssh_from"), _network, plan.ec2.ssh_from)


def _network(text: str) -> None:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ConfigError(f"{error}: e.g. 198.51.100.7/32, or nobody") from None


def _burstable(plan: Plan) -> Iterator[Mistake]:
    if plan.ec2.allow_burstable:
        return
    types = [(("size", index, "type"), size.type) for index, size in enumerate(plan.size)]
    for path, name in (*types, (("generators", "type"), plan.generators.type)):
        if name is not None and name.startswith("t"):
            text = f"{name} carries what its CPU credits allow: say ec2.allow_burstable = true"
            yield path, f"{text} if that is the question"
