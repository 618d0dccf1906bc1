"""What was not heard in a span, and what that leaves unsaid."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.world import Unheard

WORTH_TELLING = 0.05


def unheard_share(models: Models, brand: str, screens: tuple[str, ...], start: datetime, end: datetime) -> float:
    """Share of the negative voices usual in a span that sources bring which were not heard then, in [0, 1)."""
    channel = models.channel(brand, screens, Voice.NEGATIVE, models.bucket_seconds(brand))
    series = channel.series
    first = min(max(series.bucket(start), 0), len(series) - 1)
    last = min(max(series.bucket(end), first + 1), len(series))
    missing = channel.unheard(first, last)
    return missing / max(missing + float(channel.baseline.expected[first:last].sum()), 1e-9)


def unheard_in_words(models: Models, brand: str, screens: tuple[str, ...], start: datetime, end: datetime) -> str:
    """Which sources were not heard in a span, for how long, and what share that is; empty where it hardly matters."""
    share = unheard_share(models, brand, screens, start, end)
    if share < WORTH_TELLING:
        return ""
    spells = [u for u in models.brands[brand].unheard if u.screen in screens and u.start < end and u.end > start]
    told = [_told(source, why, spells, start, end) for source, why in dict.fromkeys((u.source, u.why) for u in spells)]
    if not told:  # the bucket that holds the start was not heard, but for the span itself
        return ""
    return f"{' and '.join(told)}, so about {100 * share:.0f} % of the usual negative voices were not heard"


def _told(source: str, why: str, spells: Iterable[Unheard], start: datetime, end: datetime) -> str:
    within = [(max(u.start, start), min(u.end, end)) for u in spells if (u.source, u.why) == (source, why)]
    # The same spell stands there once for each screen that the source speaks on.
    lasted = sum((last - first for first, last in dict.fromkeys(within)), timedelta())
    hours, of = lasted / timedelta(hours=1), (end - start) / timedelta(hours=1)
    what = f"the source {source} was {why}" if source else "nothing was collected of the brand"
    return f"{what} for {_rounded(hours)} of these {_rounded(of)} hours"


def _rounded(hours: float) -> str:
    return f"{hours:.2g}" if hours < 10 else f"{hours:.0f}"
