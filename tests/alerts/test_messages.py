import html
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.base import Alert, Event, Incident, Kind, Notification, Quote
from alerts.messages import compose, markdown, to_markdown, to_slack, to_text
from alerts.messages.content import web_address
from alerts.receipts import receiver_key
from alerts.trial import trial
from alerts.words import listing, moment, moment_beside, number, sentence, shorten, span, tidy

LONDON = ZoneInfo("Europe/London")
GOLDEN = Path(__file__).with_name("golden")

Notify = Callable[..., Notification]


def faults(message: dict[str, Any]) -> list[str]:
    """Check a message against Slack's published limits; return what Slack would refuse."""
    blocks = message["blocks"]
    found = [f"{len(blocks)} blocks"] if not 0 < len(blocks) <= 50 else []
    identities = [block["block_id"] for block in blocks if "block_id" in block]
    found += ["block_id repeated"] * (len(set(identities)) < len(identities))
    found += [f"block_id of {len(one)}" for one in identities if not 0 < len(one) <= 255]
    for block in blocks:
        found += _faults_of_block(block)
    return found + [f"text of {len(message['text'])}"] * (not 0 < len(message["text"]) <= 4_000)


def _faults_of_block(block: dict[str, Any]) -> list[str]:
    match block:
        case {"type": "header", "text": {"type": "plain_text", "text": text}}:
            return [] if 0 < len(text) <= 150 else [f"header of {len(text)}"]
        case {"type": "section", "text": text}:
            return _faults_of_words(text)
        case {"type": "context", "elements": elements}:
            counted = [] if 0 < len(elements) <= 10 else [f"{len(elements)} elements"]
            return counted + [fault for element in elements for fault in _faults_of_words(element)]
        case {"type": "divider"}:
            return []
    return [f"unknown block {block.get('type')}"]


def _faults_of_words(words: dict[str, Any]) -> list[str]:
    text = words["text"]
    found = [] if words["type"] == "mrkdwn" and 0 < len(text) <= 3_000 else [f"{words['type']} of {len(text)}"]
    without_links = re.sub(r"<(https?|mailto):[^<>|\s]+\|[^<>|\n]+>", "", text)
    without_quote_marks = re.sub(r"(?m)^> ", "", without_links)
    found += ["unescaped <"] * ("<" in without_quote_marks) + ["unescaped >"] * (">" in without_quote_marks)
    return found + ["unescaped &"] * bool(re.search(r"&(?!amp;|lt;|gt;)", text))


def shown(message: dict[str, Any]) -> str:
    """Give the words of a Slack message as a person sees them."""
    texts = [block["text"]["text"] for block in message["blocks"] if "text" in block]
    return html.unescape("\n".join(texts))


def in_every_format(notification: Notification) -> list[str]:
    content = compose(notification, LONDON)
    return [
        f"{content.title}\n{to_text(content)}",
        f"{content.title}\n{to_markdown(content)}",
        shown(to_slack(content, notification)),
    ]


@pytest.mark.parametrize("form", ["txt", "md", "json"])
def test_messages_read_as_they_were_last_approved(any_notification: Notification, case_name: str, form: str):
    """Set UPDATE_GOLDEN=1 to approve the messages of today, and read the difference before it is committed."""
    content = compose(any_notification, LONDON)
    written = {
        "txt": lambda: f"{content.title}\n\n{to_text(content)}\n",
        "md": lambda: f"# {content.title}\n\n{to_markdown(content)}\n",
        "json": lambda: json.dumps(to_slack(content, any_notification), indent=1, ensure_ascii=False) + "\n",
    }[form]()
    golden = GOLDEN / f"{case_name}.{form}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")


def test_every_message_is_one_that_slack_takes(any_notification: Notification):
    message = to_slack(compose(any_notification, LONDON), any_notification)
    assert faults(message) == []
    assert json.loads(json.dumps(message).encode()) == message


def test_nothing_odd_reaches_any_format(any_notification: Notification):
    for message in in_every_format(any_notification):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", message)
        assert len(message) < 12_000


def test_a_link_says_everything_that_a_tired_person_asks(linked: Notification):
    for message in in_every_format(linked):
        for answer in (
            "Fernvale Bank",
            "Tue 3 Mar 2026, 21:30 GMT",
            "168 customers and stories have spoken badly",
            "about 36 are usual: 4.7 times as many",
            "95 % interval 101 to 163",
            "67 an hour where 14 are usual",
            "web and mobile (app reviews)",
            "Card payments fail (INC-207, Payments, identified)",
            "Customers, 35 min before IT",
            "GBP 12,400",
            "q = 0.012",
            "Third time tonight",
            "app store, GB",
            "hotline is dead",
            "https://monitor.example.com/reviews/INC-207",
        ):
            assert answer in message
        assert "a fourth voice" not in message


def test_times_are_told_in_the_readers_zone(linked: Notification):
    tokyo = to_text(compose(linked, ZoneInfo("Asia/Tokyo")))
    assert "Since Wed 4 Mar 2026, 06:30 JST" in tokyo
    assert "GMT" not in tokyo


