"""The pictures of an incident review. Each function gives a chart, or None where there is nothing to draw."""

from collections.abc import Sequence
from datetime import timedelta
from math import isfinite, log10

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reputation_monitor.linking.types import Control
from reputation_monitor.reports import words
from reputation_monitor.reports.charts import (
    DASHES,
    TEXT,
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
from reputation_monitor.reports.review import IncidentReview, Placebo
from reputation_monitor.reports.svg import PALETTE, to_svg
from reputation_monitor.reports.types import Series

LABEL_LENGTH = 28
ROW = 18


def timeline_chart(review: IncidentReview, clock: Clock, name: str = "timeline") -> Chart | None:
    """Draw negative voices against the counterfactual, screen by screen, above what IT and customers did when."""
    if not review.series.known:
        return None
    several = [part for part in review.screens if part.series.known] if len(review.screens) > 1 else []
    panels = [("all screens" if several else "", review.series, 150)]
    panels += [(words.screen(part.screen), part.series, 66) for part in several]
    span = Span(review.series.times[0], review.series.times[-1] + timedelta(minutes=review.series.minutes))
    with sheet(TOP + sum(height + 12 for *_, height in panels) + 2 * ROW + 36) as figure:
        top = float(TOP)
        for label, series, height in panels:
            axes = axes_at(figure, top, height, left=84)
            _draw_panel(axes, review, series, span, label)
            top += height + 12
        _draw_sides(axes_at(figure, top - 4, 2 * ROW, left=84), review, span, clock)
        title = f"Negative voices {per(review.series.minutes)} around the incident"
        description = described(review.series, clock, int(review.link.onset is not None), 1)
        return Chart(name, title, description, to_svg(figure, name, title, description))


def _draw_panel(axes: Axes, review: IncidentReview, series: Series, span: Span, label: str) -> None:
    axes.set_xlim(0, span.hours)
    axes.set_xticks([])
    count_axis(axes, series)
    effect = _effect(review, span)
    shade(axes, [effect] if effect else [], span.hours)
    draw_series(axes, series, span)
    _incident_lines(axes, review, span)
    axes.annotate(
        label, (0, 1), (4, -3), "axes fraction", "offset points", fontsize=TEXT, va="top", color=PALETTE["soft"]
    )


def _incident_lines(axes: Axes, review: IncidentReview, span: Span) -> None:
    moments = ((review.incident.started, "-"), (review.incident.detected, ":"), (review.incident.resolved, "-"))
    for moment, style in moments:
        if moment is not None and 0 <= span.at(moment) <= span.hours:
            axes.axvline(span.at(moment), color=PALETTE["incident"], lw=1, ls=style, zorder=3)


def _effect(review: IncidentReview, span: Span) -> tuple[float, float] | None:
    link = review.link
    if link.onset is None:
        return None
    return span.at(link.onset), span.at(link.effect_end or span.end)


def _draw_sides(axes: Axes, review: IncidentReview, span: Span, clock: Clock) -> None:
    """Draw a row for the customers and a row for IT under the panels."""
    axes.set_xlim(0, span.hours)
    axes.set_ylim(2.15, -0.15)
    axes.set_yticks([0.5, 1.5], ["customers", "IT"])
    incident, effect = review.incident, _effect(review, span)
    last = span.at(incident.resolved) if incident.resolved else span.hours
    first = span.at(incident.started)
    if effect:
        axes.barh(0.5, effect[1] - effect[0], 0.5, effect[0], color=PALETTE["shift"], lw=0)
    if effect and review.link.onset_low and review.link.onset_high:
        bounds = [span.at(review.link.onset_low), span.at(review.link.onset_high)]
        axes.plot(bounds, [0.5, 0.5], color=PALETTE["ink"], lw=1.4, marker="|", markersize=7)
    axes.barh(1.5, last - first, 0.5, first, color=PALETTE["incident"], lw=0)
    for moment, marker in ((incident.detected, "v"), (incident.acknowledged, "D")):
        if moment is not None:
            axes.plot(
                span.at(moment), 1.5, marker, color=PALETTE["paper"], markeredgecolor=PALETTE["ink"], markersize=6
            )
    _hour_axis(axes, span, clock)


def _hour_axis(axes: Axes, span: Span, clock: Clock) -> None:
    """Tick whole local hours; the first tick and each midnight also name the day."""
    step = next((step for step in (1, 2, 3, 6, 12, 24) if span.hours / step <= 9), 48)
    midnight = clock.midnight(clock.local(span.start).date())
    moments = [midnight + timedelta(hours=hours) for hours in range(0, int(span.hours) + 49, step)]
    ticks = [moment for moment in moments if span.start <= moment <= span.end]
    labels, named = [], None
    for moment in ticks:
        local = clock.local(moment)
        labels.append(f"{local:%H:%M}" if local.date() == named else f"{local:%H:%M}\n{local:%a %-d %b}")
        named = local.date()
    axes.set_xticks([span.at(moment) for moment in ticks], labels)


def controls_chart(
    brand: str, observed: float | None, expected: float | None, controls: Sequence[Control], name: str = "controls"
) -> Chart | None:
    """Draw how many times their usual the brand and each control reached, as dots from the line of 'as usual'."""
    own = observed / expected if observed is not None and expected else None
    rows = [(brand, own)] + [(words.screen(control.name), control.ratio) for control in controls]
    known = [(label, ratio) for label, ratio in rows if ratio is not None and isfinite(ratio)]
    if own is None or len(known) < 2:
        return None
    with sheet(TOP + 24 * len(known) + 26) as figure:
        axes = axes_at(figure, TOP, 24 * len(known), left=200, right=44)
        axes.set_xlim(0, max(1.5, *(ratio for _, ratio in known)) * 1.02)
        axes.set_ylim(len(known) - 0.5, -0.5)
        axes.axvline(1, color=PALETTE["expected"], lw=1.1, ls=DASHES, zorder=1)
        for row, (_, ratio) in enumerate(known):
            _draw_ratio(axes, row, ratio, PALETTE["ink"] if row == 0 else PALETTE["expected"])
        axes.set_yticks(range(len(known)), [f"@{row}@" for row in range(len(known))])
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}\N{MULTIPLICATION SIGN}")
        title = "Times the usual number of negative voices"
        description = words.clean("; ".join(f"{label}: {words.number(ratio, 1)} times" for label, ratio in known))
        labels = [words.shorten(label, LABEL_LENGTH) for label, _ in known]
        return Chart(
            name, title, words.clean(description), to_svg(figure, name, title, words.clean(description), labels)
        )


