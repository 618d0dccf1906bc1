"""How much would have to be said of a brand for harm to be seen, from its own history."""

from dataclasses import replace
from datetime import datetime

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.channels import Channel, Voice
from reputation_monitor.linking.impact import smallest_visible
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.series import HOUR
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.verdicts import is_visible
from reputation_monitor.reports.review import Visible

WEEKS = 4
MORE = (1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)
"""How many times as much talk is thought of; more than ten times no new source brings."""


def visible_rises(tested: Tested, models: Models) -> tuple[Visible | None, Visible | None]:
    """The rise that an hour would have to bring to be seen, today and where more were said.

    More is the least multiple of today's talk at which the verdict on an incident of an hour would not be that there is
    too little (``too_quiet`` of ``linking/verdicts.py``), or ten times as much where none is enough: of a brand that is
    talked of in outbursts. It is None where today's is enough; both are None where the placebo times, which tell how
    high a rise must stand, are not known.
    """
    if tested.placebo is None or tested.impact is None or not tested.placebo.placebos:
        return None, None
    screens = models.screens(tested.link.brand, tested.exposure.screens)
    channel = models.channel(tested.link.brand, screens, Voice.NEGATIVE, models.bucket_seconds(tested.link.brand))
    height, fewest = tested.placebo.visible_height, models.options.min_voices
    today, *more = [
        _visible(channel, tested.exposure.started, scale, height=height, fewest=fewest) for scale in (1.0, *MORE)
    ]
    if _is_enough(today):
        return today, None
    return today, next(filter(_is_enough, more), more[-1])


def _is_enough(visible: Visible) -> bool:
    return is_visible(visible.usual, visible.rise)


def _visible(channel: Channel, started: datetime, scale: float, *, height: float, fewest: float) -> Visible:
    """The rise to be seen in the hour from a moment on, were ``scale`` times as much said."""
    series = channel.series
    start = min(max(series.bucket(started), 0), len(series) - series.per_hour)
    end = start + series.per_hour
    talk = scaled(channel.baseline, scale)
    usual, seen = smallest_visible(talk, height, (start, end), series.bucket_seconds, fewest=fewest)
    before = slice(max(0, start - WEEKS * 7 * 24 * series.per_hour), end)
    hours = (end - before.start) * series.bucket_seconds / HOUR
    return Visible(mentions=scale * float(series.mentions[before].sum()) / hours, usual=usual, rise=seen - usual)


def scaled(baseline: Baseline, times: float) -> Baseline:
    """The baseline of a brand of which ``times`` as much is said, with the same rhythm and the same unrest."""
    return replace(baseline, expected=baseline.expected * times)
