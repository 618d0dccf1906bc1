"""Figures in words: how a number, a duration, an interval or a customer's text is written for a reader."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from reputation_monitor.opinion import Opinion, Origin, Share
from reputation_monitor.reports.types import Compared, Money

NARROW = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
UNKNOWN = "\N{EN DASH}"
QUOTE_LENGTH = 280
ACRONYMS = {"tv": "TV"}

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def number(value: float | None, decimals: int | None = None, *, sign: bool = False) -> str:
    """Write a number with thousands separated; small ones keep one decimal unless ``decimals`` is given."""
    if value is None:
        return UNKNOWN
    if decimals is None:
        decimals = 1 if 0 < abs(value) < 9.95 and abs(value - round(value)) >= 0.05 else 0
    rounded = round(value, decimals) + 0.0
    written = f"{abs(rounded):,.{decimals}f}"
    return f"{_sign(rounded, plus=sign)}{written}"


def _sign(value: float, *, plus: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if plus and value > 0 else ""


def share(value: float | None) -> str:
    """Write a share in [0, 1] as per cent with one decimal."""
    return UNKNOWN if value is None else f"{number(100 * value, 1)}{NARROW}%"


def share_interval(share: Share) -> str:
    """Write the interval of a share, in per cent: ``24 to 33 %``; nothing where there is none."""
    if share.low is None or share.high is None:
        return ""
    return f"{interval(100 * share.low, 100 * share.high, 0)}{NARROW}%"


def valence(value: float | None) -> str:
    """Write a valence with its sign and two decimals."""
    return number(value, 2, sign=True)


def points(value: float | None) -> str:
    """Write a change of a share in percentage points."""
    return UNKNOWN if value is None else f"{number(100 * value, 1, sign=True)}{NARROW}points"


def probability(value: float | None) -> str:
    """Write a p- or q-value with as many digits as carry meaning."""
    if value is None:
        return UNKNOWN
    if value < 0.001:
        return "< 0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def ratio(observed: float | None, expected: float | None) -> str:
    """Write observed over expected as ``6.2 times``."""
    if observed is None or not expected or expected <= 0:
        return UNKNOWN
    times = observed / expected
    return f"{number(times, 0 if times >= 9.95 else 1)}{NARROW}times"


def interval(low: float | None, high: float | None, decimals: int | None = None) -> str:
    """Write ``250 to 370``; both ends with the digits the wider one needs."""
    if low is None or high is None:
        return UNKNOWN
    if decimals is None and max(abs(low), abs(high)) >= 9.95:
        decimals = 0
    return f"{number(low, decimals)} to {number(high, decimals)}"


def duration(length: float | timedelta | None) -> str:
    """Write minutes as ``2 h 05 min``, from two days on as ``3 d 4 h``."""
    if length is None:
        return UNKNOWN
    minutes = length / timedelta(minutes=1) if isinstance(length, timedelta) else length
    whole = round(abs(minutes))
    sign = MINUS if minutes < 0 and whole else ""
    if whole < 60:
        return f"{sign}{whole}{NARROW}min"
    hours, rest = divmod(whole, 60)
    if hours < 48:
        return f"{sign}{hours}{NARROW}h {rest:02}{NARROW}min".replace(f" 00{NARROW}min", "")
    days, hours = divmod(round(whole / 60), 24)
    return f"{sign}{days}{NARROW}d {hours}{NARROW}h".removesuffix(f" 0{NARROW}h")


def count(value: float | None) -> str:
    """Write a count as a whole number."""
    return number(value, 0)


def points_interval(low: float | None, high: float | None) -> str:
    """Write the interval of a change of a share, in percentage points."""
    return "" if low is None or high is None else interval(100 * low, 100 * high, 1)


def valence_interval(low: float | None, high: float | None) -> str:
    """Write the interval of a change of valence."""
    return "" if low is None or high is None else interval(low, high, 2)


def money(value: Money | None) -> str:
    """Write an amount as an estimate, with its interval: ``about EUR 12,000 (8,100 to 16,000)``."""
    if value is None:
        return UNKNOWN
    between = amount_interval(value)
    return f"about {amount(value)}{f' ({between})' if between else ''}"


def amount(value: Money | None) -> str:
    """Write an amount to two significant digits, after its currency."""
    return UNKNOWN if value is None else f"{value.currency}{NARROW}{_significant(value.amount)}".lstrip(NARROW)


def amount_interval(value: Money | None) -> str:
    """Write the interval of an amount, without currency."""
    if value is None or value.low is None or value.high is None:
        return ""
    return f"{_significant(value.low)} to {_significant(value.high)}"


def _significant(amount: float) -> str:
    return number(float(f"{amount:.2g}"), None if abs(amount) < 10 else 0)


def screens(names: tuple[str, ...]) -> str:
    """Write ``web, TV and mobile``."""
    return listing([screen(name) for name in names]) if names else UNKNOWN


def screen(name: str) -> str:
    """Write a screen's name as a reader expects it."""
    return ACRONYMS.get(name, name)


def listing(words: list[str]) -> str:
    """Join words as a sentence does."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def capital(text: str) -> str:
    """Begin with a capital letter and leave the rest alone."""
    return text[:1].upper() + text[1:]


def correction(opinion: Opinion) -> str:
    """Write by what an opinion's shares were corrected."""
    if opinion.corrected:
        return f"{number(opinion.labels)} labels"
    return "nothing to correct" if opinion.origins == (Origin.SAID,) else "not corrected"


def correction_note(opinions: Sequence[Opinion]) -> str:
    """Say how the shares of opinions are to be read."""
    known = {origin for opinion in opinions if opinion.negative.value is None for origin in opinion.origins}
    note = (
        "Small figures: 95 % intervals, and shares as classified where they were corrected. "
        "A voice that said several things in a day is divided evenly among them."
    )
    if Origin.ELSEWHERE in known or Origin.UNKNOWN in known:
        note += (
            " Not corrected: shares as classified, which may be wrong by many points, until 50 mentions of the screen "
            "that were drawn at random have labels."
        )
    if Origin.ELSEWHERE in known:
        note += " Their intervals tell where the truth may lie, by what the model made of other kinds of texts."
    return note


def plural(count: float, one: str, many: str) -> str:
    """Write the count with the noun it needs."""
    return f"{number(count)} {one if number(count) == '1' else many}"


def beyond_noise(compared: Compared) -> str:
    """Say whether a change is more than chance moves such a figure."""
    if compared.change is None:
        return "no earlier week to compare with" if compared.value is not None else "nothing to compare"
    return {True: "beyond noise", False: "within noise", None: "no interval"}[compared.beyond_noise]


def lost(items: float | None) -> str:
    """Say about how many items were never seen."""
    if items is None:
        return "how much was lost is not known"
    return f"about {number(round(items))} items were lost" if items >= 1 else "nothing was lost"


def clean(text: str) -> str:
    """Put a text of unknown origin on one line, without control, bidirectional-override or broken characters."""
    kept = "".join(" " if unicodedata.category(mark) in {"Cc", "Cs"} else mark for mark in text)
    return " ".join("".join(mark for mark in kept if mark not in _BIDI_CONTROLS).split())


def shorten(text: str, length: int = QUOTE_LENGTH) -> str:
    """Clean a text and cut it at a word's end."""
    text = clean(text[: 8 * length])
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{head if space and len(head) > length // 2 else cut}…"


def linkable(url: str) -> str:
    """Return the address when a reader may follow it (http, https), else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc or re.search(r"[\x00-\x20\x7f]", url.strip()):
        return ""
    return url.strip()
