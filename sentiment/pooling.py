"""One vector for a text from the vectors of its tokens."""

from torch import Tensor
from torch.nn import functional


def mean_of_tokens(hidden: Tensor, mask: Tensor) -> Tensor:
    """Means ``(batch, width)`` of token states ``(batch, tokens, width)`` under a mask ``(batch, tokens)``."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-6)


def direction(vectors: Tensor) -> Tensor:
    """Vectors ``(batch, width)`` at length one; zero stays zero."""
    return functional.normalize(vectors, dim=-1)
