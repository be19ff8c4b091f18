"""Those who put, watch and read metrics.

Source: AWS's Service Authorization Reference and the API reference of each action: PutMetricData
can be narrowed by namespace only; PutCompositeAlarm and DescribeAlarms (of composite alarms) want
every resource.
"""

from typing import Final

from voipprobe.aws.iam.language import Policy, allow, policy

NAMESPACE: Final = "voipprobe"
PREFIX: Final = "voipprobe"
"""Of alarms, dashboards and a fleet's name: what is used where nobody says another."""


def agent_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For an agent: put metrics into its namespace, and nothing else."""
    del partition  # metrics have no ARN
    return policy(
        allow("PublishMetrics", ["cloudwatch:PutMetricData"], "*",
              StringEquals={"cloudwatch:namespace": namespace}),
    )  # fmt: skip


def reader_policy(namespace: str = NAMESPACE, partition: str = "aws") -> Policy:
    """For whoever looks at the mesh from CloudWatch: read metrics, which cannot be narrowed."""
    del namespace, partition
    return policy(allow("ReadMetrics", ["cloudwatch:GetMetricData"], "*"))


def deployer_policy(
    namespace: str = NAMESPACE, partition: str = "aws", prefix: str = PREFIX
) -> Policy:
    """For whoever applies alarms and dashboards: those whose names begin with our prefix."""
    del namespace  # an alarm's metrics cannot be narrowed
    alarms = f"arn:{partition}:cloudwatch:*:*:alarm:{prefix}/*"
    dashboards = f"arn:{partition}:cloudwatch::*:dashboard/{prefix}-*"
    return policy(
        allow("OwnAlarms", ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms",
                            "cloudwatch:TagResource", "cloudwatch:UntagResource",
                            "cloudwatch:ListTagsForResource"], alarms),
        allow("OwnDashboards", ["cloudwatch:PutDashboard", "cloudwatch:GetDashboard",
                                "cloudwatch:DeleteDashboards"], dashboards),
        allow("CannotBeNarrowedByName",
              ["cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm",
               "cloudwatch:ListDashboards"], "*"),
    )  # fmt: skip
