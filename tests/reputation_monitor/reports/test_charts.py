import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from xml.parsers import expat

import matplotlib as mpl
import pytest

from reputation_monitor.linking.types import Control
from reputation_monitor.reports.charts import Chart
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.rendering import Report, charts
from reputation_monitor.reports.review import IncidentReview, Placebo
from reputation_monitor.reports.review_charts import controls_chart, placebo_chart, timeline_chart
from reputation_monitor.reports.types import Series
from reputation_monitor.reports.week_charts import valence_chart, week_chart
from reputation_monitor.reports.weekly import BrandWeek, WeeklyReport


class Drawing:
    """What an SVG holds; reading it raises where it is no XML."""

    def __init__(self, svg: str) -> None:
        self.root: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {"title": [], "desc": [], "text": []}
        self.within: list[str] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = lambda _: self.within.pop()
        parser.CharacterDataHandler = self.data
        parser.Parse(svg, True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or {"tag": tag} | attributes
        self.within.append(tag)

    def data(self, text: str) -> None:
        if self.within[-1] in self.texts:
            self.texts[self.within[-1]].append(text)

    @property
    def height(self) -> int:
        return int(self.root["viewBox"].split()[-1])


def texts(chart: Chart | None) -> list[str]:
    assert chart is not None
    return Drawing(chart.svg).texts["text"]


def test_every_chart_is_xml_with_a_title_and_a_description(drawn: list[Chart]):
    for chart in drawn:
        drawing = Drawing(chart.svg)
        assert drawing.root["tag"] == "svg"
        assert drawing.root["role"] == "img"
        assert drawing.root["viewBox"].startswith("0 0 720 ")
        assert drawing.texts["title"] == [chart.title]
        assert drawing.texts["desc"] == [chart.description]


def test_charts_are_the_same_each_time_and_carry_no_date(review: IncidentReview):
    first, second = charts(review), charts(review)
    assert first == second
    assert not [chart for chart in first if "metadata" in chart.svg or "matplotlib" in chart.svg]


def test_charts_are_the_same_whatever_the_process_has_set(review: IncidentReview):
    calm = charts(review)
    with mpl.rc_context({"lines.linewidth": 9, "svg.fonttype": "path", "svg.hashsalt": "other", "font.size": 30}):
        assert [chart.svg for chart in charts(review)] == [chart.svg for chart in calm]


def test_charts_leave_the_settings_of_the_process_alone(weekly: WeeklyReport):
    before = mpl.rcParams["svg.fonttype"]
    charts(weekly)
    assert mpl.rcParams["svg.fonttype"] == before


def test_charts_can_be_drawn_in_several_threads(review: IncidentReview, weekly: WeeklyReport):
    alone = charts(review), charts(weekly)
    barrier = threading.Barrier(2)

    def draw(report: Report) -> list[Chart]:
        barrier.wait()
        return charts(report)

    with ThreadPoolExecutor(2) as pool:
        assert tuple(pool.map(draw, (review, weekly))) == alone


def test_charts_follow_the_colours_and_font_of_the_page(weekly: WeeklyReport):
    for chart in charts(weekly):
        assert "var(--c-" in chart.svg
        assert "var(--font, system-ui, sans-serif)" in chart.svg
        assert "DejaVu" not in chart.svg


def test_charts_are_small(drawn: list[Chart]):
    assert all(len(chart.svg) < 60_000 for chart in drawn)


def test_the_week_names_its_days_and_numbers_its_incidents(weekly: WeeklyReport):
    chart = week_chart(weekly.brands[0], weekly, Clock("Europe/London"))
    assert {"Mon 9", "Sun 15", "1", "2"} <= set(texts(chart))
    assert "where 10 were expected. 1 shift is shaded. 2 incidents are drawn below." in chart.description


def test_overlapping_incidents_get_lanes_of_their_own(weekly: WeeklyReport):
    brand = weekly.brands[0]
    crowded = replace(brand, incidents=brand.incidents * 4)
    one, many = (week_chart(each, weekly, Clock("Europe/London")) for each in (brand, crowded))
    heights = [Drawing(chart.svg).height for chart in (one, many)]
    assert heights[1] > heights[0]


def test_incidents_of_other_weeks_are_not_drawn(weekly: WeeklyReport):
    brand = weekly.brands[0]
    outcome = brand.incidents[1]
    month = timedelta(days=30)
    incident = replace(outcome.incident, started=outcome.incident.started - month, resolved=weekly.start - month)
    chart = week_chart(replace(brand, incidents=(replace(outcome, incident=incident),)), weekly, Clock("UTC"))
    assert "1" not in texts(chart)


def test_a_week_in_which_the_clock_changes_still_has_seven_days(weekly: WeeklyReport):
    clock = Clock("America/New_York")
    start, end = clock.week_bounds("2026-W44")
    assert (end - start) == timedelta(days=7, hours=1)
    series = replace(weekly.brands[0].negative, times=tuple(start + timedelta(hours=hour) for hour in range(168)))
    brand = replace(weekly.brands[0], negative=series, shifts=(), incidents=())
    chart = week_chart(brand, replace(weekly, start=start, end=end), clock)
    assert {"Mon 26", "Sun 1"} <= set(texts(chart))


def test_the_timeline_has_a_panel_for_each_screen_and_a_row_for_each_side(review: IncidentReview):
    chart = timeline_chart(review, Clock("Europe/London"))
    assert {"all screens", "web", "TV", "mobile", "customers", "IT"} <= set(texts(chart))


def test_one_screen_alone_needs_no_small_multiples(open_review: IncidentReview):
    assert "all screens" not in texts(timeline_chart(open_review, Clock("Europe/London")))


def test_nothing_is_drawn_where_nothing_is_known(
    poor_review: IncidentReview, silent_week: BrandWeek, weekly: WeeklyReport
):
    clock = Clock("UTC")
    assert timeline_chart(poor_review, clock) is None
    assert week_chart(silent_week, weekly, clock) is None
    assert valence_chart(()) is None
    assert placebo_chart(None) is None
    assert placebo_chart(Placebo(statistic=3, values=())) is None
    assert controls_chart("A", None, None, ()) is None
    assert controls_chart("A", 3.0, 1.0, (Control(name="B", kind="rival", observed=2, expected=0),)) is None


def test_names_bypass_the_mathematics_and_fonts_of_the_drawing():
    odd = (Control(name="$\\frac{1}{0}$", kind="rival", observed=2, expected=1),)
    chart = controls_chart("日本語 & <b>", 3.0, 1.0, odd)
    assert {"日本語 & <b>", "$\\frac{1}{0}$"} <= set(texts(chart))


@pytest.mark.parametrize(("statistic", "values"), [(0.0, (0.0, 0.0)), (-3.0, (-5.0, -1.0)), (1e6, (1.0, 2.0, 1e6))])
def test_placebo_times_of_any_size_can_be_drawn(statistic: float, values: tuple[float, ...]):
    chart = placebo_chart(Placebo(statistic=statistic, values=values))
    assert "this incident" in texts(chart)


def test_gaps_in_a_series_are_left_open(weekly: WeeklyReport):
    holes = (None,) * 84
    series = weekly.brands[0].negative
    gappy = replace(series, observed=holes + series.observed[84:], low=holes + series.low[84:])
    chart = week_chart(replace(weekly.brands[0], negative=gappy), weekly, Clock("UTC"))
    assert texts(chart)
    assert "nan" not in chart.svg


def test_a_series_of_zeros_keeps_an_axis(weekly: WeeklyReport):
    times = weekly.brands[0].negative.times
    still = Series.of(times, [0.0] * len(times), [0.0] * len(times), [0.0] * len(times), [0.0] * len(times))
    assert "0" in texts(week_chart(replace(weekly.brands[0], negative=still), weekly, Clock("UTC")))
