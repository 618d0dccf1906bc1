"""An incident with what was measured of it."""

from dataclasses import dataclass

from reputation_monitor.linking.impact import Impact
from reputation_monitor.linking.placebo import PlaceboTest
from reputation_monitor.linking.types import Link
from reputation_monitor.linking.world import Exposure


@dataclass(frozen=True, slots=True)
class Tested:
    """One incident's effect on one brand, with what it was compared with."""

    exposure: Exposure
    impact: Impact | None
    placebo: PlaceboTest | None
    link: Link
