"""The calling SIPp processes of one trial, which act as one."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voipprobe.bench.local.calling import Calling
from voipprobe.bench.local.place import Place
from voipprobe.bench.local.shards import Shard
from voipprobe.bench.plan.sections import CallSection
from voipprobe.probe.options import ENCODINGS
from voipprobe.probe.setup import AUDIO, FIRST_RTP_PORT
from voipprobe.process.child import Child
from voipprobe.traffic.scenarios import (
    accept_parameters,
    load_scenario,
    render,
    scenario_folder,
)
from voipprobe.traffic.sipp.arguments import SippOptions, sipp_arguments
from voipprobe.traffic.sipp.version import SippVersion

FIRST_PORT: Final = 15060
FIRST_CONTROL_PORT: Final = 8800
MEDIA_PORTS: Final = 3600
"""Of each process: four for each of 900 streams, where SIPp takes some for every call."""
CALLER_MEDIA_PORTS: Final = range(FIRST_RTP_PORT, 65536)
CALLER_PORTS: Final = frozenset({*range(FIRST_PORT, FIRST_PORT + 256), *CALLER_MEDIA_PORTS})
ANSWER_TIMEOUT_S: Final = 5.0
"""Longest wait for one message: an INVITE to a dead peer would else take 31.8 s to fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """What is the same for all of them.

    Attributes:
        hop: "address:port" that requests are sent to; None for whom they name.
        address: our own.
    """

    place: Place
    version: SippVersion
    call: CallSection
    hop: str | None
    address: str

    def start(self, shards: Sequence[Shard], uris: Sequence[str], folder: Path) -> Calling:
        """All processes of a trial, each at its moment.

        Args:
            shards: their shares.
            uris: "user@host:port" that each calls, in turn.
            folder: for their files.

        Raises:
            ToolError: one cannot be started.
        """
        prepared = [
            self._prepare(index, shard, uris[index % len(uris)], folder / f"caller-{index}")
            for index, shard in enumerate(shards)
        ]
        started: list[Child] = []
        begin = time.monotonic()
        try:
            for shard, (argv, where) in zip(shards, prepared, strict=True):
                time.sleep(max(0.0, begin + shard.delay_s - time.monotonic()))
                started.append(self.place.start(argv, "sipp", folder=where))
        except BaseException:
            for child in started:
                child.stop()
            raise
        return Calling(started, [where for _, where in prepared])

    def _prepare(self, index: int, shard: Shard, uri: str, folder: Path) -> tuple[list[str], Path]:
        folder.mkdir(parents=True)
        scenario = load_scenario(self.call.scenario)
        options = self._options(index, shard, f"{scenario.name}.xml", uri.rpartition("@")[2])
        values = self._values(uri, options.hold_ms)
        parameters = accept_parameters(scenario, self.call.parameters)
        (folder / options.scenario).write_text(render(scenario, {**values, **parameters}))
        audio = scenario_folder() / "audio" / f"speech.{self.call.codec}"
        shutil.copyfile(audio, folder / AUDIO)
        return sipp_arguments(self.version, options), folder

    def _options(self, index: int, shard: Shard, scenario: str, named: str) -> SippOptions:
        ranges = self.version.has_rtp_port_range
        return SippOptions(
            scenario=scenario,
            local_address=self.address,
            local_port=FIRST_PORT + 2 * index,
            media_port=FIRST_RTP_PORT + (MEDIA_PORTS if ranges else 4) * index,
            media_ports=MEDIA_PORTS if ranges else 4,
            control_port=FIRST_CONTROL_PORT + index,
            transport=self.call.transport,
            remote=self.hop or named,
            calls=shard.calls,
            rate_cps=shard.rate_cps,
            hold_ms=shard.hold_ms,
            receive_timeout_ms=round(1000 * ANSWER_TIMEOUT_S),
        )

    def _values(self, uri: str, hold_ms: int) -> dict[str, str]:
        encoding, payload_type = ENCODINGS[self.call.codec]
        user, _, host = uri.rpartition("@")
        transport = self.call.transport
        return {
            "uri": f"sip:{uri}" + ("" if transport == "udp" else f";transport={transport}"),
            "host": host,
            "user": user,
            "from_user": "voipprobe",
            "payload_type": str(payload_type),
            "encoding": encoding,
            "audio": AUDIO,
            "digits_ms": str(1000 + 400 * len(self.call.parameters.get("digits", ""))),
            "hold_ms": str(hold_ms),
            "third_hold_ms": str(round(hold_ms / 3)),
        }
