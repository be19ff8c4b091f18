"""The media of a run: what we sent beside what we received, and what a MOS assumes."""

from rich.console import RenderableType
from rich.text import Text

from voipprobe.cli.render.layout import figures_table, heading, labelled, note
from voipprobe.cli.render.numbers import count, milliseconds, mos, percent
from voipprobe.model.media import Media
from voipprobe.model.quality import QualityModel
from voipprobe.model.summary import DelaySummary, JitterSummary, MosSummary

HEADINGS = ["", "streams", "packets", "loss", "jitter mean", "p95", "max"]
DEPARTURE = "* as it left here: the sent jitter is the generator's own departure jitter."
MIXED = (
    "MOS: codec or playout buffer differ between the streams; each stream in result.json has "
    "the model and the assumptions behind its own."
)


def media_parts(media: Media) -> list[RenderableType]:
    """Sent beside received, round trip and MOS, and the assumptions as footnotes."""
    sent = (media.sent_streams, media.sent_packets, media.sent_loss_ratio, media.sent_jitter_ms)
    table = figures_table(HEADINGS, [_row("sent *", *sent), _received("received", media)])
    lines = [("round trip", _round_trip(media.round_trip_ms)), *_judgement(media)]
    notes = [note(DEPARTURE), *_assumptions(media)]
    return [heading("Media"), table, Text(), labelled(lines), Text(), *notes]


def foreign_media_parts(media: Media) -> list[RenderableType]:
    """The media of a capture from elsewhere, where no end is ours and nothing was sent by us."""
    table = figures_table(HEADINGS, [_received("all streams", media)])
    lines = _judgement(media)
    if media.round_trip_ms.n:
        lines.insert(0, ("round trip", _round_trip(media.round_trip_ms)))
    return [heading("Media"), table, Text(), labelled(lines), Text(), *_assumptions(media)]


def _received(name: str, media: Media) -> list[str]:
    return _row(name, media.streams, media.packets, media.loss_ratio, media.jitter_ms)


def _judgement(media: Media) -> list[tuple[str, str]]:
    return [
        ("too late", f"{percent(media.discarded_ratio)} of the packets for the playout buffer"),
        ("MOS", _mos(media.mos)),
    ]


def _row(
    name: str, streams: int, packets: int, loss: float | None, jitter: JitterSummary
) -> list[str]:
    jitters = (jitter.mean, jitter.p95, jitter.max)
    return [name, count(streams), count(packets), percent(loss), *map(milliseconds, jitters)]


def _round_trip(delay: DelaySummary) -> str:
    if not delay.n:
        return "not measured: no packet of ours came back"
    return (
        f"mean {milliseconds(delay.mean)}, p95 {milliseconds(delay.p95)}, "
        f"max {milliseconds(delay.max)} ({count(delay.n)} packets)"
    )


def _mos(summary: MosSummary) -> str:
    if not summary.n:
        return "no stream could be rated"
    return (
        f"mean {mos(summary.mean)}, p5 {mos(summary.p5)}, min {mos(summary.min)} "
        f"({count(summary.n)} streams)"
    )


def _assumptions(media: Media) -> list[RenderableType]:
    """Nothing without a MOS, since there is then nothing to explain."""
    if not media.mos.n:
        return []
    return [note(MIXED if media.quality_model is None else _model(media.quality_model))]


def _model(model: QualityModel) -> str:
    return (
        f"MOS: {model.name}, {model.codec} (Ie {model.equipment_impairment:g}, "
        f"Bpl {model.loss_robustness:g}), playout buffer {model.buffer_ms:g} ms, "
        f"{model.packetisation_ms:g} ms of voice per packet, one-way delay "
        f"{milliseconds(model.one_way_delay_ms)} ({model.delay_source}), effective loss "
        f"{percent(model.effective_loss_ratio)}, burst ratio {model.burst_ratio:.2f}."
    )
