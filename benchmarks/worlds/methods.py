"""What people would use instead, on the same worlds: each says which incidents it would call a harm.

They read negative posts an hour, as dashboards count them. Those that give p-values have them corrected by Benjamini
and Hochberg over the incidents of the world, as the linking does.
"""

import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.util import find_spec
from itertools import pairwise

import numpy as np

from benchmarks.worlds.cases import Method
from benchmarks.worlds.talk import Array
from benchmarks.worlds.world import START, Planted, World
from reputation_monitor.linking.placebo import benjamini_hochberg

HISTORY_HOURS = 28 * 24
FOLLOW_HOURS = 3
LEVEL = 0.05
PATHS = 200


def z_score(world: World) -> set[str]:
    """An hour of the incident more than three standard deviations above the same hours of the four weeks before."""
    called = set()
    for name, first, last in _spans(world):
        past = world.posts[max(0, first - HISTORY_HOURS) : first]
        for hour in range(first, last):
            same = past[(hour - first) % 24 :: 24] if len(past) % 24 == 0 else past
            if len(same) > 2 and world.posts[hour] > same.mean() + 3 * max(float(same.std(ddof=1)), 1e-9):
                called.add(name)
    return called


def pelt_and_overlap(world: World) -> set[str]:
    """A change point (Killick et al. 2012) to more posts between an hour before the incident and three after."""
    import ruptures  # noqa: PLC0415 - of an extra

    level = _without_rhythm(world.posts)
    signal = (level - level.mean()) / max(float(level.std()), 1e-9)
    found = ruptures.KernelCPD(kernel="linear", min_size=2).fit(signal[:, None]).predict(pen=3 * np.log(len(signal)))
    edges = [0, *found]
    means = [signal[a:b].mean() for a, b in pairwise(edges)]
    rises = [edges[i] for i in range(1, len(means)) if means[i] > means[i - 1]]
    return {name for name, first, last in _spans(world) if any(first - 1 <= r <= last for r in rises)}


def newey_west(world: World) -> set[str]:
    """Segmented regression: hours of the day, weekends and a step in the incident, errors of Newey and West (1987)."""
    return _called(world, _newey_west_p)


def _newey_west_p(world: World, first: int, last: int) -> float:
    import statsmodels.api as sm  # noqa: PLC0415 - of an extra

    begin = max(0, first - HISTORY_HOURS)
    hours = np.arange(begin, last)
    days = np.eye(24)[hours % 24][:, 1:]
    weekend = (hours % 168 >= 120).astype(float)
    step = (hours >= first).astype(float)
    columns = np.column_stack([np.ones(len(hours)), days, weekend, step])
    fitted = sm.OLS(world.posts[begin:last], columns).fit(cov_type="HAC", cov_kwds={"maxlags": 24})
    one_sided = float(fitted.pvalues[-1]) / 2
    return one_sided if fitted.params[-1] > 0 else 1 - one_sided


def structural_time_series(world: World) -> set[str]:
    """CausalImpact's model (Brodersen et al. 2015): a local level, the day's rhythm and the rivals, by likelihood."""
    return _called(world, _structural_p)


def _structural_p(world: World, first: int, last: int) -> float:
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # noqa: PLC0415 - of an extra

    begin = max(0, first - HISTORY_HOURS // 2)
    hours = np.arange(begin, last)
    angles = [2 * np.pi * hours * k / 24 for k in (1, 2)]
    columns = [f(a) for a in angles for f in (np.sin, np.cos)]
    if len(world.rivals_posts):
        columns.append(world.rivals_posts[begin:last])
    beside = np.column_stack(columns)
    before = first - begin
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = UnobservedComponents(world.posts[begin:first], level="local level", exog=beside[:before])
        fitted = model.fit(disp=False, maxiter=50)
        paths = fitted.simulate(
            last - first, anchor="end", repetitions=PATHS, exog=beside[before:], rng=np.random.default_rng(1)
        )
    usual = np.asarray(paths).reshape(last - first, PATHS).sum(axis=0)
    return float((1 + (usual >= world.posts[first:last].sum()).sum()) / (1 + PATHS))


def causalpy(world: World) -> set[str]:
    """CausalPy's interrupted time series, by its own sampler: hours of the day and the rivals. Seconds an incident."""
    return _called(world, _causalpy_p)


def _causalpy_p(world: World, first: int, last: int) -> float:
    import causalpy  # noqa: PLC0415 - not of this project's extras: it brings PyMC
    import pandas as pd  # noqa: PLC0415 - comes with it

    begin = max(0, first - HISTORY_HOURS // 2)
    columns = {"posts": world.posts[begin:last], "hour": np.arange(begin, last) % 24}
    rivals = "rivals" if len(world.rivals_posts) else "1"
    columns |= {"rivals": world.rivals_posts[begin:last]} if len(world.rivals_posts) else {}
    sampling = {"progressbar": False, "random_seed": 1, "cores": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = causalpy.InterruptedTimeSeries(
            pd.DataFrame(columns),
            first - begin,
            formula=f"posts ~ 1 + C(hour) + {rivals}",
            model=causalpy.pymc_models.LinearRegression(sample_kwargs=sampling),
        )
    impact = fitted.post_impact.sum("obs_ind").to_numpy()
    return float((1 + (impact <= 0).sum()) / (1 + impact.size))


METHODS: dict[str, Method] = {
    "z-score by hour": z_score,
    "PELT and overlap": pelt_and_overlap,
    "OLS, Newey-West": newey_west,
    "structural time series": structural_time_series,
}


if find_spec("causalpy") is not None:
    METHODS["CausalPy"] = causalpy


def _called(world: World, p_value: Callable[[World, int, int], float]) -> set[str]:
    spans = list(_spans(world))
    q_values = benjamini_hochberg([p_value(world, first, last) for _, first, last in spans])
    return {name for (name, _, _), q in zip(spans, q_values, strict=True) if q <= LEVEL}


def _spans(world: World) -> Iterator[tuple[str, int, int]]:
    """Each incident's hours, and three more."""
    for planted in world.planted:
        first = _hour(planted)
        last = int((planted.exposure.end(START) - START) / timedelta(hours=1)) + 1 + FOLLOW_HOURS
        yield planted.exposure.incident, first, min(last, len(world.posts))


def _hour(planted: Planted) -> int:
    return int((planted.exposure.started - START) / timedelta(hours=1))


def _without_rhythm(posts: Array) -> Array:
    usual = np.array([posts[h::24].mean() for h in range(24)])
    return np.asarray(posts / np.maximum(np.tile(usual, len(posts) // 24 + 1)[: len(posts)], 0.1))
