"""The encoder in bfloat16, laid out for the processor once instead of at every pass.

Autocast turns every matrix into bfloat16 anew in every pass, and goes back to single precision between them. On a
processor that multiplies bfloat16 in hardware that takes a quarter of the time. BERT's layers are quickened further.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.bert.modeling_bert import BertIntermediate, BertSelfAttention

from sentiment.network import TargetAware

_OPERATORS: Any = torch.ops.mkldnn
_REORDER, _MULTIPLY = "_reorder_linear_weight", "_linear_pointwise"
"""Operators that PyTorch's own compiler calls; a PyTorch without them multiplies plainly."""
ROWS = 1024
"""Rows of a product that the layout is made for; any other number works too."""
KEYS = 16
"""Keys that the processor takes at once."""


class PackedLinear(nn.Module):
    """``nn.Linear`` in bfloat16 by oneDNN, on a matrix in the layout that it would else be brought into each time.

    ``then`` is a function of the result that is taken while it is at hand: ``none`` or ``gelu``.
    """

    def __init__(self, linear: nn.Linear, then: str = "none") -> None:
        super().__init__()
        self.matrix = getattr(_OPERATORS, _REORDER)(linear.weight.detach().bfloat16(), ROWS)
        self.bias = linear.bias.detach().bfloat16()
        self.then = then

    def forward(self, given: Tensor) -> Tensor:
        """``(…, inputs)`` to ``(…, outputs)``, both in bfloat16."""
        product: Tensor = getattr(_OPERATORS, _MULTIPLY)(given, self.matrix, self.bias, self.then, [], "none")
        return product


class PackedAttention(nn.Module):
    """BERT's attention: one product for queries, keys and values, and keys filled up to a multiple of ``KEYS``.

    PyTorch's attention takes a remainder of keys one by one, which takes twice the time for texts of 30 tokens.
    """

    def __init__(self, attention: BertSelfAttention) -> None:
        super().__init__()
        self.product = PackedLinear(_side_by_side(attention.query, attention.key, attention.value))
        self.heads = attention.num_attention_heads

    def forward(self, hidden_states: Tensor, attention_mask: Tensor | None = None, **_: Any) -> tuple[Tensor, None]:
        """States ``(texts, tokens, width)`` to the like.

        Of the mask ``(texts, 1, tokens, tokens)``, true where a key is seen, the first row counts for all.
        """
        texts, tokens, width = hidden_states.shape
        filling = -tokens % KEYS
        parts = self.product(hidden_states).view(texts, tokens, 3, self.heads, width // self.heads)
        filled = functional.pad(parts[:, :, 1:], (0, 0, 0, 0, 0, 0, 0, filling))
        queries, (keys, values) = parts[:, :, 0].transpose(1, 2), filled.permute(2, 0, 3, 1, 4)
        seen = hidden_states.new_ones(1, 1, 1, tokens, dtype=torch.bool) if attention_mask is None else attention_mask
        seen = functional.pad(seen[:, :, :1], (0, filling)).expand(texts, 1, tokens, -1)
        found = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=seen)
        return found.transpose(1, 2).reshape(texts, tokens, width), None


def can_pack() -> bool:
    """Whether this PyTorch has oneDNN and its operators."""
    built: Any = torch.backends.mkldnn
    return bool(built.is_available()) and hasattr(_OPERATORS, _REORDER) and hasattr(_OPERATORS, _MULTIPLY)


def quicken(network: TargetAware) -> None:
    """Turn the encoder into bfloat16, in place; the heads stay in single precision. Only for reading, not training."""
    encoder = network.base_model
    encoder.to(torch.bfloat16)
    if not can_pack():
        return
    for module in list(encoder.modules()):
        then = "none"
        if isinstance(module, BertIntermediate) and encoder.config.hidden_act == "gelu":
            then, module.intermediate_act_fn = "gelu", nn.Identity()
        for name, child in list(module.named_children()):
            if isinstance(child, BertSelfAttention):
                setattr(module, name, PackedAttention(child))
            elif isinstance(child, nn.Linear):
                setattr(module, name, PackedLinear(child, then))


def _side_by_side(*linears: nn.Linear) -> nn.Linear:
    """One linear map whose outputs are those of all, one after the other."""
    joined = nn.Linear(linears[0].in_features, sum(one.out_features for one in linears), device="meta")
    joined.weight = nn.Parameter(torch.cat([one.weight for one in linears]))
    joined.bias = nn.Parameter(torch.cat([one.bias for one in linears]))
    return joined
