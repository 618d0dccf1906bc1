"""Does the detector on any series tell what people marked, at one threshold for all, and how often is it wrong?

    python benchmarks/series.py --data realTweets

``--data`` names a folder of CSV files (``timestamp``, ``value``) with ``combined_windows.json``, as the Numenta Anomaly
Benchmark has them (Lavin and Ahmad 2015, https://doi.org/10.1109/ICMLA.2015.141). They are scored by its rule, standard
profile: 100 is perfect, 0 is silence. As few files say little, the same is asked of copies of them (some of the voices
left out, begun up to a day later) and of simulated talk with planted events, and each number of the rule is halved and
doubled. Last, alarms are counted in talk in which nothing happens: one a quarter is asked for.
"""

import argparse
import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from reputation_monitor.linking.causal import AGREED, Rule, score_by_rules, score_series
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.series import Array
from reputation_monitor.linking.threshold import QUARTER_DAYS, simulate_counts

START = datetime(2026, 1, 5, tzinfo=UTC)
PER_HOUR, PER_DAY = 12, 288
DAYS = 55
WORLD_FILES = 5
ALARM = 0.5

FALSE, PROBATION_SHARE, PROBATION_ROWS = 0.11, 0.15, 750
WINDOWS_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Labelled:
    """A series, and the windows (first and last row) in which something happened, in order."""

    name: str
    times: list[datetime]
    values: Array
    windows: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of a labelled series that count and have a score, by NAB's rule.

    Attributes:
        name: of the series.
        scores: above zero, shape ``(rows,)``.
        worth: what a detection at a row is worth, same shape.
        window: which window each row is in, -1 for none.
        windows: how many there are.
    """

    name: str
    scores: Array
    worth: Array
    window: NDArray[np.int64]
    windows: int

    def gained(self, threshold: float) -> float:
        """Sum of what detections are worth: of each window the best one, or -1 for none, and of all false ones."""
        told = self.scores >= threshold
        best = [self.worth[told & (self.window == k)].max(initial=-1.0) for k in range(self.windows)]
        return float(sum(best) + self.worth[told & (self.window < 0)].sum())

    def told(self, threshold: float) -> tuple[int, int]:
        """Windows that were found, and detections outside of any."""
        told = self.scores >= threshold
        return len(set(self.window[told]) - {-1}), int((told & (self.window < 0)).sum())


def judge(series: Labelled, scores: Sequence[float]) -> Judged:
    """Apply NAB's rule to the scores of a series."""
    worth, window = np.full(len(scores), -FALSE), np.full(len(scores), -1)
    ends = [first for first, _ in series.windows[1:]] + [len(scores)]
    for k, ((first, last), end) in enumerate(zip(series.windows, ends, strict=True)):
        inside, after = np.arange(first, last + 1), np.arange(last + 1, end)
        worth[inside] = _sigmoid((inside - last - 1) / (last - first + 1)) / _sigmoid(np.array(-1.0))
        window[inside] = k
        worth[after] = FALSE * _sigmoid((after - last) / (last - first))
    skipped = min(math.floor(PROBATION_SHARE * len(scores)), PROBATION_ROWS)
    kept = np.flatnonzero(scores)
    kept = kept[kept >= skipped]
    return Judged(series.name, np.array(scores)[kept], worth[kept], window[kept], len(series.windows))


def _sigmoid(position: Array) -> Array:
    """NAB's worth by place: near 1 at the start of a window (-1), 0 at its end (0), -1 far behind it."""
    return np.asarray(np.where(position > 3, -1.0, 2 / (1 + np.exp(5 * np.minimum(position, 3.0))) - 1))


def points(judged: Sequence[Judged], threshold: float) -> float:
    """NAB's score of several series at one threshold."""
    windows = sum(j.windows for j in judged)
    return 50 * (sum(j.gained(threshold) for j in judged) + windows) / windows


def best_threshold(judged: Sequence[Judged]) -> float:
    """The threshold that scores best, midway between the two scores that bound it."""
    heights = np.unique(np.concatenate([[0.0, 1.0], *(j.scores for j in judged)]))[::-1]
    # More detections than this cost more than all windows give.
    most = int(2 * sum(j.windows for j in judged) / FALSE)
    heights = heights[: most + 2]
    best = max(range(len(heights) - 1), key=lambda i: points(judged, heights[i]))
    return float(heights[best] + heights[best + 1]) / 2


def one_threshold(judged: Sequence[Judged]) -> float:
    """NAB's score at the best threshold for all."""
    return points(judged, best_threshold(judged))


def leave_one_out(judged: Sequence[Judged]) -> float:
    """NAB's score where each series is scored at the threshold that is best for the others."""
    windows = sum(j.windows for j in judged)
    gained = sum(j.gained(best_threshold([o for o in judged if o is not j])) for j in judged)
    return 50 * (gained + windows) / windows


