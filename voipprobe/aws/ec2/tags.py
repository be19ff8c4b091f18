"""The tags that everything of a run has, so that what a crash leaves is found. Pure."""

from dataclasses import dataclass
from typing import Any, Final

from voipprobe.aws.iam.machines import BENCHMARK, TAG

RUN: Final = "voipprobe-run"
OWNER: Final = "voipprobe-owner"
DEADLINE: Final = "voipprobe-deadline"
MOST_CHARS: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Whose it is.

    Attributes:
        run: id of the run. owner: a person, for whoever finds it.
        deadline: after which it should not be there any more, ISO 8601 in UTC.
    """

    run: str
    owner: str
    deadline: str

    def specification(self, kind: str, name: str) -> dict[str, Any]:
        """One entry of TagSpecifications; `kind` is EC2's resource type."""
        values = {
            TAG: BENCHMARK, RUN: self.run, OWNER: self.owner, DEADLINE: self.deadline,
            "Name": name,
        }  # fmt: skip
        tags = [{"Key": key, "Value": value[:MOST_CHARS]} for key, value in values.items()]
        return {"ResourceType": kind, "Tags": tags}


def ours(run: str | None = None) -> list[dict[str, Any]]:
    """The filters that find everything of benchmarks, or of one run alone."""
    found = [{"Name": f"tag:{TAG}", "Values": [BENCHMARK]}]
    return found if run is None else [*found, {"Name": f"tag:{RUN}", "Values": [run[:MOST_CHARS]]}]


def values(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Tags of an answer, by key."""
    return {one["Key"]: one["Value"] for one in tags or []}
