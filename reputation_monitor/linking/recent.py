"""The last days of a brand, against baselines that its longer past tells: the same questions at little cost.

A look every few minutes need not fit and scan a year again. Baselines of a day rest on the weeks before it, and no
window is longer than two days; so of the past only those weeks are taken, and of them only the last days are fitted.
"""

from collections.abc import Sequence
from datetime import datetime

from reputation_monitor.linking.baseline import BLOCK_HOURS
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.fitting import WEEK
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.series import HOUR
from reputation_monitor.linking.world import BrandCounts


class RecentModels(Models):
    """What happened since some time to a brand, beside its rivals.

    Args:
        whole: the brand's counts from their beginning; nothing of them is fitted.
        brand: who is asked about.
        since: from when on; a whole hour.
    """

    def __init__(self, whole: Models, brand: str, since: datetime) -> None:
        names = [brand, *whole.rivals(brand)]
        start = whole.brands[brand].grid.start
        first = max(int((since - start).total_seconds() // HOUR), 0)
        # Blocks must begin where those of the whole do, so that each is fitted to the same hours.
        learned = max(first // BLOCK_HOURS * BLOCK_HOURS - whole.options.history_weeks * WEEK, 0)
        learned = learned // BLOCK_HOURS * BLOCK_HOURS
        volumes = {name: whole.volume(name) for name in names}
        longer = {name: _cut(whole, name, learned) for name in names}
        self._hours = first - learned
        self._longer = Models(longer, whole.exposures, whole.options, since_hour=self._hours, volumes=volumes)
        recent = {name: _cut(whole, name, first) for name in names}
        super().__init__(recent, whole.exposures, whole.options, volumes=volumes)

    def fit(self, brand: str, ways: Sequence[tuple[str, ...]], bucket_seconds: int) -> None:
        """Fit both kinds of voices for several groups of screens at once."""
        self._longer.fit(brand, ways, bucket_seconds)
        for voice in Voice:
            for way in ways:
                channel = self._longer.channel(brand, way, voice, bucket_seconds)
                self._channels[brand, way, voice, bucket_seconds] = channel.since(self._hours * HOUR // bucket_seconds)


def _cut(models: Models, brand: str, hour: int) -> BrandCounts:
    counts = models.brands[brand]
    return counts.since(hour * counts.grid.per_hour)
