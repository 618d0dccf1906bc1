"""The figures that the linking is held to, from what was said of many incidents."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import stats

from benchmarks.worlds.cases import Case

CLEAR_RATIO = 5.0


def rate(hits: int, of: int) -> str:
    """A share with its 95 % interval (Wilson 1927) and counts."""
    if not of:
        return "none"
    low, high = stats.binomtest(hits, of).proportion_ci(method="wilson")
    return f"{hits / of:.3f} ({low:.3f} to {high:.3f}, {hits} of {of})"


def false_discoveries(cases: Sequence[Case]) -> str:
    """Share of the links that are of harmless incidents."""
    linked = [c for c in cases if c.linked]
    return rate(sum(not c.harmful for c in linked), len(linked))


def uniformity(cases: Iterable[Case]) -> str:
    """p-values of harmless incidents: their share below some levels, and Kolmogorov-Smirnov against uniform.

    Those in whose time another incident's harm lies are left out: something did rise there.
    """
    harmless = [c for c in cases if not c.harmful and not c.partner and not c.amid]
    p = np.array([c.p_value for c in harmless if c.p_value is not None])
    if len(p) < 2:
        return "none"
    fit = stats.kstest(p, "uniform")
    shares = ", ".join(f"{np.mean(p <= level):.3f} <= {level:g}" for level in (0.01, 0.05, 0.2, 0.5))
    return f"{shares}; KS {fit.statistic:.3f}, p {fit.pvalue:.3f} ({len(p)})"


def found(cases: Iterable[Case], least: float, most: float = np.inf) -> str:
    """Share of the harms of that size that are linked."""
    harms = [c for c in cases if c.harmful and least <= c.ratio < most]
    return rate(sum(c.linked for c in harms), len(harms))


def coverage(cases: Iterable[Case]) -> str:
    """Share of the linked harms whose excess lies in its interval."""
    told = [c for c in cases if c.harmful and c.linked and c.excess_low is not None and c.excess_high is not None]
    inside = sum(c.excess_low <= c.weight <= c.excess_high for c in told)  # type: ignore[operator]
    below = sum(c.weight < c.excess_low for c in told)  # type: ignore[operator]
    return f"{rate(inside, len(told))}, {below} below, {len(told) - inside - below} above"


def _errors(cases: Iterable[Case], of: Callable[[Case], float | None]) -> list[float]:
    clear = [c for c in cases if c.harmful and c.linked and c.ratio >= CLEAR_RATIO]
    return [abs(e) for e in map(of, clear) if e is not None]


def onset(cases: Iterable[Case]) -> str:
    """Median error of the onset of clear harms."""
    errors = _errors(cases, lambda c: c.onset_error)
    return f"{np.median(errors):.0f} min ({len(errors)})" if errors else "none"


def lead_sign(cases: Iterable[Case]) -> str:
    """Share of the clear harms for which it is right whether customers or IT knew first."""
    told = [c for c in cases if c.harmful and c.linked and c.ratio >= CLEAR_RATIO]
    signs = [(c.lead > 0) == (c.true_lead > 0) for c in told if c.lead is not None and c.true_lead is not None]
    return rate(sum(signs), len(signs))


def recovery(cases: Iterable[Case]) -> str:
    """Median error of the recovery time of clear harms."""
    errors = _errors(
        cases, lambda c: None if c.recovery is None or c.true_recovery is None else c.recovery - c.true_recovery
    )
    return f"{np.median(errors):.0f} min ({len(errors)})" if errors else "none"


def pairs(cases: Sequence[Case]) -> str:
    """Of overlapping incidents of which one did harm: who was named."""
    by_name = {(c.kind, c.world, c.incident): c for c in cases}
    both = [(by_name[c.kind, c.world, c.partner], c) for c in cases if c.partner]
    guilty = [(g, i) for g, i in both if g.harmful]
    named = [g for g, _ in guilty if g.linked]
    alone = sum(g.linked and not i.linked for g, i in guilty)
    wrong = sum(i.linked and not g.linked for g, i in guilty)
    return f"harmful one named {rate(len(named), len(guilty))}, it alone {alone}, only the other {wrong}"


def other_method(cases: Sequence[Case], name: str) -> str:
    """What a method says that is not ours: its false discoveries and the harms it finds."""
    called = [c for c in cases if name in c.others]
    harms = [c for c in cases if c.harmful]
    clear = [c for c in harms if c.ratio >= CLEAR_RATIO]
    return (
        f"false {rate(sum(not c.harmful for c in called), len(called))}; "
        f"finds {rate(sum(name in c.others for c in harms), len(harms))}, "
        f"of ratio >= 5 {rate(sum(name in c.others for c in clear), len(clear))}"
    )


def table(cases: Sequence[Case]) -> dict[str, str]:
    """Every figure by its name."""
    return {
        "false discoveries": false_discoveries(cases),
        "p of harmless": uniformity(cases),
        "harms found, ratio >= 5": found(cases, CLEAR_RATIO),
        "harms found, all": found(cases, 0.0),
        "harms found, 1.5 to 3": found(cases, 1.5, 3.0),
        "harms found, 3 to 5": found(cases, 3.0, CLEAR_RATIO),
        "coverage of excess": coverage(cases),
        "onset error": onset(cases),
        "lead's sign": lead_sign(cases),
        "recovery error": recovery(cases),
    }
