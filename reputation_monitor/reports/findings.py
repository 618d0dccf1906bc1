"""What an incident review concludes, in sentences: verdict, key figures, how sure it is, what would change it."""

from reputation_monitor.linking.types import Link, Verdict
from reputation_monitor.relinking.types import Judged
from reputation_monitor.reports import words
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.headlines import Tile
from reputation_monitor.reports.review import IncidentReview, Visible

VERDICTS = {
    Verdict.LINKED: "Linked: a rise in negative voices, associated in time with this {kind}",
    Verdict.NO_EFFECT: "No measurable effect of this {kind} on what customers say",
    Verdict.NOT_ENOUGH_DATA: "Not enough data to tell",
}
TONES = {Verdict.LINKED: "bad", Verdict.NO_EFFECT: "quiet", Verdict.NOT_ENOUGH_DATA: "unknown"}


def verdict(review: IncidentReview) -> str:
    """Say the verdict in a line."""
    return VERDICTS[review.link.verdict].format(kind=review.incident.kind)


def summary(review: IncidentReview) -> str:
    """Say in two or three sentences what happened to the reputation."""
    link = review.link
    if link.verdict is Verdict.LINKED:
        sentences = [_excess(link), _lead(link), _recovery(review)]
    elif link.verdict is Verdict.NO_EFFECT:
        sentences = [
            "No harm that can be told from chance, given that hour of the week and what the controls did.",
            _excess(link),
        ]
    else:
        sentences = ["There is too little to compare with, so neither harm nor its absence can be shown."]
    if review.open:
        sentences.append(f"The {review.incident.kind} is still open: every figure here may change.")
    return " ".join(sentence for sentence in sentences if sentence)


def _excess(link: Link) -> str:
    if link.excess is None:
        return ""
    much, kind = round(abs(link.excess)), "more" if link.excess >= 0 else "fewer"
    told = f"About {words.number(much)} {kind} negative {'voice' if much == 1 else 'voices'} than expected"
    if not much:
        told = "As many negative voices as expected"
    return f"{told} (95{words.NARROW}% interval {words.interval(link.excess_low, link.excess_high)})."


def _lead(link: Link) -> str:
    lead = link.customer_lead_minutes
    if lead is None:
        return ""
    if abs(lead) < 1:
        return "Customers and IT noticed at the same time."
    if lead > 0:
        return f"Customers knew {words.duration(lead)} before IT did."
    return f"IT knew {words.duration(-lead)} before customers spoke of it."


def _recovery(review: IncidentReview) -> str:
    if review.open:
        return ""
    minutes = review.link.recovery_minutes
    if minutes is None:
        return "The reputation has not yet come back within its usual range."
    return f"The reputation was back within its usual range {words.duration(minutes)} after IT had resolved it."


def reputation_tiles(review: IncidentReview) -> tuple[Tile, ...]:
    """Return the reputation's figures of the incident."""
    link = review.link
    harmed = link.verdict is Verdict.LINKED
    tiles = (
        Tile(
            "Excess negative voices",
            words.number(link.excess, sign=True),
            _excess_note(link),
            "worse" if harmed else "",
        ),
        Tile("Customer lead", words.duration(link.customer_lead_minutes), _lead_note(review)),
        Tile("Reputation recovery", words.duration(link.recovery_minutes), _recovery_note(review)),
        Tile("Peak", words.number(link.peak), "negative voices in an hour"),
        Tile(
            "Drop in valence", words.number(link.valence_drop, 2), f"mean valence, on a scale from {words.MINUS}1 to 1"
        ),
    )
    if review.revenue is None:
        return tiles
    between, basis = words.amount_interval(review.revenue), review.revenue.basis
    note = f"95{words.NARROW}% interval {between}. {basis}" if between else basis
    return (*tiles, Tile("Revenue at risk", words.amount(review.revenue), note))


def _excess_note(link: Link) -> str:
    if link.excess_low is None:
        return "not estimated"
    return f"95{words.NARROW}% interval {words.interval(link.excess_low, link.excess_high)}"


def _lead_note(review: IncidentReview) -> str:
    lead = review.link.customer_lead_minutes
    if review.incident.planned:
        return "none: maintenance is announced"
    if lead is None:
        return "needs an onset and the time of detection"
    return "customers knew before IT" if lead > 0 else "IT knew first"


def _recovery_note(review: IncidentReview) -> str:
    if review.link.recovery_minutes is not None:
        return "from resolved until usual for two hours"
    return "the incident is still open" if review.open else "not back to usual, or nothing to recover from"


def it_tiles(review: IncidentReview) -> tuple[Tile, ...]:
    """Return IT's own figures of the incident, to stand beside the reputation's; maintenance is no outage."""
    if review.incident.planned:
        lasted = review.minutes_to(review.incident.resolved)
        note = "announced beforehand; not counted as an outage"
        return (Tile("Planned maintenance", "open" if lasted is None else words.duration(lasted), note),)
    return (
        _since_start("Time to detect", review.minutes_to(review.incident.detected)),
        _since_start("Time to acknowledge", review.minutes_to(review.incident.acknowledged)),
        _time_to_resolve(review),
    )


