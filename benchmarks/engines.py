"""Which engine should carry the network: PyTorch, ONNX Runtime or OpenVINO, in single precision or in whole bytes?

    pip install onnx onnxscript onnxruntime openvino nncf
    python -m benchmarks.engines [--data DIR] [--texts 2000] [--repeats 3]

Every engine is given the same batches of the same labelled tweets (with ``--data``; else of invented texts), sorted by
length as ``Scorer`` sorts them, by as many workers as there are cores, each on one core. Beside texts a second stand
the macro recall, how often the label is another than in single precision, and what share of the processor's own limit
is reached: the operations of real tokens a second, padding not counted, over those of a plain large product in the same
precision and the same run. An engine that is not installed is left out. ``benchmarks/scoring.py`` compares the whole
way with ``transformers.pipeline``.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.scoring import invented_texts
from sentiment.bfloat16 import quicken
from sentiment.loading import Model, load_model
from sentiment.packing import batches
from sentiment.processor import has_fast_bfloat16
from sentiment.scorer import BATCH_TOKENS
from sentiment.scores import LABELS
from sentiment.text import normalise

CORES = os.cpu_count() or 1
PRODUCT, PRODUCTS = 1536, 12
Ids = NDArray[np.int64]
Engine = Callable[[Ids, Ids], NDArray[np.float32]]
"""Token ids and mask of a batch, to logits."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of like length; ``rows`` says which they are."""

    rows: Sequence[int]
    ids: Ids
    mask: Ids


class Logits(nn.Module):
    """The network as engines want it: tensors in, a tensor out."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits ``(batch, labels)``."""
        return self.network(input_ids=input_ids, attention_mask=attention_mask).logits


def packed(model: Model, texts: Sequence[str]) -> list[Batch]:
    """The first window of every text, in batches of little padding."""
    words = model.tokenizer(list(map(normalise, texts)), add_special_tokens=False)["input_ids"]
    rows = [[*model.before, *tokens[: model.width], *model.after] for tokens in words]
    result = []
    for picked in batches([len(row) for row in rows], most_tokens=BATCH_TOKENS):
        longest = max(len(rows[i]) for i in picked)
        ids = np.array([rows[i] + [model.padding] * (longest - len(rows[i])) for i in picked], dtype=np.int64)
        mask = np.array([[1] * len(rows[i]) + [0] * (longest - len(rows[i])) for i in picked], dtype=np.int64)
        result.append(Batch(picked, ids, mask))
    return result


def engines(model: Model, packs: Sequence[Batch], folder: Path) -> Iterator[tuple[str, str, Engine]]:
    """Name, precision and engine of all that can be had here."""
    yield "PyTorch", "float32", _torch(Logits(model.network))
    if has_fast_bfloat16():
        yield "PyTorch, autocast", "bfloat16", _torch(Logits(model.network), autocast=True)
        quick = deepcopy(model.network)
        quicken(quick)
        yield "PyTorch, bfloat16", "bfloat16", _torch(Logits(quick))
    kinds = {nn.Linear}
    yield "PyTorch, int8", "int8", _torch(torch.ao.quantization.quantize_dynamic(Logits(model.network), kinds))
    exported = _exported(model, packs[0], folder) if find_spec("onnxscript") else None
    if exported and find_spec("onnxruntime"):
        from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - nobody else needs it

        small = folder / "int8.onnx"
        quantize_dynamic(exported, small, weight_type=QuantType.QInt8, per_channel=True)
        yield "ONNX Runtime", "float32", _onnxruntime(exported)
        yield "ONNX Runtime, int8", "int8", _onnxruntime(small)
    if exported and find_spec("openvino"):
        yield "OpenVINO", "float32", _openvino(exported, "f32")
        if has_fast_bfloat16():
            yield "OpenVINO, bfloat16", "bfloat16", _openvino(exported, "bf16")
        if find_spec("nncf"):
            yield "OpenVINO, int8", "int8", _openvino(_in_bytes(exported, packs), "f32")


def _torch(module: nn.Module, *, autocast: bool = False) -> Engine:
    module.eval()

    def run(ids: Ids, mask: Ids) -> NDArray[np.float32]:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            return module(torch.from_numpy(ids), torch.from_numpy(mask)).float().numpy()

    return run


def _exported(model: Model, example: Batch, folder: Path) -> Path:
    path, given = folder / "float32.onnx", (torch.from_numpy(example.ids[:4]), torch.from_numpy(example.mask[:4]))
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    torch.onnx.export(
        Logits(model.network).eval(),
        given,
        path,
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}),
        dynamo=True,
        verbose=False,
    )
    return path


def _onnxruntime(path: Path) -> Engine:
    import onnxruntime  # noqa: PLC0415 - nobody else needs it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]


def _in_bytes(exported: Path, packs: Sequence[Batch]) -> Any:
    """OpenVINO's network in whole bytes, its ranges taken from every fifth batch; transformers are what it is told."""
    import nncf  # noqa: PLC0415 - nobody else needs it
    import openvino  # noqa: PLC0415

    seen = nncf.Dataset(packs[::5], lambda pack: {"input_ids": pack.ids, "attention_mask": pack.mask})
    network = openvino.Core().read_model(exported)
    return nncf.quantize(network, seen, model_type=nncf.ModelType.TRANSFORMER, subset_size=len(packs[::5]))


