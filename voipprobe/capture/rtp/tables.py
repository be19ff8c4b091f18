"""The memory of the RTP kernel: one record per stream and the tables beside it.

Knows sizes and bounds and nothing of what the kernel computes. Everything is allocated once,
as zeros: the system gives memory only to what is touched, so the bounds cost nothing until a
hostile capture reaches them, and there they hold.
"""

from typing import Any, Final

import numpy as np

from voipprobe.capture.kernels.memory import zeros
from voipprobe.capture.wire.records import PACKET
from voipprobe.quality import bursts

MAX_STREAMS: Final = 1 << 16
"""Unless asked for fewer; HASH_PLACES must stay well above."""
HASH_PLACES: Final = 1 << 18
CANDIDATES: Final = 1 << 16
TYPES_PER_STREAM: Final = 8

SKETCH_PAGES: Final = 8
PAGE_SAMPLES: Final = 256
EXACT_SAMPLES: Final = SKETCH_PAGES * PAGE_SAMPLES
MAX_PAGES: Final = 160 * 1024
"""Pages of samples over all streams: 160 MiB."""

# NumPy integers, because Numba would compile callees anew for each literal Python one.
JITTER: Final = np.int64(0)
IPDV: Final = np.int64(1)
ROUND_TRIP: Final = np.int64(2)
SKETCHES: Final = 3

PLOT_STEPS: Final = 256
FIRST_STEP_NS: Final = 100_000_000
DELAY_BINS: Final = 1024
DELAY_BINS_PER_MS: Final = 2
EARLIEST_DELAY_MS: Final = 128.0
"""How much smaller than a stream's first transit a later one may be and be drawn right."""

INBOX: Final = 64
"""So many packets of a stream wait before they are taken in at once: what is known of a stream is
then fetched from memory once for all of them."""
INBOX_ROOM: Final = INBOX + 2
"""A stream that is confirmed brings two packets at once."""

WINDOW: Final = 512
ECHO_RING: Final = 256

# Control: numbers that the kernels keep across batches.
STREAMS: Final = 0
OVERFLOW: Final = 1
"""Packets of streams that found no room."""
PENDING: Final = 2
DONE: Final = 3
"""Packets of a batch that are in their inboxes."""
CONTROLS: Final = 4

ADDRESSES: Final = np.dtype([("octets", "u1", (32,))])
"""Source and destination of a stream, packed; IPv4 leaves the rest of each half empty."""

PLACE: Final = np.dtype(
    [
        ("key", "u8"),  # 0: free
        ("stream", "i4"),
        ("inbox", "i4"),  # of the stream, or of the one that it sends back
        ("packets", "u4"),  # so far, those in the inbox included
        ("type", "u1"),  # payload type that came last, from 1: it is noted in the stream
        ("marks", "u1"),  # of all its packets: ECHO or nothing
        ("audible", "u1"),  # its energy needs no more reading
        ("spare", "u1", (9,)),  # a place fits a cache line
    ],
    align=True,
)
"""One place of the hash table: all that a packet of a known stream asks for, in one cache line."""

ENTRY: Final = np.dtype(
    [
        ("time_ns", "i8"),
        ("number", "i8"),
        ("timestamp", "u4"),
        ("sequence", "u2"),
        ("payload_type", "u1"),
        ("marks", "u1"),
    ],
    align=True,
)
"""A packet that waits in the inbox of its stream."""

ECHO: Final = 2
"""Beside MARKER: of the echo, and not of the stream that the inbox belongs to."""

