"""Clients of AWS services, and what their errors mean in our words.

Knows botocore's exceptions: a foreign one ends here. Must not know any service's requests.
"""

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    MetadataRetrievalError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
    SSLError,
    SSOError,
    TokenRetrievalError,
)
from botocore.loaders import Loader, create_loader
from botocore.parsers import ResponseParserError

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
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "RequestTimeTooSkewed",
    "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
    "InvalidSignatureException",
})  # fmt: skip
"""Credentials that are not (any more) good: renewing them can help."""
NO_CREDENTIALS: Final = "NoCredentials"
RENEW: Final = EXPIRED | {NO_CREDENTIALS}
"""Codes after which a new client is worth a try: it reads the credentials anew."""
DENIED: Final = frozenset({
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthFailure",
    "OptInRequired",
})  # fmt: skip
_WITHOUT_CREDENTIALS: Final = (
    NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, MetadataRetrievalError,
    SSOError, TokenRetrievalError,
)  # fmt: skip
_NEVER_SENT: Final = (
    EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError,
)  # fmt: skip
MOST_CHARS: Final = 400
"""Of what a server in trouble says: it may be a page."""


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
        return _session(region).client(service, config=config)
    except NoRegionError:
        raise ConfigError(
            "no AWS Region is known: name one in the configuration, or set AWS_DEFAULT_REGION"
        ) from None
    except ProfileNotFound as error:
        raise ConfigError(f"{error}: see AWS_PROFILE and ~/.aws/config") from None
    except (ValueError, BotoCoreError) as error:  # a malformed endpoint, Region or ~/.aws/config
        raise ConfigError(f"AWS client for {service}: {error}") from None


def _session(region: str | None) -> boto3.session.Session:
    """A new session, which reads credentials anew, with files that are read only once."""
    core = botocore.session.get_session()
    loader = _loader(core.get_config_variable("data_path"))
    core.register_component("data_loader", loader)
    session = boto3.session.Session(botocore_session=core, region_name=region)
    loader.search_paths[:] = dict.fromkeys(loader.search_paths)  # each session adds boto3's again
    return session


@cache
def _loader(data_path: str | None) -> Loader:
    """Reads botocore's models and endpoints, which is most of what a client costs."""
    return create_loader(data_path)


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
    except ParamValidationError as error:
        code = "ParamValidationError"
        raise CloudError(f"{doing}: {_line(error)}", retryable=False, code=code) from error
    except BotoCoreError as error:
        raise _unanswered(doing, error) from error
    except ResponseParserError as error:  # a page of a proxy, say; it is no BotoCoreError
        text = f"{doing}: the answer is none of AWS's: {_line(error)[:MOST_CHARS]}"
        code = type(error).__name__
        raise CloudError(text, retryable=True, code=code, maybe_done=True) from error


def _unanswered(doing: str, error: BotoCoreError) -> CloudError:
    if isinstance(error, _WITHOUT_CREDENTIALS):
        text = f"{doing}: no AWS credentials ({_line(error)}): attach a role, or set AWS_PROFILE"
        return CloudError(text, retryable=True, code=NO_CREDENTIALS)
    code = type(error).__name__
    if isinstance(error, _NEVER_SENT):
        text = f"{doing}: {_line(error)}: is the Region right, and is there a route to it?"
        return CloudError(text, retryable=True, code=code)
    maybe_done = isinstance(error, HTTPClientError)  # reset or silent after we sent
    return CloudError(f"{doing}: {_line(error)}", retryable=True, code=code, maybe_done=maybe_done)


def _refused(doing: str, error: ClientError) -> CloudError:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, message = str(said.get("Code", "unknown")), _line(said.get("Message", ""))
    if status >= 500:
        message = message[:MOST_CHARS]
    if code in DENIED:
        text = f"{doing}: access denied ({message}): see `voipprobe cloudwatch iam`"
        return CloudError(text, retryable=True, code=code)  # a policy can be put right meanwhile
    if code in EXPIRED:
        text = f"{doing}: credentials refused ({code}): renew them, or set this machine's clock"
        return CloudError(text, retryable=True, code=code)
    throttled = code in THROTTLED
    return CloudError(
        f"{doing}: {code}: {message}",
        retryable=throttled or status >= 500,
        code=code,
        maybe_done=status >= 500 and not throttled,
    )


def _line(text: object) -> str:
    return " ".join(str(text).split())
