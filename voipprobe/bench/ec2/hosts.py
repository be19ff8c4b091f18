"""Instances that run to hosts that answer: ssh, installed, in a session, with their part."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import voipprobe
from voipprobe.aws.ec2.instances import Instance
from voipprobe.bench.ec2.fleet import Fleet
from voipprobe.bench.ec2.userdata import VOIPPROBE
from voipprobe.bench.plan.sections import Plan
from voipprobe.bench.remote.at_once import at_once
from voipprobe.bench.remote.member import Member
from voipprobe.bench.remote.messages import Cast, Hello, Ready, decode
from voipprobe.bench.remote.scripts import read_scripts
from voipprobe.bench.remote.session import Session
from voipprobe.bench.remote.ssh import Route
from voipprobe.model.errors import ToolError
from voipprobe.results.document import to_document

PREPARED_WITHIN_S: Final = 300.0
KNOWN_HOSTS: Final = "known_hosts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One instance as a host. `name`: as evidence calls it."""

    role: str
    name: str
    instance: Instance
    route: Route

    @property
    def address(self) -> str:
        """By which the others call it.

        Raises:
            ToolError: it has none.
        """
        if self.instance.private_address is None:
            raise ToolError(f"{self.name}: instance {self.instance.id} has no private address")
        return self.instance.private_address


def found_hosts(plan: Plan, fleet: Fleet, key: Path, folder: Path) -> tuple[Found, ...]:
    """All hosts of a fleet, with the way to each.

    Raises:
        ToolError: one has no address of the kind that the plan wants.
    """
    return tuple(
        Found(
            role=role,
            name=role if role != "generator" else f"generator-{number}",
            instance=instance,
            route=Route(
                address=_address(plan, instance), alias=instance.id, user=plan.ec2.user,
                key_file=key, known_hosts=folder / KNOWN_HOSTS, config=plan.ec2.ssh_config,
            ),
        )
        for role, group in fleet.instances.items()
        for number, instance in enumerate(group, 1)
    )  # fmt: skip


@contextmanager
def members(plan: Plan, hosts: Sequence[Found], folder: Path) -> Iterator[tuple[Member, ...]]:
    """All hosts in sessions, ready for trials; everything there ends with the block.

    Raises:
        ToolError: one does not answer, or cannot start its part.
        ConfigError: a script of the plan cannot be read.
    """
    with ExitStack() as held:
        sessions = [
            held.enter_context(Session(one.name, one.route, [VOIPPROBE, "bench", "host"], folder))
            for one in hosts
        ]
        scripts = read_scripts(plan)

        def meet(pair: tuple[Found, Session]) -> Member:
            one, session = pair
            hello = decode(Hello, session.ask("hello"), one.name)
            require_version(one.name, hello)
            part = replace(_cast(plan, hosts, one), scripts=scripts if one.role == "system" else {})
            told = session.ask("prepare", within_s=PREPARED_WITHIN_S, cast=to_document(part))
            return Member(
                role=one.role, name=one.name, address=one.address, session=session, hello=hello,
                ready=decode(Ready, told, one.name),
            )  # fmt: skip

        def give_up() -> None:
            for session in sessions:
                session.cut()

        yield tuple(at_once(list(zip(hosts, sessions, strict=True)), meet, give_up))


def require_version(name: str, hello: Hello) -> None:
    """Refuse a host that may not understand us.

    Raises:
        ToolError: it runs another version.
    """
    ours = voipprobe.__version__
    if hello.version != ours:
        raise ToolError(f"{name} runs voipprobe {hello.version}, and this is {ours}: ec2.install")


def _cast(plan: Plan, hosts: Sequence[Found], one: Found) -> Cast:
    by_role = {host.role: host.address for host in hosts}
    return Cast(
        role=one.role, name=one.name, plan=plan.model_dump(mode="json"), address=one.address,
        system=by_role.get("system"), callee=by_role.get("callee"),
        peers=tuple(f"{host.address}/32" for host in hosts), scripts={},
    )  # fmt: skip


def _address(plan: Plan, instance: Instance) -> str:
    wanted = plan.ec2.address
    found = {
        "id": instance.id,
        "private": instance.private_address,
        "public": instance.public_address,
    }[wanted]
    if found is None:
        hint = "its subnet gives none: set ec2.address" if wanted == "public" else "see it in EC2"
        raise ToolError(f"instance {instance.id} has no {wanted} address: {hint}")
    return found
