"""Clients of AWS services, and what their errors mean in our words.

Knows botocore's exceptions: a foreign one ends here. Must not know any service's requests.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
)

from voipprobe.model.errors import CloudError, ConfigError

ATTEMPTS: Final = 3
CONNECT_TIMEOUT_S: Final = 5.0
READ_TIMEOUT_S: Final = 15.0

THROTTLED: Final = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded",
    "RequestThrottled", "TooManyRequestsException", "SlowDown", "LimitExceeded",
    "BandwidthLimitExceeded", "PriorRequestNotComplete", "TransactionInProgressException",
})  # fmt: skip
"""Codes that say: later. The list is botocore's (`retries/standard`)."""
EXPIRED: Final = frozenset({
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId",
    "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException",
})  # fmt: skip
"""Credentials that are not (any more) good: renewing them can help."""
DENIED: Final = frozenset({
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthFailure",
    "OptInRequired",
})  # fmt: skip


def client(
    service: str,
    *,
    region: str | None = None,
    attempts: int = ATTEMPTS,
    read_timeout_s: float = READ_TIMEOUT_S,
) -> Any:
    """A client of a service; AWS_ENDPOINT_URL and the usual variables and profiles hold.

    Args:
        service: its name in boto3.
        region: None for the one that the environment or profile names.
        attempts: how often a request is tried in all.
        read_timeout_s: longest wait for an answer.

    Raises:
        ConfigError: no Region, or no such profile.
    """
    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        user_agent_extra="voipprobe",
    )
    try:
        return boto3.session.Session(region_name=region).client(service, config=config)
    except NoRegionError:
        raise ConfigError(
            "no AWS Region is known: name one in the configuration, or set AWS_REGION"
        ) from None
    except ProfileNotFound as error:
        raise ConfigError(f"{error}: see AWS_PROFILE and ~/.aws/config") from None
    except ValueError as error:  # botocore's word for a malformed endpoint or Region
        raise ConfigError(f"AWS client for {service}: {error}") from None


@contextlib.contextmanager
def cloud_errors(doing: str) -> Iterator[None]:
    """Turn what botocore raises in the block into a CloudError.

    Args:
        doing: what the block does, e.g. "PutMetricData in us-east-1".

    Raises:
        CloudError: `retryable` where the same request may succeed later.
    """
    try:
        yield
    except ClientError as error:
        raise _refused(doing, error) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        text = f"{doing}: no AWS credentials: attach a role, or set AWS_PROFILE"
        raise CloudError(text, retryable=True) from error
    except ParamValidationError as error:
        raise CloudError(f"{doing}: {error}", retryable=False) from error
    except BotoCoreError as error:  # no route, no name, reset, timeout, metadata service down
        raise CloudError(f"{doing}: {error}", retryable=True) from error


def _refused(doing: str, error: ClientError) -> CloudError:
    said = error.response.get("Error", {})
    code, message = said.get("Code", "unknown"), " ".join(said.get("Message", "").split())
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in DENIED:
        text = f"{doing}: access denied ({message}): see `voipprobe cloudwatch iam`"
        return CloudError(text, retryable=True)  # a policy can be put right while we wait
    if code in EXPIRED:
        return CloudError(f"{doing}: credentials refused ({code}): renew them", retryable=True)
    retryable = code in THROTTLED or status >= 500
    return CloudError(f"{doing}: {code}: {message}", retryable=retryable)
