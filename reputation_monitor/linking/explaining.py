"""Which shift belongs to which incident, and what is said of those that belong to none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from reputation_monitor.linking.attribution import weight
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.scan import likelihood_ratio
from reputation_monitor.linking.series import HOUR
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Shift, ShiftVerdict, Verdict
from reputation_monitor.linking.unheard import unheard_in_words
from reputation_monitor.linking.world import Exposure, Options

FAILING_HEIGHT = 5.0
FAILING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """A shift with what its verdict is made of.

    Attributes:
        failing: share of the excess that talks of failing service.
        unheard: which sources were not heard in its time, in words; empty where it hardly matters.
    """

    shift: Shift
    failing: float
    unheard: str

    @classmethod
    def of(cls, shift: Shift, models: Models) -> "Found":
        """What is to be known of a shift."""
        unheard = unheard_in_words(models, shift.brand, shift.screens, shift.onset, shift.end)
        return cls(shift, _failing_share(models, shift), unheard)


def explain(found: Found, tested: Sequence[Tested], options: Options, now: datetime) -> Shift:
    """The shift with its verdict: linked to an incident, a suspected outage, or unexplained.

    Args:
        found: the shift.
        tested: the incidents of its brand.
        options: of the linking.
        now: end of the data.
    """
    near = [t for t in tested if _meets(found.shift, t) or _holds(t.exposure, found.shift, options, now)]
    explained = _explained(found, near, [t for t in near if t.exposure.end(now) + options.follow >= now], now)
    told = found.unheard
    return replace(explained, reason=f"{explained.reason} {told[0].upper()}{told[1:]}.") if told else explained


def _explained(found: Found, near: Sequence[Tested], under_way: Sequence[Tested], now: datetime) -> Shift:
    """The shift beside the incidents near it; of those under way it is too early to say that they did nothing."""
    shift, failing = found.shift, found.failing
    linked = [t for t in near if t.link.verdict is Verdict.LINKED and _meets(shift, t)]
    if linked:
        best = max(linked, key=lambda t: (weight(t.exposure, shift.onset, now), -(t.link.p_value or 0.0)))
        beside = f", or to {' or '.join(best.link.alternatives)}" if best.link.alternatives else ""
        reason = f"Linked to incident {best.exposure.incident} ({best.exposure.title}){beside}."
        return replace(shift, verdict=ShiftVerdict.LINKED, incident=best.exposure.incident, reason=reason)
    share = f"{100 * failing:.0f} % of the excess talks of failing service"
    if failing >= FAILING_SHARE and not near:
        return replace(shift, verdict=ShiftVerdict.SUSPECTED_OUTAGE, reason=f"{share}, and no incident is open.")
    if under_way:
        early = under_way[0].exposure
        return replace(
            shift, reason=f"Incident {early.incident} ({early.title}) is under way; too early to link it. {share}."
        )
    named = "".join(f" Incident {t.exposure.incident} was near{_NEAR[t.link.verdict]}." for t in near[:1])
    return replace(shift, reason=f"No incident explains it; {share}.{named}")


_NEAR = {
    Verdict.LINKED: ", and is linked to another rise",
    Verdict.NO_EFFECT: ", with no measurable effect",
    Verdict.NOT_ENOUGH_DATA: "; of its effect there is not enough data to tell",
}


def _meets(shift: Shift, tested: Tested) -> bool:
    """Whether the shift lies in the time of the incident's effect; one that is not linked has none."""
    link = tested.link
    return bool(link.onset and link.effect_end and shift.onset_low <= link.effect_end and link.onset <= shift.end)


def _holds(exposure: Exposure, shift: Shift, options: Options, now: datetime) -> bool:
    """Whether the shift began while harm of the incident may begin."""
    return exposure.begin(options.lead) <= shift.onset <= exposure.end(now) + options.follow


def _failing_share(models: Models, shift: Shift) -> float:
    """Share of the excess that talks of failing service, zero where that rise itself could be chance."""
    seconds = models.bucket_seconds(shift.brand)
    channel = models.channel(shift.brand, shift.screens, Voice.FAILING, seconds)
    series, noise = channel.series, channel.baseline.noise_at(channel.series.bucket(shift.onset))
    start, end = series.bucket(shift.onset), max(series.bucket(shift.end), series.bucket(shift.onset) + 1)
    seen, usual = float(series.negative[start:end].sum()), float(channel.baseline.expected[start:end].sum())
    spread = noise.spread(np.array([(end - start) * seconds / HOUR]))
    height = float(likelihood_ratio(seen, np.array([usual]), spread, noise.phi)[0])
    return min((seen - usual) / shift.excess, 1.0) if height >= FAILING_HEIGHT and shift.excess > 0 else 0.0
