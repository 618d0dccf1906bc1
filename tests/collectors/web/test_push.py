"""What is sent instead of being asked for: who may send, and what is made of it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from collectors.base import SenderUnknown
from collectors.web.push import PushCollector, PushOptions
from collectors.web.signatures import check_signed, is_from_hub, signing_key

KEY = b"a key of invented bytes, 32 long"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
TOKEN = "an-invented-token-of-the-tests"
ITEM = {"id": "7", "text": "It is down.", "published": "2026-11-23T10:00:00Z", "author": "ann"}


def signed(body: bytes, at: datetime, *, key: bytes = KEY, identity: str = "msg_1") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    code = base64.b64encode(hmac.digest(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256)).decode()
    return {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": f"v1,{code}"}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture
def source() -> PushCollector:
    return PushCollector(PushOptions(secret=SECRET))


@pytest.fixture
def receive(source: PushCollector, now: datetime) -> Any:
    """Signs a body and gives the batch."""

    def send(body: bytes) -> Any:
        return source.receive(signed(body, now), body, now)

    return send


def test_the_signature_is_that_of_standard_webhooks():
    """The example of its specification."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    sent_at = datetime.fromtimestamp(1614265330, UTC)
    check_signed(key, headers, b'{"test": 2432232314}', sent_at)
    with pytest.raises(SenderUnknown, match="no webhook-signature fits"):
        check_signed(key, headers, b'{"test": 2432232315}', sent_at)


def test_one_item_a_list_and_json_lines_are_the_same(receive: Any):
    one, two = ITEM, ITEM | {"id": "8"}
    lines = b"\n".join(map(as_json, (one, two)))
    assert [item.id for item in receive(as_json(one)).items] == ["7"]
    assert receive(as_json([one, two])).items == receive(lines).items == receive(lines + b"\r\n\n").items
    assert [item.id for item in receive(lines).items] == ["7", "8"]


def test_an_item_has_the_fields_of_import(receive: Any):
    (item,) = receive(as_json(ITEM | {"rating": 2, "url": "https://a.example/7", "language": "en"})).items
    assert (item.text, item.author, item.rating, item.url) == ("It is down.", "ann", 2.0, "https://a.example/7")
    assert item.published == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_nobody_writes_under_the_name_of_another_source(receive: Any):
    (item,) = receive(as_json(ITEM | {"source": "news"})).items
    assert item.source == ""


def test_keys_of_the_sender_are_renamed_by_the_mapping(now: datetime):
    options = PushOptions(token=TOKEN, mapping={"text": "said", "screen": "=mobile"}, zone="Europe/London")
    body = as_json({"id": 1, "said": "Works!", "published": "2026-07-01 12:00"})
    (item,) = PushCollector(options).receive({"authorization": f"Bearer {TOKEN}"}, body, now).items
    assert (item.text, item.screen) == ("Works!", "mobile")
    assert item.published == datetime(2026, 7, 1, 11, tzinfo=UTC)


def test_what_is_no_item_is_set_aside_with_its_number(receive: Any):
    batch = receive(as_json([ITEM, {"id": "8"}, "words", ITEM | {"rating": 10**400}]))
    assert [item.id for item in batch.items] == ["7"]
    assert [reject.where for reject in batch.rejects] == ["item 2", "item 3", "item 4"]


def test_a_damaged_line_costs_only_itself(receive: Any):
    batch = receive(as_json(ITEM) + b'\n{"id": "8", "text": \n' + as_json(ITEM | {"id": "9"}))
    assert [item.id for item in batch.items] == ["7", "9"]
    assert [(reject.where, reject.reason) for reject in batch.rejects] == [("item 2", "no JSON object")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\xff\xfe{\x00", "not UTF-8"),
        (b"{", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "text is missing"),
        (b"3", "no JSON object"),
        (b'[{"text": "x", "published": 1' + b"0" * 400 + b"}]", "no date that exists"),
    ],
)
def test_what_cannot_be_read_is_set_aside(receive: Any, body: bytes, reason: str):
    batch = receive(body)
    assert not batch.items
    assert len(batch.rejects) == 1
    assert reason in batch.rejects[0].reason


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_an_old_message_is_not_played_again(source: PushCollector, now: datetime, off: timedelta):
    with pytest.raises(SenderUnknown, match="check the sender's clock"):
        source.receive(signed(as_json(ITEM), now + off), as_json(ITEM), now)


