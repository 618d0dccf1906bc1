"""Bluesky's stream, told by a websocket on loopback."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.web import bluesky
from collectors.web.bluesky import BlueskyCollector, BlueskyOptions, any_word_of
from collectors.web.jetstream import POSTS, Event, read_event

ANN = "did:plc:ann"
AT_ANN = f"at://{ANN}/{POSTS}"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def at(now: datetime) -> Callable[[float], int]:
    """Microseconds of the instant that lies so many seconds after now."""
    return lambda seconds: int((now + timedelta(seconds=seconds)).timestamp() * 1_000_000)


def event(time_us: int, did: str = ANN, **told: Any) -> str:
    return json.dumps({"did": did, "time_us": time_us, **told})


def commit(time_us: int, rkey: str, operation: str = "create", did: str = ANN, **record: Any) -> str:
    told: dict[str, Any] = {"rev": "3k", "operation": operation, "collection": POSTS, "rkey": rkey}
    if operation != "delete":
        written = {"$type": POSTS, "createdAt": "2026-11-23T11:00:00.000Z", "text": "Acme is down", "langs": ["en"]}
        told |= {"record": written | record, "cid": "bafy"}
    return event(time_us, did, kind="commit", commit=told)


def account(time_us: int, **told: Any) -> str:
    return event(time_us, kind="account", account={"did": ANN, "seq": 1, **told})


@pytest.fixture
def stream(site: Any, http: HttpClient) -> Any:
    """Sets what each connection in turn is told, and gives the collector; the last connection is told again."""

    def open_stream(*connections: list[str], keep_open: bool = False, **options: Any) -> BlueskyCollector:
        waiting = list(connections)

        async def subscribe(request: web.Request) -> web.StreamResponse:
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            for message in waiting.pop(0) if len(waiting) > 1 else waiting[0]:
                await socket.send_str(message)
            if keep_open:
                await socket.receive()
            await socket.close()
            return socket

        site.pages["/subscribe"] = subscribe
        address = site.url.replace("http", "ws") + "/subscribe"
        return BlueskyCollector(BlueskyOptions(**{"words": ("acme",), "url": address} | options), http)

    return open_stream


async def test_a_post_has_its_address_author_language_and_date(stream: Any, collected: Any, at: Any):
    embed = {"external": {"uri": "https://news.example/1", "title": "Acme fails"}}
    reply = {"parent": {"uri": "at://did:plc:bob/app.bsky.feed.post/1"}}
    told = commit(at(0), "3k1", embed=embed, reply=reply, langs=["en", "de"])
    got = await collected(stream([told]))
    (item,) = got.items
    assert (item.id, item.text, item.title) == (f"{AT_ANN}/3k1", "Acme is down", "Acme fails")
    assert (item.url, item.author) == (f"https://bsky.app/profile/{ANN}/post/3k1", ANN)
    assert (item.language, item.published) == ("en", datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    assert item.extra == {
        "langs": "en de",
        "link": "https://news.example/1",
        "reply_to": "at://did:plc:bob/app.bsky.feed.post/1",
    }


async def test_it_asks_for_posts_from_the_cursor_a_little_rewound(site: Any, stream: Any, collected: Any, at: Any):
    first = await collected(stream([commit(at(-60), "1"), commit(at(0), "2")], dids=(ANN,)))
    assert first.state == {"cursor": str(at(0))}
    await collected(stream([commit(at(2), "3")], dids=(ANN,)), {"cursor": str(at(-9))})
    assert [request.query.getall("wantedDids") for request in site.requests] == [[ANN], [ANN]]
    assert [request.query["wantedCollections"] for request in site.requests] == [POSTS, POSTS]
    assert [int(request.query["cursor"]) for request in site.requests] == [at(-240), at(-14)]


async def test_the_first_run_begins_at_since(site: Any, stream: Any, collected: Any, at: Any, now: datetime):
    old = commit(at(-10), "1", createdAt="2015-01-01T00:00:00Z")
    got = await collected(stream([old, commit(at(0), "2")]), since=now - timedelta(hours=20))
    assert int(site.requests[0].query["cursor"]) == at(-20 * 3600)
    assert [item.id for item in got.items] == [f"{AT_ANN}/2"]


async def test_it_ends_where_it_has_caught_up_with_now(stream: Any, collected: Any, at: Any):
    got = await collected(stream([commit(at(-1), "1"), commit(at(0), "2"), commit(at(1), "3")], keep_open=True))
    assert [item.id[-1] for item in got.items] == ["1", "2"]


async def test_it_ends_when_its_time_is_up(stream: Any, collected: Any, at: Any):
    got = await collected(stream([commit(at(-0.05), "1")], keep_open=True, seconds=0.2))
    assert [item.id[-1] for item in got.items] == ["1"]
    assert got.state == {"cursor": str(at(-0.05))}


async def test_only_posts_with_a_wanted_word_and_language_are_kept(stream: Any, collected: Any, at: Any):
    told = [
        commit(at(-9), "1", text="ACME  Bank again"),
        commit(at(-8), "2", text="Acmeology is a science"),
        commit(at(-7), "3", text="acme bank est en panne", langs=["fr"]),
        commit(at(-6), "4", text="acme bank", langs=["ja", "en-GB"]),
        commit(at(-5), "5", text="acme bank", langs=None),
        commit(at(-4), "6", text="", langs=["en"]),
        commit(at(0), "7", text="look", embed={"external": {"uri": "https://news.example", "title": "Acme Bank"}}),
    ]
    got = await collected(stream(told, words=("acme bank",), langs=("en",)))
    assert [item.id[-1] for item in got.items] == ["1", "4", "7"]
    assert got.rejects == []


async def test_a_post_without_words_is_passed_over(stream: Any, collected: Any, at: Any):
    got = await collected(stream([commit(at(0), "1", text="")], words=(), langs=("en",)))
    assert (got.items, got.rejects) == ([], [])


async def test_what_was_taken_back_is_told_and_not_kept(stream: Any, collected: Any, at: Any):
    told = [commit(at(-9), "1"), commit(at(-8), "2"), commit(at(-7), "1", "delete"), commit(at(0), "0", "delete")]
    got = await collected(stream(told))
    assert [item.id[-1] for item in got.items] == ["2"]
    assert got.batches[0].deleted == (f"{AT_ANN}/1", f"{AT_ANN}/0")


@pytest.mark.parametrize(
    ("told", "deleted"),
    [
        ({"active": False, "status": "deleted"}, (f"at://{ANN}/*",)),
        ({"active": False, "status": "takendown"}, (f"at://{ANN}/*",)),
        ({"active": False, "status": "deactivated"}, ()),
        ({"active": True}, ()),
    ],
)
async def test_an_account_that_is_gone_takes_its_posts_along(
    stream: Any, collected: Any, at: Any, told: Any, deleted: tuple[str, ...]
):
    other = commit(at(-8), "2", did="did:plc:annabel")
    got = await collected(stream([commit(at(-9), "1"), other, account(at(0), **told)]))
    assert got.batches[0].deleted == deleted
    assert [item.author for item in got.items] == ["did:plc:annabel"] if deleted else [ANN, "did:plc:annabel"]


async def test_an_edited_post_keeps_its_id_and_tells_when(stream: Any, collected: Any, at: Any, now: datetime):
    told = [commit(at(-9), "1"), commit(at(0), "1", "update", text="Acme is back")]
    (item,) = (await collected(stream(told))).items
    assert (item.id, item.text, item.updated) == (f"{AT_ANN}/1", "Acme is back", now)


async def test_an_edit_that_takes_the_word_away_takes_the_post_back(stream: Any, collected: Any, at: Any):
    got = await collected(stream([commit(at(-9), "1"), commit(at(0), "1", "update", text="Never mind")]))
    assert (got.items, got.batches[0].deleted) == ([], (f"{AT_ANN}/1",))


@pytest.mark.parametrize("claimed", ["2027-03-01T00:00:00Z", "1970-01-01T00:00:00Z", "soon", None, 7])
def test_a_date_that_cannot_be_true_gives_way_to_that_of_the_stream(claimed: Any, now: datetime, at: Any):
    post = read_event(commit(at(0), "1", createdAt=claimed), now).post
    assert post is not None
    assert post.published == now
    assert post.extra.get("published_as_given", "") == (claimed if isinstance(claimed, str) else "")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("words", "no event of Jetstream"),
        ("[" * 100_000, "no event of Jetstream"),
        ("[]", "names no time_us"),
        ('{"time_us": true, "kind": "commit"}', "no time in microseconds"),
        ('{"time_us": 1e30}', "names no time_us"),
        ('{"time_us": 99999999999999999999}', "no event of Jetstream"),
        ('{"time_us": 1790000000}', "no time in microseconds"),
        ('{"time_us": 253402300799000000}', "no time in microseconds"),
        (event(1_790_000_000_000_000, kind="commit", commit={"collection": POSTS}), "no account or no key"),
        (event(1_790_000_000_000_000, "", kind="commit", commit={"collection": POSTS, "rkey": "1"}), "no account"),
    ],
)
def test_what_is_no_event_is_set_aside(message: str, reason: str):
    told = read_event(message, NOON)
    assert told.post is None
    assert told.reject is not None
    assert reason in told.reject.reason


@pytest.mark.parametrize("record", [None, [], "text", {"text": 7, "langs": "en", "embed": [], "reply": {"parent": 1}}])
def test_an_odd_record_trips_nothing(record: Any):
    told = {"operation": "create", "collection": POSTS, "rkey": "1", "record": record}
    post = read_event(event(1_790_000_000_000_000, kind="commit", commit=told), NOON).post
    assert post is not None
    assert (post.text, post.language) == ("", "")


@pytest.mark.parametrize(
    "told",
    [{"kind": "account", "account": {"status": {}}}, {"kind": "commit", "commit": {"collection": [], "operation": {}}}],
)
def test_a_word_of_another_kind_says_nothing(told: Any):
    assert read_event(event(1_790_000_000_000_000, **told), NOON) == Event(1_790_000_000_000_000)


def test_other_events_only_move_the_cursor():
    for told in ({"kind": "identity"}, {"kind": "new"}, {"kind": "commit", "commit": {"collection": "a.b.like"}}):
        assert read_event(event(1_790_000_000_000_000, **told), NOON).time_us == 1_790_000_000_000_000


async def test_a_broken_stream_is_taken_up_where_it_broke(site: Any, stream: Any, collected: Any, at: Any):
    got = await collected(stream([commit(at(-60), "1")], [commit(at(-59), "2")], [commit(at(0), "3")]))
    assert [item.id[-1] for item in got.items] == ["1", "2", "3"]
    assert [int(request.query["cursor"]) for request in site.requests] == [at(-240), at(-60), at(-59)]


async def test_a_stream_that_brings_nothing_is_given_up_with_a_reason(site: Any, stream: Any, collected: Any):
    with pytest.raises(SourceUnavailable, match="closed the stream early; it is opened again later"):
        await collected(stream([]))
    assert len(site.requests) == bluesky.RECONNECTIONS + 1


async def test_an_address_that_takes_no_websocket_is_refused(site: Any, stream: Any, collected: Any):
    collector = stream([])
    del site.pages["/subscribe"]
    with pytest.raises(SourceRefused, match="404"):
        await collected(collector)


async def test_batches_carry_the_cursor_of_what_they_hold(
    stream: Any, collected: Any, at: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bluesky, "BATCH_KEPT", 2)
    got = await collected(stream([commit(at(n - 4), str(n)) for n in range(5)]))
    assert [[item.id[-1] for item in batch.items] for batch in got.batches] == [["0", "1"], ["2", "3"], ["4"]]
    assert [batch.state["cursor"] for batch in got.batches] == [str(at(-3)), str(at(-1)), str(at(0))]


async def test_a_clock_that_is_ahead_does_not_carry_the_cursor_past_now(stream: Any, collected: Any, at: Any):
    got = await collected(stream([commit(at(86_400), "1")]))
    assert (len(got.items), got.state["cursor"]) == (1, str(at(0)))


async def test_a_message_that_is_no_event_ends_nothing(stream: Any, collected: Any, at: Any):
    got = await collected(stream(["{", commit(at(0), "1")]))
    assert (len(got.items), len(got.rejects)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "found"), [("I hate ACME Bank!", True), ("acme\nbank", True), ("acme banks", False), ("(o2)", True)]
)
def test_words_are_whole_and_of_any_case(text: str, found: bool):
    assert bool(any_word_of(["Acme Bank", "o2"]).search(text)) is found


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("楽天", "楽天で買った。最悪", True),
        ("ธนาคาร", "แอปธนาคารล่ม", True),
        ("楽天pay", "昨日の楽天payは", True),
        ("楽天pay", "楽天payment", False),
    ],
)
def test_words_stand_within_others_where_nobody_writes_spaces(word: str, text: str, found: bool):
    assert bool(any_word_of([word]).search(text)) is found


@pytest.mark.parametrize(
    "told",
    [{}, {"words": ["a"]}, {"words": ["  "]}, {"dids": ["ann.bsky.social"]}, {"langs": ["english"]}, {"wordz": 1}],
)
def test_options_that_ask_for_nothing_or_nonsense_are_refused(told: Any):
    with pytest.raises(ValidationError):
        BlueskyOptions.model_validate(told)


def test_a_real_post_is_read(shared_data: Any):
    thread = json.loads((shared_data / "feeds" / "bluesky_thread_view_post.json").read_text())
    record = thread["thread"]["post"]["record"]
    told = {"operation": "create", "collection": POSTS, "rkey": "3k", "record": record}
    post = read_event(event(1_790_000_000_000_000, kind="commit", commit=told), NOON).post
    assert post is not None
    assert post.published == datetime(2023, 9, 28, 12, 49, 36, 735000, tzinfo=UTC)
    assert post.extra["quotes"].startswith("at://did:plc:")
