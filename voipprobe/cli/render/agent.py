"""What `agent check`, `agent once` and `agent status` show."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from voipprobe.agent.config.effective import Planned, busiest
from voipprobe.agent.store.records import Grade, Round, Spooled
from voipprobe.cli.render.layout import clean, figures_table, heading, labelled, words_table
from voipprobe.cli.render.numbers import count, milliseconds, mos, percent
from voipprobe.cli.render.times import ago, span

COLOURS = {
    Grade.PASS: "green", Grade.WARNING: "yellow", Grade.FAIL: "red", Grade.VOID: "magenta",
}  # fmt: skip


def check_parts(
    who: Sequence[tuple[str, str]], works: tuple[Planned, ...], now: float
) -> Iterable[RenderableType]:
    """Who the agent is, what it would do, and how much that is."""
    rows = [
        (one.name, one.scenario, span(one.interval_s), ago(one.next_at, now),
         count(round(one.rounds_a_day)), count(round(one.calls_a_day)))
        for one in works
    ]  # fmt: skip
    yield labelled(who)
    yield Text()
    if not rows:
        yield Text("This agent only answers.")
        return
    yield figures_table(["work", "scenario", "every", "next", "rounds/day", "calls/day"], rows)
    yield Text()
    total = sum(one.calls_a_day for one in works)
    yield Text(f"{count(round(total))} calls a day, {busiest(works):.1f} rounds at once on average")


def rounds_parts(rounds: Sequence[Round]) -> Iterable[RenderableType]:
    """One line for each round with its figures, and below why it is no pass."""
    table = figures_table(
        ["work", "grade", "calls", "success", "loss", "jitter", "round trip", "MOS"], []
    )
    for one in rounds:
        table.add_row(clean(one.work), Text(one.grade.value, style=COLOURS[one.grade]),
                      *_figures(one.figures))  # fmt: skip
    yield table
    reasons = [(one.work, clean("; ".join(one.reasons))) for one in rounds if one.reasons]
    if reasons:
        yield Text()
        yield words_table(["work", "reason"], reasons)


def _figures(figures: dict[str, float | None]) -> list[str]:
    calls = figures.get("calls")
    loss = figures.get("loss_ratio", figures.get("iperf_loss_ratio"))
    jitter = figures.get("jitter_ms.mean", figures.get("iperf_jitter_ms"))
    return [
        count(None if calls is None else round(calls)),
        percent(figures.get("success_ratio")),
        percent(loss),
        milliseconds(jitter),
        milliseconds(figures.get("round_trip_ms.p50")),
        mos(figures.get("mos.mean")),
    ]


def status_parts(
    who: Sequence[tuple[str, str]],
    newest: Sequence[Round],
    works: tuple[Planned, ...],
    spooled: Sequence[Spooled],
    publishers: dict[str, dict[str, float | str | None]],
    now: float,
) -> Iterable[RenderableType]:
    """Everything that `agent status` knows."""
    yield labelled(who)
    yield Text()
    yield heading("Newest rounds")
    yield from rounds_parts(newest)
    yield Text()
    yield heading("Turns")
    last = {one.work: one.at for one in newest}
    rows = [(one.name, span(one.interval_s), ago(last.get(one.name), now),
             ago(one.next_at, now)) for one in works]  # fmt: skip
    yield figures_table(["work", "every", "last", "next"], rows)
    if not spooled:
        return
    yield Text()
    yield heading("Publishers")
    yield words_table(
        ["publisher", "waits", "oldest", "dropped", "last sent", "complaint"],
        [_publisher(one, publishers.get(one.publisher, {}), now) for one in spooled],
    )


def _publisher(one: Spooled, state: dict[str, float | str | None], now: float) -> tuple[str, ...]:
    sent = state.get("last_success_at")
    return (
        one.publisher,
        count(one.depth),
        "–" if one.oldest_at is None else ago(one.oldest_at, now),  # noqa: RUF001 - a dash
        count(one.dropped),
        ago(sent if isinstance(sent, float) else None, now),
        clean(str(state.get("complaint") or "")),
    )