def _since_start(label: str, minutes: float | None) -> Tile:
    if minutes is None:
        return Tile(label, words.UNKNOWN, "not recorded")
    note = "from the recorded start" if minutes >= 0 else "before the recorded start"
    return Tile(label, words.duration(abs(minutes)), note)


def _time_to_resolve(review: IncidentReview) -> Tile:
    minutes = review.minutes_to(review.incident.resolved)
    if minutes is None:
        return Tile("Time to resolve", "open", "not yet resolved", "worse")
    if review.rto_minutes is None:
        return _since_start("Time to resolve", minutes)
    met = minutes <= review.rto_minutes
    objective = f"objective (RTO) {words.duration(review.rto_minutes)}: {'met' if met else 'missed'}"
    return Tile("Time to resolve", words.duration(minutes), objective, "better" if met else "worse")


def certainty(review: IncidentReview) -> list[str]:
    """Say how sure the verdict is, in the method's own words."""
    return [
        sentence
        for sentence in (_placebos(review), _tests(review), _controls(review), _history(review), _visible(review))
        if sentence
    ]


def _placebos(review: IncidentReview) -> str:
    link = review.link
    if link.p_value is None:
        return "No p-value could be computed."
    p_value = f"p {_equals(link.p_value)}"
    if review.placebo is None or not review.placebo.values:
        return f"Among {words.number(link.placebos)} placebo times, {p_value}."
    as_large = review.placebo.as_large
    return (
        f"Of {words.number(len(review.placebo.values))} placebo times (comparable hours without an incident), "
        f"{words.number(as_large) if as_large else 'none'} reached a statistic as large as the incident's: {p_value}. "
        f"{_apart(link)}"
    )


def _apart(link: Link) -> str:
    """Say what the placebo times are worth, of which each is hours long and one begins every hour."""
    if link.placebos_apart < 1:
        return ""
    return (
        f"They overlap, and count for about {words.number(link.placebos_apart)} that do not; how often still larger "
        "ones come by chance is told by the tail of the largest."
    )


def _tests(review: IncidentReview) -> str:
    q_value = review.link.q_value
    if q_value is None:
        return ""
    bound = "at or below" if q_value <= review.q_bound else "above"
    told = f"After Benjamini-Hochberg{_together(review)}, q {_equals(q_value)}"
    return f"{told}, which is {bound} the bound of {review.q_bound:g}."


def _together(review: IncidentReview) -> str:
    if review.tests is None:
        return ""
    many = f"{words.plural(review.tests, 'test', 'tests')} made together (each of an incident and a brand"
    ever = review.tests_ever or review.tests
    return f" over {many}{f'; {words.number(ever)} were ever made' if ever > review.tests else ''})"


def _equals(value: float) -> str:
    written = words.probability(value)
    return written if written.startswith("<") else f"= {written}"


def _controls(review: IncidentReview) -> str:
    ratios = [control.ratio for control in review.link.controls if control.ratio is not None]
    if not ratios:
        return "There was no rival or untouched screen to compare with."
    own = words.ratio(review.link.observed, brand_expected(review))
    spread = f"{words.number(min(ratios), 1)} to {words.number(max(ratios), 1)} times" if len(ratios) > 1 else ""
    spread = spread or f"{words.number(ratios[0], 1)} times"
    return f"In the same span the controls saw {spread} their usual negative voices; the brand saw {own}."


def brand_expected(review: IncidentReview) -> float | None:
    """Return what the brand itself led one to expect: before the controls raised it, where that is known."""
    return review.link.expected if review.baseline_expected is None else review.baseline_expected


def _history(review: IncidentReview) -> str:
    sentences = []
    if review.history_days is not None:
        sentences.append(f"The baseline rests on {words.plural(review.history_days, 'day', 'days')} of mentions.")
    if review.mentions is not None and review.voices is not None:
        posts, voices = words.plural(review.mentions, "mention", "mentions"), words.number(review.voices)
        texts = "" if review.texts is None else f": without copies {words.plural(review.texts, 'text', 'texts')}"
        sentences.append(f"The span holds {posts}{texts}, by {voices} distinct voices.")
    return " ".join(sentences)


def _visible(review: IncidentReview) -> str:
    """Say what could have been seen; where there is too little to tell, ``what_would_change`` says it beside more."""
    told_beside_more = review.with_more is not None and review.link.verdict is Verdict.NOT_ENOUGH_DATA
    if review.visible is None or told_beside_more:
        return ""
    return f"With {_talk(review.visible)} in an hour would be seen ({_times(review.visible)})."


