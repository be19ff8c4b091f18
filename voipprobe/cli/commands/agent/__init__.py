"""`voipprobe agent`: the always-on probe agent."""

from voipprobe.cli.lazy import LazyGroup

COMMANDS = {
    "check": "Check a fleet file: all mistakes at once, and what would run when.",
    "once": "Run each probe of this agent one time.",
    "run": "Measure every path again and again, until stopped.",
    "status": "Say what ran, what is next, and what waits to be published.",
}

command = LazyGroup(
    "agent",
    lazy=COMMANDS,
    package=__name__,
    help="Measure every path of a fleet around the clock.",
)