def test_one_of_several_signatures_is_enough(source: PushCollector, now: datetime):
    body = as_json(ITEM)
    old, new = signed(body, now, key=b"x" * 32), signed(body, now)
    both = new | {"webhook-signature": f"v1a,abc {old['webhook-signature']} {new['webhook-signature']}"}
    assert source.receive(both, body, now).items
    with pytest.raises(SenderUnknown, match="both sides"):
        source.receive(old, body, now)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "\udcff", "9" * 5000, "v1,", "é"])
def test_headers_that_are_no_signature_are_refused(source: PushCollector, now: datetime, name: str, value: str | None):
    headers = signed(as_json(ITEM), now)
    headers = {key: told for key, told in (headers | {name: value}).items() if told is not None}
    with pytest.raises(SenderUnknown, match=";"):
        source.receive(headers, as_json(ITEM), now)


def test_a_token_serves_who_cannot_sign(now: datetime):
    source = PushCollector(PushOptions(token=TOKEN))
    assert source.receive({"authorization": f"bearer {TOKEN}"}, as_json(ITEM), now).items
    for wrong in ({}, {"authorization": TOKEN}, {"authorization": "Bearer \udcff"}, signed(as_json(ITEM), now)):
        with pytest.raises(SenderUnknown, match="token"):
            source.receive(wrong, as_json(ITEM), now)


def test_with_both_keys_either_is_enough(now: datetime):
    source = PushCollector(PushOptions(secret=SECRET, token=TOKEN))
    good, token = signed(as_json(ITEM), now), {"authorization": f"Bearer {TOKEN}"}
    for headers in (good, token, good | {"authorization": "Basic eDp5"}, good | token | {"webhook-signature": "v1,x"}):
        assert source.receive(headers, as_json(ITEM), now).items
    for headers in ({}, {"authorization": "Basic eDp5"}, good | {"webhook-signature": "v1,x"}):
        with pytest.raises(SenderUnknown):
            source.receive(headers, as_json(ITEM), now)


def test_a_text_may_hold_signs_that_break_lines_elsewhere(now: datetime):
    source = PushCollector(PushOptions(token=TOKEN))
    lines = "\n".join(json.dumps({"id": str(i), "text": "a\u2028b\x85c"}, ensure_ascii=False) for i in (1, 2))
    got = source.receive({"authorization": f"Bearer {TOKEN}"}, lines.encode(), now)
    assert ([item.id for item in got.items], got.rejects) == (["1", "2"], ())


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "secret or token"),
        ({"secret": "whsec_c2hvcnQ="}, "openssl"),
        ({"secret": "whsec_?"}, "openssl"),
        ({"token": "short"}, "openssl"),
        ({"token": TOKEN, "zone": "Mars"}, "unknown time zone"),
        ({"token": TOKEN, "mapping": {"words": "x"}}, "no such field"),
    ],
)
def test_options_that_protect_nothing_are_refused(options: Any, problem: str):
    with pytest.raises(ValidationError, match=problem):
        PushOptions(**options)


def test_keys_are_not_shown():
    assert KEY.decode() not in repr(PushOptions(secret=SECRET, token=TOKEN))
    assert TOKEN not in repr(PushOptions(secret=SECRET, token=TOKEN))


async def test_it_is_not_asked(source: PushCollector, collected: Any):
    assert (await collected(source)).batches == []


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_hub_signs_by_any_method_of_websub(method: str):
    made = hmac.new(b"secret", b"body", method).hexdigest()
    assert is_from_hub("secret", {"x-hub-signature": f"{method}={made}"}, b"body")
    assert not is_from_hub("secret", {"x-hub-signature": f"{method}={made}"}, b"another body")
    assert not is_from_hub("other", {"x-hub-signature": f"{method}={made}"}, b"body")


@pytest.mark.parametrize("told", ["", "sha256", "md5=5b0a", "sha256=\udcff", "=x", "sha3_512=00"])
def test_a_hub_that_does_not_sign_is_not_believed(told: str):
    assert not is_from_hub("secret", {"x-hub-signature": told}, b"body")
