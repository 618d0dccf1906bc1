"""Reading from a look what each of its links rested on."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from reputation_monitor import linking
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.world import Exposure
from reputation_monitor.relinking.types import Basis, Counted

BEFORE = timedelta(hours=12)
"""How long before an incident's start the level of the same day matters to its effect."""


@cache
def method_version() -> str:
    """The method's version: a digest of its code, which nobody can forget to raise."""
    modules = sorted((file for file in files(linking).iterdir() if file.name.endswith(".py")), key=lambda f: f.name)
    return hashlib.sha256(b"\0".join(module.read_bytes() for module in modules)).hexdigest()[:12]


def basis_of(tested: Tested, incident: Incident, models: Models) -> Basis:
    """What the link of an incident and a brand rests on."""
    exposure, data_end = tested.exposure, models.now()
    start = exposure.started - BEFORE
    over = max(exposure.end(data_end), tested.link.effect_end or exposure.started)
    end = min(max(over + models.options.follow, start), data_end)
    return Basis(
        title=incident.title,
        services=incident.services,
        impact=incident.impact,
        started=incident.started,
        detected=incident.detected,
        resolved=incident.resolved,
        settings=_settings(models, exposure),
        method=method_version(),
        start=start,
        end=end,
        data_end=data_end,
        around=count_around(models, exposure, start, end),
        before=count_around(models, exposure, None, start),
        rivals=count_rivals(models, exposure.brand, data_end),
    )


def count_around(models: Models, exposure: Exposure, start: datetime | None, end: datetime) -> Counted:
    """What the brand's screens that the incident may touch hold of ``[start, end)``; without start, of all before."""
    screens = models.screens(exposure.brand, exposure.screens)
    return _count((models.brands[exposure.brand].negative[screen] for screen in screens), start, end)


def count_rivals(models: Models, brand: str, end: datetime) -> Counted:
    """What all rivals of a brand hold up to ``end``."""
    rivals = [models.brands[name] for name in models.rivals(brand)]
    return _count((series for rival in rivals for series in rival.negative.values()), None, end)


def _count(many: Iterable[Series], start: datetime | None, end: datetime) -> Counted:
    mentions = negative = 0.0
    for series in many:
        first = max(series.bucket(start), 0) if start else 0
        inside = slice(first, max(series.bucket(end), first))
        mentions += float(series.mentions[inside].sum())
        negative += float(series.negative[inside].sum())
    return Counted(mentions=mentions, negative=negative)


def _settings(models: Models, exposure: Exposure) -> str:
    rivals = ", ".join(models.brands[exposure.brand].rivals)
    return f"{models.options} rivals: {rivals}; screens: {', '.join(exposure.screens)}"
