"""`python published.py URL AGENT=REGION ...`: whose calls CloudWatch has, by agent.

Run where the server is reached; prints {agent: [destination, ...]}.
"""

import json
import sys
from typing import Any

import boto3


def destinations(url: str, agent: str, region: str) -> list[str]:
    """Of the agent's paths whose calls are in its Region's CloudWatch."""
    cloudwatch: Any = boto3.client(
        "cloudwatch", region_name=region, endpoint_url=url,
        aws_access_key_id="AKID", aws_secret_access_key="secret",
    )  # fmt: skip
    found = cloudwatch.list_metrics(Namespace="voipprobe", MetricName="CallAttempts")["Metrics"]
    dimensions = [{one["Name"]: one["Value"] for one in metric["Dimensions"]} for metric in found]
    return sorted({one["Destination"] for one in dimensions if one["Source"] == agent})


if __name__ == "__main__":
    agents = dict(word.split("=") for word in sys.argv[2:])
    print(json.dumps({one: destinations(sys.argv[1], one, at) for one, at in agents.items()}))
