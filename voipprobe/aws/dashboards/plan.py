"""What has to be done so that the dashboards that are there become those that should be.

Only dashboards with our prefix and our mark are ours: another's is never touched, and one that
has the name of one of ours is refused. No I/O, no AWS.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from voipprobe.aws.dashboards.dashboard import MARK, Body, Dashboard, marked_prefix
from voipprobe.aws.dashboards.fields import fields_of
from voipprobe.aws.planning.plan import Kind, Plan, plan_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A dashboard that is there.

    Attributes:
        body: what it shows; empty where that cannot be read.
    """

    name: str
    body: Body

    def belongs_to(self, prefix: str) -> bool:
        """Whether it is of the fleet with this prefix."""
        return self.name.startswith(f"{prefix}-") and marked_prefix(self.body) == prefix


DashboardPlan: TypeAlias = Plan[Dashboard, Existing]


def make_plan(
    region: str, prefix: str, desired: Iterable[Dashboard], existing: Iterable[Existing]
) -> DashboardPlan:
    """The plan for an account.

    Args:
        region: which is asked; dashboards are in all.
        prefix: of the fleet.
        desired: its dashboards.
        existing: all that have a name under the prefix, whoever's they are.
    """
    kind: Kind[Dashboard, Existing] = Kind(
        belongs=lambda there: there.belongs_to(prefix),
        in_the_way=lambda _, there: _in_the_way(there, prefix),
        fields=lambda dashboard: fields_of(dashboard.body),
        fields_there=lambda there: fields_of(there.body),
    )
    return plan_of(kind, region, prefix, desired, existing)


def _in_the_way(there: Existing, prefix: str) -> Iterator[str]:
    if not there.belongs_to(prefix):
        yield (
            f"dashboard {there.name} exists and has no text {MARK}={prefix}: it is not ours; "
            "take another prefix"
        )
