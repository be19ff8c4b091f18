"""What arrival times say of the voice packets of a stream.

Knows RFC 3550 jitter, delay variation, talkspurts, the usual timestamp step and clock drift;
must not know where the packets come from. The arithmetic is quality's, compiled as it stands.
"""

from typing import Final

from voipprobe.capture.kernels.declare import Number, Row, int64, part
from voipprobe.capture.rtp.sketch import add
from voipprobe.capture.rtp.tables import IPDV, JITTER
from voipprobe.quality import rfc3550

SILENT_STEPS: Final = 2
"""A timestamp that runs ahead of the sequence by so many packets hides a pause (DTX)."""

_timestamp_difference = part(rfc3550.timestamp_difference)
_deviation_ms = part(rfc3550.deviation_ms)
_jitter_step = part(rfc3550.jitter_step)


@part
def _vote_step(stream: Row, step: Number) -> None:
    """Boyer and Moore's majority: the step that most neighbours share."""
    if step <= 0:
        return
    if stream.step_votes == 0:
        stream.step = step
    stream.step_votes += 1 if stream.step == step else -1


@part
def _hides_pause(stream: Row, timestamp_step: Number, sequence_step: Number) -> Number:
    if stream.step_votes == 0 or sequence_step <= 0:
        return False
    return timestamp_step >= (sequence_step + SILENT_STEPS) * stream.step


@part
def _note_sender(
    stream: Row, timestamp_step: Number, sequence_step: Number, step_ns: Number, clock_hz: Number
) -> None:
    """Count neighbours that came nearly at once, and numbers that were never sent.

    `step_ns` is the time between the arrivals. Where numbers are missing and the timestamp has
    gone on by one packet only, the sender skipped the numbers and nothing was lost.
    """
    if sequence_step == 1:
        if timestamp_step > 0 and 4 * step_ns * clock_hz < timestamp_step * 1_000_000_000:
            stream.bunched += 1
            if stream.bunched == 1:
                stream.bunched_number = stream.number
    elif sequence_step > 1 and stream.step_votes > 0 and timestamp_step == stream.step:
        if stream.skipped == 0:
            stream.skipped_number = stream.number
        stream.skipped += sequence_step - 1


@part
def _add_drift(stream: Row) -> None:
    x, y = stream.media_s, stream.transit_ms
    stream.drift_n += 1
    stream.drift_x += x
    stream.drift_y += y
    stream.drift_xx += x * x
    stream.drift_xy += x * y
    stream.drift_span_s = max(stream.drift_span_s, x)


@part
def fold_drift(stream: Row) -> None:
    """Close the regression of one numbering: the next has a timestamp origin of its own."""
    n = stream.drift_n
    if n > 0:
        stream.drift_cxx += stream.drift_xx - stream.drift_x * stream.drift_x / n
        stream.drift_cxy += stream.drift_xy - stream.drift_x * stream.drift_y / n
    stream.drift_n = 0
    stream.drift_x = stream.drift_y = stream.drift_xx = stream.drift_xy = 0.0
    stream.transit_ms = stream.media_s = 0.0


@part
def begin_timing(stream: Row) -> None:
    """Forget the packet before: the next one has nothing to be compared with."""
    fold_drift(stream)
    stream.timed = 0


@part
def _remember(
    stream: Row, extended: Number, time_ns: Number, timestamp: Number, clock_hz: Number
) -> None:
    stream.timed = 1
    stream.voice_time_ns = time_ns
    stream.voice_timestamp = timestamp
    stream.voice_clock_hz = clock_hz
    stream.voice_extended = extended


@part
def time_voice(
    stream: Row,
    heap: Row,
    extended: Number,
    time_ns: Number,
    timestamp: Number,
    clock_hz: Number,
) -> Number:
    """Whether a voice packet hides a pause before it; updates jitter, ipdv, transit, drift.

    Every packet counts in order of arrival, duplicates included (RFC 3550 6.4.1); ipdv only
    compares neighbours in sequence. Timestamps of two clocks have no difference (RFC 7160 4):
    nothing is known of the time before a codec of another clock.
    """
    pause = stream.timed != 0 and stream.voice_clock_hz != clock_hz
    if pause:
        begin_timing(stream)
    if stream.timed:
        timestamp_step = _timestamp_difference(timestamp, stream.voice_timestamp)
        sequence_step = extended - stream.voice_extended
        step_ns = time_ns - stream.voice_time_ns
        deviation = _deviation_ms(step_ns, timestamp_step, clock_hz)
        _note_sender(stream, timestamp_step, sequence_step, step_ns, clock_hz)
        stream.jitter_ms = _jitter_step(stream.jitter_ms, deviation)
        add(stream, heap, JITTER, stream.jitter_ms)
        stream.transit_ms += deviation
        stream.media_s += timestamp_step / clock_hz
        pause = _hides_pause(stream, timestamp_step, sequence_step)
        if sequence_step == 1:
            add(stream, heap, IPDV, abs(deviation))
            _vote_step(stream, timestamp_step)
    _add_drift(stream)
    _remember(stream, extended, time_ns, int64(timestamp), clock_hz)
    return pause
