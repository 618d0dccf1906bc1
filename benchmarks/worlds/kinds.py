"""The kinds of worlds that the linking is tried on: plain ones, and those that are made to fool it."""

from dataclasses import dataclass, replace

from benchmarks.worlds.talk import Talk

QUARTER_DAYS = 91
PERSISTENT = (0.95, -0.1)
"""An AR(2) noise that is slow to forget, as talk between people is: it takes about seven hours to halve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What happens in a world.

    Attributes:
        talk: of the watched brand; its rivals talk alike.
        rivals: how large they are against it.
        days: how long the world is; ``first_day`` is the earliest of an incident.
        incidents, harmful: how many there are, and how many of them do harm.
        hours: shortest and longest incident.
        lag: earliest and latest beginning of a harm, in hours after the incident's.
        beyond: least and most hours that a harm lasts beyond the incident's end.
        ratios: least and largest harm, in spreads of the baseline over its own span.
        storms, scandals, campaigns, silences: how many of each.
        repeats: voices that are posted many times: by one author, or by outlets that copy a story.
        pairs: whether incidents come in overlapping pairs of which at most one does harm.
    """

    name: str
    talk: Talk
    hostile: bool = False
    rivals: tuple[float, ...] = (1.0, 0.6, 1.5)
    days: int = QUARTER_DAYS
    first_day: float = 16.0
    incidents: int = 10
    harmful: int = 4
    hours: tuple[float, float] = (0.5, 5.0)
    lag: tuple[float, float] = (-0.7, 1.5)
    beyond: tuple[float, float] = (0.0, 4.0)
    ratios: tuple[float, float] = (1.5, 20.0)
    storms: int = 0
    scandals: int = 0
    campaigns: int = 0
    repeats: int = 0
    silences: int = 0
    pairs: bool = False


USUAL = Talk(rate=5.0)
PLAIN = (
    Kind(name="one mention an hour", talk=Talk(rate=0.25)),
    Kind(name="six mentions an hour", talk=Talk(rate=1.5)),
    Kind(name="twenty mentions an hour", talk=USUAL),
    Kind(name="two hundred mentions an hour", talk=Talk(rate=50.0)),
    Kind(name="two thousand mentions an hour", talk=Talk(rate=500.0)),
    Kind(name="independent hours", talk=replace(USUAL, memory=(), sigma2=0.3)),
    Kind(name="slow drift", talk=replace(USUAL, drift=1.4)),
    Kind(name="incidents of days", talk=USUAL, hours=(12.0, 60.0), beyond=(0.0, 12.0)),
    Kind(name="harm before the ticket", talk=USUAL, lag=(-2.7, -0.7)),
    Kind(name="harm long after the start", talk=USUAL, hours=(2.0, 8.0), lag=(1.5, 6.0)),
)
HOSTILE = (
    Kind(name="noise of order two", talk=replace(USUAL, memory=PERSISTENT, sigma2=0.25), hostile=True),
    Kind(name="restless talk", talk=Talk(rate=1.5, memory=(0.9,), sigma2=0.4), hostile=True),
    Kind(name="short history", talk=USUAL, hostile=True, days=21, first_day=5.0, incidents=6, harmful=2),
    Kind(name="new brand", talk=replace(USUAL, starts_hours=45 * 24.0), hostile=True, first_day=50.0),
    Kind(name="storms over all", talk=USUAL, hostile=True, storms=6),
    Kind(name="scandals", talk=USUAL, hostile=True, scandals=6),
    Kind(name="campaigns", talk=USUAL, hostile=True, campaigns=5),
    Kind(name="one author's floods", talk=Talk(rate=1.5), hostile=True, repeats=20),
    Kind(name="copied stories", talk=Talk(rate=1.5), hostile=True, repeats=20),
    Kind(name="silent sources", talk=USUAL, hostile=True, silences=5),
    Kind(name="overlapping incidents", talk=USUAL, hostile=True, pairs=True, hours=(1.0, 6.0), ratios=(3.0, 20.0)),
    Kind(name="no rivals", talk=USUAL, hostile=True, rivals=()),
)
KINDS = (*PLAIN, *HOSTILE)
