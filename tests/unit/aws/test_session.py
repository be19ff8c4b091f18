"""What botocore's errors mean: one line, whether to try again, whether it may have been done."""

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    MetadataRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from voipprobe.aws.session import NO_CREDENTIALS, RENEW, _loader, client, cloud_errors
from voipprobe.model.errors import CloudError, ConfigError

URL = {"endpoint_url": "https://monitoring.us-east-9.amazonaws.com/"}


def refusal(code: str, status: int = 400, message: str = "because") -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "PutMetricData")


def told(error: Exception) -> CloudError:
    with pytest.raises(CloudError) as caught, cloud_errors("PutMetricData in us-east-1"):
        raise error
    assert str(caught.value).startswith("PutMetricData in us-east-1: ")
    assert "\n" not in str(caught.value)
    return caught.value


REFUSED = {
    "Throttling": (refusal("Throttling"), True, False, "Throttling: because"),
    "SlowDown": (refusal("SlowDown", 503), True, False, "SlowDown"),
    "500": (refusal("InternalServiceError", 500), True, True, "InternalServiceError"),
    "denied": (refusal("AccessDenied", 403), True, False, "access denied (because): see"),
    "expired": (refusal("ExpiredToken", 403), True, False, "credentials refused (ExpiredToken)"),
    "bad data": (refusal("InvalidParameterValue"), False, False, "InvalidParameterValue"),
    "parameters": (ParamValidationError(report="a\nb"), False, False, "a b"),
    "no credentials": (NoCredentialsError(), True, False, "attach a role, or set AWS_PROFILE"),
    "no metadata": (MetadataRetrievalError(error_msg="gone"), True, False, "no AWS credentials"),
    "no route": (EndpointConnectionError(**URL), True, False, "is the Region right"),
    "no connection": (ConnectTimeoutError(**URL), True, False, "is the Region right"),
    "reset": (ConnectionClosedError(**URL), True, True, "Connection was closed"),
    "no XML": (ResponseParserError("b'<!doctype html>'"), True, True, "none of AWS's"),
    "no answer": (ReadTimeoutError(**URL), True, True, "Read timeout"),
}


@pytest.mark.parametrize(
    ("error", "retryable", "maybe_done", "text"), REFUSED.values(), ids=REFUSED
)
def test_each_error_in_one_line(
    error: Exception, retryable: bool, maybe_done: bool, text: str
) -> None:
    found = told(error)
    assert text in str(found)
    assert (found.retryable, found.maybe_done) == (retryable, maybe_done)


@pytest.mark.parametrize("name", ["expired", "no credentials", "no metadata"])
def test_errors_after_which_the_credentials_are_read_anew(name: str) -> None:
    assert told(REFUSED[name][0]).code in RENEW


def test_other_errors_keep_the_client() -> None:
    kept = set(REFUSED) - {"expired", "no credentials", "no metadata"}
    assert not {told(REFUSED[name][0]).code for name in kept} & RENEW
    assert told(REFUSED["no credentials"][0]).code == NO_CREDENTIALS


def test_a_page_for_an_answer_is_cut() -> None:
    """A proxy or moto in trouble sends HTML; CloudWatch's own list of bad data is kept whole."""
    page = "<html>\n" * 500
    assert len(str(told(refusal("500", 500, page)))) < 500
    assert len(str(told(refusal("InvalidParameterValue", 400, page)))) > 3000


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("AWS_PROFILE", "nobody", "nobody"),
        ("AWS_ENDPOINT_URL", "not a url", "not a url"),
        ("AWS_DEFAULT_REGION", "us east", "us east"),
    ],
)
def test_a_client_that_cannot_be_made_is_a_mistake_of_configuration(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=text):
        client("cloudwatch")


def test_a_client_without_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_REGION", "us-east-1")  # other SDKs read it, botocore does not
    with pytest.raises(ConfigError, match=r"no AWS Region is known: .* set AWS_DEFAULT_REGION"):
        client("cloudwatch")


def test_clients_share_what_they_read_and_nothing_that_may_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Models once; credentials and Region each time anew."""
    found: list[tuple[str, str]] = []
    for key in ("AKIDFIRST", "AKIDSECOND"):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
        made = client("cloudwatch", region="eu-west-1" if found else "us-east-1")
        found.append((made._request_signer._credentials.access_key, made.meta.region_name))
    assert found == [("AKIDFIRST", "us-east-1"), ("AKIDSECOND", "eu-west-1")]
    before = list(_loader(None).search_paths)
    client("cloudwatch", region="us-east-1")
    assert _loader(None).search_paths == before
