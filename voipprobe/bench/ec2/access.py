"""Who may come to the hosts by ssh."""

import ipaddress
import urllib.request
from typing import Final

from voipprobe.bench.plan.sections import Plan
from voipprobe.model.errors import ToolError

WHO_AM_I: Final = "https://checkip.amazonaws.com"
ANSWER_WITHIN_S: Final = 10.0


def ssh_network(plan: Plan) -> str | None:
    """A network in CIDR form: what the plan says, else the address that AWS sees us with.

    None for nobody, where a proxy command knows another way.

    Raises:
        ToolError: nobody says which address that is.
    """
    given = plan.ec2.ssh_from
    if given == "nobody" or (given is None and plan.ec2.address == "id"):
        return None
    if given is not None:
        return given
    try:
        with urllib.request.urlopen(WHO_AM_I, timeout=ANSWER_WITHIN_S) as answer:
            return own_network(answer.read(64).decode())
    except (OSError, ValueError) as error:
        text = f"{WHO_AM_I} does not say what our address is ({error})"
        raise ToolError(f"{text}: say it as ec2.ssh_from") from None


def own_network(said: str) -> str:
    """The network of one address.

    Raises:
        ValueError: it is none, as where a portal answers for everybody.
    """
    return str(ipaddress.ip_network(said.strip()))
