"""The codecs that a telephone call meets: clock rates, payload types, planning values.

Knows the static table of RFC 3551 and the impairments of ITU-T G.113; must not know how SDP is
written beyond an encoding name.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a payload carries: only VOICE gets a MOS and only VOICE is timed for jitter."""

    VOICE = "voice"
    VIDEO = "video"
    EVENT = "event"
    COMFORT_NOISE = "comfort-noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairment:
    """Narrowband planning values of ITU-T G.113 Appendix I and what they assume.

    Attributes:
        name: codec and assumption in words, printed beside every MOS.
        equipment_impairment: Ie. loss_robustness: Bpl for random loss.
    """

    name: str
    equipment_impairment: float
    loss_robustness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One encoding name of SDP.

    Attributes:
        encoding: as registered, e.g. "PCMU".
        clock_rate_hz: of its RTP timestamps, which for G.722 is not its sampling rate; None
            where SDP has to say.
        payload_type: the static one of RFC 3551; None for a dynamic codec.
        impairment: None where no standard narrowband value exists: the MOS is unknown.
    """

    encoding: str
    clock_rate_hz: int | None
    payload_type: int | None = None
    kind: Kind = Kind.VOICE
    impairment: Impairment | None = None


def _impairment(name: str, ie: float, bpl: float) -> Impairment:
    return Impairment(name=name, equipment_impairment=ie, loss_robustness=bpl)


G711_PLC: Final = _impairment("G.711 with PLC", 0.0, 25.1)
G711_NO_PLC: Final = _impairment("G.711 without PLC", 0.0, 4.3)
G729A_VAD: Final = _impairment("G.729A + VAD, with its own PLC", 11.0, 19.0)
G723_1_VAD: Final = _impairment("G.723.1 + VAD at 6.3 kbit/s, with its own PLC", 15.0, 16.1)
GSM_EFR: Final = _impairment("GSM-EFR, with its own PLC", 5.0, 10.0)

CODECS: Final = (
    Codec(encoding="PCMU", clock_rate_hz=8000, payload_type=0, impairment=G711_PLC),
    Codec(encoding="PCMA", clock_rate_hz=8000, payload_type=8, impairment=G711_PLC),
    Codec(encoding="G729", clock_rate_hz=8000, payload_type=18, impairment=G729A_VAD),
    Codec(encoding="G723", clock_rate_hz=8000, payload_type=4, impairment=G723_1_VAD),
    Codec(encoding="GSM-EFR", clock_rate_hz=8000, impairment=GSM_EFR),
    Codec(encoding="GSM", clock_rate_hz=8000, payload_type=3),
    Codec(encoding="G722", clock_rate_hz=8000, payload_type=9),
    Codec(encoding="G728", clock_rate_hz=8000, payload_type=15),
    Codec(encoding="G726-32", clock_rate_hz=8000),
    Codec(encoding="LPC", clock_rate_hz=8000, payload_type=7),
    Codec(encoding="iLBC", clock_rate_hz=8000),
    Codec(encoding="AMR", clock_rate_hz=8000),
    Codec(encoding="AMR-WB", clock_rate_hz=16000),
    Codec(encoding="EVS", clock_rate_hz=16000),
    Codec(encoding="opus", clock_rate_hz=48000),
    Codec(encoding="speex", clock_rate_hz=None),
    Codec(encoding="CN", clock_rate_hz=8000, payload_type=13, kind=Kind.COMFORT_NOISE),
    Codec(encoding="telephone-event", clock_rate_hz=None, kind=Kind.EVENT),
    Codec(encoding="JPEG", clock_rate_hz=90000, payload_type=26, kind=Kind.VIDEO),
    Codec(encoding="H261", clock_rate_hz=90000, payload_type=31, kind=Kind.VIDEO),
    Codec(encoding="MPV", clock_rate_hz=90000, payload_type=32, kind=Kind.VIDEO),
    Codec(encoding="H263", clock_rate_hz=90000, payload_type=34, kind=Kind.VIDEO),
    Codec(encoding="H264", clock_rate_hz=90000, kind=Kind.VIDEO),
    Codec(encoding="H265", clock_rate_hz=90000, kind=Kind.VIDEO),
    Codec(encoding="VP8", clock_rate_hz=90000, kind=Kind.VIDEO),
    Codec(encoding="VP9", clock_rate_hz=90000, kind=Kind.VIDEO),
    Codec(encoding="AV1", clock_rate_hz=90000, kind=Kind.VIDEO),
)

STATIC: Final = {codec.payload_type: codec for codec in CODECS if codec.payload_type is not None}
"""The static payload types (RFC 3551 6) that need no rtpmap."""

_BY_NAME: Final = {codec.encoding.casefold(): codec for codec in CODECS}


def find(encoding: str) -> Codec | None:
    """The codec of an SDP encoding name ("pcmu", "PCMU/8000", "opus/48000/2"), None if unknown.

    Encoding names are compared without regard to case (RFC 8866 6.6).
    """
    return _BY_NAME.get(encoding.split("/", 1)[0].strip().casefold())


def impairment_of(encoding: str | None, *, plc: bool = True) -> Impairment | None:
    """The planning values of a codec, None where the codec is unknown or has none.

    Args:
        encoding: SDP encoding name.
        plc: whether the receiver conceals lost G.711 packets; the other codecs conceal by
            their own specification.
    """
    codec = find(encoding) if encoding is not None else None
    if codec is None:
        return None
    return G711_NO_PLC if codec.impairment is G711_PLC and not plc else codec.impairment


def packetisation_ms(timestamp_step: int, clock_rate_hz: int) -> float:
    """Voice in one packet [ms], from the timestamp step between two packets."""
    return timestamp_step * 1000.0 / clock_rate_hz
