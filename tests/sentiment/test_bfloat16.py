from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertSelfAttention

from sentiment import bfloat16
from sentiment.bfloat16 import PackedAttention, PackedLinear, quicken
from sentiment.loading import load_model
from sentiment.network import TargetAwareClassifier
from sentiment.processor import has_fast_bfloat16
from sentiment.scorer import Scorer

pytestmark = pytest.mark.skipif(not has_fast_bfloat16(), reason="this processor does not multiply bfloat16 in hardware")


@pytest.mark.parametrize("rows", [1, 7, 1024, 3000])
def test_a_packed_product_is_the_plain_one(rows: int):
    torch.manual_seed(1)
    linear, given = nn.Linear(96, 40), torch.randn(rows, 3, 96).bfloat16()
    with torch.inference_mode():
        expected = deepcopy(linear).bfloat16()(given)
        assert PackedLinear(linear)(given).float() == pytest.approx(expected.float(), abs=2e-2)
        curved = nn.functional.gelu(expected)
        assert PackedLinear(linear, "gelu")(given).float() == pytest.approx(curved.float(), abs=2e-2)


@pytest.mark.parametrize("tokens", [1, 15, 16, 17, 30, 127])
@pytest.mark.parametrize("hidden", [0, 5])
def test_packed_attention_is_the_plain_one(tokens: int, hidden: int):
    torch.manual_seed(1)
    config = BertConfig(hidden_size=96, num_attention_heads=6, attn_implementation="sdpa")
    attention, states = BertSelfAttention(config).eval(), torch.randn(4, tokens, 96)
    seen = torch.ones(4, 1, tokens, tokens, dtype=torch.bool)
    seen[1:, ..., max(1, tokens - hidden) :] = False
    with torch.inference_mode():
        expected, _ = attention(states, seen)
        found, _ = PackedAttention(attention)(states.bfloat16(), seen if hidden else None)
    assert found.float() == pytest.approx(expected, abs=2e-2)


def test_a_quickened_network_says_what_it_said(make_model: Callable[..., Path]):
    model = load_model(make_model(kind=TargetAwareClassifier))
    texts = ["i love it", "the app is down .", "i hate this app . " * 30]
    before, about = Scorer(model).read(texts)
    quicken(model.network)
    after, about_too = Scorer(model).read(texts)
    shares = [[score.probabilities for score in scores] for scores in (before, after)]
    assert np.array(shares[1]) == pytest.approx(np.array(shares[0]), abs=2e-2)
    assert (about * about_too).sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_heads_stay_in_single_precision(make_model: Callable[..., Path]):
    network = load_model(make_model(kind=TargetAwareClassifier)).network
    quicken(network)
    assert {p.dtype for p in network.bert.parameters()} == {torch.bfloat16}
    assert (
        network.classifier.weight.dtype == network.toward.weight.dtype == network.meaning.weight.dtype == torch.float32
    )


def test_without_the_packed_product_the_plain_one_serves(
    make_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bfloat16, "can_pack", lambda: False)
    model = load_model(make_model(kind=TargetAwareClassifier))
    quicken(model.network)
    assert not any(isinstance(module, PackedLinear) for module in model.network.modules())
    assert Scorer(model).score(["i love it"])
