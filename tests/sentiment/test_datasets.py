import gzip
import json
from pathlib import Path

import pytest

from sentiment.datasets import DATA_SETS, Labelled
from sentiment.scores import LABELS

BY_NAME = {data_set.name: data_set for data_set in DATA_SETS}


def put(data: Path, name: str, content: str) -> None:
    path = data / BY_NAME[name].file
    path.parent.mkdir(parents=True)
    raw = content.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def test_lines_of_json_are_read(tmp_path: Path):
    put(tmp_path, "TweetEval", json.dumps({"text": "so\u2028so", "label": "neutral"}) + "\n")
    assert BY_NAME["TweetEval"].load(tmp_path) == [Labelled("so\u2028so", "neutral")]


def test_packed_tables_are_read_with_line_breaks_in_texts(tmp_path: Path):
    put(tmp_path, "airline", 'airline,airline_sentiment,text\r\nAcme Air,negative,"late\r\nagain"\r\n')
    assert BY_NAME["airline"].load(tmp_path) == [Labelled("late\r\nagain", "negative", "Acme Air")]


def test_a_news_sentence_counts_once_for_each_target(tmp_path: Path):
    targets = [{"polarity": 2.0, "mention": "Ann"}, {"polarity": 6.0, "mention": "Bo"}]
    put(tmp_path, "NewsMTSC", json.dumps({"sentence_normalized": "Bo beat Ann.", "targets": targets}) + "\n")
    assert BY_NAME["NewsMTSC"].load(tmp_path) == [
        Labelled("Bo beat Ann.", "negative", "Ann"),
        Labelled("Bo beat Ann.", "positive", "Bo"),
    ]


def test_stars_label_a_review(tmp_path: Path):
    put(tmp_path, "app reviews", "score,title,content\n1,Broken,It crashes\n5,Fine,Love it\n")
    assert BY_NAME["app reviews"].load(tmp_path) == [
        Labelled("Broken. It crashes", "negative"),
        Labelled("Fine. Love it", "positive"),
    ]


@pytest.mark.parametrize("name", BY_NAME)
def test_the_real_files_are_understood(name: str, shared_data: Path):
    rows = BY_NAME[name].load(shared_data)
    assert len(rows) > 300
    assert {row.label for row in rows} == set(LABELS)
    assert all(row.text for row in rows)
