import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast, MPNetConfig, MPNetModel, MPNetTokenizer

from sentiment.scores import LABELS

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
WORDS = ["i", "love", "hate", "app", "is", "great", "awful", "a", "other", "company", "person", "it"]


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Threads that wait for each other at every layer of a tiny network take minutes on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder as small as can be, with the special tokens of the real one."""
    folder = tmp_path_factory.mktemp("base")
    vocabulary = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    BertTokenizerFast(vocab={word: i for i, word in enumerate(vocabulary)}).save_pretrained(folder)
    torch.manual_seed(7)
    BertModel(BertConfig(vocab_size=len(vocabulary), **SIZES), add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_teacher_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a teacher starts from, as small as can be, with the special tokens of the real one."""
    folder = tmp_path_factory.mktemp("teacher-base")
    vocabulary = ["<s>", "<pad>", "</s>", "<unk>", "[PAD]", "[unused0]", "[unused1]", "[UNK]", *WORDS, "<mask>"]
    MPNetTokenizer(vocab={word: i for i, word in enumerate(vocabulary)}).save_pretrained(folder)
    torch.manual_seed(8)
    MPNetModel(MPNetConfig(vocab_size=len(vocabulary), **SIZES), add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every training file in its shape, with a few invented rows."""
    folder = tmp_path_factory.mktemp("data")
    tweets = [{"text": f"@ann it is late {i}", "label": LABELS[i % 3]} for i in range(300)]
    films = [{"text": f"a fine film {i}", "label": "positive"} for i in range(40)]
    news = [
        {
            "sentence_normalized": f"Mayor Ash {i} praised Ms Birch.",
            "targets": [{"mention": "Ash", "polarity": 4.0}, {"mention": "Ms Birch", "polarity": 6.0}],
        }
        for i in range(10)
    ]
    airline = "text,airline,airline_sentiment,author\n" + "".join(
        f"@{name.replace(' ', '')} hello {i},{name},{LABELS[i % 3]},{i}\n"
        for i in range(60)
        for name in ("United", "US Airways")
    )
    reviews = "title,content,score,author,language\n" + "".join(f"Hm,words {i},{1 + i % 5},{i},en\n" for i in range(40))
    files: dict[str, str] = {
        "tweeteval_sentiment/train_rebuilt.jsonl.gz": "".join(json.dumps(row) + "\n" for row in tweets),
        "sst2/train.jsonl": "".join(json.dumps(row) + "\n" for row in films),
        "newsmtsc/train.jsonl.gz": "".join(json.dumps(row) + "\n" for row in news),
        "newsmtsc/dev_rw.jsonl": json.dumps(news[0]) + "\n",
        "newsmtsc/dev_mt.jsonl": json.dumps(news[1]) + "\n",
        "airline/tweets.csv.gz": airline,
        "app_reviews/mybell_ios_2025.csv": reviews,
        "app_reviews/firefox_android_replied_exp2.csv": reviews + "Non,mots,1,x,fr\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        packed = gzip.compress(content.encode()) if name.endswith(".gz") else content.encode()
        (folder / name).write_bytes(packed)
    return folder
