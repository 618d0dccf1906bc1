"""A brand's week in one sentence and four tiles."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt

from reputation_monitor.linking.types import Shift, ShiftVerdict, Verdict
from reputation_monitor.reports import words
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.types import Compared, Series
from reputation_monitor.reports.weekly import BrandWeek, WeeklyReport, incident_time, shifted_time

BAD_WEEK = 0.2
"""A week is bad when its shifts add at least this share to the negative voices that were expected."""

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence, and its tone: bad, watch, good, quiet or unknown."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure: what it is, its value, a note in words, and whether it is better or worse (or neither)."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


def headline(brand: BrandWeek, clock: Clock) -> Headline:
    """Say what kind of week it was, and why we say so."""
    if brand.shifts:
        return _shifted(brand, clock)
    if not brand.total.mentions.value:
        return Headline("No mentions this week. If that is a surprise, look at the health of the sources.", "unknown")
    if not brand.negative.has_baseline:
        return Headline("Too early to tell: there is not enough history yet to say what is usual.", "unknown")
    return _steady(brand)


def _shifted(brand: BrandWeek, clock: Clock) -> Headline:
    excess, low, high = total_excess([_within(shift, brand.negative) for shift in brand.shifts])
    expected = sum(value for value in brand.negative.expected if value is not None)
    bad = excess >= BAD_WEEK * expected
    return Headline(
        f"{'A bad week' if bad else 'A week with a dip'}: about {words.number(round(excess))} more negative voices "
        f"than usual (95{words.NARROW}% interval {words.interval(low, high)}), {_when(brand, clock)}{_causes(brand)}.",
        "bad" if bad else "watch",
    )


def _within(shift: Shift, week: Series) -> Shift:
    """The part of a shift that lies in the week of these counts, its excess by theirs."""
    if not week.has_baseline:
        return shift
    first, last = week.times[0], week.times[-1] + timedelta(minutes=week.minutes)
    if first <= shift.onset and shift.end <= last:
        return shift
    inside = sum(beyond for _, beyond in _beyond(shift, week))
    share = min(max(inside / shift.excess, 0.0), 1.0) if shift.excess else 0.0
    scaled = {name: share * getattr(shift, name) for name in ("excess", "excess_low", "excess_high")}
    return replace(shift, **scaled)


def _beyond(shift: Shift, week: Series) -> Iterator[tuple[datetime, float]]:
    """The buckets of the week that a shift touches, by their start, and what was counted in each beyond the usual."""
    begins = shift.onset - timedelta(minutes=week.minutes)
    for moment, observed, expected in zip(week.times, week.observed, week.expected, strict=False):
        if begins < moment < shift.end and observed is not None and expected is not None:
            yield moment, observed - expected


def total_excess(shifts: Sequence[Shift]) -> tuple[float, float, float]:
    """Add up the excess of shifts and its interval, the half-widths in quadrature (shifts being apart in time)."""
    excess = sum(shift.excess for shift in shifts)
    below = sqrt(sum((shift.excess - shift.excess_low) ** 2 for shift in shifts))
    above = sqrt(sum((shift.excess_high - shift.excess) ** 2 for shift in shifts))
    return excess, excess - below, excess + above


def _when(brand: BrandWeek, clock: Clock) -> str:
    excess: defaultdict[str, float] = defaultdict(float)
    for shift in brand.shifts:
        for moment, beyond in _beyond(shift, brand.negative):
            excess[clock.weekday(moment)] += beyond
    if not excess:
        return f"from {clock.weekday(brand.shifts[0].onset)}"
    day = max(excess, key=lambda name: excess[name])
    return f"{'on' if excess[day] >= 0.95 * sum(excess.values()) else 'most on'} {day}"


def _causes(brand: BrandWeek) -> str:
    causes = [_cause(shift, brand) for shift in brand.shifts]
    if len(causes) == 1:
        return f", {causes[0]}"
    return f", in {_spelled(len(causes))} shifts: {words.listing([f'one {cause}' for cause in causes])}"


def _cause(shift: Shift, brand: BrandWeek) -> str:
    if shift.verdict is ShiftVerdict.LINKED:
        known = {outcome.incident.id: outcome.incident for outcome in brand.incidents}
        incident = known.get(shift.incident or "")
        title = incident.title if incident else shift.incident or "an incident"
        what = "planned maintenance " if incident and incident.planned else ""
        return f"associated in time with {what}“{words.shorten(title, 90)}”"
    if shift.verdict is ShiftVerdict.SUSPECTED_OUTAGE:
        return "a suspected outage with no incident open"
    return "not explained by any incident"


def _steady(brand: BrandWeek) -> Headline:
    share = brand.total.negative_share
    if share.beyond_noise and share.change is not None:
        worse = share.change > 0
        return Headline(
            f"{'A somewhat worse' if worse else 'A better'} week than the last: {words.share(share.value)} of the "
            f"voices were classified as negative ({words.points(share.change)}), but no shift stands out."
            f"{_harmless(brand)}",
            "watch" if worse else "good",
        )
    observed = sum(value for value in brand.negative.observed if value is not None)
    expected = sum(value for value in brand.negative.expected if value is not None)
    return Headline(
        f"A quiet week: {words.plural(round(observed), 'negative voice', 'negative voices')} where about "
        f"{words.number(round(expected))} were usual.{_harmless(brand)}",
        "quiet",
    )


def _harmless(brand: BrandWeek) -> str:
    judged = [outcome for outcome in brand.incidents if outcome.link and not outcome.incident.planned]
    harmless = [outcome for outcome in judged if outcome.link and outcome.link.verdict is Verdict.NO_EFFECT]
    if not harmless:
        return ""
    if len(harmless) == 1:
        return " One IT incident left no measurable mark on what customers say."
    return f" {words.capital(_spelled(len(harmless)))} IT incidents left no measurable mark on what customers say."


def _spelled(count: int) -> str:
    return COUNTS[count] if count < len(COUNTS) else str(count)


def week_tiles(brand: BrandWeek, report: WeeklyReport) -> tuple[Tile, ...]:
    """Return the four figures at the head of a brand's week."""
    total = brand.total
    valence_change = words.valence(total.valence.change)
    return (
        Tile("Mentions", words.number(total.mentions.value, 0), _against(total.mentions, _relative(total.mentions))),
        _negative_share(brand),
        Tile(
            "Net valence",
            words.valence(total.valence.value),
            _against(total.valence, valence_change),
            _tone(total.valence, good=1),
        ),
        _within_usual(brand, report),
    )


