"""`python published.py URL REGION ...`: whose calls CloudWatch has, by Region.

Run where the server is reached; prints {region: [destination, ...]}.
"""

import json
import sys
from typing import Any

import boto3


def destinations(url: str, region: str) -> list[str]:
    """Of the paths whose calls are in a Region's CloudWatch."""
    cloudwatch: Any = boto3.client(
        "cloudwatch", region_name=region, endpoint_url=url,
        aws_access_key_id="AKID", aws_secret_access_key="secret",
    )  # fmt: skip
    found = cloudwatch.list_metrics(Namespace="voipprobe", MetricName="CallAttempts")["Metrics"]
    dimensions = [{one["Name"]: one["Value"] for one in metric["Dimensions"]} for metric in found]
    return sorted({one["Destination"] for one in dimensions if one["Source"] == region})


if __name__ == "__main__":
    print(json.dumps({region: destinations(sys.argv[1], region) for region in sys.argv[2:]}))
