"""What the linking says of each incident of a world, beside what was true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benchmarks.worlds.world import OURS, START, Planted, World
from reputation_monitor.linking.alarms import find_shifts
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.testing import test_incidents
from reputation_monitor.linking.types import Verdict
from reputation_monitor.linking.world import Options

MINUTE = timedelta(minutes=1)
Method = Callable[[World], set[str]]
"""Says which incidents of a world it would call harmful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One incident, and what was said of it. Times are minutes; None where nothing was said or nothing is true.

    Attributes:
        ratio: the harm in spreads of the baseline over its own span; 0 where there was none.
        weight: negative voices that the harm brought, by their weights.
        onset_error: found minus true.
        lead, true_lead: until IT knew; ``recovery`` and ``true_recovery`` from the incident's end.
        partner: the incident of the same pair; ``others`` are the methods that called it a harm.
        amid: whether the harm of another incident lay in the time in which its own might have begun.
    """

    kind: str
    world: int
    incident: str
    hostile: bool
    harmful: bool
    ratio: float
    weight: float
    verdict: str
    p_value: float | None
    q_value: float | None
    excess: float | None
    excess_low: float | None
    excess_high: float | None
    onset_error: float | None
    lead: float | None
    true_lead: float | None
    recovery: float | None
    true_recovery: float | None
    partner: str
    amid: bool = False
    others: tuple[str, ...] = ()

    @property
    def linked(self) -> bool:
        """Whether it was linked."""
        return self.verdict == Verdict.LINKED


def judge(world: World, number: int, methods: Mapping[str, Method]) -> list[Case]:
    """Ask the linking, and other methods, about every incident of the watched brand."""
    options = Options()
    models = Models(world.brands, [p.exposure for p in world.planted], options)
    called = {name: method(world) for name, method in methods.items()}
    return [
        replace(
            _case(world, number, planted, tested),
            amid=_is_amid(planted, world, options),
            others=tuple(name for name, harms in called.items() if planted.exposure.incident in harms),
        )
        for planted, tested in zip(world.planted, test_incidents(models), strict=True)
    ]


def count_shifts(world: World) -> int:
    """How many shifts are found of the watched brand."""
    return len(find_shifts(Models(world.brands, [], Options()), OURS))


def _case(world: World, number: int, planted: Planted, tested: Tested) -> Case:
    link, rise, exposure = tested.link, planted.rise, planted.exposure
    start = None if rise is None else START + timedelta(hours=rise.start)
    resolved = exposure.end(START)
    return Case(
        kind=world.kind.name,
        world=number,
        incident=exposure.incident,
        hostile=world.kind.hostile,
        harmful=planted.harmful,
        ratio=planted.ratio,
        weight=planted.weight,
        verdict=str(link.verdict),
        p_value=link.p_value,
        q_value=link.q_value,
        excess=link.excess,
        excess_low=link.excess_low,
        excess_high=link.excess_high,
        onset_error=_minutes(link.onset, start),
        lead=link.customer_lead_minutes,
        true_lead=_minutes(exposure.detected, start),
        recovery=link.recovery_minutes,
        true_recovery=None if rise is None else _recovery(rise.end, resolved),
        partner=planted.partner,
    )


def _is_amid(planted: Planted, world: World, options: Options) -> bool:
    exposure = planted.exposure
    first, last = exposure.begin(options.lead), exposure.end(START) + options.follow
    harms = [p.rise for p in world.planted if p.rise is not None and p is not planted]
    return any(
        START + timedelta(hours=harm.start) < last and first < START + timedelta(hours=harm.end) for harm in harms
    )


def _recovery(end_hours: float, resolved: datetime) -> float:
    return max(0.0, (START + timedelta(hours=end_hours) - resolved) / MINUTE)


def _minutes(found: datetime | None, true: datetime | None) -> float | None:
    return None if found is None or true is None else (found - true) / MINUTE
