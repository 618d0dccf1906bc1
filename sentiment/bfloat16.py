"""The encoder in bfloat16, each matrix laid out for the processor once instead of at every pass.

Autocast turns every matrix into bfloat16 anew in every pass, and goes back to single precision between them. On a
processor that multiplies bfloat16 in hardware that takes a quarter of the time.
"""

from typing import Any

import torch
from torch import Tensor, nn

from sentiment.network import TargetAware

_OPERATORS: Any = torch.ops.mkldnn
_REORDER, _MULTIPLY = "_reorder_linear_weight", "_linear_pointwise"
"""Operators that PyTorch's own compiler calls; a PyTorch without them multiplies plainly."""
ROWS = 1024
"""Rows of a product that the layout is made for; any other number works too."""


class PackedLinear(nn.Module):
    """``nn.Linear`` in bfloat16 by oneDNN, on a matrix in the layout that it would else be brought into each time."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.matrix = getattr(_OPERATORS, _REORDER)(linear.weight.detach().bfloat16(), ROWS)
        self.bias = linear.bias.detach().bfloat16()

    def forward(self, given: Tensor) -> Tensor:
        """``(…, inputs)`` to ``(…, outputs)``, both in bfloat16."""
        product: Tensor = getattr(_OPERATORS, _MULTIPLY)(given, self.matrix, self.bias, "none", [], "")
        return product


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
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, PackedLinear(child))
