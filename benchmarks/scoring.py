"""Texts scored a second: ``Scorer`` beside ``transformers.pipeline``, on the same model and texts, in the same run.

    python benchmarks/scoring.py [--data FOLDER] [--model FOLDER_OR_ID] [--texts 2000] [--repeats 3]

The seconds depend on the machine; the ratios, less. With ``--data`` the texts are the TweetEval validation tweets
there, else invented ones of like lengths. Every way is warmed up, then timed in turn in each repeat, so that a busy
moment of the machine does not fall on one of them alone; the medians are printed. The pipeline reads the texts in the
order given and in full precision, as most people call it.
"""

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
import transformers

from sentiment.loading import MAX_TOKENS, load_model
from sentiment.scorer import Scorer
from sentiment.text import normalise

OURS = "Scorer"
CORES = os.cpu_count() or 1
WORDS = (
    "the app a new update my order was late again and nobody answered love how fast support fixed it cannot log in "
    "since this morning payment failed twice great service thank you waiting on hold for an hour website is down "
    "prices went up delivery came early but box was broken really happy with your team would not recommend"
)


def invented_texts(count: int) -> list[str]:
    """Texts of the lengths of tweets: 5 to 30 words, the same at every run."""
    rng = random.Random(1)
    return [" ".join(rng.choices(WORDS.split(), k=rng.randint(5, 30))) for _ in range(count)]


def real_texts(data: Path, count: int) -> list[str]:
    """The first validation tweets of TweetEval."""
    lines = (data / "tweeteval_sentiment" / "val.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:count]]


def ways(model: str | None) -> dict[str, Callable[[list[str]], object]]:
    """The ways to score texts that are compared, by name."""
    scorer = Scorer.load(model)
    loaded = load_model(model)
    pipeline = transformers.pipeline(
        "text-classification", model=loaded.network, tokenizer=loaded.tokenizer, top_k=None, device="cpu"
    )

    def piped(texts: list[str], **options: int) -> object:
        torch.set_num_threads(CORES)  # a forward pass of the pipeline may use every core, as PyTorch would let it
        try:
            return pipeline(list(map(normalise, texts)), truncation=True, max_length=MAX_TOKENS, **options)
        finally:
            torch.set_num_threads(1)

    return {
        OURS: scorer.score,
        "pipeline, as it comes": piped,
        "pipeline, batches of 32": lambda texts: piped(texts, batch_size=32),
    }


def seconds(way: Callable[[list[str]], object], texts: list[str]) -> float:
    """How long one way takes."""
    started = time.perf_counter()
    way(texts)
    return time.perf_counter() - started


def main() -> None:
    """Time every way and print medians and ratios."""
    parser = argparse.ArgumentParser(description="Texts scored a second, beside transformers.pipeline.")
    parser.add_argument("--data", type=Path, help="folder with tweeteval_sentiment/val.jsonl; else invented texts")
    parser.add_argument("--model", help="folder or Hugging Face id; the built-in model if not given")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    texts = real_texts(options.data, options.texts) if options.data else invented_texts(options.texts)
    compared = ways(options.model)
    for way in compared.values():
        way(texts[:64])
    taken: dict[str, list[float]] = {name: [] for name in compared}
    for _ in range(options.repeats):
        for name, way in compared.items():
            taken[name].append(seconds(way, texts))
    median = {name: statistics.median(times) for name, times in taken.items()}
    print(f"{len(texts)} texts, {CORES} cores, medians of {options.repeats}")
    for name, middle in median.items():
        print(f"{name:<26}{len(texts) / middle:>8.0f} texts/s   Scorer is {middle / median[OURS]:.1f} times as fast")


if __name__ == "__main__":
    main()