def _openvino(network: Any, precision: str) -> Engine:
    import openvino  # noqa: PLC0415 - nobody else needs it

    settings = {"INFERENCE_NUM_THREADS": CORES, "NUM_STREAMS": CORES, "INFERENCE_PRECISION_HINT": precision}
    compiled = openvino.Core().compile_model(network, "CPU", settings)

    def run(ids: Ids, mask: Ids) -> NDArray[np.float32]:
        found = compiled.create_infer_request().infer({"input_ids": ids, "attention_mask": mask})
        return np.array(found["logits"])

    return run


def read_all(engine: Engine, packs: Sequence[Batch], count: int) -> tuple[float, NDArray[np.intp]]:
    """Seconds that the batches take, and the most likely output of every text."""
    likeliest = np.zeros(count, dtype=np.intp)
    started = time.perf_counter()
    with ThreadPoolExecutor(CORES) as workers:
        for pack, logits in zip(packs, workers.map(lambda p: engine(p.ids, p.mask), packs), strict=True):
            likeliest[list(pack.rows)] = logits.argmax(axis=1)
    return time.perf_counter() - started, likeliest


def operations(model: Model, packs: Sequence[Batch]) -> float:
    """Multiplications and additions of the encoder on real tokens, padding not counted."""
    config = model.network.config
    width, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    lengths = np.concatenate([pack.mask.sum(axis=1) for pack in packs]).astype(float)
    products = lengths * (4 * width**2 + 2 * width * inner)
    attention = 2 * lengths**2 * width
    return float(2 * layers * (products + attention).sum())


def peaks(folder: Path) -> dict[str, float]:
    """Operations a second of a plain large product, one a core at the same time, by precision."""
    one = torch.ones(PRODUCT, PRODUCT)
    found = {"float32": _peak(lambda: one @ one), "int8": 0.0}
    if has_fast_bfloat16():
        half = one.bfloat16()
        found["bfloat16"] = _peak(lambda: half @ half)
    if find_spec("onnxruntime"):
        found["int8"] = _peak(_whole_product(folder))
    return found


def _whole_product(folder: Path) -> Callable[[], object]:
    import onnx  # noqa: PLC0415 - nobody else needs it
    import onnxruntime  # noqa: PLC0415

    shape = [PRODUCT, PRODUCT]
    weights = onnx.numpy_helper.from_array(np.ones(shape, dtype=np.int8), "b")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [onnx.helper.make_tensor_value_info("a", onnx.TensorProto.UINT8, shape)],
        [onnx.helper.make_tensor_value_info("c", onnx.TensorProto.INT32, shape)],
        [weights],
    )
    path = folder / "product.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9), path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    given = np.ones(shape, dtype=np.uint8)
    return lambda: session.run(None, {"a": given})


def _peak(product: Callable[[], object]) -> float:
    product()
    best = 0.0
    with ThreadPoolExecutor(CORES) as workers:
        for _ in range(3):
            started = time.perf_counter()
            list(workers.map(lambda _: product(), range(PRODUCTS * CORES)))
            best = max(best, PRODUCTS * CORES * 2 * PRODUCT**3 / (time.perf_counter() - started))
    return best


def labelled(data: Path, count: int) -> tuple[list[str], NDArray[np.intp]]:
    """So many tweets with their classes."""
    lines = (data / "tweeteval_sentiment" / "val.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines[:count]]
    return [row["text"] for row in rows], np.array([LABELS.index(row["label"]) for row in rows])


def macro_recall(found: NDArray[np.intp], labels: NDArray[np.intp]) -> float:
    """The mean over the classes of what share of theirs is found."""
    return float(np.mean([(found[labels == k] == k).mean() for k in range(len(LABELS))]))


def main() -> None:
    """Time every engine in turn, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with tweeteval_sentiment/val.jsonl; else invented texts")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    texts, labels = labelled(options.data, options.texts) if options.data else (invented_texts(options.texts), None)
    model = load_model()
    packs = packed(model, texts)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what exporters say of their own ways
        limits, needed = peaks(Path(folder)), operations(model, packs)
        compared = list(engines(model, packs, Path(folder)))
        taken: dict[str, list[float]] = {name: [] for name, _, _ in compared}
        said: dict[str, NDArray[np.intp]] = {}
        for _, _, engine in compared:
            engine(packs[0].ids, packs[0].mask)
        for _ in range(options.repeats):
            for name, _, engine in compared:
                seconds, outputs = read_all(engine, packs, len(texts))
                taken[name].append(seconds)
                said[name] = model.classes[outputs]
    limit = ", ".join(f"{kind} {value / 1e9:.0f}" for kind, value in limits.items() if value)
    each = needed / len(texts) / 1e6
    print(f"{len(texts)} texts of {each:.0f} million operations, {CORES} cores; peak in GFLOP/s: {limit}")
    usual = statistics.median(taken["PyTorch"])
    for name, precision, _ in compared:
        middle, other = statistics.median(taken[name]), (said[name] != said["PyTorch"]).mean()
        share = f"{needed / middle / limits[precision]:.0%} of the peak" if limits.get(precision) else ""
        recall = "" if labels is None else f"macro recall {macro_recall(said[name], labels):.3f}"
        print(
            f"{name:<20}{len(texts) / middle:>7.0f} texts/s  {usual / middle:>5.2f} times PyTorch  "
            f"{recall}  other labels {other:.1%}  {share}"
        )


if __name__ == "__main__":
    main()
