"""A piece of work to the order of one round: options that can go to another process. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as Folder
from typing import Final

from voipprobe.agent.config.plan import Calls, Limits, Network, Work
from voipprobe.agent.config.sections import CaptureSection
from voipprobe.probe.options import ProbeOptions
from voipprobe.traffic.credentials import read_credentials
from voipprobe.traffic.iperf.arguments import IperfOptions

MARGIN_S: Final = 45.0
"""Longer than any honest round takes beside its calls: analysis, and the far end's answer."""
IPERF_MARGIN_S: Final = 15.0
ANSWERS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsOrder:
    """One round of calls.

    Attributes:
        limits: thresholds beside the expectations of the probe.
        exchange: address and port at which the far end tells what it saw.
        keep: whether the folder of a round that is no pass stays.
        keep_payload: whether its capture keeps what was said.
    """

    options: ProbeOptions
    limits: Limits
    exchange: tuple[str, int] | None
    keep: bool
    keep_payload: bool
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IperfOrder:
    """One round of iperf3."""

    options: IperfOptions
    protocols: tuple[str, ...]
    folder: Folder
    within_s: float


Order = CallsOrder | IperfOrder


def order_round(
    work: Work,
    *,
    folder: Folder,
    local_address: str | None,
    capture: CaptureSection,
    environment: Mapping[str, str],
) -> Order:
    """The order of the next round of a piece of work.

    Args:
        work: what to do.
        folder: of rounds that are under way.
        local_address: ours, to call from; None for what the kernel chooses.
        capture: what is kept.
        environment: where credentials may be.

    Raises:
        ConfigError: the file of credentials cannot be used.
    """
    if isinstance(work.what, Network):
        return _iperf(work.what, folder / work.name, local_address)
    return _calls(work.what, folder, local_address, capture, environment)


def _iperf(what: Network, folder: Folder, local_address: str | None) -> IperfOrder:
    section = what.section
    options = IperfOptions(
        server=what.host,
        port=what.port,
        direction="sent",
        protocol="udp",
        duration_s=section.duration_s,
        streams=section.streams,
        tcp_limit_bps=section.tcp_limit_bps,
        local_address=local_address,
    )
    runs = 2 * len(section.protocols)
    within_s = runs * (section.duration_s + IPERF_MARGIN_S)
    return IperfOrder(
        options=options, protocols=section.protocols, folder=folder, within_s=within_s
    )


def _calls(
    what: Calls,
    folder: Folder,
    local_address: str | None,
    capture: CaptureSection,
    environment: Mapping[str, str],
) -> CallsOrder:
    section = what.section
    options = ProbeOptions(
        target=what.target,
        scenario=section.scenario,
        load=what.load,
        codec=section.codec,
        output=folder,
        parameters=dict(section.parameters),
        next_hop=what.next_hop,
        local_address=local_address,
        expectations=what.expectations,
        keep_capture="always",  # the far end's view is joined with it; then it goes, or stays
        answer_timeout_s=section.answer_timeout_s,
        buffer_ms=section.buffer_ms,
        credentials=read_credentials(section.credentials, environment),
    )
    calls_s = what.load.placing_s + what.load.hold_s + ANSWERS * section.answer_timeout_s
    return CallsOrder(
        options=options,
        limits=what.limits,
        exchange=what.exchange,
        keep=capture.keep == "failed",
        keep_payload=capture.payload,
        within_s=calls_s + MARGIN_S,
    )