def _negative_share(brand: BrandWeek) -> Tile:
    """The share of all screens, corrected where it can be; its change is always of what was classified."""
    classified, name = brand.total.negative_share, "Negative share"
    note, tone = _against(classified, words.points(classified.change)), _tone(classified, good=-1)
    if classified.value is None or not brand.opinions:
        return Tile(name, words.share(classified.value), note, tone)
    opinion = brand.opinions[-1]
    if not opinion.corrected:
        return Tile(name, words.share(classified.value), f"as classified; {note}", tone)
    by = f"{words.share_interval(opinion.negative)}, corrected by {words.correction(opinion)}"
    return Tile(name, words.share(opinion.negative.value), f"{by}; as classified {note}", tone)


def _relative(compared: Compared) -> str:
    if compared.change is None or not compared.before:
        return words.UNKNOWN
    return f"{words.number(100 * compared.change / compared.before, 0, sign=True)}{words.NARROW}%"


def _against(compared: Compared, change: str) -> str:
    if compared.change is None:
        return words.beyond_noise(compared)
    against = f"{change} on the week before"
    return against if compared.beyond_noise is None else f"{against}, {words.beyond_noise(compared)}"


def _tone(compared: Compared, *, good: int) -> str:
    if not compared.beyond_noise or compared.change is None:
        return ""
    return "better" if compared.change * good > 0 else "worse"


def _within_usual(brand: BrandWeek, report: WeeklyReport) -> Tile:
    if not brand.negative.has_baseline:
        return Tile("Time within the usual", words.UNKNOWN, "no baseline yet")
    end = max(min(report.end, report.made), report.start + timedelta(minutes=1))  # a week may still be running
    length = end - report.start
    outside, down = (measure(brand, report.start, end) for measure in (shifted_time, incident_time))
    beyond = f"{words.duration(outside)} outside it" if outside else "never outside it"
    note = f"{beyond}; {f'incidents open for {words.duration(down)}' if down else 'no incident open'}"
    return Tile("Time within the usual", words.share(1 - outside / length), note, "worse" if outside else "")
