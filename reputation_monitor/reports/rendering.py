"""A report as text: one self-contained HTML page, Markdown, or JSON. Pure; the files are the caller's business."""

import re
from dataclasses import replace
from enum import StrEnum
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from pydantic import TypeAdapter

from reputation_monitor.reports import findings, headlines, words
from reputation_monitor.reports.charts import Chart
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.method import METHOD
from reputation_monitor.reports.review import IncidentReview, timeline
from reputation_monitor.reports.review_charts import controls_chart, placebo_chart, timeline_chart
from reputation_monitor.reports.week_charts import valence_chart, week_chart
from reputation_monitor.reports.weekly import WeeklyReport

Report = WeeklyReport | IncidentReview

_WEEKLY = TypeAdapter(WeeklyReport)
_REVIEW = TypeAdapter(IncidentReview)


class Format(StrEnum):
    """What a report can be rendered to."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"


class Mark(str):
    """Markdown that is meant as such and not escaped again."""

    __slots__ = ()


def render(report: Report, output: Format) -> str:
    """Render a weekly report or an incident review.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: the report names a time zone that does not exist.
    """
    return {Format.HTML: to_html, Format.MARKDOWN: to_markdown, Format.JSON: to_json}[output](report)


def to_html(report: Report) -> str:
    """Return one HTML page that needs nothing else: style and pictures are inside, scripts there are none."""
    context = {"charts": {chart.name: chart for chart in charts(report)}}
    return _environment(Format.HTML).get_template(f"{_kind(report)}.html.j2").render(_context(report) | context)


def to_markdown(report: Report, charts_folder: str = "") -> str:
    """Return CommonMark with pipe tables.

    Args:
        report: what to write.
        charts_folder: where the caller puts ``charts(report)`` as ``NAME.svg``, relative to the Markdown file; without
            it each picture is replaced by its description.
    """
    drawn = {chart.name: _picture(chart, charts_folder) for chart in charts(report)}
    context = _context(report) | {"charts": drawn}
    text = _environment(Format.MARKDOWN).get_template(f"{_kind(report)}.md.j2").render(context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _picture(chart: Chart, folder: str) -> Mark:
    description = escape_markdown(chart.description)
    return Mark(f"![{description}](<{folder}/{chart.name}.svg>)" if folder else f"*{description}*")


def to_json(report: Report) -> str:
    """Return the report's own fields as JSON; what the incident tool sent (``raw``) is left out."""
    lean = _without_raw(report)
    dumped = _WEEKLY.dump_json(lean, indent=2) if isinstance(lean, WeeklyReport) else _REVIEW.dump_json(lean, indent=2)
    return dumped.decode()


def weekly_from_json(text: str) -> WeeklyReport:
    """Read back what ``to_json`` wrote of a weekly report.

    Raises:
        pydantic.ValidationError: the JSON is no weekly report.
    """
    return _WEEKLY.validate_json(text)


def review_from_json(text: str) -> IncidentReview:
    """Read back what ``to_json`` wrote of an incident review.

    Raises:
        pydantic.ValidationError: the JSON is no incident review.
    """
    return _REVIEW.validate_json(text)


def _without_raw(report: Report) -> Report:
    """Drop raw payloads: they may hold anything, and no reader of a report needs them."""
    if isinstance(report, IncidentReview):
        return replace(report, incident=replace(report.incident, raw={}))
    brands = []
    for brand in report.brands:
        outcomes = (replace(outcome, incident=replace(outcome.incident, raw={})) for outcome in brand.incidents)
        brands.append(replace(brand, incidents=tuple(outcomes)))
    return replace(report, brands=tuple(brands))


def charts(report: Report) -> list[Chart]:
    """Draw every picture of a report; its name is unique in the report and fit for a file."""
    clock = Clock(report.time_zone)
    if isinstance(report, WeeklyReport):
        pairs = [
            (week_chart(brand, report, clock, f"week-{place}"), valence_chart(brand.valence_days, f"valence-{place}"))
            for place, brand in enumerate(report.brands, 1)
        ]
        drawn = [chart for pair in pairs for chart in pair]
    else:
        link, expected = report.link, findings.brand_expected(report)
        controls = controls_chart(report.brand, link.observed, expected, link.controls)
        drawn = [timeline_chart(report, clock), controls, placebo_chart(report.placebo)]
    return [chart for chart in drawn if chart is not None]


def _kind(report: Report) -> str:
    return "weekly" if isinstance(report, WeeklyReport) else "review"


def _context(report: Report) -> dict[str, object]:
    clock = Clock(report.time_zone)
    shared = {"report": report, "clock": clock, "words": words, "method": METHOD}
    if isinstance(report, WeeklyReport):
        return shared | {
            "headline": partial(headlines.headline, clock=clock),
            "tiles": partial(headlines.week_tiles, report=report),
        }
    return shared | {"findings": findings, "timeline": timeline(report)}


@cache
def _environment(output: Format) -> Environment:
    """Make the environment of a format: HTML escapes by itself, Markdown where an expression is printed."""
    environment = Environment(
        loader=PackageLoader("reputation_monitor.reports", "templates"),
        autoescape=select_autoescape(("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize if output is Format.MARKDOWN else None,
    )
    environment.filters.update({write.__name__: write for write in FILTERS})
    environment.filters["link"] = _link
    return environment


FILTERS = (
    words.beyond_noise,
    words.capital,
    words.clean,
    words.correction,
    words.correction_note,
    words.count,
    words.duration,
    words.linkable,
    words.lost,
    words.money,
    words.number,
    words.points,
    words.probability,
    words.screen,
    words.screens,
    words.share,
    words.share_interval,
    words.shorten,
    words.valence,
)
"""The functions of ``words`` that templates use as filters."""


def _finalize(value: object) -> object:
    return value if isinstance(value, Mark) or not isinstance(value, str) else escape_markdown(value)


def escape_markdown(text: str) -> str:
    """Return the text so that Markdown shows it as it is, on one line."""
    plain = words.clean(text.replace(words.NARROW, " "))
    escaped = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", plain)
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"://", ":&#47;/", escaped)  # a bare address is no link unless we make it one
    return re.sub(r"^(?:([-+#=])(?=[-+#=\s]|$)|(\d+)(?=[.)](?:\s|$)))", _escape_start, escaped)


def _escape_start(found: re.Match[str]) -> str:
    """Keep what would begin a list, a heading or a rule from doing so."""
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\"


def _link(text: str, url: str) -> Mark:
    """Link a text in Markdown, when the address may be followed."""
    address = words.linkable(url)
    if not address:
        return Mark(escape_markdown(text))
    safe = address.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return Mark(f"[{escape_markdown(text)}](<{safe}>)")