def _draw_ratio(axes: Axes, row: int, ratio: float, colour: str) -> None:
    axes.plot([1, ratio], [row, row], color=colour, lw=2, solid_capstyle="butt", zorder=2)
    axes.plot(ratio, row, "o", color=colour, markersize=7, zorder=3, clip_on=False)
    beside = (9, 0) if ratio >= 1 else (-9, 0)
    axes.annotate(
        words.number(ratio, 1),
        (ratio, row),
        xytext=beside,
        textcoords="offset points",
        ha="left" if ratio >= 1 else "right",
        va="center_baseline",
        fontsize=TEXT,
        color=colour,
        annotation_clip=False,
    )


def placebo_chart(placebo: Placebo | None, name: str = "placebo") -> Chart | None:
    """Draw where the incident's statistic lies among those of the placebo times."""
    if placebo is None or not placebo.values:
        return None
    with sheet(TOP + 110 + 26) as figure:
        axes = axes_at(figure, TOP, 110)
        reach = [*placebo.values, placebo.statistic, 0.0]
        edges = np.linspace(min(reach), max(reach) * 1.0001 + 1e-9, 61)
        counts, _ = np.histogram(placebo.values, edges)
        axes.stairs(counts, edges, fill=True, color=PALETTE["expected"], lw=0)
        axes.set_ylim(0, counts.max() * 1.08)
        axes.set_xlim(edges[0], edges[-1] + 0.01 * (edges[-1] - edges[0]))
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.xaxis.set_major_formatter(lambda value, _: words.number(value, _digits(edges[-1])))
        axes.grid(axis="y", color=PALETTE["grid"], linewidth=1)
        axes.set_axisbelow(True)
        _mark_incident(axes, placebo.statistic)
        times = words.number(len(placebo.values))
        title = (
            f"How far talk rose at {times} comparable times without an incident (height, by times), and with this one"
        )
        description = (
            f"The incident's {placebo.name} is {words.number(placebo.statistic, 1)}; "
            f"{words.number(placebo.as_large)} of {words.number(len(placebo.values))} placebo times reach it."
        )
        return Chart(name, title, description, to_svg(figure, name, title, description))


def _digits(largest: float) -> int:
    return max(0, 1 - int(log10(largest))) if largest > 0 else 1


def _mark_incident(axes: Axes, statistic: float) -> None:
    axes.axvline(statistic, color=PALETTE["incident"], lw=2)
    first, last = axes.get_xlim()
    right = statistic > (first + last) / 2
    axes.annotate(
        "this incident",
        (statistic, 1),
        (-6 if right else 6, -3),
        ("data", "axes fraction"),
        "offset points",
        ha="right" if right else "left",
        va="top",
        fontsize=TEXT,
        color=PALETTE["incident"],
    )
