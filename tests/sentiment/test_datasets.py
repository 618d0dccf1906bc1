import gzip
import json
from pathlib import Path

import pytest

from sentiment.datasets import DATA_SETS, Labelled, share_of

BY_NAME = {data_set.name: data_set for data_set in DATA_SETS}


def put(data: Path, file: str, content: str) -> None:
    path = data / file
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = content.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def test_lines_of_json_are_read(tmp_path: Path):
    put(tmp_path, BY_NAME["TweetEval"].test, json.dumps({"text": "so\u2028so", "label": "neutral"}) + "\n")
    assert BY_NAME["TweetEval"].load(tmp_path) == [Labelled("so\u2028so", "neutral")]


def test_packed_tables_are_read_with_line_breaks_in_texts_and_divided_by_author(tmp_path: Path):
    rows = "".join(f'Virgin America,negative,"late\r\nagain {i}",{i % 20}\r\n' for i in range(40))
    put(tmp_path, BY_NAME["airline"].test, "airline,airline_sentiment,text,author\r\n" + rows)
    train, test = (BY_NAME["airline"].load(tmp_path, part) for part in ("train", "test"))
    assert Labelled("late\r\nagain 0", "negative", ("Virgin America", "Virgin")) in train + test
    assert (len(train) + len(test), bool(train), bool(test)) == (40, True, True)
    authors = [{int(one.text.split()[-1]) % 20 for one in part} for part in (train, test)]
    assert not authors[0] & authors[1]


def test_a_news_sentence_counts_once_for_each_target(tmp_path: Path):
    targets = [{"polarity": 2.0, "mention": "Ann"}, {"polarity": 6.0, "mention": "Bo"}]
    put(
        tmp_path,
        BY_NAME["NewsMTSC"].test,
        json.dumps({"sentence_normalized": "Bo beat Ann.", "targets": targets}) + "\n",
    )
    assert BY_NAME["NewsMTSC"].load(tmp_path) == [
        Labelled("Bo beat Ann.", "negative", ("Ann",)),
        Labelled("Bo beat Ann.", "positive", ("Bo",)),
    ]


def test_stars_label_a_review_and_other_languages_are_left_out(tmp_path: Path):
    rows = "1,Broken,It crashes,a,en\n5,,Love it,b,en\n1,Non,Nul,c,fr\n"
    put(tmp_path, BY_NAME["app reviews"].test, "score,title,content,author,language\n" + rows)
    assert BY_NAME["app reviews"].load(tmp_path, "train") + BY_NAME["app reviews"].load(tmp_path) == [
        Labelled("Broken. It crashes", "negative"),
        Labelled("Love it", "positive"),
    ]


def test_a_set_that_is_only_measured_has_no_training_part(tmp_path: Path):
    assert BY_NAME["NewsMTSC many"].load(tmp_path, "train") == []


def test_shares_are_spread_evenly_and_stay():
    shares = [share_of(str(i)) for i in range(2000)]
    assert sum(share < 0.3 for share in shares) == pytest.approx(600, abs=60)
    assert share_of("ann") == share_of("ann")


@pytest.mark.parametrize("name", BY_NAME)
def test_the_real_files_are_understood(name: str, shared_data: Path):
    test, train = BY_NAME[name].load(shared_data), BY_NAME[name].load(shared_data, "train")
    assert len(test) > 80
    assert {row.label for row in test + train} >= {"negative", "positive"}
    assert all(row.text for row in test)
    assert not {row.text for row in test} & {row.text for row in train} or name in {"airline", "NewsMTSC"}
