"""The teacher's training and the model's: a schedule read once, and what came of it calibrated and written down."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sentiment.network import TargetAwareClassifier
from sentiment.training import base
from sentiment.training.corpus import calibration_part, schedule
from sentiment.training.examples import Example, digest_of
from sentiment.training.recipe import STUDENT, TEACHER
from sentiment.training.teacher import (
    NAME,
    SHA256,
    Report,
    TargetAwareTeacher,
    Teacher,
    find_teacher_base,
    taught,
)
from sentiment.training.trainer import NOTES, Trainer, notes_of


def train_teacher(out: Path, *, data: Path, report: Report, limit: int | None = None) -> Teacher:
    """The teacher in a folder, trained from its own base, which is unpacked beside it, if it is not there yet."""
    start = find_teacher_base(out)
    if not (out / NOTES).is_file():
        started = time.monotonic()
        examples = schedule(data, TEACHER, limit)
        trainer = Trainer(start, TEACHER, report, network=TargetAwareTeacher)
        trainer.train(examples)
        told = {"base": {"name": NAME, "sha256": SHA256}, **TEACHER.notes(), **_notes(examples)}
        trainer.save(out, {**told, "minutes": _minutes_since(started)})
    return Teacher(out, start, report)


def train_student(
    out: Path,
    teacher: Teacher,
    *,
    data: Path,
    report: Report,
    notes: Mapping[str, Any],
    limit: int | None = None,
) -> None:
    """Train the model from the base, by people's labels and the teacher's answers, in the rounds of the recipe.

    What a round leaves is in ``OUT/round-1`` and so on, the last in ``OUT``; a round that left something is not run
    again. ``notes`` are put into ``training.json``, with those of all rounds.
    """
    before: Path | None = None
    rounds: list[dict[str, Any]] = []
    for number, recipe in enumerate(STUDENT, start=1):
        folder = out if number == len(STUDENT) else out / f"round-{number}"
        if not (folder / NOTES).is_file():
            started = time.monotonic()
            examples = schedule(data, recipe, limit)
            trainer = Trainer(base.find_base(), recipe, report, start=before)
            own = _teacher_of_itself(before, report) if before and recipe.own_answers else None
            trainer.train(taught(examples, recipe.shares, teacher, own))
            told = {"temperatures": trainer.calibrate(calibration_part(data)), "minutes": _minutes_since(started)}
            trainer.save(folder, {**notes, "rounds": [*rounds, {**recipe.notes(), **_notes(examples), **told}]})
        rounds = notes_of(folder)["rounds"]
        before = folder


def _teacher_of_itself(folder: Path, report: Report) -> Teacher:
    return Teacher(folder, base.find_base(), report, network=TargetAwareClassifier)


def _notes(examples: Sequence[Example]) -> dict[str, Any]:
    """What tells one schedule from another."""
    return {
        "texts_read": len(examples),
        "kinds": dict(sorted(Counter(one.kind for one in examples).items())),
        "schedule_sha256": digest_of(examples),
    }


def _minutes_since(started: float) -> float:
    return round((time.monotonic() - started) / 60, 1)
