"""From facts to pages."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from reputation_monitor import places
from reputation_monitor.linking.types import Shift
from reputation_monitor.reports import words
from reputation_monitor.reports.charts import described
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.rendering import FILTERS
from reputation_monitor.web.facts import WEEK, BrandCard
from reputation_monitor.web.sparkline import sparkline


def render_page(name: str, time_zone: str, facts: Mapping[str, object]) -> str:
    """One page of the dashboard.

    Args:
        name: of the template, without ``.html.j2``.
        time_zone: IANA name of the reader's zone.
        facts: what the template shows.
    """
    template = _environment().get_template(f"{name}.html.j2")
    return template.render(dict(facts) | {"clock": Clock(time_zone), "style": style_version()})


@cache
def stylesheet() -> str:
    """The style of every page: that of the reports and what a dashboard needs besides."""
    return _environment().get_template("dashboard.css.j2").render()


@cache
def style_version() -> str:
    """Changes when the style does, so that browsers may keep it for long."""
    return hashlib.sha256(stylesheet().encode()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    reports = PackageLoader("reputation_monitor.reports", "templates")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("reputation_monitor.web", "templates"), PrefixLoader({"reports": reports})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({write.__name__: write for write in FILTERS})
    environment.filters.update(ago=ago, screens=screens_of)
    environment.globals.update(spark=spark, plural=words.plural, interval=words.interval, places=places, week=WEEK)
    return environment


def ago(moment: datetime | None, now: datetime) -> str:
    """``3 h ago``, to the largest unit; times to come are ``just now``, since clocks differ."""
    if moment is None:
        return "never"
    length = now - moment
    if length < timedelta(minutes=1):
        return "just now"
    if length >= timedelta(days=2):
        return f"{words.plural(length // timedelta(days=1), 'day', 'days')} ago"
    return f"{words.duration(length)} ago"


def screens_of(names: tuple[str, ...]) -> str:
    """``web, TV and mobile``."""
    return words.screens(tuple(names))


def spark(card: BrandCard, end: datetime, clock: Clock) -> Markup:
    """A brand's last seven days in small."""
    if card.now is None:
        return Markup()
    description = f"{card.name}: {described(card.now.curve, clock, len(card.shifts), 0)}"
    return sparkline(card.now.curve, end - WEEK, end, [_span(shift, end) for shift in card.shifts], description)


def _span(shift: Shift, end: datetime) -> tuple[datetime, datetime]:
    return shift.onset, end if shift.ongoing else shift.end
