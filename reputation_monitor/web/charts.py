"""The picture of a brand's four weeks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from matplotlib.axes import Axes

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Shift
from reputation_monitor.reports.charts import (
    LANE,
    TOP,
    Chart,
    Span,
    axes_at,
    count_axis,
    described,
    draw_series,
    per,
    shade,
    sheet,
)
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.svg import PALETTE, to_svg
from reputation_monitor.reports.types import Series

HEIGHT = 200
NAME = "weeks"
LABEL_SHARE = 0.11
"""How much of the width a date takes; one that would stick out is left away."""


def weeks_chart(
    series: Series, span: Span, clock: Clock, shifts: Sequence[Shift], incidents: Sequence[Incident]
) -> Chart | None:
    """Draw negative voices over some weeks in their band, shifts shaded, incidents as bars below; None without any."""
    if not series.known:
        return None
    with sheet(TOP + HEIGHT + (LANE if incidents else 0) + 26) as figure:
        axes = axes_at(figure, TOP, HEIGHT)
        axes.set_xlim(0, span.hours)
        count_axis(axes, series)
        shade(axes, [(span.at(s.onset), span.at(span.end if s.ongoing else s.end)) for s in shifts], span.hours)
        draw_series(axes, series, span)
        _week_axis(axes, span, clock)
        if incidents:
            axes.tick_params(labelbottom=False)
            lane = axes_at(figure, TOP + HEIGHT + 4, LANE - 4)
            lane.set_xlim(0, span.hours)
            _draw_bars(lane, incidents, span)
            _week_axis(lane, span, clock)
        title = f"Negative voices {per(series.minutes)}"
        description = described(series, clock, len(shifts), len(incidents))
        return Chart(NAME, title, description, to_svg(figure, NAME, title, description))


def _draw_bars(axes: Axes, incidents: Sequence[Incident], span: Span) -> None:
    axes.set_ylim(1, 0)
    axes.set_yticks([])
    for incident in incidents:
        first = max(span.at(incident.started), 0.0)
        last = min(span.at(incident.resolved or span.end), span.hours)
        axes.barh(0.5, max(last - first, span.hours / 300), 0.8, first, color=PALETTE["incident"], lw=0)


def _week_axis(axes: Axes, span: Span, clock: Clock) -> None:
    """Mark local midnights of Mondays, and write their dates."""
    mondays = _mondays(span.start, span.end, clock)
    for monday in mondays:
        axes.axvline(span.at(monday), color=PALETTE["grid"], lw=1, zorder=0)
    named = [monday for monday in mondays if span.hours - span.at(monday) > LABEL_SHARE * span.hours]
    axes.set_xticks([span.at(m) for m in named], [f"{clock.local(m):%a %-d %b}" for m in named], ha="left")


def _mondays(start: datetime, end: datetime, clock: Clock) -> list[datetime]:
    first = clock.local(start).date()
    monday = first + timedelta(days=-first.weekday() % 7)
    found = []
    while (moment := clock.midnight(monday)) < end:
        found.append(moment)
        monday += timedelta(days=7)
    return [m for m in found if m >= start]
