"""One phase of training: its schedule read once, its weights mixed, calibrated and written down."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sentiment.digests import sha256_of
from sentiment.training import base
from sentiment.training.corpus import calibration_part, schedule
from sentiment.training.examples import digest_of
from sentiment.training.recipe import Recipe
from sentiment.training.trainer import Trainer


def run_phase(
    recipe: Recipe,
    out: Path,
    *,
    data: Path,
    report: Callable[[str], None],
    notes: Mapping[str, Any],
    limit: int | None = None,
    start: Path | None = None,
) -> None:
    """Train from the base, or from another phase's folder; ``notes`` are put into ``training.json`` beside its own.

    What a second phase says of itself stands there under ``second``. The average so far is saved at every thousandth
    step in ``OUT/so-far``, and what a second phase comes to by itself in ``OUT/after``.
    """
    started = time.monotonic()
    examples = schedule(data, recipe, limit)
    trainer = Trainer(base.find_base(), recipe, report, start=start)
    trainer.train(examples, checkpoint=lambda step: trainer.save_average(out / "so-far", {"step": step}))
    if start:
        trainer.save_average(out / "after", recipe.notes())
    told = {
        **recipe.notes(),
        "texts_read": len(examples),
        "kinds": dict(sorted(Counter(one.kind for one in examples).items())),
        "schedule_sha256": digest_of(examples),
        "temperatures": trainer.calibrate(calibration_part(data)),
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    if start:
        told["start_sha256"] = sha256_of(start / "model.safetensors")
    trainer.save(out, {**notes, "second": told} if start else {**notes, **told})
