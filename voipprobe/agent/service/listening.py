"""What our responder receives, recorded and told to the peers that ask: the far end of a path.

A recording is read in a fork of the nursery. Where nothing can be captured, the agent goes on
without it: peers then know the loss of the round trip only.
"""

from pathlib import Path
from typing import Final

from voipprobe.agent.far_end.service import FarEnd, FarEndOptions
from voipprobe.agent.log import Log
from voipprobe.agent.rounds import work_names
from voipprobe.agent.rounds.forks import Nursery, wait_for
from voipprobe.capture.sequences.seen import Inquiry, SeenCalls
from voipprobe.model.errors import CaptureError, VoipprobeError
from voipprobe.traffic.address import interface_of
from voipprobe.traffic.responder.service import ResponderOptions

READ_WITHIN_S: Final = 8.0
PORTS_A_PROCESS: Final = 4
"""A SIPp that echoes has its media port, and RTCP's, and the same for video."""


class Listening:
    """The far end that the settings of the moment ask for, if they do and it is possible."""

    def __init__(self, nursery: Nursery, log: Log) -> None:
        self._nursery, self._log = nursery, log
        self._options: FarEndOptions | None = None
        self._far_end: FarEnd | None = None
        self._complaint: str | None = None

    def follow(self, responder: ResponderOptions | None, exchange_port: int, folder: Path) -> None:
        """Listen as a responder serves.

        Args:
            responder: None where there is none.
            exchange_port: where peers ask; 0 for not at all.
            folder: for the recording.
        """
        wanted = None
        if responder is not None and exchange_port:
            wanted = self._wanted(responder, exchange_port, folder)
        if wanted == self._options and (self._far_end is not None) == (wanted is not None):
            return
        self.close()
        self._options = wanted
        if wanted is not None:
            self._start(wanted)

    def close(self) -> None:
        """Stop recording and answering; the recording is removed."""
        if self._far_end is not None:
            self._far_end.stop()
            self._far_end = None

    def _wanted(
        self, responder: ResponderOptions, exchange_port: int, folder: Path
    ) -> FarEndOptions:
        first = responder.media_port
        last = first + PORTS_A_PROCESS * len(responder.transports)
        return FarEndOptions(
            address=responder.address,
            interface=interface_of(responder.address),
            sip_port=responder.port,
            media_ports=range(first, last),
            exchange_port=exchange_port,
            networks=responder.networks,
            folder=folder,
        )

    def _start(self, options: FarEndOptions) -> None:
        try:
            options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._far_end = FarEnd(options, read=self._read, say=self._say)
            self._complaint = None
        except VoipprobeError as error:
            if str(error) != self._complaint:  # once, not at every try
                self._log.warning("far-end-off", reason=str(error))
            self._complaint = str(error)

    def _read(self, inquiry: Inquiry) -> SeenCalls:
        fork = self._nursery.order(work_names.read_seen, inquiry, within_s=READ_WITHIN_S)
        kind, value = wait_for(fork)
        if kind == "done" and isinstance(value, SeenCalls):
            return value
        raise CaptureError(f"the recording could not be read: {value}")

    def _say(self, text: str) -> None:
        self._log.warning("far-end", text=text)
