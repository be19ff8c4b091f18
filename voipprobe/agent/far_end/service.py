"""The far end of other agents' calls: what its responder receives is recorded, and told to them.

Knows the recorder and the exchange and when the one is ready for the other; must not know how
a recording is read.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voipprobe.agent.far_end.document import Question
from voipprobe.agent.far_end.server import ExchangeServer
from voipprobe.capture.dumpcap_ring import RingBounds, ring_filters
from voipprobe.capture.packet import Near
from voipprobe.capture.ring_recorder import FLUSH_S, RingRecorder
from voipprobe.capture.sequences.seen import Inquiry, SeenCalls, seen_calls
from voipprobe.traffic.responder.allow import Network

Reader = Callable[[Inquiry], SeenCalls]
"""Answers an inquiry; `Inquiry` and `SeenCalls` may be sent to another process and back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FarEndOptions:
    """Where and for whom the far end listens.

    Attributes:
        address: of the responder and of the exchange.
        interface: that has this address.
        sip_port, media_ports: of the responder.
        exchange_port: 0 for a free one.
        networks: of the peers that may ask.
        folder: for the recording, in a folder of its own there.
    """

    address: str
    interface: str
    sip_port: int
    media_ports: range
    exchange_port: int
    networks: Sequence[Network]
    folder: Path
    ring: RingBounds = field(default_factory=RingBounds)


class FarEnd:
    """Records and answers, from its construction until it is stopped."""

    def __init__(
        self,
        options: FarEndOptions,
        *,
        read: Reader = seen_calls,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Start recording, then the exchange.

        Args:
            options: where and for whom.
            read: finds the answer to an inquiry, called in the exchange's thread; it may hand
                the work to another process. It may raise MeasurementError.
            say: told in one line of what should not happen; called from the exchange's thread.

        Raises:
            CaptureError: recording is not possible. ToolError: dumpcap is missing, or the
                exchange's port is taken. ConfigError: too many networks.
        """
        self._options, self._read, self._say = options, read, say
        ports = frozenset({options.sip_port, *options.media_ports})
        self._ours = Near(frozenset({options.address}), ports)
        self.recorder = RingRecorder(
            options.folder,
            interface=options.interface,
            filters=ring_filters(options.address, options.sip_port, options.media_ports),
            bounds=options.ring,
        )
        self._restarts = 0
        try:
            self.server = ExchangeServer(
                options.address,
                options.exchange_port,
                networks=options.networks,
                answer=self._answer,
                on_look=self._tend,
                say=say,
            )
        except BaseException:
            self.recorder.stop()
            raise

    def stop(self) -> None:
        """End the exchange, then the recording, which is removed."""
        self.server.stop()
        self.recorder.stop()

    def _tend(self) -> None:
        self.recorder.tend()
        if self.recorder.restarts > self._restarts:
            self._restarts = self.recorder.restarts
            self._say("the recording of received calls was started again")

    def _answer(self, peer: str, question: Question) -> SeenCalls:
        asked = time.monotonic()
        time.sleep(FLUSH_S)  # the last packets of the calls may not be in a file yet
        age_s = question.age_s + (time.monotonic() - asked)
        with self.recorder.snapshot(age_s) as snapshot:
            inquiry = Inquiry(
                files=snapshot.files,
                ours=self._ours,
                peer=peer,
                call_ids=question.call_ids,
                recorded_from_s=snapshot.recorded_from_s,
            )
            return self._read(inquiry)
