"""A fleet's dashboards: what has to be done, and what was. They are one for all Regions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from voipprobe.aws.dashboards.dashboard import Dashboard
from voipprobe.aws.dashboards.existing import read_existing
from voipprobe.aws.dashboards.plan import DashboardPlan, make_plan
from voipprobe.aws.planning.bucket import TokenBucket
from voipprobe.aws.planning.steps import Answer, Step, Verb, do_steps

RATE_PER_S: Final = 10.0
"""AWS's default for each of ListDashboards, GetDashboard, PutDashboard and DeleteDashboards."""
BURST: Final = 10
DELETED_AT_ONCE: Final = 100

OnDone = Callable[[Step, tuple[str, ...]], None]
"""Gets each step with what CloudWatch remarked about it."""


def plan_dashboards(client: Any, prefix: str, desired: tuple[Dashboard, ...]) -> DashboardPlan:
    """What has to be done. Reads, changes nothing.

    Args:
        client: of CloudWatch in any Region of the account.
        prefix: of the fleet.
        desired: the dashboards that should be; none to take all of them away.

    Raises:
        CloudError: AWS refused or did not answer.
    """
    bucket = TokenBucket(RATE_PER_S, burst=BURST)
    there = read_existing(client, prefix, bucket.take)
    return make_plan(client.meta.region_name, prefix, desired, there)


def steps(plan: DashboardPlan) -> tuple[Step, ...]:
    """The requests of a plan."""
    return (
        *(_put("created", one) for one in plan.create),
        *(_put("changed", one.wanted) for one in plan.change),
        *_deletions([one.name for one in plan.delete]),
    )


def apply_dashboards(client: Any, plan: DashboardPlan, on_done: OnDone) -> None:
    """Do what a plan says, at AWS's pace.

    Args:
        client: of CloudWatch.
        plan: what to do.
        on_done: called after each request.

    Raises:
        ConfigError: the plan is refused; nothing was done.
        CloudError: refused or not answered; it says what was done before and what was not.
    """
    plan.require_allowed()
    bucket = TokenBucket(RATE_PER_S, burst=BURST)
    do_steps(
        client,
        steps(plan),
        wait=bucket.take,
        on_done=lambda step, answer: on_done(step, tuple(remarks(answer))),
    )


def remarks(answer: Answer) -> Iterator[str]:
    """What CloudWatch says of a body that it took: parts of it that it does not show."""
    for one in answer.get("DashboardValidationMessages", ()):
        found: Mapping[str, str] = one
        yield f"{found.get('DataPath', '?')}: {found.get('Message', '?')}"


def _put(verb: Verb, dashboard: Dashboard) -> Step:
    return Step(
        verb=verb,
        names=(dashboard.name,),
        operation="PutDashboard",
        parameters={"DashboardName": dashboard.name, "DashboardBody": dashboard.text},
    )


def _deletions(names: list[str]) -> Iterator[Step]:
    for start in range(0, len(names), DELETED_AT_ONCE):
        some = names[start : start + DELETED_AT_ONCE]
        yield Step(
            verb="deleted",
            names=tuple(some),
            operation="DeleteDashboards",
            parameters={"DashboardNames": some},
        )
