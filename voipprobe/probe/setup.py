"""From options to everything that a run needs before the first packet leaves."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voipprobe.capture.packet import Near
from voipprobe.model.errors import ConfigError, ToolError
from voipprobe.model.target import Target
from voipprobe.probe.options import ENCODINGS, ProbeOptions
from voipprobe.traffic.address import (
    check_local,
    free_ports,
    interface_of,
    local_address_towards,
    resolve,
)
from voipprobe.traffic.credentials import write_injection
from voipprobe.traffic.scenarios import (
    Scenario,
    accept_parameters,
    load_scenario,
    render,
    scenario_folder,
)
from voipprobe.traffic.sipp.arguments import SippOptions
from voipprobe.traffic.sipp.certificate import CERTIFICATE, KEY, write_certificate
from voipprobe.traffic.sipp.version import SippVersion, installed_sipp

AUDIO = "speech"
INJECTION = "credentials.csv"
PORTS_A_CALL = 4
"""SIPp takes the audio port, its RTCP, and the same pair for video."""
FIRST_RTP_PORT = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A probe that is ready to run."""

    scenario: Scenario
    parameters: dict[str, str]
    version: SippVersion
    transport: str
    user: str
    remote: str
    remote_address: str
    local_address: str
    interface: str
    sipp: SippOptions

    @property
    def near(self) -> Near:
        """Our end of the wire: on loopback only the ports tell it from the far end."""
        ports = range(self.sipp.media_port, self.sipp.media_port + self.sipp.media_ports)
        return Near(frozenset({self.local_address}), frozenset({self.sipp.local_port, *ports}))


def prepare(options: ProbeOptions) -> Setup:
    """Check everything that can be checked before a folder is made or a packet is sent.

    Raises:
        ConfigError: options that contradict each other or the scenario.
        ToolError: SIPp is missing or lacks a feature; the host does not resolve; no route.
    """
    scenario = load_scenario(options.scenario)
    parameters = accept_parameters(scenario, options.parameters)
    transport = _transport(scenario, options)
    _check_credentials(scenario, options)
    version = installed_sipp()
    _check_features(scenario, version, transport)
    hop = options.next_hop or options.target
    remote = resolve(hop.host, local_address=options.local_address)
    local = options.local_address or local_address_towards(remote)
    check_local(local)
    return Setup(
        scenario=scenario,
        parameters=parameters,
        version=version,
        transport=transport,
        user=options.target.user or scenario.manifest.user,
        remote=f"[{remote}]:{hop.port}" if ":" in remote else f"{remote}:{hop.port}",
        remote_address=remote,
        local_address=local,
        interface=options.interface or interface_of(local),
        sipp=_sipp_options(options, version, scenario, transport, local, remote, hop.port),
    )


def _transport(scenario: Scenario, options: ProbeOptions) -> str:
    only, target = scenario.manifest.transport, options.target
    if only and target.transport_given and target.transport != only:
        raise ConfigError(f"scenario {scenario.name} runs over {only}, not {target.transport}")
    return only or target.transport


def _check_credentials(scenario: Scenario, options: ProbeOptions) -> None:
    if scenario.manifest.credentials and options.credentials is None:
        raise ConfigError(
            f"scenario {scenario.name} needs credentials: set VOIPPROBE_USERNAME and "
            "VOIPPROBE_PASSWORD, or give --credentials FILE"
        )


def _check_features(scenario: Scenario, version: SippVersion, transport: str) -> None:
    needed = set(scenario.manifest.features) | ({"TLS"} if transport == "tls" else set())
    # 3.7 spells its TLS suffix with the library, e.g. TLS or TLS_GNUTLS
    missing = {f for f in needed if not any(have.startswith(f) for have in version.features)}
    if missing:
        raise ToolError(
            f"{version.path} {version.text} was built without {', '.join(sorted(missing))}, "
            f"which {'TLS transport' if 'TLS' in missing else 'scenario ' + scenario.name} needs"
        )


def _sipp_options(
    options: ProbeOptions,
    version: SippVersion,
    scenario: Scenario,
    transport: str,
    local: str,
    remote: str,
    port: int,
) -> SippOptions:
    sip_port, media_port, hangup_port = free_ports(local, 3, span=PORTS_A_CALL)
    media_ports = PORTS_A_CALL
    if version.has_rtp_port_range:  # a pair for each call; 3.6 takes one for all of them
        media_port, media_ports = FIRST_RTP_PORT, min(PORTS_A_CALL * options.load.calls, 16384)
    return SippOptions(
        scenario=f"{scenario.name}.xml",
        local_address=local,
        local_port=sip_port,
        media_port=media_port,
        control_port=free_ports("127.0.0.1", 1)[0],
        transport=transport,
        remote=f"[{remote}]:{port}" if ":" in remote else f"{remote}:{port}",
        calls=options.load.calls,
        rate_cps=options.load.rate_cps,
        hold_ms=round(options.load.hold_s * 1000),
        media_ports=media_ports,
        hangup_port=hangup_port,
        receive_timeout_ms=round(options.answer_timeout_s * 1000),
        tls_certificate=CERTIFICATE if transport == "tls" else None,
        tls_key=KEY if transport == "tls" else None,
        injection=INJECTION if scenario.manifest.credentials else None,
    )


def write_inputs(setup: Setup, options: ProbeOptions, folder: Path) -> None:
    """Put what SIPp reads into its folder: the rendered scenario, the audio, the credentials.

    Raises:
        ConfigError: a value could change the scenario.
    """
    text = render(setup.scenario, {**_values(setup, options), **setup.parameters})
    (folder / f"{setup.scenario.name}.xml").write_text(text)
    shutil.copyfile(scenario_folder() / "audio" / f"speech.{options.codec}", folder / AUDIO)
    if setup.transport == "tls":
        write_certificate(folder)
    if setup.scenario.manifest.credentials and options.credentials:
        write_injection(folder / INJECTION, options.credentials)


def _values(setup: Setup, options: ProbeOptions) -> Mapping[str, str]:
    encoding, payload_type = ENCODINGS[options.codec]
    target: Target = options.target
    suffix = "" if setup.transport == "udp" else f";transport={setup.transport}"
    return {
        "uri": f"sip:{setup.user}@{target.host_port}{suffix}",
        "host": target.host_port,
        "user": setup.user,
        "from_user": "voipprobe",
        "payload_type": str(payload_type),
        "encoding": encoding,
        "audio": AUDIO,
        # SIPp takes 0.4 s for a digit, and about one second before the first
        "digits_ms": str(1000 + 400 * len(setup.parameters.get("digits", ""))),
        "hold_ms": str(round(options.load.hold_s * 1000)),
        "third_hold_ms": str(round(options.load.hold_s * 1000 / 3)),
    }
