"""What a directed path does to its packets.

Knows the figures and their limits; nothing of packets, clocks or chance.
"""

from dataclasses import dataclass, replace

from voipprobe.model.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairment:
    """Delay, jitter, loss and reordering of one directed path.

    Attributes:
        delay_ms: what every packet waits at least.
        jitter_ms: mean of what a packet waits on top: exponentially distributed and drawn for
            each packet. Two such draws differ by their mean on average, so this is also the
            jitter that RFC 3550 tends to, as long as it is small beside the packets' spacing:
            packets of one flow keep their order, so larger waits are passed on to the next.
        loss_ratio: lost packets / packets (0..1), each by its own draw.
        reorder_ratio: packets held back so that later ones overtake them / packets (0..1).
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss_ratio: float = 0.0
    reorder_ratio: float = 0.0

    def __post_init__(self) -> None:
        for name in ("delay_ms", "jitter_ms"):
            _hold(name, getattr(self, name), highest=60_000.0)
        for name in ("loss_ratio", "reorder_ratio"):
            _hold(name, getattr(self, name), highest=1.0)

    def __str__(self) -> str:
        return (
            f"delay {self.delay_ms:g} ms, jitter {self.jitter_ms:g} ms, "
            f"loss {self.loss_ratio * 100:.3g} %, reordering {self.reorder_ratio * 100:.3g} %"
        )

    def worse(
        self, *, delay_ms: float = 0.0, jitter_ms: float = 0.0, loss_ratio: float = 0.0,
        reorder_ratio: float = 0.0,
    ) -> "Impairment":  # fmt: skip
        """The same with more of each.

        Raises:
            ConfigError: it would be out of its limits.
        """
        return replace(
            self,
            delay_ms=self.delay_ms + delay_ms,
            jitter_ms=self.jitter_ms + jitter_ms,
            loss_ratio=self.loss_ratio + loss_ratio,
            reorder_ratio=self.reorder_ratio + reorder_ratio,
        )


def _hold(name: str, value: float, *, highest: float) -> None:
    if not 0 <= value <= highest:  # NaN is not either
        raise ConfigError(f"impairment: {name} is {value:g}: give 0 to {highest:g}")
