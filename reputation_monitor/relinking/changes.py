"""Which verdicts a look changes, and what had changed before it did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Link
from reputation_monitor.linking.world import Exposure
from reputation_monitor.relinking.basis import basis_of, count_around, count_rivals
from reputation_monitor.relinking.types import Basis, Counted, Judged, VerdictChange

NAMED = 3
HALF_A_VOICE = 0.5
SOON = timedelta(days=1)
"""What is counted within a day after an incident tells of its effect; what comes later, of what is usual."""

Earlier = tuple[Link, Basis | None]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinked:
    """A look beside the one before it.

    Attributes:
        earlier: the links of the look before, with what they rested on, by incident and brand.
        incidents: those that this look tests, by id.
        set_aside: those that it does not: called off, or still to come.
    """

    earlier: Mapping[Key, Earlier]
    findings: Findings
    incidents: Mapping[str, Incident]
    set_aside: Mapping[str, Incident]
    now: datetime

    def bases(self) -> dict[Key, Basis]:
        """What each link of this look rests on."""
        models, incidents = self.findings.models, self.incidents
        return {t.link.key: basis_of(t, incidents[t.link.id], models) for t in self.findings.tested}

    def changes(self) -> list[VerdictChange]:
        """The verdicts that are others now, or rest on figures that say something else."""
        return [*self._judged_anew(), *self._not_tested_any_more()]

    def _judged_anew(self) -> Iterator[VerdictChange]:
        for tested in self.findings.tested:
            link, basis = self.earlier.get(tested.link.key, (None, None))
            if link and differ(Judged.of(link), Judged.of(tested.link)):
                yield self._change(link, Judged.of(tested.link), list(self._reasons(tested, basis)))

    def _not_tested_any_more(self) -> Iterator[VerdictChange]:
        tested = {link.key for link in self.findings.links}
        for key, (link, basis) in self.earlier.items():
            if key not in tested:
                yield self._change(link, None, [self._why_untested(link.id, basis)])

    def _change(self, link: Link, after: Judged | None, reasons: Sequence[str]) -> VerdictChange:
        return VerdictChange(
            incident=link.id,
            brand=link.brand,
            at=self.now,
            before=Judged.of(link),
            after=after,
            reasons=tuple(reasons) or ("nothing that is kept track of; a figure near its bound moved across it",),
        )

    def _why_untested(self, incident_id: str, basis: Basis | None) -> str:
        zone = self.findings.models.options.zone
        incident = self.set_aside.get(incident_id)
        if incident is not None and incident.called_off:
            return f"the incident was {incident.status.casefold()}"
        if incident is not None:
            was = f" from {_moment(basis.started, zone)}" if basis else ""
            return f"its start was moved{was} to {_moment(incident.started, zone)}, which is still to come"
        if incident_id in self.incidents:
            return "its services, or what the configuration says of them, no longer touch the brand"
        return "the incident is no longer known"

    def _reasons(self, tested: Tested, basis: Basis | None) -> Iterator[str]:
        if basis is None:
            yield "what the earlier verdict rested on was not kept"
            return
        models = self.findings.models
        now = basis_of(tested, self.incidents[tested.link.id], models)
        yield from incident_changes(basis, now, models.options.zone)
        yield from self._counted_anew(basis, tested.exposure)
        yield from reach_further(basis, now)
        yield from self._other_tests()
        if basis.settings != now.settings:
            yield "the configuration of linking, of rivals or of services was changed"
        if basis.method != now.method:
            yield "an update of this program changed the method"

    def _counted_anew(self, basis: Basis, exposure: Exposure) -> Iterator[str]:
        models = self.findings.models
        around = count_around(models, exposure, basis.start, basis.end)
        before = count_around(models, exposure, None, basis.start)
        rivals = count_rivals(models, exposure.brand, basis.data_end)
        yield from recount("of the hours around the incident", basis.around, around)
        yield from recount("of the time before", basis.before, before)
        yield from recount("of rivals", basis.rivals, rivals)

    def _other_tests(self) -> Iterator[str]:
        then = {key: link.title for key, (link, _) in self.earlier.items() if link.p_value is not None}
        now = {link.key: link.title for link in self.findings.links if link.p_value is not None}
        if then.keys() != now.keys():
            joined = [title for key, title in now.items() if key not in then]
            left = [title for key, title in then.items() if key not in now]
            who = "; ".join(filter(None, (_named("joined", joined), _named("left", left))))
            yield f"{len(now)} tests are made together instead of {len(then)} ({who})"


def differ(before: Judged, after: Judged) -> bool:
    """Whether two judgements say different things.

    That is another verdict, an onset outside the interval that was told, or an excess of the other sign where one of
    the two intervals leaves out zero.
    """
    if before.verdict != after.verdict:
        return True
    if before.onset_low and before.onset_high and after.onset:
        return not before.onset_low <= after.onset <= before.onset_high or _turned(before, after)
    return _turned(before, after)


def _turned(before: Judged, after: Judged) -> bool:
    if before.excess is None or after.excess is None:
        return False
    return (before.excess > 0) != (after.excess > 0) and (_is_clear(before) or _is_clear(after))


def _is_clear(judged: Judged) -> bool:
    low, high = judged.excess_low, judged.excess_high
    return low is not None and high is not None and (low > 0 or high < 0)


def incident_changes(before: Basis, after: Basis, zone: tzinfo) -> Iterator[str]:
    """What is told of the incident now that was told differently, in words."""
    moments = {"start": "started", "time of detection": "detected", "end": "resolved"}
    for what, field in moments.items():
        was, is_now = getattr(before, field), getattr(after, field)
        if was is None and is_now is not None:
            yield f"its {what} became known: {_moment(is_now, zone)}"
        elif is_now is None and was is not None:
            yield f"its {what} ({_moment(was, zone)}) was taken back"
        elif was is not None and was != is_now:
            yield f"its {what} was moved from {_moment(was, zone)} to {_moment(is_now, zone)}"
    for what in ("title", "impact"):
        if getattr(before, what) != getattr(after, what):
            yield f"its {what} was changed from “{getattr(before, what)}” to “{getattr(after, what)}”"
    if before.services != after.services:
        was, is_now = (", ".join(basis.services) or "none" for basis in (before, after))
        yield f"its services were changed from {was} to {is_now}"


def recount(what: str, before: Counted, after: Counted) -> Iterator[str]:
    """What two counts of one span tell of its mentions."""
    late = round(after.mentions - before.mentions)
    if late > 0:
        yield f"{_mentions(late)} {what} came in late"
    elif late < 0:
        yield f"{_mentions(-late)} {what} {'was' if late == -1 else 'were'} taken back"
    elif abs(after.negative - before.negative) >= HALF_A_VOICE:
        yield (
            f"mentions {what} were scored again or corrected: {after.negative:.1f} negative voices "
            f"where there were {before.negative:.1f}"
        )


def _mentions(count: int) -> str:
    return f"{count:,} mention{'s' if count > 1 else ''}"


def reach_further(before: Basis, after: Basis) -> Iterator[str]:
    """By how much more of time was counted, where that may matter."""
    hours = round((after.data_end - before.data_end) / timedelta(hours=1))
    if hours < 1:
        return
    further = f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"
    over = before.resolved is not None and before.data_end - before.resolved > SOON
    yield f"the counts reach {further} further" + (", which gives more times to compare with" if over else "")


def _named(what: str, titles: Sequence[str]) -> str:
    if not titles:
        return ""
    more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
    return f"{what}: {', '.join(titles[:NAMED])}{more}"


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
