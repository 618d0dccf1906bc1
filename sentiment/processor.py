"""What the processor at hand does fast."""

import torch


def has_fast_bfloat16() -> bool:
    """Whether it multiplies bfloat16 in hardware rather than by emulation."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
