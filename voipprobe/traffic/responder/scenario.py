"""The scenario of the far end, with its values filled in."""

import secrets

from voipprobe.traffic.scenarios import fill, scenario_folder


def responder_scenario(
    *,
    username: str,
    password: str,
    realm: str = "voipprobe",
    announced: str | None = None,
    answer_ms: int = 3000,
    early_ms: int = 1000,
    longest_call_ms: int = 3_600_000,
) -> str:
    """The XML that an answering SIPp reads, with a nonce of its own.

    Args:
        username: what user `auth` must present, with `password`, for `realm`.
        password: see there.
        realm: see there.
        announced: address that callers are told to send to; None for the one that SIPp serves.
        answer_ms: how long user `slow` lets ring.
        early_ms: early media of user `early`.
        longest_call_ms: a call whose BYE never comes is forgotten after so long.

    Raises:
        ConfigError: a value could change the scenario.
    """
    template = (scenario_folder() / "responder" / "responder.xml").read_text()
    values = {
        "answer_ms": str(answer_ms),
        "early_ms": str(early_ms),
        "longest_call_ms": str(longest_call_ms),
        "contact_user": "responder",
        "realm": realm,
        "username": username,
        "password": password,
        "nonce": secrets.token_hex(16),
    }
    if announced is None:
        return fill(template, values)
    told = _announcement(announced)
    for word in told:
        template = template.replace(f"[{word}]", f"{{{{{word}}}}}")
    return fill(template, values | told)


def _announcement(address: str) -> dict[str, str]:
    """What stands in the place of SIPp's own words for its address."""
    version = "6" if ":" in address else "4"
    host = f"[{address}]" if version == "6" else address
    return {
        "local_ip": host, "local_ip_type": version,
        "media_ip": address, "media_ip_type": version,
    }  # fmt: skip
