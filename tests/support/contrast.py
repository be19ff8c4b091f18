"""Contrast of two colours as WCAG 2.2 defines it."""

import re


def contrast_ratio(one: str, other: str) -> float:
    """The ratio of two CSS colours "rgb(r, g, b)", 1 to 21, whichever is brighter."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
