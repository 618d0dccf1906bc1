"""Numbers, times and texts in the words of a person."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

# strftime would follow the process's locale, and mix two languages in one message.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SCREENS = {"web": "web", "tv": "TV", "mobile": "mobile (app reviews)"}

ELLIPSIS = "…"
LINE_BREAKING = frozenset("\n\r\t\v\f\x85\u2028\u2029")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Joiners carry meaning inside emoji and in several scripts.
KEPT_UNSEEN = frozenset("\u200c\u200d")


def number(value: float) -> str:
    """Write a figure as precisely as a person uses it: 0.3, 4.7, 42, 1,204."""
    if abs(value) < 0.05:
        return "0"  # not "-0"
    if abs(value) >= 9.95 or math.isclose(value, round(value), abs_tol=0.05):
        return f"{value:,.0f}"
    return f"{value:.1f}"


def span(duration: timedelta) -> str:
    """Write how long something took: ``35 min``, ``2 h 05 min``, ``3 days 4 h``."""
    minutes = max(0, round(duration.total_seconds() / 60))
    if minutes == 0:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def zone_name(local: datetime) -> str:
    """Name the zone of a local time: its abbreviation, or the offset for zones that have none."""
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in "+-" else name


def nearest_minute(time: datetime) -> datetime:
    """Round a time that is told in minutes, as ``span`` rounds what lies between two."""
    return (time + timedelta(seconds=30)).replace(second=0, microsecond=0)


def moment(time: datetime, zone: tzinfo) -> str:
    """Write a time with its day and zone: ``Sun 22 Feb 2015, 21:30 GMT``."""
    local = nearest_minute(time).astimezone(zone)
    return f"{day(local)} {local.year}, {local:%H:%M} {zone_name(local)}"


def moment_beside(time: datetime, other: datetime, zone: tzinfo) -> str:
    """Write a time that stands beside another: the hour alone where both fall on one day."""
    local, near = (nearest_minute(one).astimezone(zone) for one in (time, other))
    clock = f"{local:%H:%M} {zone_name(local)}"
    return clock if local.date() == near.date() else f"{day(local)}, {clock}"


def day(local: datetime) -> str:
    """Write the day of a local time: ``Sun 22 Feb``."""
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"


def listing(names: Sequence[str]) -> str:
    """Join names as a sentence does: ``web, TV and mobile``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def screen_names(screens: Sequence[str]) -> str:
    """Name the screens that an alert speaks of."""
    return listing([SCREENS.get(screen, tidy(screen, 40)) for screen in screens])


def sentence(text: str) -> str:
    """Give a text the capital letter and the full stop of a sentence."""
    if not text:
        return ""
    ended = text if text[-1] in ".!?…" else f"{text}."
    return ended[0].upper() + ended[1:]


def tidy(text: str, limit: int) -> str:
    """Make one line of at most ``limit`` characters: no control, direction or broken characters, cut at a word."""
    # Far more than the limit is looked at, since white space and odd characters fall away; not all of a whole book.
    window = text[: 8 * limit + 1_000]
    seen = "".join(" " if character in LINE_BREAKING else character for character in window if _is_seen(character))
    return shorten(re.sub(r"\s+", " ", seen).strip(), limit)


def _is_seen(character: str) -> bool:
    if character in LINE_BREAKING or character in KEPT_UNSEEN:
        return True
    return unicodedata.category(character) not in UNSEEN


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most ``limit`` characters, at a word where there is one near, and mark the cut."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    at_word = cut.rsplit(maxsplit=1)[0] if " " in cut else cut
    # A text without spaces (Japanese, an address) is cut where the limit falls.
    kept = at_word if len(at_word) >= limit / 2 else cut
    return kept.rstrip(" ,;:-") + ELLIPSIS if limit > 0 else ""
