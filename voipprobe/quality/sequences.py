"""Sets of extended sequence numbers, and how two ends that number alike are brought together.

Knows that RTP numbers packets in 16 bits and begins anywhere; must not know packets or streams.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

MODULUS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """A set of whole numbers. Equal sets are equal: make them by `of` or `from_bits`.

    Attributes:
        base: the lowest number; 0 for the empty set.
        bits: bit i stands for `base` + i; the lowest bit is set, unless the set is empty.
    """

    base: int = 0
    bits: int = 0

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Self:
        """The set of some numbers, in any order."""
        distinct = set(numbers)
        if not distinct:
            return cls()
        base = min(distinct)
        return cls(base, sum(1 << (number - base) for number in distinct))

    @classmethod
    def from_bits(cls, base: int, bits: int) -> Self:
        """The set in which bit i stands for `base` + i."""
        if not bits:
            return cls()
        below = (bits & -bits).bit_length() - 1
        return cls(base + below, bits >> below)

    def __len__(self) -> int:
        """How many numbers."""
        return self.bits.bit_count()

    @property
    def span(self) -> int:
        """Numbers from the lowest to the highest, both included."""
        return self.bits.bit_length()

    def __and__(self, other: Self) -> Self:
        """Numbers in both."""
        base = max(self.base, other.base)
        return self.from_bits(
            base, (self.bits >> (base - self.base)) & (other.bits >> (base - other.base))
        )

    def __or__(self, other: Self) -> Self:
        """Numbers in either."""
        if not (self.bits and other.bits):
            return self if self.bits else other
        base = min(self.base, other.base)
        return self.from_bits(
            base, (self.bits << (self.base - base)) | (other.bits << (other.base - base))
        )

    def moved(self, by: int) -> Self:
        """Every number plus `by`."""
        return self.from_bits(self.base + by, self.bits)

    def since(self, number: int) -> Self:
        """The numbers from one on."""
        if number <= self.base:
            return self
        return self.from_bits(number, self.bits >> (number - self.base))


def aligned(other: SequenceSet, reference: SequenceSet) -> SequenceSet | None:
    """A set of the same packets, seen elsewhere, in the numbers of `reference`.

    Whoever sees a stream later may have missed a wrap, or the first packet, and so counts on
    from another multiple of 2^16.

    Returns:
        None where more than one multiple fits equally well: a stream of more than 2^16 packets
        of which the other end saw a part.
    """
    if reference.span <= MODULUS:
        return _folded(other, reference.base)
    lowest = (reference.base - other.base - other.span) // MODULUS
    highest = (reference.base + reference.span - other.base) // MODULUS
    found = [other.moved(wraps * MODULUS) for wraps in range(lowest, highest + 1)]
    found.sort(key=lambda one: len(one & reference), reverse=True)
    if len(found) > 1 and len(found[0] & reference) == len(found[1] & reference):
        return None
    return found[0]


def _folded(numbers: SequenceSet, base: int) -> SequenceSet:
    """Each number as the one from `base` on, fewer than 2^16 further, that has its 16 bits."""
    bits = numbers.bits << ((numbers.base - base) % MODULUS)
    window, folded = (1 << MODULUS) - 1, 0
    while bits:
        folded |= bits & window
        bits >>= MODULUS
    return SequenceSet.from_bits(base, folded)