def _talk(visible: Visible) -> str:
    mentions = words.plural(visible.mentions, "mention", "mentions")
    return f"{mentions} an hour, as here, a rise of {words.plural(visible.rise, 'negative voice', 'negative voices')}"


def _times(visible: Visible) -> str:
    times = words.ratio(visible.rise, visible.usual)
    return f"{times} the usual {words.number(visible.usual, 1)}" if visible.usual >= 0.05 else "hardly any are usual"


def limits(review: IncidentReview) -> list[str]:
    """Say what the figures cannot show."""
    incident, link = review.incident, review.link
    found = [f"Associated in time with this {incident.kind}: other things may have happened in the same hours."]
    if not incident.names_start:
        found.append(f"The record names no start; it was taken from the field “{incident.start_basis}”.")
    if incident.start_basis.endswith("backfilled"):
        found.append("The record was written only after the incident's end; its times may be from memory.")
    if link.onset_high is not None and link.onset_high < incident.started:
        early = words.duration((incident.started - link.onset_high).total_seconds() / 60)
        found.append(f"Customers spoke at least {early} before the recorded start: the record may be late.")
    if link.placebos_apart >= 1 and link.p_value is not None and link.p_value < 1 / link.placebos_apart:
        counted = words.probability(1 / link.placebos_apart).lstrip("< ")
        found.append(f"Chance can be counted down to p = {counted} here; what is smaller is extrapolated.")
    if link.verdict is Verdict.NO_EFFECT and link.excess_high is not None and link.excess_high > 0:
        most = words.number(round(link.excess_high))
        found.append(
            f"No measurable effect is not proof of none: up to {most} more negative voices cannot be ruled out."
        )
    found.append("Only those who speak in public are counted; the silent majority is not.")
    return found


def what_would_change(review: IncidentReview) -> list[str]:
    """Name the findings that would overturn the verdict, with where they stand now."""
    link = review.link
    if link.verdict is Verdict.LINKED:
        found = _against_a_link(review)
    elif link.verdict is Verdict.NO_EFFECT:
        found = _for_a_link(review)
    else:
        found = [
            *filter(None, [_with_more(review)]),
            "More history before the incident, so that a baseline can be fitted (a few weeks serve best).",
            "More sources of the brand: with few voices an hour, even real harm stays hidden.",
            "Another collection of the hours around the incident, if a source was silent then.",
        ]
    if review.open:
        found.append("The incident's end: the span, and with it every figure, is still growing.")
    return found


def _with_more(review: IncidentReview) -> str:
    now, more = review.visible, review.with_more
    if now is None or more is None:
        return ""
    return (
        f"More talk of the brand: with {words.number(more.mentions)} mentions an hour, a rise of "
        f"{words.number(more.rise)} negative voices in an hour would be seen ({_times(more)}); today, with "
        f"{words.number(now.mentions, 1)} an hour, it takes {words.number(now.rise)} ({_times(now)})."
    )


def judged(said: Judged | None) -> str:
    """Name the verdict of one look."""
    return "Not tested any more" if said is None else words.capital(str(said.verdict))


def judged_by(said: Judged | None, clock: Clock) -> str:
    """Give the figures of the verdict of one look."""
    if said is None:
        return ""
    figures = [f"excess {words.number(said.excess, sign=True)}"] if said.excess is not None else []
    figures += [f"{name} {_equals(value)}" for name, value in (("p", said.p_value), ("q", said.q_value)) if value]
    figures += [f"onset {clock.short(said.onset)}"] if said.onset else []
    return ", ".join(figures)


def _against_a_link(review: IncidentReview) -> list[str]:
    link, q_value = review.link, words.probability(review.link.q_value)
    found = [
        f"A q-value above {review.q_bound:g}, should more incidents be tested together (now {q_value}).",
        f"An interval of the excess that includes zero (now {words.interval(link.excess_low, link.excess_high)}).",
        "Better times for the incident that put the onset outside its window.",
    ]
    if any(control.ratio is not None for control in link.controls):
        own = words.ratio(link.observed, brand_expected(review))
        found.append(f"Controls found to have risen as much as the brand did (now {own} its usual).")
    else:
        found.append("A rival or untouched screen to compare with, showing the same rise.")
    return found


def _for_a_link(review: IncidentReview) -> list[str]:
    link, wanted = review.link, []
    if link.q_value is None or link.q_value > review.q_bound:
        wanted.append(f"A q-value of {review.q_bound:g} or less (now {words.probability(link.q_value)}).")
    else:
        wanted.append("A rise beyond what its own noise and what rose for others explain; its q-value would do.")
    if link.excess_low is None or link.excess_low <= 0:
        interval = words.interval(link.excess_low, link.excess_high)
        wanted.append(f"An excess with an interval above zero throughout (now {interval}).")
    return [
        *wanted,
        "A corrected start: the window in which an onset counts moves with it.",
        "Mentions from sources that are not collected yet, where the customers of this service speak.",
    ]
