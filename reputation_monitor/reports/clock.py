"""Where UTC becomes the reader's time: a zone, its weeks and how a moment is written in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from alerts.words import nearest_minute


@dataclass(frozen=True)
class Clock:
    """A time zone by its IANA name.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: on first use, when there is no such zone.
    """

    name: str

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.name)

    def local(self, moment: datetime) -> datetime:
        """Return the moment in this zone."""
        return moment.astimezone(self.zone)

    def _minute(self, moment: datetime) -> datetime:
        return self.local(nearest_minute(moment))

    def abbreviation(self, moment: datetime) -> str:
        """Name the offset in force: ``EST``, or ``UTC+04`` where the zone has no letters of its own."""
        short = self.local(moment).tzname() or ""
        return f"UTC{short}" if short.startswith(("+", "-")) else short

    def full(self, moment: datetime) -> str:
        """Write ``Sun 22 Feb 2015, 08:02 EST``."""
        return f"{self._minute(moment):%a %-d %b %Y, %H:%M} {self.abbreviation(moment)}"

    def short(self, moment: datetime) -> str:
        """Write ``Sun 22 Feb, 08:02 EST``."""
        return f"{self._minute(moment):%a %-d %b, %H:%M} {self.abbreviation(moment)}"

    def hour(self, moment: datetime) -> str:
        """Write ``08:02 EST``."""
        return f"{self._minute(moment):%H:%M} {self.abbreviation(moment)}"

    def days(self, start: datetime, end: datetime) -> str:
        """Write the days from ``start`` up to ``end``: ``Monday 16 to Sunday 22 February 2015``."""
        first, last = self.local(start), self.local(end - timedelta(seconds=1))
        month = "" if first.month == last.month else f" {first:%B}"
        year = "" if first.year == last.year else f" {first:%Y}"
        return f"{first:%A %-d}{month}{year} to {last:%A %-d %B %Y}"

    def weekday(self, moment: datetime) -> str:
        """Write ``Sunday``."""
        return f"{self.local(moment):%A}"

    def span(self, start: datetime, end: datetime) -> str:
        """Write a span, with day and zone once where they are the same: ``Sun 22 Feb, 08:02 to 11:20 EST``."""
        first, last = self._minute(start), self._minute(end)
        if first.tzname() != last.tzname():
            return f"{self.short(start)} to {self.short(end)}"
        until = f"{last:%H:%M} {self.abbreviation(end)}" if first.date() == last.date() else self.short(end)
        return f"{first:%a %-d %b, %H:%M} to {until}"

    def hours(self, start: datetime, end: datetime) -> str:
        """Write a short span by its hours alone: ``08:02 to 08:20 EST``."""
        return f"{self._minute(start):%H:%M} to {self.hour(end)}"

    def midnight(self, day: date) -> datetime:
        """Return the UTC moment at which a day of this zone begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def week(self, moment: datetime) -> str:
        """Name the ISO week a moment lies in: ``2015-W08``."""
        year, week, _ = self.local(moment).isocalendar()
        return f"{year}-W{week:02}"

    def week_bounds(self, week: str) -> tuple[datetime, datetime]:
        """Return the UTC moments at which an ISO week begins and ends here.

        Raises:
            ValueError: it is not of the form ``2015-W08``, or that year has no such week.
        """
        year, mark, number = week.partition("-W")
        if not (mark and year.isdigit() and number.isdigit()):
            raise ValueError(f"{week!r} is no ISO week; expected the form 2015-W08")
        monday = date.fromisocalendar(int(year), int(number), 1)
        return self.midnight(monday), self.midnight(monday + timedelta(days=7))
