"""Digest challenges and credentials without what they would give away.

Knows the parameters of RFC 7616. A response with its nonces lets anybody try passwords at
home, so all of them go; equal originals keep equal stand-ins, which shows a reused nonce.
"""

import re

from voipprobe.results.masking.pseudonyms import MASKED, Pseudonyms

KEPT = frozenset({"realm", "algorithm", "qop", "nc", "stale", "charset", "userhash"})

# a name starts where none goes on before it, so that a long word is read once
_PARAMETER = re.compile(r'(?<![\w-])([\w-]+)\s*=\s*("[^"]*"|[^\s,"]+)')


def masked_credentials(value: str, names: Pseudonyms) -> str:
    """A challenge or credentials: the scheme, what is harmless, and stand-ins."""
    scheme, _, parameters = value.partition(" ")
    if scheme.lower() != "digest":
        return f"{scheme} {MASKED}" if parameters else MASKED
    found = _PARAMETER.findall(parameters)
    return f"{scheme} " + ", ".join(f"{name}={_masked(name, raw, names)}" for name, raw in found)


def _masked(name: str, raw: str, names: Pseudonyms) -> str:
    known, value = name.lower(), raw.strip('"')
    if known in KEPT:
        return raw
    if known == "uri":
        return f'"{names.uri(value)}"'
    if known == "username":
        user, at, domain = value.partition("@")
        return f'"{names.user(user)}{at}{domain}"'
    kind = "nonce" if known in {"nonce", "cnonce", "nextnonce"} else known
    return f'"{names.of(kind, value)}"'