def test_an_update_begins_with_what_is_new(notify: Notify, linked: Notification):
    update = notify(linked.alert, Event.UPDATED, "updated: now also on TV")
    content = compose(update, LONDON)
    assert content.title.startswith("Update: ")
    assert content.news == "Now also on TV."
    assert all("Now also on TV." in message for message in in_every_format(update))


def test_late_news_say_that_they_are_late(notify: Notify, linked: Notification):
    ended = replace(linked.alert, ended=linked.alert.started + timedelta(hours=1))
    late = notify(ended, Event.RAISED, "raised late: it was already over, 2 h ago, when it was found")
    assert compose(late, LONDON).news == "Raised late: it was already over, 2 h ago, when it was found."


def test_an_end_says_how_it_ended(all_notifications: dict[str, Notification]):
    for message in in_every_format(all_notifications["ended"]):
        assert message.startswith("Over: ")
        assert "4 h 05 min; it is over" in message
        assert "Back to usual 48 min after IT had resolved the incident." in message
        assert "so far" not in message


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("suspected_outage", "None is open. An outage is suspected"),
        ("shift_unexplained", "None fits. The cause is unexplained so far."),
        ("figures_missing", "How many customers speak of it is not known yet."),
        ("source_silent", "It has brought nothing for 6 h"),
        ("report", "Open the report"),
    ],
)
def test_each_kind_says_what_it_is_about(all_notifications: dict[str, Notification], case: str, words: str):
    assert all(words in message for message in in_every_format(all_notifications[case]))


def test_a_test_is_marked_as_one_wherever_one_looks():
    notification = trial("shared", datetime(2026, 3, 3, tzinfo=UTC))
    for message in in_every_format(notification):
        assert message.startswith("TEST: Alerts reach the channel shared")
        assert "This is a test message. Nothing has happened and nobody needs to do anything." in message
    assert to_slack(compose(notification, LONDON), notification)["text"].startswith("TEST: ")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (35.0, "Customers, 35 min before IT."),
        (-125.0, "IT, 2 h 05 min before customers."),
        (0.4, "Customers and IT at the same time."),
    ],
)
def test_who_knew_first_is_told(notify: Notify, linked: Notification, minutes: float, words: str):
    alert = replace(linked.alert, customer_lead_minutes=minutes)
    assert words in to_text(compose(notify(alert), LONDON))


@pytest.mark.parametrize(
    ("observed", "expected", "words"),
    [
        (1.0, 0.1, "1 customer or story has spoken badly of Fernvale Bank, where hardly any are usual."),
        (12.0, 1.0, "12 customers and stories have spoken badly of Fernvale Bank, where about 1 is usual: 12 times"),
        (10.0, 10.0, "10 customers and stories have spoken badly of Fernvale Bank, where about 10 are usual."),
        (0.0, 0.0, "0 customers and stories have spoken badly of Fernvale Bank, where hardly any are usual."),
    ],
)
def test_small_figures_make_sentences_too(
    notify: Notify, linked: Notification, observed: float, expected: float, words: str
):
    alert = replace(linked.alert, observed=observed, expected=expected)
    assert words in compose(notify(alert), LONDON).lead


def test_a_short_span_is_not_multiplied_up_to_an_hour(notify: Notify, linked: Notification):
    soon = notify(linked.alert, at=linked.alert.started + timedelta(minutes=20))
    assert "an hour where" not in to_text(compose(soon, LONDON))


@pytest.mark.parametrize("limit", [0, 1, 40, 160, 480, 1_000, 2_000, 20_000])
def test_a_service_with_little_room_gets_what_matters_most(any_notification: Notification, limit: int):
    content = compose(any_notification, LONDON)
    assert len(to_text(content, limit)) <= limit
    assert len(to_markdown(content, limit)) <= limit


def test_what_is_dropped_first_is_what_matters_least(linked: Notification):
    content = compose(linked, LONDON)
    assert "Third time tonight" in to_markdown(content, 1_000)
    assert "Card payments fail (INC-207" in to_markdown(content, 1_000)
    assert to_text(content, 160).startswith("Since Tue 3 Mar 2026, 21:30 GMT, 168 customers")


def test_a_long_quote_is_cut_at_a_word_and_marked(notify: Notify, linked: Notification):
    alert = replace(linked.alert, quotes=(Quote(text="very unhappy " * 10_000, source="forum"),))
    [said] = compose(notify(alert), LONDON).quotes
    assert len(said.text) <= 300
    assert said.text.endswith(("very…", "unhappy…"))


def test_slack_calls_nobody_and_links_only_where_a_link_is_meant(hostile: Notification):
    message = to_slack(compose(hostile, LONDON), hostile)
    # The header is plain text, in which Slack reads no mark-up; all other words are mrkdwn.
    mrkdwn = "\n".join(
        [message["text"], *(block["text"]["text"] for block in message["blocks"][1:] if "text" in block)]
    )
    assert "<!" not in mrkdwn
    assert "<@" not in mrkdwn
    assert not re.search(r"<[^|>]*javascript:", mrkdwn)
    assert "&lt;!here&gt;" in mrkdwn
    assert "`" not in mrkdwn