def read_files(folder: Path) -> list[Labelled]:
    """The labelled series of a folder."""
    spans = json.loads((folder / "combined_windows.json").read_text(encoding="utf-8"))
    return [_read_file(folder / Path(name).name, spans[name]) for name in sorted(spans)]


def _read_file(path: Path, spans: Sequence[tuple[str, str]]) -> Labelled:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    place = {time: i for i, time in enumerate(times)}
    windows = [(place[datetime.fromisoformat(a)], place[datetime.fromisoformat(b)]) for a, b in spans]
    return Labelled(path.stem, times, np.array([float(row["value"]) for row in rows]), windows)


def copy_of(series: Labelled, rng: np.random.Generator) -> Labelled:
    """The same talk, had up to two fifths of the voices not been heard, and the hearing begun up to a day later."""
    later = int(rng.integers(0, PER_DAY))
    values = rng.binomial(series.values.astype(int), rng.uniform(0.6, 1.0)).astype(float)[later:]
    windows = [(first - later, last - later) for first, last in series.windows]
    return Labelled(series.name, series.times[later:], values, windows)


def simulated(name: str, rng: np.random.Generator) -> Labelled:
    """Restless talk of one company for 55 days, and two to four planted events with NAB's windows around them.

    The talk has a rhythm, slow and fast noise, and bursts of Pareto size; spikes and bursts that are planted are about
    as large as its own largest, rises are long and low.
    """
    rows = DAYS * PER_DAY
    level, bursts_a_day, tail = np.exp(rng.uniform(np.log(2), np.log(80))), rng.uniform(0.3, 4), rng.uniform(1.3, 2.5)
    intensity = level * _rhythm(rows, rng) * _noise(rows, rng)
    for start in rng.integers(0, rows, rng.poisson(bursts_a_day * DAYS)):
        _burst(intensity, start, 3 * level * (rng.pareto(tail) + 1), np.exp(rng.uniform(np.log(0.6), np.log(24))))
    number = int(rng.integers(2, 5))
    half = int(rows * WINDOWS_SHARE / number / 2)
    starts = _apart(rng, number, 4 * PER_DAY, rows - half - 1, 2 * half)
    for start in starts:
        _plant(intensity, start, 3 * level * (bursts_a_day * DAYS) ** (1 / tail), rng)
    times = [START + timedelta(minutes=5 * i) for i in range(rows)]
    windows = [(start - half, start + half) for start in starts]
    return Labelled(name, times, rng.poisson(intensity).astype(float), windows)


def _rhythm(rows: int, rng: np.random.Generator) -> Array:
    hours = np.arange(rows) / PER_HOUR
    day = 1 + rng.uniform(0.3, 0.9) * np.sin((hours % 24 - rng.uniform(6, 14)) / 24 * 2 * np.pi)
    week = np.where(hours % 168 < 120, 1.0, rng.uniform(0.5, 1.0))
    return np.asarray(day * week / (day * week).mean())


def _noise(rows: int, rng: np.random.Generator) -> Array:
    """Log-normal noise that forgets itself over hours, times a heavy-tailed one that does not last."""
    spread, keep = rng.uniform(0.2, 0.6), np.exp(-1 / PER_HOUR / rng.uniform(2, 10))
    slow = lfilter([1.0], [1.0, -keep], rng.standard_normal(rows) * spread * np.sqrt(1 - keep**2))
    return np.asarray(np.exp(slow - spread**2 / 2 + rng.standard_t(4, rows) * rng.uniform(0.05, 0.25)))


def _burst(intensity: Array, start: int, size: float, half_life: float) -> None:
    after = np.arange(len(intensity) - start)
    intensity[start:] += size * 0.5 ** (after / half_life)


def _plant(intensity: Array, start: int, largest: float, rng: np.random.Generator) -> None:
    kind = rng.choice(["spike", "burst", "rise"])
    if kind == "spike":
        _burst(intensity, start, largest * rng.uniform(1, 4), 0.7)
    elif kind == "burst":
        _burst(intensity, start, largest * rng.uniform(0.5, 2), rng.uniform(6, 30))
    else:
        intensity[start : start + int(rng.uniform(8, 30) * PER_HOUR)] *= rng.uniform(2.5, 5)


def _apart(rng: np.random.Generator, number: int, first: int, last: int, least: int) -> list[int]:
    """So many rows, at least so far apart."""
    while True:
        starts = np.sort(rng.integers(first, last, number))
        if (np.diff(starts) > least).all():
            return [int(start) for start in starts]


def calm_alarms(voices: float, sigma2: float, quarters: int, seed: int) -> Array:
    """Alarms in each of so many quarters of the baseline's own noise, after a week to learn from."""
    rows = (QUARTER_DAYS + 7) * PER_DAY
    times = [START + timedelta(minutes=5 * i) for i in range(rows)]
    counts = []
    for quarter in range(quarters):
        rng = np.random.default_rng([seed, quarter])
        values = simulate_counts(voices * _rhythm(rows, rng), Noise(1.0, sigma2, 6.0, 0.0), 300, rng)
        scores = np.array(score_series(times, [*values]))
        counts.append(float((scores[7 * PER_DAY :] >= ALARM).sum()))
    return np.array(counts)


