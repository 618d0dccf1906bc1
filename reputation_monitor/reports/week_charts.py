"""The pictures of a brand's week. Each function gives a chart, or None where there is nothing to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reputation_monitor.linking.types import Shift, Verdict
from reputation_monitor.reports import words
from reputation_monitor.reports.charts import (
    LANE,
    LEFT,
    RIGHT,
    TEXT,
    TOP,
    WIDTH,
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
from reputation_monitor.reports.types import IncidentOutcome
from reputation_monitor.reports.weekly import BrandWeek, ValenceDays, WeeklyReport

MARKERS = {"web": "o", "tv": "^", "mobile": "s"}


def _end(shift: Shift, span: Span) -> datetime:
    return span.end if shift.ongoing else shift.end


def week_chart(brand: BrandWeek, report: WeeklyReport, clock: Clock, name: str = "week") -> Chart | None:
    """Draw a brand's negative voices over the week: band, shifts, and the incidents below as numbered bars."""
    if not brand.negative.known:
        return None
    span = Span(report.start, report.end)
    bars = _bars(brand.incidents, span)
    strip = (max(bar.lane for bar in bars) + 1) * LANE + 6 if bars else 0
    with sheet(TOP + 190 + strip + 26) as figure:
        axes = axes_at(figure, TOP, 190)
        axes.set_xlim(0, span.hours)
        count_axis(axes, brand.negative)
        shade(axes, [(span.at(shift.onset), span.at(_end(shift, span))) for shift in brand.shifts], span.hours)
        draw_series(axes, brand.negative, span)
        lowest = axes
        if bars:
            axes.tick_params(labelbottom=False)
            lowest = _draw_bars(figure, bars, span, strip)
        _day_axis((axes, lowest), span, clock)
        title = f"Negative voices {per(brand.negative.minutes)}"
        description = described(brand.negative, clock, len(brand.shifts), len(bars))
        return Chart(name, title, description, to_svg(figure, name, title, description))


@dataclass(frozen=True, slots=True)
class _Bar:
    number: int
    first: float
    last: float
    lane: int
    linked: bool


def _bars(incidents: Sequence[IncidentOutcome], span: Span) -> list[_Bar]:
    """Lay incidents in as few lanes as keep them and their numbers apart."""
    bars: list[_Bar] = []
    free: list[float] = []
    room = 14 / (WIDTH - LEFT - RIGHT) * span.hours
    for place, outcome in sorted(enumerate(incidents, 1), key=lambda pair: pair[1].incident.started):
        opened, closed = span.at(outcome.incident.started), span.at(outcome.incident.resolved or span.end)
        if closed <= 0 or opened >= span.hours:
            continue
        first = max(opened, 0)
        last = max(min(closed, span.hours), first + room / 4)
        lane = next((lane for lane, end in enumerate(free) if end < first - room), len(free))
        free[lane : lane + 1] = [last]
        linked = outcome.link is not None and outcome.link.verdict is Verdict.LINKED
        bars.append(_Bar(place, first, last, lane, linked))
    return bars


def _draw_bars(figure: Figure, bars: Sequence[_Bar], span: Span, height: float) -> Axes:
    axes = axes_at(figure, TOP + 190 + 4, height - 4)
    axes.set_xlim(0, span.hours)
    axes.set_ylim((height - 4) / LANE, 0)
    axes.set_yticks([])
    for bar in bars:
        fill = PALETTE["incident"] if bar.linked else PALETTE["paper"]
        axes.barh(
            bar.lane + 0.5, bar.last - bar.first, 0.45, bar.first, color=fill, edgecolor=PALETTE["incident"], lw=1.2
        )
        beside = (-4, 0) if bar.first > 0.03 * span.hours else (0, 0)
        axes.annotate(
            str(bar.number),
            (bar.first, bar.lane + 0.5),
            xytext=beside,
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            fontsize=TEXT - 1,
            color=PALETTE["incident"],
            annotation_clip=False,
        )
    return axes


def _day_axis(axes: tuple[Axes, Axes], span: Span, clock: Clock) -> None:
    days = [clock.local(span.start).date() + timedelta(days=day) for day in range(7)]
    noons = [span.at(clock.midnight(day)) + 12 for day in days]
    for part in axes:
        for day in days[1:]:
            part.axvline(span.at(clock.midnight(day)), color=PALETTE["grid"], lw=1, zorder=0)
        part.set_xticks(noons, [f"{day:%a %-d}" for day in days])


def valence_chart(screens: Sequence[ValenceDays], name: str = "valence") -> Chart | None:
    """Draw the mean valence of each day, one line a screen, each with its own mark and label."""
    known = [screen for screen in screens if any(value is not None for value in screen.valence)]
    if not known:
        return None
    values = [value for screen in known for value in screen.valence if value is not None]
    with sheet(TOP + 130 + 26) as figure:
        axes = axes_at(figure, TOP, 130, right=64)
        low, high = min(*values, 0.0), max(*values, 0.0)
        margin = max(0.12 * (high - low), 0.05)
        axes.set_ylim(max(low - margin, -1.02), min(high + margin, 1.02))
        days = known[0].days
        axes.set_xlim(-0.3, len(days) - 0.7)
        axes.set_xticks(range(len(days)), [f"{day:%a %-d}" for day in days])
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(lambda value, _: words.number(value, _decimals(value), sign=True))
        axes.grid(axis="y", color=PALETTE["grid"], linewidth=1)
        axes.axhline(0, color=PALETTE["line"], lw=1, zorder=1)
        for screen in known:
            _draw_valence(axes, screen)
        _label_ends(axes, known)
        title = "Mean valence per day and screen"
        description = " ".join(_valence_words(screen) for screen in known)
        return Chart(name, title, description, to_svg(figure, name, title, description))


def _decimals(tick: float) -> int:
    return 1 if round(100 * tick) % 10 == 0 else 2


def _draw_valence(axes: Axes, screen: ValenceDays) -> None:
    axes.plot(
        range(len(screen.days)),
        [nan if value is None else value for value in screen.valence],
        color=PALETTE.get(screen.screen, PALETTE["ink"]),
        marker=MARKERS.get(screen.screen, "D"),
        markersize=4.5,
        lw=1.6,
        clip_on=False,
        zorder=3,
    )


def _label_ends(axes: Axes, screens: Sequence[ValenceDays]) -> None:
    """Write each screen's name at its line's end, pushed apart where lines end together."""
    low, high = axes.get_ylim()
    room = 14 / 130 * (high - low)
    ends = sorted((next(value for value in reversed(s.valence) if value is not None), s.screen) for s in screens)
    at = low - room
    for value, screen in ends:
        at = max(value, at + room)
        axes.text(
            len(screens[0].days) - 0.85,
            at,
            words.screen(screen),
            fontsize=TEXT,
            va="center",
            color=PALETTE.get(screen, PALETTE["ink"]),
            clip_on=False,
            parse_math=False,
        )


def _valence_words(screen: ValenceDays) -> str:
    known = [(value, day) for value, day in zip(screen.valence, screen.days, strict=True) if value is not None]
    worst, best = min(known), max(known)
    return (
        f"{words.capital(words.screen(screen.screen))}: lowest {words.valence(worst[0])} on {worst[1]:%A}, "
        f"highest {words.valence(best[0])} on {best[1]:%A}."
    )