def test_markdown_calls_nobody_and_holds_no_html(hostile: Notification):
    message = to_markdown(compose(hostile, LONDON))
    assert "@everyone" not in message
    assert "](javascript:" not in message
    assert not re.search(r"(?m)<|(?<!^)>", message)


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("*not* _bold_ `nor` [linked](x)", r"\*not\* \_bold\_ \`nor\` \[linked\](x)"),
        ("# no heading", r"\# no heading"),
        ("1. no list", r"1\. no list"),
        ("0.31 worse", "0.31 worse"),
        ("a <b> & c", "a \u2039b\u203a & c"),
        (r"back\slash", r"back\\slash"),
    ],
)
def test_markdown_shows_a_text_as_it_is(plain: str, escaped: str):
    assert markdown.escape(plain) == escaped


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.com/a?b=c&d=e#f", "https://example.com/a?b=c&d=e#f"),
        ("https://example.com/a|b>c(d)", "https://example.com/a%7Cb%3Ec%28d%29"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/käse", "https://example.com/k%C3%A4se"),
        ("  https://example.com/x\n", "https://example.com/x"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://[half-open", ""),
        ("", ""),
        ("https://example.com/" + "x" * 3_000, ""),
    ],
)
def test_only_addresses_that_are_safe_to_open_are_linked(url: str, address: str):
    assert web_address(url) == address


def test_a_receiver_can_know_a_message_again(linked: Notification):
    message = to_slack(compose(linked, LONDON), linked)
    assert message["metadata"]["event_payload"]["key"] == linked.key
    assert message["blocks"][0]["block_id"] == linked.key


@pytest.mark.parametrize("key", ["shift:Käse|shared", "x" * 300, "", "two\nlines", "\x00", "\ud800"])
def test_a_key_that_headers_do_not_take_becomes_one_that_they_take(key: str):
    assert re.fullmatch(r"[0-9a-f]{64}", receiver_key(key))
    assert receiver_key(key) == receiver_key(key)


@given(st.text(max_size=400), st.integers(min_value=0, max_value=100))
def test_tidy_text_is_one_line_within_its_limit(text: str, limit: int):
    tidied = tidy(text, limit)
    assert len(tidied) <= limit
    assert not re.search(r"[\n\r\x00\ud800-\udfff]", tidied)
    assert tidy(tidied, limit) == tidied


FIGURES = st.floats(-1e9, 1e9) | st.none()
ANY_ALERT = st.builds(
    Alert,
    key=st.text(),
    kind=st.sampled_from(Kind),
    brand=st.text(),
    headline=st.text(),
    started=st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),
    reason=st.text(),
    cost=st.text(),
    review_url=st.text(),
    observed=FIGURES,
    expected=FIGURES,
    excess=FIGURES,
    q_value=FIGURES,
    quotes=st.lists(st.builds(Quote, text=st.text(), source=st.text(), url=st.text())).map(tuple),
)


@given(ANY_ALERT)
def test_whatever_an_alert_holds_slack_takes_the_message(alert: Alert):
    notification = Notification(key=alert.key, event=Event.RAISED, alert=alert, at=alert.started)
    assert faults(to_slack(compose(notification, UTC), notification)) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (-0.01, "0"), (0.3, "0.3"), (1.0, "1"), (4.72, "4.7"), (9.97, "10"), (1204.4, "1,204"), (-3.5, "-3.5")],
)
def test_figures_are_as_precise_as_people_use_them(value: float, words: str):
    assert number(value) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-5, "less than a minute"),
        (0.2, "less than a minute"),
        (35, "35 min"),
        (60, "1 h"),
        (125, "2 h 05 min"),
        (60 * 49, "2 days 1 h"),
        (60 * 72, "3 days"),
    ],
)
def test_spans_are_told_in_hours_and_minutes(minutes: float, words: str):
    assert span(timedelta(minutes=minutes)) == words


def test_times_name_their_zone_even_where_it_has_no_name():
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert moment(summer, LONDON) == "Wed 1 Jul 2026, 13:00 BST"
    assert moment(summer, ZoneInfo("America/Sao_Paulo")) == "Wed 1 Jul 2026, 09:00 UTC-03"
    assert moment(summer, timezone(timedelta(hours=5.5))) == "Wed 1 Jul 2026, 17:30 UTC+05:30"
    assert moment_beside(summer, summer - timedelta(days=1), LONDON) == "Wed 1 Jul, 13:00 BST"


def test_words_make_lists_and_sentences():
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert sentence("") == ""
    assert sentence("is it so?") == "Is it so?"
    assert shorten("one two three", 8) == "one two…"
    assert shorten("無" * 20, 5) == "無無無無…"


def test_planned_maintenance_is_called_so(linked: Notification):
    incident = Incident(id="PLAN-1", title="Moving house", planned=True, started=datetime(2026, 3, 3, 21, tzinfo=UTC))
    planned = replace(linked, alert=replace(linked.alert, incident=incident))
    assert "Moving house (planned maintenance, PLAN-1), since" in to_text(compose(planned, LONDON))
