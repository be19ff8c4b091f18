"""The SIP URI under test, checked so strictly that it can go into a message or an argv."""

import ipaddress
import re
from dataclasses import dataclass

from voipprobe.model.errors import ConfigError

TRANSPORTS = ("udp", "tcp", "tls")
DEFAULT_PORT = {"udp": 5060, "tcp": 5060, "tls": 5061}

# RFC 3261 25.1 `user`, less what SIPp takes for a keyword or XML for markup: [ ] < > & "
USER = re.compile(r"[A-Za-z0-9\-_.!~*'()=+$,;?/%#]{1,128}")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*\.?")
URI = re.compile(
    r"(?:(?P<scheme>sips?):)?(?:(?P<user>[^@]*)@)?"
    r"(?P<host>\[[^\]]*\]|[^:;\[\]]*)(?::(?P<port>[^;]*))?(?P<parameters>(?:;.*)?)"
)
EXAMPLE = "e.g. sip:echo@192.0.2.10:5060;transport=udp, or 192.0.2.10:5060"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where calls go. `host` is a name or a numeric address without brackets.

    Attributes:
        user: None when the URI had none: each scenario then brings its own.
        transport_given: the user named the transport; it is not just the default.
    """

    host: str
    port: int
    transport: str
    user: str | None = None
    transport_given: bool = False

    @property
    def host_port(self) -> str:
        """Host and port as a URI writes them, IPv6 in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def uri(self) -> str:
        """The whole SIP URI."""
        user = f"{self.user}@" if self.user else ""
        return f"sip:{user}{self.host_port};transport={self.transport}"


def parse_target(text: str, *, transport: str | None = None) -> Target:
    """The target that a URI or host[:port] names.

    Args:
        text: `sip:user@host:port;transport=udp|tcp|tls` or `host[:port]`.
        transport: what the user asked for beside the URI; must not contradict it.

    Raises:
        ConfigError: it is no such thing; the message shows the part and an example.

    Source: RFC 3261 19.1.
    """
    match = URI.fullmatch(text.strip())
    if not match:
        raise ConfigError(f"target {text!r} is not a SIP URI: {EXAMPLE}")
    named = _transport(text, match["parameters"], secure=match["scheme"] == "sips")
    if named and transport and named != transport:
        raise ConfigError(f"target {text!r} says transport {named}, --transport says {transport}")
    chosen = named or transport or "udp"
    if match["user"] is not None and not USER.fullmatch(match["user"]):
        raise ConfigError(f"target {text!r}: user part {match['user']!r} is not allowed: {EXAMPLE}")
    return Target(
        host=_host(text, match["host"]),
        port=_port(text, match["port"], chosen),
        transport=chosen,
        user=match["user"],
        transport_given=(named or transport) is not None,
    )


def _transport(text: str, parameters: str, *, secure: bool) -> str | None:
    found = None
    for parameter in filter(None, parameters.split(";")):
        name, _, value = parameter.partition("=")
        if name.lower() != "transport":
            raise ConfigError(f"target {text!r}: parameter {name!r} is not supported: {EXAMPLE}")
        if value.lower() not in TRANSPORTS:
            raise ConfigError(f"target {text!r}: transport must be one of {', '.join(TRANSPORTS)}")
        if found:
            raise ConfigError(f"target {text!r} names its transport twice")
        found = value.lower()
    if secure and found == "udp":
        raise ConfigError(f"target {text!r}: sips means TLS, which does not run over udp")
    return "tls" if secure else found


def _host(text: str, host: str) -> str:
    bare = host.strip("[]")
    if "%" in bare:
        raise ConfigError(f"target {text!r}: a zone (%...) cannot stand in a SIP URI")
    if host.startswith("[") or re.fullmatch(r"[0-9.]+", host):
        try:
            return str(ipaddress.ip_address(bare))
        except ValueError:
            raise ConfigError(f"target {text!r}: {bare!r} is not an IP address") from None
    if not HOST.fullmatch(host):
        raise ConfigError(f"target {text!r}: {host!r} is not a host name: {EXAMPLE}")
    return host


def _port(text: str, port: str | None, transport: str) -> int:
    if port is None:
        return DEFAULT_PORT[transport]
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise ConfigError(f"target {text!r}: port {port!r} is not between 1 and 65535")
    return int(port)
