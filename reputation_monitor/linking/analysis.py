"""From counts and incidents to shifts and links: the whole method, once."""

from collections.abc import Mapping, Sequence

from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.standing import Standing
from reputation_monitor.linking.world import BrandCounts, Exposure, Options


def analyse(brands: Mapping[str, BrandCounts], exposures: Sequence[Exposure], options: Options) -> Findings:
    """Find shifts, test incidents, and tell which belongs to which."""
    return Standing(options).look(brands, exposures)