def rules() -> dict[str, Rule]:
    """The agreed rule, and each of its numbers halved and doubled."""
    changed = {
        f"{field.name} {word}": replace(AGREED, **{field.name: getattr(AGREED, field.name) * factor})
        for field in fields(Rule)
        for word, factor in (("halved", 0.5), ("doubled", 2.0))
    }
    return {"agreed": AGREED, **changed}


ByRule = list[list[Judged]]
"""The series of a group by each rule."""


def judge_all(group: Sequence[Labelled], tried: Sequence[Rule]) -> ByRule:
    """Score every series of a group by every rule."""
    scored = [score_by_rules(s.times, [*s.values], tried) for s in group]
    return [[judge(s, by_rule[r]) for s, by_rule in zip(group, scored, strict=True)] for r in range(len(tried))]


def mean_of(figure: Callable[[Sequence[Judged]], float], groups: Sequence[Sequence[Judged]]) -> float:
    """The mean of a figure over groups."""
    return float(np.mean([figure(group) for group in groups]))


def show_files(judged: Sequence[Judged]) -> None:
    """Table of files at the one best threshold, and at the height of an alarm."""
    threshold = best_threshold(judged)
    print(f"{'':24s}{'best threshold':>24s}{'height of an alarm':>24s}")
    print(f"{'':24s}{'found':>8s}{'false':>8s}{'score':>8s}" + f"{'found':>8s}{'false':>8s}{'score':>8s}")
    for one in judged:
        line = ""
        for at in (threshold, ALARM):
            found, false = one.told(at)
            line += f"{f'{found}/{one.windows}':>8s}{false:>8d}{points([one], at):>8.1f}"
        print(f"{one.name:24s}{line}")


def show_scores(name: str, groups: Sequence[Sequence[Judged]]) -> None:
    """One line: what a set scores at each kind of threshold."""
    at_alarm = mean_of(lambda judged: points(judged, ALARM), groups)
    best, out = mean_of(one_threshold, groups), mean_of(leave_one_out, groups)
    print(f"{name:24s} one threshold {best:5.1f}   leave one out {out:5.1f}   at 0.5 {at_alarm:5.1f}", flush=True)


def show_sensitivity(names: Sequence[str], sets: dict[str, list[ByRule]]) -> None:
    """Table of one-threshold scores by each rule."""
    print(f"{'one threshold, with':24s}" + "".join(f"{name:>12s}" for name in sets))
    for r, name in enumerate(names):
        scores = [mean_of(one_threshold, [by_rule[r] for by_rule in groups]) for groups in sets.values()]
        print(f"{name:24s}" + "".join(f"{score:>12.1f}" for score in scores))


def show_calm(quarters: int, seed: int) -> None:
    """Table of alarms a quarter where nothing happens."""
    print(f"alarms a quarter where nothing happens ({quarters} quarters each; 1 is asked for)")
    for voices in (0.3, 3.0, 30.0):
        for sigma2 in (0.0, 0.15, 0.4):
            counts = calm_alarms(voices, max(sigma2, 1e-6), quarters, seed)
            error = counts.std() / np.sqrt(quarters)
            print(
                f"  {voices:>5g} in five minutes, sigma2 {sigma2:<5g} {counts.mean():5.2f} +- {error:.2f}", flush=True
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with labelled series; without it only what is simulated")
    parser.add_argument("--copies", type=int, default=5, help="copies of all files")
    parser.add_argument("--worlds", type=int, default=5, help="simulated sets of five series")
    parser.add_argument("--quarters", type=int, default=8, help="calm quarters, for each volume and noise")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tried = rules()
    sets: dict[str, list[ByRule]] = {}
    for name, groups in _sets(options.data, options.copies, options.worlds, options.seed).items():
        sets[name] = [judge_all(group, [*tried.values()]) for group in groups]
        agreed = [by_rule[0] for by_rule in sets[name]]
        if name == "files":
            show_files(agreed[0])
        show_scores(name, agreed)
    show_sensitivity([*tried], sets)
    show_calm(options.quarters, options.seed)


def _sets(data: Path | None, copies: int, worlds: int, seed: int) -> dict[str, list[list[Labelled]]]:
    """Groups of series that share a threshold, by name."""
    sets = {}
    if data:
        files = read_files(data)
        sets["files"] = [files]
        each = [np.random.default_rng([seed, i]) for i in range(copies)]
        sets["copies"] = [[copy_of(series, rng) for series in files] for rng in each]
    each = [np.random.default_rng([seed, i]) for i in range(worlds)]
    sets["simulated"] = [[simulated(str(i), rng) for i in range(WORLD_FILES)] for rng in each]
    return sets


if __name__ == "__main__":
    main()
