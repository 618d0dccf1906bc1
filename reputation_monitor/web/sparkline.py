"""A week in the size of a word: observed counts over their band, as a small SVG that takes the page's colours. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from markupsafe import Markup

from reputation_monitor.reports.types import Series

WIDTH, HEIGHT = 420, 72
LEAST_TOP = 3.0
SHORTEST_SHIFT = 3.0

Point = tuple[float, float]
Values = Sequence[float | None]


def sparkline(
    series: Series, start: datetime, end: datetime, shifts: Sequence[tuple[datetime, datetime]], description: str
) -> Markup:
    """Draw a series between two moments.

    Args:
        series: counts in their band.
        start: the left edge.
        end: the right edge.
        shifts: spans to tint.
        description: what is to be seen, in words, for those who cannot.
    """
    sheet = _Sheet(series, start, end)
    parts = [
        *(sheet.day(number) for number in range(1, -(-(end - start) // timedelta(days=1)))),
        *(sheet.tint(first, last) for first, last in shifts if first < end and last > start),
        sheet.band() if series.has_baseline else "",
        sheet.line(series.observed),
    ]
    return Markup(  # noqa: S704 - numbers, and a description that is escaped
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(description)}">{"".join(parts)}</svg>'
    )


class _Sheet:
    """Places moments and counts on the picture."""

    def __init__(self, series: Series, start: datetime, end: datetime) -> None:
        self._series, self._start = series, start
        self._length = max((end - start) / timedelta(hours=1), 1e-9)
        self._top = max([v for v in (*series.observed, *series.high) if v is not None] + [LEAST_TOP]) * 1.05

    def _x(self, moment: datetime) -> float:
        hours = (moment - self._start) / timedelta(hours=1)
        return min(max(hours / self._length, 0.0), 1.0) * WIDTH

    def _y(self, value: float) -> float:
        return HEIGHT - 1 - value / self._top * (HEIGHT - 2)

    def day(self, number: int) -> str:
        x = self._x(self._start + timedelta(days=number))
        return f'<path class="day" d="M{x:.1f} 0V{HEIGHT}"/>'

    def tint(self, first: datetime, last: datetime) -> str:
        left = self._x(first)
        width = max(self._x(last) - left, SHORTEST_SHIFT)
        return f'<rect class="tint" x="{left:.1f}" y="0" width="{width:.1f}" height="{HEIGHT}"/>'

    def band(self) -> str:
        upper, lower = self._steps(self._series.high), self._steps(self._series.low)
        return f'<path class="band" d="{_path([*upper, *reversed(lower)])}Z"/>' if upper else ""

    def line(self, values: Values) -> str:
        points = self._steps(values)
        return f'<path class="line" d="{_path(points)}"/>' if points else ""

    def _steps(self, values: Values) -> list[Point]:
        """Corners of a staircase; unknown values are passed over."""
        width = timedelta(minutes=self._series.minutes)
        corners: list[Point] = []
        for moment, value in zip(self._series.times, values, strict=True):
            if value is not None:
                y = self._y(value)
                corners += [(self._x(moment), y), (self._x(moment + width), y)]
        return corners


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
