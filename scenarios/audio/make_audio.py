"""Writes the reference audio: speech-like, so that one can tell it from silence.

Ten seconds of voiced "syllables" (a glottal pulse train through three formants, with a
gliding pitch) with short pauses between phrases, at about -20 dBov, as raw 8 kHz G.711 in
both laws. No recording of a person is in it. Run again to get the same bytes:

    python scenarios/audio/make_audio.py
"""

import math
import random
from array import array
from pathlib import Path

RATE_HZ = 8000
SECONDS = 10
FORMANTS_HZ = ((700, 1220, 2600), (400, 2000, 2550), (300, 870, 2240), (530, 1840, 2480))
FOLDER = Path(__file__).parent


def resonator(samples: list[float], frequency_hz: float, bandwidth_hz: float) -> list[float]:
    """The samples through one two-pole formant filter."""
    radius = math.exp(-math.pi * bandwidth_hz / RATE_HZ)
    first = 2 * radius * math.cos(2 * math.pi * frequency_hz / RATE_HZ)
    second = -radius * radius
    one = two = 0.0
    out = []
    for sample in samples:
        one, two = sample + first * one + second * two, one
        out.append(one)
    return out


def syllable(length: int, pitch_hz: float, formants: tuple[int, ...]) -> list[float]:
    """One voiced sound of `length` samples with a falling pitch and soft edges."""
    phase, pulses = 0.0, []
    for index in range(length):
        phase += pitch_hz * (1.1 - 0.2 * index / length) / RATE_HZ
        pulses.append(1.0 if phase >= 1 else 0.0)
        phase %= 1
    for frequency_hz in formants:
        pulses = resonator(pulses, frequency_hz, 80 + frequency_hz / 20)
    peak = max(map(abs, pulses))
    return [s / peak * math.sin(math.pi * i / length) ** 0.5 for i, s in enumerate(pulses)]


def speech() -> list[float]:
    """Ten seconds of babble between -1 and 1, the same at every run."""
    chance = random.Random(3550)  # noqa: S311 - repeatable, not secret
    samples: list[float] = []
    while len(samples) < RATE_HZ * SECONDS:
        for _ in range(chance.randint(3, 6)):
            length = chance.randint(1000, 2200)
            samples += syllable(length, chance.uniform(95, 140), chance.choice(FORMANTS_HZ))
        samples += [0.0] * chance.randint(800, 2400)
    return samples[: RATE_HZ * SECONDS]


def mu_law(sample: int) -> int:
    """One 16-bit sample in G.711 mu-law (ITU-T G.711, table 2)."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> (exponent + 3) & 0x0F) & 0xFF


def a_law(sample: int) -> int:
    """One 16-bit sample in G.711 A-law (ITU-T G.711, table 1)."""
    sign = 0x80 if sample >= 0 else 0
    magnitude = min(abs(sample) if sample >= 0 else abs(sample) - 1, 32767) >> 4
    exponent = max(magnitude.bit_length() - 4, 0)
    mantissa = magnitude >> max(exponent - 1, 0) if exponent > 1 else magnitude
    return (sign | (exponent << 4 | mantissa & 0x0F)) ^ 0x55


def main() -> None:
    """Write both files beside this script."""
    linear = array("h", (round(s * 18000) for s in speech()))
    (FOLDER / "speech.pcmu").write_bytes(bytes(mu_law(s) for s in linear))
    (FOLDER / "speech.pcma").write_bytes(bytes(a_law(s) for s in linear))


if __name__ == "__main__":
    main()
