"""Sets of ticks as the bits of one whole number: bit n is the n-th tick after an origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

_HIGH = 255
_AT_LEAST = {k: bytes(49 if n >= k else 48 for n in range(256)) for k in range(_HIGH + 1)}
"""For each k, a table that turns a count into the digit 1 where it is at least k."""


def span_mask(start: int, end: int) -> int:
    """Set the bits from start up to but not including end; what lies below bit 0 is dropped."""
    start = max(start, 0)
    return ((1 << (end - start)) - 1) << start if end > start else 0


def spans_mask(spans: Iterable[tuple[int, int]], origin: int, length: int) -> int:
    """Set the bits of all spans of ticks, counted from an origin, inside so many bits."""
    mask = 0
    for start, end in spans:
        mask |= span_mask(start - origin, min(end - origin, length))
    return mask


def run_starts(mask: int, length: int) -> int:
    """Keep the bits from which ``length`` bits in a row are set, doubling the run at each step."""
    have = 1
    while have < length and mask:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask


def widened(mask: int, ticks: int) -> int:
    """Set each bit that lies at most so many ticks after a set bit."""
    have = 0
    while have < ticks:
        step = min(have + 1, ticks - have)
        mask |= mask << step
        have += step
    return mask


def bits(mask: int) -> Iterator[int]:
    """List the set bits, lowest first."""
    digits = bin(mask)[:1:-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)


def at_least(counts: bytes, wanted: int) -> int:
    """Set the bits at which a count is at least what is wanted."""
    if not counts:
        return 0
    return int(counts.translate(_AT_LEAST[min(wanted, _HIGH)])[::-1], 2)


def counts_of(length: int, changes: Iterable[tuple[int, int, int]]) -> bytes:
    """Sum (start, end, amount) over each tick from 0 to length, kept between 0 and 255."""
    steps = [0] * (length + 1)
    for start, end, amount in changes:
        if end > 0 and start < length and end > start:
            steps[max(start, 0)] += amount
            steps[min(end, length)] -= amount
    sums = list(accumulate(steps[:length]))
    if sums and (min(sums) < 0 or max(sums) > _HIGH):
        sums = [min(max(total, 0), _HIGH) for total in sums]
    return bytes(sums)


def nearest_bit(mask: int, place: int) -> int | None:
    """Return the set bit nearest to a place, the later one of two as near, or None."""
    after, before = mask >> max(place, 0), mask & span_mask(0, place)
    later = place + (after & -after).bit_length() - 1 if after else None
    if place < 0:
        return (after & -after).bit_length() - 1 if after else None
    earlier = before.bit_length() - 1 if before else None
    if later is None or earlier is None:
        return earlier if later is None else later
    return later if later - place <= place - earlier else earlier


def joined(slices: Sequence[int], stride_bytes: int) -> int:
    """Lay masks side by side, each in so many bytes, the first lowest."""
    return int.from_bytes(
        b"".join([part.to_bytes(stride_bytes, "little") for part in slices]), "little"
    )


def mask_spans(mask: int) -> list[tuple[int, int]]:
    """Turn a mask back into spans of bits."""
    found: list[tuple[int, int]] = []
    while mask:
        start = (mask & -mask).bit_length() - 1
        filled = mask + (1 << start)
        end = (filled & -filled).bit_length() - 1
        found.append((start, end))
        mask &= ~span_mask(start, end)
    return found
