"""The verdict on an incident, and its reason in one sentence. Pure: figures in, words out."""

from dataclasses import dataclass
from math import inf

from reputation_monitor.linking.placebo import LEAST_P
from reputation_monitor.linking.types import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is known of an incident's effect when the verdict is given.

    Attributes:
        history_days: days the baseline could learn from.
        voices: voices of any sentiment in the incident's own time.
        smallest_visible: negative voices that would have stood out there; ``usual`` were expected.
        placebos_apart: placebo times that do not overlap; with fewer than ``fewest_apart`` nothing is told.
        reached: placebo times that are at least as unlikely as the incident.
        clearest: voices observed and usual where the rise was clearest.
        fewest_voices: that a rise must hold, so that none rests on one author.
        height: log likelihood ratio of the rise over what was to be expected.
        failing: whether the rise was clearest in talk of failing service.
        excess: observed - expected in the span where the rise is strongest.
        counted: the same over all the time of the effect.
        began_inside: whether the rise may have begun (95 %) while the incident could still be what began it.
        unheard_share: share of the usual voices that were not heard in the incident's time; ``unheard`` says why.
        called: what the incident is called in a sentence: "incident" or "maintenance".
        control_ratio: how many times its baseline the calmest control showed in that span; None without one.
        control: what that control is called in a sentence.
    """

    history_days: float
    wanted_days: float
    placebos: int
    placebos_apart: float
    fewest_apart: float
    reached: int
    p_value: float
    q_value: float
    q_wanted: float
    voices: float
    usual: float
    smallest_visible: float
    excess: float
    counted: float
    began_inside: bool
    control_ratio: float | None = None
    control: str = "Rivals"
    failing: bool = False
    fewest_voices: float = 0.0
    height: float = inf
    clearest: tuple[float, float] | None = None
    unheard_share: float = 0.0
    unheard: str = ""
    called: str = "incident"


MANY_TIMES, MANY_VOICES = 6.0, 8.0
LEAST_HEIGHT = 4.5
"""A rise of three standard errors. Where all placebo times were silent any voices rank high, in a storm too."""


def lacks_data(finding: Finding) -> str | None:
    """Why nothing can be said, or None."""
    if finding.history_days < finding.wanted_days:
        return too_short(finding.history_days, finding.wanted_days)
    if finding.placebos_apart < finding.fewest_apart:
        return (
            f"Only {finding.placebos_apart:.0f} comparable times without an incident that do not overlap; with fewer "
            f"than {finding.fewest_apart:.0f} no rise could be told from chance."
        )
    return None


def too_short(days: float, wanted: float) -> str:
    """That there is too little history to know what is usual."""
    return f"Only {days:.1f} days of mentions to compare with; {wanted:g} are needed to know what is usual."


def too_quiet(finding: Finding) -> str | None:
    """Why an effect, had there been one, would not have been seen; None if it would."""
    if is_visible(finding.usual, finding.smallest_visible - finding.usual):
        return None
    return (
        f"Too few mentions: {finding.smallest_visible:.0f} negative voices would have been needed to stand out, "
        f"where {finding.usual:.1f} are usual."
    )


def is_visible(usual: float, rise: float) -> bool:
    """Whether a brand is so much spoken of that no effect may be said where this rise would have stood out."""
    return rise <= max((MANY_TIMES - 1) * usual, MANY_VOICES)


BLIND = 0.5
"""Where more than this share of the usual voices was not heard, that nothing was seen says nothing."""


def judge(finding: Finding) -> tuple[Verdict, str]:
    """The verdict with its reason. What was not heard is told, and where it is too much no effect is denied."""
    verdict, reason = _judge(finding)
    if not finding.unheard:
        return verdict, reason
    told = finding.unheard[0].upper() + finding.unheard[1:]
    if verdict is Verdict.NO_EFFECT and finding.unheard_share > BLIND:
        return Verdict.NOT_ENOUGH_DATA, f"{told}: an effect could have gone unseen."
    return verdict, f"{reason} {told}{'; the interval is wider by them' if verdict is Verdict.LINKED else ''}."


def _judge(finding: Finding) -> tuple[Verdict, str]:
    missing = lacks_data(finding)
    if missing:
        return Verdict.NOT_ENOUGH_DATA, missing
    chance = f"{_chance(finding)} ({q_in_words(finding.q_value)} over all incidents tested together)"
    if finding.q_value <= finding.q_wanted and finding.excess > 0:
        return _stands_out(finding, chance)
    quiet = too_quiet(finding)
    if quiet:
        return Verdict.NOT_ENOUGH_DATA, quiet
    storm = ""
    if finding.control_ratio is not None and finding.control_ratio >= 1.5:
        storm = f" {finding.control} stood at {finding.control_ratio:.1f} times the usual level at the same time."
    reason = (
        f"Nothing rose that does not also rise without an incident: {chance}; "
        f"about {max(finding.smallest_visible, 1):.0f} negative voices would have stood out.{storm}"
    )
    return Verdict.NO_EFFECT, reason


def _stands_out(finding: Finding, chance: str) -> tuple[Verdict, str]:
    if finding.excess < finding.fewest_voices:
        return Verdict.NOT_ENOUGH_DATA, (
            f"{finding.excess:.1f} voices more than usual spoke up with this {finding.called}; fewer than "
            f"{finding.fewest_voices:g} could be one customer: {chance}."
        )
    if finding.height < LEAST_HEIGHT:
        return Verdict.NO_EFFECT, (
            "It rose more than at most comparable times, but hardly more than its own noise and what rose for others "
            f"explain: {chance}."
        )
    if finding.counted <= 0:
        return Verdict.NO_EFFECT, (
            f"More spoke up for a while, but no more than were to be expected in all the time of it: {chance}."
        )
    if not finding.began_inside:
        reason = f"What rose near this {finding.called} began outside its time, so not with it: {chance}."
        return Verdict.NO_EFFECT, reason
    reason = (
        f"{_talk(finding)} rose more with this {finding.called} than at {_share(finding)} of {finding.placebos:,} "
        f"comparable times without one: {chance}; associated in time, which is not proof of cause."
    )
    return Verdict.LINKED, reason


def _share(finding: Finding) -> str:
    return f"{100 * (1 - finding.reached / finding.placebos):.1f} %" if finding.reached else "any"


def _talk(finding: Finding) -> str:
    what = "Talk of failing service" if finding.failing else "Negative talk"
    if finding.clearest is None:
        return what
    seen, usual = finding.clearest
    return f"{what} ({seen:.0f} voices where {usual:.1f} are usual)"


def q_in_words(q_value: float) -> str:
    """A q-value in three digits, as sentences and tables tell it."""
    return f"q = {q_value:.3f}" if q_value >= 0.001 else "q < 0.001"


def _chance(finding: Finding) -> str:
    p_value = f"p = {finding.p_value:.4f}" if finding.p_value > LEAST_P else f"p at most {LEAST_P:.4f}"
    return f"{p_value} from {finding.placebos:,} placebo times"
