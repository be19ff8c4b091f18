"""How many calls, how fast and how long: the load of a probe, from what its user asked for."""

from dataclasses import dataclass
from math import isfinite

from voipprobe.model.errors import ConfigError

DEFAULT_CALLS = 10
DEFAULT_RATE_CPS = 5.0
DEFAULT_HOLD_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Open-loop load: `rate_cps` new calls a second, each held for `hold_s`."""

    calls: int
    rate_cps: float
    hold_s: float

    @property
    def placing_s(self) -> float:
        """Time from the first call to the last."""
        return (self.calls - 1) / self.rate_cps


def plan_load(
    *,
    calls: int | None = None,
    rate_cps: float | None = None,
    hold_s: float | None = None,
    concurrent: int | None = None,
) -> Load:
    """The load that any sensible combination of the four asks for.

    Concurrency is rate x hold (Little's law), so with `concurrent` one of the other two
    follows. Without `calls`, enough are placed to fill up and to stay full for one hold time.

    Raises:
        ConfigError: a value is not positive, or the four contradict each other.
    """
    given = {"--calls": calls, "--rate": rate_cps, "--hold": hold_s, "--concurrent": concurrent}
    for name, value in given.items():
        if value is not None and not isfinite(value):
            raise ConfigError(f"{name} {value:g} is not a finite number")
        if value is not None and (value < 0 or (value == 0 and name != "--hold")):
            raise ConfigError(f"{name} {value:g} is not positive")
    if concurrent is None:
        return Load(
            calls=calls or DEFAULT_CALLS,
            rate_cps=rate_cps or DEFAULT_RATE_CPS,
            hold_s=DEFAULT_HOLD_S if hold_s is None else hold_s,
        )
    return _concurrent(concurrent, calls, rate_cps, hold_s)


def _concurrent(
    concurrent: int, calls: int | None, rate_cps: float | None, hold_s: float | None
) -> Load:
    if rate_cps is not None and hold_s is not None:
        if abs(rate_cps * hold_s - concurrent) > 0.01 * concurrent:
            raise ConfigError(
                f"--concurrent {concurrent} is not --rate {rate_cps:g} x --hold {hold_s:g} "
                f"(= {rate_cps * hold_s:g}): leave one of the three out"
            )
    elif rate_cps is not None:
        hold_s = concurrent / rate_cps
    else:
        hold_s = DEFAULT_HOLD_S if hold_s is None else hold_s
        if hold_s == 0:
            raise ConfigError("--concurrent needs a --hold above 0")
        rate_cps = concurrent / hold_s
    if calls is not None and calls < concurrent:
        raise ConfigError(f"--calls {calls} can never be --concurrent {concurrent} open calls")
    return Load(calls=calls or 2 * concurrent, rate_cps=rate_cps, hold_s=hold_s)
