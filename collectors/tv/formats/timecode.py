"""SMPTE time codes (ST 12-1): hours, minutes, seconds and frames to seconds."""

from fractions import Fraction

NTSC = Fraction(30_000, 1001)
"""Frames a second of American television, which counts 30 to the second of its time codes."""

_DROPPED_A_MINUTE = 2


def smpte_seconds(clock: tuple[int, int, int, int], *, rate: Fraction = NTSC, drop: bool = False) -> float:
    """Seconds from 00:00:00:00 to the time code ``clock`` (hours, minutes, seconds, frames).

    Args:
        clock: as it is written.
        rate: frames that pass in a second; the code counts this many, rounded.
        drop: whether it leaves out the numbers of two frames a minute, each tenth excepted, to keep up with the clock.
    """
    hours, minutes, seconds, frames = clock
    minutes += hours * 60
    counted = (minutes * 60 + seconds) * round(rate) + frames
    if drop:
        counted -= _DROPPED_A_MINUTE * (minutes - minutes // 10)
    return float(counted / rate)
