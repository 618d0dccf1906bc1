"""What every chart is drawn with: the sheet, the time axis, a series in its band. Never pyplot, which is global."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reputation_monitor.reports import words
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.svg import PALETTE, settings
from reputation_monitor.reports.types import Series

WIDTH = 720
LEFT, RIGHT, TOP = 40, 12, 8
TEXT = 12.5
LANE = 15
DASHES = (0, (4, 3))


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with the words for those who cannot see it."""

    name: str
    title: str
    description: str
    svg: str


@dataclass(frozen=True, slots=True)
class Span:
    """The time axis: hours since ``start``."""

    start: datetime
    end: datetime

    def at(self, moment: datetime) -> float:
        """Return the hours from the start to a moment."""
        return (moment - self.start) / timedelta(hours=1)

    @property
    def hours(self) -> float:
        """How long the axis is."""
        return self.at(self.end)


@contextmanager
def sheet(height: float) -> Iterator[Figure]:
    """Give an empty figure of the common width under the charts' settings."""
    with settings():
        yield Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")


def axes_at(figure: Figure, top: float, height: float, left: float = LEFT, right: float = RIGHT) -> Axes:
    """Place axes by pixels from the top left, with nothing drawn but a base line."""
    total = figure.get_figheight() * 72
    axes = figure.add_axes((left / WIDTH, 1 - (top + height) / total, (WIDTH - left - right) / WIDTH, height / total))
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(PALETTE["line"])
    axes.spines["bottom"].set_linewidth(1)
    axes.tick_params(length=0, labelsize=TEXT, labelcolor=PALETTE["soft"], pad=5)
    return axes


def count_axis(axes: Axes, series: Series) -> None:
    """Scale the axis from zero to the largest count or band, with a few whole-numbered lines."""
    values = [value for value in (*series.observed, *series.high) if value is not None]
    axes.set_ylim(0, max([*values, 3.0]) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(3 if axes.get_position().height < 0.3 else 4, integer=True))
    axes.grid(axis="y", color=PALETTE["grid"], linewidth=1)
    axes.set_axisbelow(True)


def _steps(values: Sequence[float | None]) -> list[float]:
    """Hold the last value to its bucket's end."""
    held = [nan if value is None else value for value in values]
    return [*held, held[-1]] if held else []


def draw_series(axes: Axes, series: Series, span: Span) -> None:
    """Draw the band, what was expected (dashed) and what was observed, as steps: each is a count of its bucket."""
    edges = [span.at(moment) for moment in series.times]
    edges.append(edges[-1] + series.minutes / 60)
    if series.has_baseline:
        low, high = _steps(series.low), _steps(series.high)
        axes.fill_between(edges, low, high, step="post", color=PALETTE["band"], linewidth=0, zorder=1)
        axes.step(
            edges, _steps(series.expected), where="post", color=PALETTE["expected"], lw=1.1, ls=(0, (4, 3)), zorder=3
        )
    axes.step(
        edges, _steps(series.observed), where="post", color=PALETTE["ink"], lw=1.5, zorder=4, solid_capstyle="butt"
    )


def shade(axes: Axes, spans: Sequence[tuple[float, float]], hours: float) -> None:
    """Tint spans of hours, as far as they lie on an axis ``hours`` long."""
    for first, last in spans:
        if last > 0 and first < hours:
            axes.axvspan(max(first, 0), min(last, hours), color=PALETTE["shift"], alpha=0.25, lw=0, zorder=2)


def per(minutes: int) -> str:
    """Write a bucket's width: ``per hour``, ``per 3 hours``, ``per 15 minutes``."""
    if minutes % 60:
        return f"per {minutes} minutes"
    return "per hour" if minutes == 60 else f"per {minutes // 60} hours"


def described(series: Series, clock: Clock, shifts: int, incidents: int) -> str:
    """Tell in words what a chart of a series shows."""
    peak = series.peak()
    if peak is None:
        return "Nothing was observed."
    moment, most, expected = peak
    usual = "" if expected is None else f", where {words.number(expected)} were expected"
    most_voices = f"{words.plural(most, 'negative voice', 'negative voices')} {per(series.minutes)}"
    sentences = [f"The peak of {most_voices} came at {clock.short(moment)}{usual}."]
    if shifts:
        sentences.append(f"{words.plural(shifts, 'shift is', 'shifts are')} shaded.")
    if incidents:
        sentences.append(f"{words.plural(incidents, 'incident is', 'incidents are')} drawn below.")
    return " ".join(sentences)