STREAM: Final = np.dtype(
    [
        ("key", "u8"),
        ("first_ns", "i8"),
        ("last_ns", "i8"),
        ("first_number", "i8"),
        ("number", "i8"),  # of the packet that came last
        ("ssrc", "u4"),
        ("source_port", "u2"),
        ("target_port", "u2"),
        ("echo_of", "i4"),  # the stream that this one sends back, from 1; 0: none
        ("echoed_by", "i4"),
        ("ipv6", "u1"),
        ("dscp", "u1"),  # of the packet that confirmed the stream
        ("begun", "u1"),
        ("types", "u1"),  # payload types seen, at most TYPES_PER_STREAM
        ("last_type", "u1"),
        # numbering
        ("packets", "i8"),
        ("distinct", "i8"),
        ("duplicates", "i8"),
        ("reordered", "i8"),
        ("restarts", "i8"),
        ("strays", "i8"),  # jumps that no second packet confirmed
        ("expected_before", "i8"),  # of the numberings before the last restart
        ("highest", "i8"),
        ("lowest", "i8"),
        ("bad_sequence", "i8"),
        ("bad_time_ns", "i8"),
        ("bad_timestamp", "i8"),
        ("bad_type", "i4"),
        ("bad_number", "i8"),
        ("restart_number", "i8"),  # packet that the first restart began with
        ("window_base", "i8"),
        ("last_spurt", "i8"),  # number of the packet that began the latest talkspurt
        ("discarded", "i8"),
        # timing of voice packets
        ("timed", "i4"),
        ("after_noise", "i4"),
        ("voice_time_ns", "i8"),
        ("voice_timestamp", "i8"),
        ("voice_clock_hz", "i8"),
        ("voice_extended", "i8"),
        ("jitter_ms", "f8"),
        ("transit_ms", "f8"),
        ("media_s", "f8"),
        ("delta_max_ns", "i8"),
        ("delta_number", "i8"),  # packet that ended the longest gap
        ("bunched", "i8"),  # neighbours that came nearly at once
        ("bunched_number", "i8"),  # the first of them
        ("skipped", "i8"),  # numbers left out where the timestamp shows that nothing is missing
        ("skipped_number", "i8"),  # packet behind the first such gap
        ("step", "i8"),
        ("step_votes", "i8"),
        # regression of transit over media time
        ("drift_n", "i8"),
        ("drift_x", "f8"),
        ("drift_y", "f8"),
        ("drift_xx", "f8"),
        ("drift_xy", "f8"),
        ("drift_span_s", "f8"),
        ("drift_cxx", "f8"),
        ("drift_cxy", "f8"),
        # adaptive playout buffer
        ("smallest_ms", "f8"),
        ("block_smallest_ms", "f8"),
        ("last_smallest_ms", "f8"),
        ("before_ms", "f8"),
        ("play_at_ms", "f8"),
        ("buffer_jitter_ms", "f8"),
        ("depth_total_ms", "f8"),
        ("depth_n", "i8"),
        # payload
        ("energy_packets", "i8"),
        ("energy_max", "f8"),
        ("echo_matched", "i8"),
        ("burst", "i8", (bursts.STATE_SIZE,)),
        # one place per payload type
        ("type_packets", "i8", (TYPES_PER_STREAM,)),
        ("type_number", "i4", (TYPES_PER_STREAM,)),
        ("type_clock_hz", "i4", (TYPES_PER_STREAM,)),  # 0: unknown
        ("type_kind", "i4", (TYPES_PER_STREAM,)),  # VOICE, EVENT or NOISE
        ("type_octets", "i4", (TYPES_PER_STREAM,)),  # payload of its first packet
        ("type_first", "i8", (TYPES_PER_STREAM,)),  # number of its first packet
        # one place per sketch, in units of 10 ns
        ("samples", "i8", (SKETCHES,)),
        ("samples_total", "i8", (SKETCHES,)),
        ("samples_max", "i8", (SKETCHES,)),
        ("samples_lost", "i8", (SKETCHES,)),  # 1: there was no room for them
        ("newest", "i4", (SKETCHES,)),  # page that the samples go to, from 1; 0: none
        ("pages", "i4", (SKETCHES * SKETCH_PAGES,)),  # from 1; 0: none
        # rings
        ("window", "u4", (WINDOW,)),
        ("sent", "u4", (ECHO_RING,)),
    ],
    align=True,
)
"""The state of one stream. What belongs to a stream lies inside its record and not in arrays
of its own: Numba counts references to arrays (atomically) and not to records."""

_FIELDS: Any = STREAM.fields
HOT_OCTETS: Final[int] = _FIELDS["window"][1]
"""Of a stream: what nearly every packet changes stands before its rings."""

# Kinds of payload, as far as timing cares.
VOICE: Final = 0
EVENT: Final = 1
NOISE: Final = 2

PLOT: Final = np.dtype(
    [
        ("wanted", "i8"),
        ("step_ns", "i8"),
        ("steps", "i8"),  # begun so far
        ("now", "i8"),  # the step of the packet that came last
        ("packets", "u4", (PLOT_STEPS,)),
        ("lost", "i4", (PLOT_STEPS,)),
        ("discarded", "u4", (PLOT_STEPS,)),
        ("delta_us", "u4", (PLOT_STEPS,)),
        ("jitter_us", "u4", (PLOT_STEPS,)),
        ("at", "u2", (WINDOW,)),  # the step of each position of the stream's window
        ("delays", "u4", (DELAY_BINS,)),  # transits above the first one - EARLIEST_DELAY_MS
    ],
    align=True,
)
"""One stream over time; only for streams that are drawn."""

HEAP: Final = np.dtype(
    [
        ("pages_used", "i8"),
        ("scratch", "u4", (EXACT_SAMPLES,)),
        ("pool", "u4", (MAX_PAGES * PAGE_SAMPLES,)),
    ]
)
"""Pages of samples for all streams; a record for the same reason."""


class Tables:
    """All arrays that the RTP kernels work on, with room for a number of streams.

    The first `plotted` of them have a PLOT; one more record stands for all others.
    """

    def __init__(self, max_streams: int = MAX_STREAMS, plotted: int = 0) -> None:
        self.streams = zeros(STREAM, max_streams)
        self.addresses = zeros(ADDRESSES, max_streams)
        self.places = zeros(PLACE, HASH_PLACES)
        self.waiting = zeros(np.int32, max_streams)
        self.inboxes = zeros(ENTRY, max_streams * INBOX_ROOM)
        self.candidates = zeros(PACKET, CANDIDATES)
        self.repeats = zeros(np.int32, CANDIDATES)
        self.heap = zeros(HEAP, 1)
        self.control = zeros(np.int64, CONTROLS)
        self.plots = zeros(PLOT, plotted + 1)
        self.plots["wanted"][:plotted] = 1
        self.plots["step_ns"][:plotted] = FIRST_STEP_NS
