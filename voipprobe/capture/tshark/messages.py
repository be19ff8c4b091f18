"""SIP over TCP, TLS and WebSocket, as tshark puts it together: the only use of pyshark.

Knows how to get whole SIP messages out of tshark. Must not know what they mean: they go to the
same parser as those of UDP. Only frames that end a SIP message on TCP are asked for; everything
else in a capture is read by the faster readers beside this module.

How the bytes come: tshark's JSON with raw data (`-T json -x`) has a `sip_raw` beside each `sip`,
reassembled over segments and decrypted. The XML that pyshark reads by default has the text of
the headers, but the body only as dissected fields.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from voipprobe.capture.packet import Datagram, Endpoint
from voipprobe.model.errors import CaptureError, ToolError
from voipprobe.process.tools import find_tool

EXIT_GRACE_S = 10.0  # from the end of its output to the end of tshark

_FILTER = "sip && tcp"
_LAYERS = "frame ip ipv6 tcp"  # dissected; of all others only the raw bytes are written
_PREFERENCES = {
    "tcp.desegment_tcp_streams": "TRUE",
    "tcp.reassemble_out_of_order": "TRUE",
}
# Said with exit code 2 when everything before the damage was read; our own reader names it.
_DAMAGE = ("cut short", "(pcap")
_UNREADABLE = 2


def tcp_datagrams(
    path: Path, *, keylog: Path | None = None, sip_ports: tuple[int, ...] = ()
) -> list[Datagram]:
    """Every SIP message that a capture file carries over TCP, in order of capture.

    Number and time are those of the frame that completes the message.

    Args:
        path: pcap or pcapng file, plain or compressed.
        keylog: TLS secrets in NSS key log format (SSLKEYLOGFILE), to read SIP over TLS.
        sip_ports: TCP ports that carry SIP where tshark would not guess so.

    Raises:
        CaptureError: the file does not exist, may not be read or is no capture.
        ToolError: tshark is missing or failed.
    """
    _check_readable(path)
    options = {
        "tshark_path": find_tool("tshark"),
        "override_prefs": _PREFERENCES | ({"tls.keylog_file": str(keylog)} if keylog else {}),
        "decode_as": {f"tcp.port=={port}": "sip" for port in sip_ports},
    }
    found: list[Datagram] = []
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(
            _read(path, options, loop, lambda one: found.extend(_messages(one)))
        )
    except TimeoutError as error:
        raise ToolError(f"tshark hung at the end of {path}: try it again") from error
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    return found


def _check_readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise CaptureError(f"{path} cannot be read: {error.strerror}") from error


async def _read(
    path: Path,
    options: Mapping[str, object],
    loop: asyncio.AbstractEventLoop,
    keep: Callable[[Any], None],
) -> None:
    """Runs tshark over the file and hands on every packet; no tshark is left behind."""
    import pyshark  # noqa: PLC0415 - a second of start-up, for captures with TCP only
    from pyshark import config  # noqa: PLC0415

    # A config.ini in the working directory would be taken for pyshark's own, whoever wrote it,
    # and could name the program to run.
    config.fp_config_path = config.pyshark_config_path
    capture = pyshark.FileCapture(
        path,
        display_filter=_FILTER,
        use_json=True,
        include_raw=True,
        keep_packets=False,
        eventloop=loop,
        custom_parameters=["-j", _LAYERS],
        **options,
    )
    try:
        await capture.packets_from_tshark(keep, close_tshark=False)
        await _ended(capture, path)
    finally:
        await capture.close_async()


async def _ended(capture: Any, path: Path) -> None:
    """Waits for tshark's end, which pyshark does not: it would kill it and lose its exit code.

    Raises:
        CaptureError, ToolError: it failed; the message has the last line that it said.
    """
    for process in tuple(capture._running_processes):
        code = await asyncio.wait_for(process.wait(), EXIT_GRACE_S)
        capture._running_processes.discard(process)
        await asyncio.gather(*capture._stderr_handling_tasks)
        said = capture._last_error_line or "nothing"
        if code == _UNREADABLE and not any(words in said for words in _DAMAGE):
            raise CaptureError(f"tshark cannot read {path}, it said: {said}")
        if code not in (0, _UNREADABLE):
            raise ToolError(f"tshark failed at {path} (exit code {code}), it said: {said}")


def _messages(packet: Any) -> Iterator[Datagram]:
    """The SIP messages that a frame completes."""
    protocols = str(packet.frame_info.protocols).split(":")
    # In a tunnel the innermost header is the one that carries TCP.
    network = packet[next(name for name in reversed(protocols) if name in ("ip", "ipv6"))]
    network = (network.duplicate_layers or [network])[-1]
    source = Endpoint(str(network.src), int(packet.tcp.srcport))
    destination = Endpoint(str(network.dst), int(packet.tcp.dstport))
    for octets in _raw(packet.sip_raw):
        yield Datagram(
            int(packet.number),
            _time_ns(str(packet.sniff_timestamp)),
            source,
            destination,
            _transport(protocols),
            octets,
        )


def _raw(layer: Any) -> Iterator[bytes]:
    """The bytes of each `sip` of a frame.

    tshark writes one as ["hex", position, ...] and several as a list of such lists; pyshark
    takes either for a layer that occurs several times.
    """
    if isinstance(layer.value, str):
        yield bytes.fromhex(layer.value)
        return
    yield bytes.fromhex(layer.value[0])
    for other in layer.duplicate_layers:
        yield bytes.fromhex(other.value)


def _transport(protocols: list[str]) -> str:
    """The transport in the words of a Via header (RFC 3261 20.42, RFC 7118 5.2)."""
    secure = "tls" in protocols
    if "websocket" in protocols:
        return "wss" if secure else "ws"
    return "tls" if secure else "tcp"


def _time_ns(epoch: str) -> int:
    """Nanoseconds since the epoch, of "1700000000.123456789" or (newer tshark) of an ISO time."""
    try:
        return int(Decimal(epoch) * 1_000_000_000)
    except InvalidOperation:
        whole, _, fraction = epoch.rstrip("Z").partition(".")
        seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
        return seconds * 1_000_000_000 + int(fraction[:9].ljust(9, "0"))
