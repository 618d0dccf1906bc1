"""Giving spoilt inputs to the parsers, and counting what became of them."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fuzzing.promises import TooSlow, broken_promise, watchdog
from benchmarks.fuzzing.spoiling import spoilt
from benchmarks.fuzzing.targets import TARGETS, Target

LONGEST_SECONDS = 2.0


@dataclass
class Outcome:
    """What came of it: inputs a target, those that gave items, the slowest, and what broke by its reason."""

    inputs: Counter[str] = field(default_factory=Counter)
    with_items: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    broken: dict[tuple[str, str], bytes] = field(default_factory=dict)


def fuzz(inputs: int, seed: int = 1, data: Path | None = None, targets: Sequence[Target] = TARGETS) -> Outcome:
    """Give so many spoilt inputs to the targets in turn, after the seeds as they are."""
    chance, outcome = random.Random(seed), Outcome()
    corpora = {target.name: target.corpus(data) for target in targets}
    for target in targets:
        with suppress(Exception):
            target.parse(corpora[target.name][0])  # what is loaded at a parser's first use is no fault of its input
        for body in corpora[target.name]:
            attempt(target, body, outcome)
    for number in range(inputs):
        target = targets[number % len(targets)]
        corpus = corpora[target.name]
        attempt(target, spoilt(chance.choice(corpus), corpus, chance), outcome)
    return outcome


def attempt(target: Target, body: bytes, outcome: Outcome, seconds: float = LONGEST_SECONDS) -> None:
    """Give one input to a parser and note what became of it."""
    started = time.process_time()
    try:
        with watchdog(seconds):
            contents = target.parse(body)
    except (Exception, TooSlow) as error:  # noqa: BLE001 - whatever it is, it should not have come out
        problem = _placed(error)
    else:
        problem = broken_promise(contents, calm=target.calm)
        outcome.with_items[target.name] += bool(contents.items)
    took = time.process_time() - started
    outcome.inputs[target.name] += 1
    outcome.slowest[target.name] = max(outcome.slowest.get(target.name, 0.0), took)
    if problem:
        outcome.broken.setdefault((target.name, problem), body)


def _placed(error: BaseException) -> str:
    """What came out, and of which function."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = trace.tb_frame.f_code.co_qualname if trace else ""
    return f"{type(error).__name__} in {place}: {error}"[:120]
