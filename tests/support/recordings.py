"""Real output of the tools that we drive, recorded once; READMEs beside it say how."""

from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


def recorded(tool: str, name: str) -> str:
    """What a tool once wrote, e.g. recorded("sipp", "call.rtt.csv")."""
    return (DATA / tool / name).read_text()


BENCH_RUN = DATA / "bench" / "relay-by-quota.jsonl"
"""A whole run of two sizes, with its baseline."""
