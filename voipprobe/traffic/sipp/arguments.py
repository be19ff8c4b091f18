"""Options to an argv for SIPp. No process, no file, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from voipprobe.traffic.sipp.version import SippVersion

STATISTICS = "statistics.csv"
ERRORS = "errors.log"
ERRORS_BOUND = ("-ringbuffer_size", "1000000", "-ringbuffer_files", "2")
"""Octets of a file of errors, and how many of them are kept beside the newest."""
CALL_ID = "%u-%p@%s"
"""SIPp's Call-ID: the call's number, the process, the local address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SippOptions:
    """One SIPp process.

    Attributes:
        remote: "address:port" of the next hop; None for the answering side.
        calls: how many to place; None for the answering side.
        rate_cps: new calls per second.
        hold_ms: length of pauses that the scenario leaves open.
        media_port: first port for RTP. media_ports: how many the range holds (3.7 only).
        hangup_port: where we speak to SIPp from, to end calls early.
        echo: send RTP back to whoever sent it.
        receive_timeout_ms: longest wait for one expected message.
        injection: name of the file with credentials in the working directory.
    """

    scenario: str
    local_address: str
    local_port: int
    media_port: int
    control_port: int
    transport: str
    remote: str | None = None
    calls: int | None = None
    rate_cps: float = 1.0
    hold_ms: int = 0
    media_ports: int = 1
    hangup_port: int = 0
    echo: bool = False
    receive_timeout_ms: int | None = None
    injection: str | None = None
    tls_certificate: str | None = None
    tls_key: str | None = None


def sipp_arguments(version: SippVersion, options: SippOptions) -> list[str]:
    """The argv of one SIPp process."""
    return [
        version.path,
        *([options.remote] if options.remote else []),
        *("-sf", options.scenario),
        *("-i", options.local_address, "-p", str(options.local_port)),
        "-bind_local",
        *("-t", _transport(options)),
        *_media(version, options),
        # the control port would listen on all addresses without authentication
        *("-ci", "127.0.0.1", "-cp", str(options.control_port)),
        "-nostdin",
        *_load(options),
        *_files(options),
    ]


def _transport(options: SippOptions) -> str:
    return {"udp": "u1", "tcp": "t1", "tls": "l1"}[options.transport]


def _media(version: SippVersion, options: SippOptions) -> list[str]:
    arguments = ["-mi", options.local_address]
    if version.has_media_port_option:
        arguments += ["-mp", str(options.media_port)]
    if version.has_rtp_port_range and not options.echo:
        last = options.media_port + options.media_ports - 1
        arguments += ["-min_rtp_port", str(options.media_port), "-max_rtp_port", str(last)]
    return [*arguments, "-rtp_echo"] if options.echo else arguments


def _load(options: SippOptions) -> list[str]:
    arguments: list[str] = []
    if options.calls is not None:
        # -l must never bind: SIPp silently drops the calls that it would have opened
        limit = str(options.calls + 1)
        arguments += ["-m", str(options.calls), "-r", f"{options.rate_cps:g}", "-l", limit]
        arguments += ["-d", str(options.hold_ms), "-cid_str", CALL_ID]
    if options.receive_timeout_ms is not None:
        arguments += ["-recv_timeout", str(options.receive_timeout_ms)]
    return arguments


def _files(options: SippOptions) -> list[str]:
    if options.calls is None:  # it may run for months: its files must not grow
        return ["-trace_err", "-error_file", ERRORS, *ERRORS_BOUND]
    return [
        *("-trace_stat", "-fd", "1", "-stf", STATISTICS),
        *("-trace_rtt", "-rtt_freq", "1"),
        "-trace_counts",
        *("-trace_err", "-error_file", ERRORS),
        *(["-inf", options.injection] if options.injection else []),
        *_credentials(options),
    ]


def _credentials(options: SippOptions) -> Sequence[str]:
    if options.tls_certificate is None or options.tls_key is None:
        return ()
    return ("-tls_cert", options.tls_certificate, "-tls_key", options.tls_key)
