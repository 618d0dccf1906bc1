"""The fine-tuning loop, the temperatures, and what is written at the end."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoTokenizer

from sentiment.datasets import share_of
from sentiment.digests import sha256_of
from sentiment.network import TargetAware, TargetAwareClassifier
from sentiment.processor import has_fast_bfloat16
from sentiment.scores import LABELS
from sentiment.text import TARGET
from sentiment.training.base import meanings
from sentiment.training.examples import Example
from sentiment.training.losses import Disagreement
from sentiment.training.recipe import Recipe

NOTES = "training.json"
"""What is written beside weights of how they were made."""
AVERAGED_EVERY = 4
FIRST_WORD = 1000
"""Tokens below it are special or unused in the base's vocabulary."""
LIKE_A_TARGET = ("company", "person", "it")
"""The target's token starts between these; no text has taught the base anything about it."""


def notes_of(folder: Path) -> dict[str, Any]:
    """What a training wrote beside the weights in this folder."""
    notes: dict[str, Any] = json.loads((folder / NOTES).read_text(encoding="utf-8"))
    return notes


class Trainer:
    """Fine-tunes the base on a schedule of examples, or the weights that a training left in the folder ``start``."""

    def __init__(
        self,
        base: Path,
        recipe: Recipe,
        report: Callable[[str], None],
        *,
        start: Path | None = None,
        network: type[TargetAware] = TargetAwareClassifier,
    ) -> None:
        self.base, self.recipe, self.report = base, recipe, report
        torch.manual_seed(recipe.seed)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(base)
        self.tokenizer.add_special_tokens({"additional_special_tokens": [TARGET]})
        if (
            self.tokenizer.convert_tokens_to_ids(TARGET) != network.target_id
            or len(self.tokenizer) != self.tokenizer.vocab_size
        ):
            raise ValueError(f"the base's vocabulary has no {TARGET} at {network.target_id}")
        kind: Any = network
        self.model: Any = kind.from_pretrained(
            start or base,
            dtype=torch.float32,
            attn_implementation="eager",
            hidden_dropout_prob=recipe.dropout,
            attention_probs_dropout_prob=recipe.dropout,
            num_labels=len(LABELS),
            id2label=dict(enumerate(LABELS)),
            label2id={label: i for i, label in enumerate(LABELS)},
        )
        if start is None:
            self._start_heads()
        if recipe.trained_layers is not None:
            self._freeze_below(recipe.trained_layers)
        self.average = {name: value.detach().clone() for name, value in self.model.named_parameters()}

    @torch.no_grad()
    def _start_heads(self) -> None:
        """The meaning starts as the base's own, and the target's token as a word."""
        self.model.meaning.weight.copy_(torch.eye(self.model.config.hidden_size))
        words = self.model.get_input_embeddings().weight
        words[self.model.target_id] = words[self.tokenizer.convert_tokens_to_ids(list(LIKE_A_TARGET))].mean(0)

    def _freeze_below(self, layers: int) -> None:
        """Leave all of the encoder but its uppermost layers as it is."""
        self.model.base_model.requires_grad_(False)
        self.model.base_model.encoder.layer[-layers:].requires_grad_(True)

    def train(self, examples: Sequence[Example]) -> None:
        """Read the schedule once, then take the averaged weights."""
        tokens = self._tokens(examples)
        vectors = self._meanings_kept(examples)
        disagreement = Disagreement(examples, self.recipe)
        rng = random.Random(self.recipe.seed)
        grouped = list(batches([len(ids) for ids in tokens], self.recipe.batch_size, rng))
        optimiser, shape = self._optimiser(len(grouped))
        started, seen, losses = time.monotonic(), 0, Counter[str]()
        self.model.train()
        for step, picked in enumerate(grouped, start=1):
            apart, drift = self._losses(
                [examples[i] for i in picked], [tokens[i] for i in picked], disagreement, vectors
            )
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(apart + self.recipe.meaning_weight * drift)
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimiser.step()
            shape.step()
            seen += len(picked)
            losses.update({"labels": apart.item(), "meaning": drift.item()})
            if step % AVERAGED_EVERY == 0:
                self._average_in(step)
            if step % 50 == 0:
                told = ", ".join(f"{name} {total / 50:.3f}" for name, total in losses.items())
                self.report(f"step {step}/{len(grouped)}: {told}, {seen / (time.monotonic() - started):.0f} texts/s")
                losses.clear()
        self._take_average()

    def _take_average(self) -> None:
        """Put the averaged weights into the model."""
        for name, value in self.model.named_parameters():
            value.data.copy_(self.average[name])
        self.model.eval()

    def _losses(
        self,
        examples: Sequence[Example],
        tokens: Sequence[list[int]],
        disagreement: Disagreement,
        vectors: dict[str, Tensor],
    ) -> tuple[Tensor, Tensor]:
        """How far the scores are from what is said of the texts, and the mean cosine distance of the vectors kept."""
        inputs = self._padded(tokens)
        inputs["input_ids"] = self._with_hidden_tokens(inputs["input_ids"])
        with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
            logits, meaning = self.model.read(**inputs)
        apart = disagreement(logits.float(), examples)
        kept = [i for i, e in enumerate(examples) if e.text in vectors]
        if not kept:
            return apart, torch.zeros(())
        towards = torch.stack([vectors[examples[i].text] for i in kept]).float()
        return apart, 1 - (meaning[kept].float() * towards).sum(-1).mean()

    def _tokens(self, examples: Sequence[Example]) -> list[list[int]]:
        encoded = self.tokenizer([e.text for e in examples], truncation=True, max_length=self.recipe.max_tokens)
        tokens: list[list[int]] = encoded["input_ids"]
        return tokens

    def _meanings_kept(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        texts = sorted({e.text for e in examples if not e.targeted and share_of(e.text) < self.recipe.meaning_share})
        self.report(f"reading what {len(texts)} texts are about, by the base")
        return dict(zip(texts, meanings(self.base, texts, most_tokens=self.recipe.max_tokens), strict=True))

    def _padded(self, tokens: Sequence[list[int]]) -> dict[str, Tensor]:
        padded = self.tokenizer.pad({"input_ids": list(tokens)}, return_tensors="pt")
        return {"input_ids": padded["input_ids"], "attention_mask": padded["attention_mask"]}

    def _with_hidden_tokens(self, ids: Tensor) -> Tensor:
        hidden = (torch.rand(ids.shape) < self.recipe.hidden_tokens) & (ids >= FIRST_WORD)
        return ids.masked_fill(hidden, self.tokenizer.mask_token_id)

    def _optimiser(self, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        encoder = f"{self.model.base_model_prefix}."
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                groups.setdefault((not name.startswith(encoder), parameter.ndim > 1), []).append(parameter)
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

    @torch.inference_mode()
    def logits(self, examples: Sequence[Example]) -> Tensor:
        """Raw scores ``(examples, 3)``."""
        out, tokens = torch.empty(len(examples), len(LABELS)), self._tokens(examples)
        order = sorted(range(len(examples)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), 64):
            picked = order[start : start + 64]
            out[picked] = self.model(**self._padded([tokens[i] for i in picked])).logits.float()
        return out

    def calibrate(self, examples: Sequence[Example]) -> dict[str, float]:
        """Fit a temperature to each sentiment head (Guo et al. 2017), fold it in, and say what they were.

        Every kind of text weighs the same.
        """
        found = {}
        for head in ("classifier", "toward"):
            mine = [e for e in examples if e.targeted == (head == "toward")]
            if mine:
                found[head] = temperature = best_temperature(self.logits(mine), mine)
                with torch.no_grad():
                    layer = getattr(self.model, head)
                    layer.weight /= temperature
                    layer.bias /= temperature
        return found

    def save(self, folder: Path, notes: dict[str, Any]) -> None:
        """Write weights in half precision, tokenizer, and ``training.json`` with how they were made."""
        self.model.half().save_pretrained(folder)
        self.model.float()
        self.tokenizer.save_pretrained(folder)
        told = notes | {"weights_sha256": sha256_of(folder / "model.safetensors")}
        (folder / NOTES).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def best_temperature(logits: Tensor, examples: Sequence[Example]) -> float:
    """What to divide logits ``(examples, 3)`` by for the least cross-entropy, averaged over the kinds of text."""
    labels, kinds = torch.tensor([e.label for e in examples]), [e.kind for e in examples]
    sizes = Counter(kinds)
    weights = torch.tensor([1 / sizes[kind] for kind in kinds])
    grid = torch.linspace(0.5, 3.0, 251)
    each = [functional.cross_entropy(logits / t, labels, reduction="none") for t in grid]
    return float(grid[torch.stack([(one * weights).sum() for one in each]).argmin()])


def batches(lengths: Sequence[int], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Indices in batches of like length, the batches in random order within each hundred.

    Hundreds of batches are sorted by length, which keeps padding small; their order in time stays that of the schedule.
    """
    pool = size * 100
    for start in range(0, len(lengths), pool):
        chunk = sorted(range(start, min(start + pool, len(lengths))), key=lengths.__getitem__)
        grouped = [chunk[i : i + size] for i in range(0, len(chunk), size)]
        rng.shuffle(grouped)
        yield from grouped
