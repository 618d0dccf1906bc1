"""A brand's shifts: where each of its screens alarms, and what rose there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from reputation_monitor.linking.channels import Channel, Voice
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.scan import Scan
from reputation_monitor.linking.series import HOUR
from reputation_monitor.linking.shifts import describe_shift, find_spans, group_by_time, scan_for_rises
from reputation_monitor.linking.threshold import effective_screens, highest_of_days, threshold
from reputation_monitor.linking.types import Shift

SHIFT_GAP = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A screen with the scan of its negative voices."""

    channel: Channel
    table: Scan


def find_shifts(models: Models, brand: str) -> list[Shift]:
    """All shifts of a brand, in time order."""
    scanned = scan_screens(models, brand)
    return shifts_above(models, brand, scanned, alarm_heights(models, brand, scanned))


def scan_screens(models: Models, brand: str) -> dict[str, Scanned]:
    """Every screen of a brand, by name; none while there is less than a day of counts."""
    seconds = models.bucket_seconds(brand)
    first, last = models.coverage(brand, seconds)
    if (last - first) * seconds < 24 * HOUR:
        return {}
    screens = models.screens(brand)
    # All that will be asked of the brand is fitted at once, which costs little more than one of its screens.
    models.ways(brand, screens, seconds)
    channels = {s: models.channel(brand, (s,), Voice.NEGATIVE, seconds) for s in screens}
    fewest = models.options.min_voices
    return {screen: Scanned(channel, scan_for_rises(channel, fewest)) for screen, channel in channels.items()}


def alarm_heights(models: Models, brand: str, scanned: Mapping[str, Scanned]) -> dict[str, float]:
    """The likelihood ratio at which each screen alarms, for the false shifts that the brand may have.

    They are shared out among its screens; of screens that rise on the same days the alarms are mostly one shift.
    """
    seconds = models.bucket_seconds(brand)
    first, last = models.coverage(brand, seconds)
    per_day = 24 * HOUR // seconds
    own = {s: highest_of_days(one.table.best_by_end()[0][first:last], per_day) for s, one in scanned.items()}
    screens = effective_screens(list(own.values()))
    return {
        screen: threshold(
            one.channel.baseline,
            seconds,
            models.options.false_shifts_per_quarter / screens,
            min_voices=models.options.min_voices,
            mean_weight=one.channel.series.mean_weight,
            own=own[screen],
        )
        for screen, one in scanned.items()
    }


def shifts_above(
    models: Models, brand: str, scanned: Mapping[str, Scanned], heights: Mapping[str, float]
) -> list[Shift]:
    """The shifts of a brand, in time order. Changes the tables."""
    spans = [span for s, one in scanned.items() for span in find_spans(one.channel, one.table, heights[s])]
    seconds = models.bucket_seconds(brand)
    negative = {screen: one.channel for screen, one in scanned.items()}
    failing = {screen: models.channel(brand, (screen,), Voice.FAILING, seconds) for screen in scanned}
    gap = int(SHIFT_GAP.total_seconds() // seconds)
    return [describe_shift(brand, group, negative, failing) for group in group_by_time(spans, gap)]
