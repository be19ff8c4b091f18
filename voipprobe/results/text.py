"""Text that any file format can hold.

Words from the wire may hold bytes that are no UTF-8, which Python keeps as lone surrogates.
"""

import re

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with everything that UTF-8 cannot hold replaced by U+FFFD."""
    return LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
