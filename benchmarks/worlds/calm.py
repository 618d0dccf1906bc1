"""Are small p-values as rare as they say? Times without incident, each asked as if it were an incident's.

Every seventh calm hour of a world is compared with the calm hours whose zones do not overlap with its own, as long as
the world's first incident. Rivals' times are left out, so that all times are of the same kind.
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.worlds.world import World
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.placebo import PlaceboTimes, compare
from reputation_monitor.linking.testing import placebo_pool
from reputation_monitor.linking.world import Options

LEVELS = (0.05, 0.01, 0.001, 0.0001)
EVERY_HOURS = 7
FEWEST = 700
"""Worlds with fewer calm hours hold too few bursts to ask about."""


def calm_p_values(world: World) -> Iterator[float]:
    """p-values of a world's calm times."""
    models = Models(world.brands, [p.exposure for p in world.planted], Options())
    exposure = world.planted[0].exposure
    grid = models.grid(exposure.brand)
    first, last = models.zone(exposure, grid)
    hours = (last - first) / grid.per_hour
    calm = placebo_pool(models, exposure)[0]
    times = len(calm.hour_of_week)
    for asked in range(EVERY_HOURS // 2, times if times >= FEWEST else 0, EVERY_HOURS):
        apart = np.abs(np.arange(times) - asked) > hours
        others = PlaceboTimes(calm.heights[:, apart], calm.hour_of_week[apart])
        yield compare(calm.heights[:, asked].tolist(), int(calm.hour_of_week[asked]), hours, [others]).p_value
