"""A scenario's manifest: what the XML beside it does and what it needs."""

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from voipprobe.model.call import Outcome
from voipprobe.model.errors import ConfigError

STRICT = ConfigDict(extra="forbid", frozen=True)


class Parameter(BaseModel):
    """One value that a user may set: text with a pattern, or a number with bounds."""

    model_config = STRICT
    purpose: str
    default: str | int
    unit: str = ""
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Parameter":
        try:
            re.compile(self.pattern or "")
        except re.error as error:
            raise ValueError(f"pattern {self.pattern!r}: {error}") from error
        bounds = (self.minimum, self.maximum)
        if self.pattern is None and None in bounds:
            raise ValueError("a parameter needs a pattern, or a minimum and a maximum")
        return self

    def accept(self, name: str, text: str) -> str:
        """The text as it may go into the XML.

        Raises:
            ConfigError: it does not fit the pattern or the bounds.
        """
        if self.pattern is not None:
            if re.fullmatch(self.pattern, text):
                return text
            raise ConfigError(f"parameter {name}={text!r} does not match {self.pattern}")
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.minimum <= int(text) <= self.maximum:  # type: ignore[operator] # bounds are there: see _bounded
            bounds = f"{self.minimum} to {self.maximum} {self.unit}".strip()
            raise ConfigError(f"parameter {name}={text!r} is not a whole number from {bounds}")
        return str(int(text))


class Manifest(BaseModel):
    """What the scenario does.

    Attributes:
        outcome: how a call ends when all is well.
        user: user part of the request URI when the target names none.
        media_share: part of the hold time in which media flows.
        response_times: SIPp's response time counters, in the order of RFC 6076's names.
        features: SIPp build features that it needs. raw_socket: needs CAP_NET_RAW too.
        transport: the only transport that it may run over.
    """

    model_config = STRICT
    purpose: str
    method: Literal["INVITE", "REGISTER", "OPTIONS"]
    outcome: Outcome
    user: str
    media: bool
    media_share: float = Field(default=1.0, gt=0, le=1)
    response_times: tuple[str, ...]
    features: tuple[str, ...] = ()
    raw_socket: bool = False
    credentials: bool = False
    transport: Literal["udp", "tcp", "tls"] | None = None
    parameters: dict[str, Parameter] = Field(default_factory=dict)


def read_manifest(path: Path) -> Manifest:
    """The manifest in a TOML file.

    Raises:
        ConfigError: missing, not TOML, or not a manifest; all mistakes are named at once.
    """
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text()))
    except OSError as error:
        raise ConfigError(f"manifest {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"manifest {path}: {error}") from error
    except ValidationError as error:
        mistakes = "; ".join(
            f"{'.'.join(map(str, row['loc'])) or 'manifest'}: {row['msg']}"
            for row in error.errors()
        )
        raise ConfigError(f"manifest {path}: {mistakes}") from error
