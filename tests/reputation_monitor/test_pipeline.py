"""From items to counts: nothing is lost, nothing counts twice."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from collectors.base import Batch, Item, Reject, SourceRefused, SourceUnavailable, State
from reputation_monitor.application import Application
from reputation_monitor.intake import Place
from reputation_monitor.pipeline import Intake
from reputation_monitor.rollups import rollup
from reputation_monitor.store import NewMention, ScoreMethod

BRANDS = """
brands:
  - {name: Halden, rivals: [Marsk]}
  - {name: Marsk}
"""
FORUM = Place(source="forum", screen="web")
EVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Feed:
    """A collector that yields what it is told, then fails if it is told so."""

    def __init__(self, *batches: Batch, error: Exception | None = None) -> None:
        self.batches, self.error = batches, error
        self.asked: list[State] = []

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        self.asked.append(dict(state))
        for batch in self.batches:
            yield batch
        if self.error:
            raise self.error


@pytest.fixture
async def app(open_app) -> Application:
    return await open_app(BRANDS)


def post(number: int, text: str, at: datetime, **fields) -> Item:
    return Item(**{"id": str(number), "text": text, "author": f"customer {number}", "published": at} | fields)


def batch(*items: Item, rejects: Sequence[Reject] = (), state: State | None = None) -> Batch:
    return Batch(items, tuple(rejects), state or {})


async def mentions_of(app: Application, brand: str = "Halden"):
    return await app.store.mentions(brand, *EVER)


async def test_with_since_the_cursor_stays_but_for_a_first_run(app: Application):
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    feed = Feed(batch(post(1, "Halden is down", at), state={"cursor": "1"}))
    await app.pipeline.collect(FORUM, feed, since=at)
    feed.batches = (batch(post(2, "Halden is up", at), state={"cursor": "2"}),)
    await app.pipeline.collect(FORUM, feed, since=at)
    await app.pipeline.collect(FORUM, feed)
    assert feed.asked == [{}, {"cursor": "1"}, {"cursor": "1"}]
    assert (await app.store.source_state("forum")).state == {"cursor": "2"}
    assert len(await mentions_of(app)) == 2


# --- Importing


LINES = [
    {"id": 1, "text": "Halden was awful today", "author": "ann", "published": "2026-03-01T10:00:00Z"},
    {"id": 2, "text": "Halden and Marsk are both lovely", "author": "ben", "published": "2026-03-01T11:00:00Z"},
    {"id": 3, "text": "Nobody in particular", "author": "cal", "published": "2026-03-01T12:00:00Z"},
]


def jsonl(rows: Sequence[dict]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


async def test_an_item_of_two_brands_is_two_mentions_and_one_of_none_is_counted(app: Application, workshop):
    intake = await app.import_file(workshop.write("posts.jsonl", jsonl(LINES)), {}, "UTC")
    assert intake == Intake(added=3, unmatched=1)
    assert [m.item_id for m in await mentions_of(app)] == ["1", "2"]
    assert [m.item_id for m in await mentions_of(app, "Marsk")] == ["2"]


async def test_the_same_file_again_changes_nothing(app: Application, workshop):
    path = workshop.write("posts.jsonl", jsonl(LINES))
    await app.import_file(path, {}, "UTC")
    await app.score()
    before, counted = await mentions_of(app), await app.store.rollups(None, *EVER)
    workshop.clock.move(days=1)
    assert await app.import_file(path, {}, "UTC") == Intake(known=3, unmatched=1)
    assert await app.score() == 0
    assert await mentions_of(app) == before
    assert await app.store.rollups(None, *EVER) == counted


async def test_a_gzipped_table_with_names_of_its_own_is_read_by_a_mapping(app: Application, workshop):
    table = "nr;body;when;stars\n1;Halden awful;2026-03-01 10:00;1\n"
    path = workshop.write("export.csv.gz", gzip.compress(table.encode()))
    mapping = {"id": "nr", "text": "body", "published": "when", "rating": "stars", "screen": "=mobile"}
    assert await app.import_file(path, mapping, "Europe/Paris") == Intake(added=1)
    (mention,) = await mentions_of(app)
    assert (mention.screen, mention.rating, mention.source) == ("mobile", 1.0, "export")
    assert mention.published == datetime(2026, 3, 1, 9, tzinfo=UTC)


async def test_progress_counts_every_row_good_or_bad(app: Application, workshop):
    told: list[int] = []
    await app.import_file(workshop.write("posts.jsonl", jsonl(LINES) + "{broken\n"), {}, "UTC", told.append)
    assert sum(told) == 4


# --- Bad input


def good(number: int) -> str:
    return json.dumps({"id": f"good-{number}", "text": "Halden awful", "published": "2026-03-01T10:00:00Z"}) + "\n"


def row(**fields) -> str:
    return json.dumps({"id": "bad", "text": "Halden again", "published": "2026-03-01T10:00:00Z"} | fields) + "\n"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(text=""), "the text is missing"),
        (row(published="1970-01-01T00:00:00Z"), "the date 1970-01-01 is before 1990"),
        (row(published=0), "the date 1970-01-01 is before 1990"),
        (row(published="2100-01-01T00:00:00Z"), "the date 2100-01-01 is more than 2 days in the future"),
        (row(published="Mon, 02 Mar 2026 10:00:00 XYZ"), "its time zone is not known"),
        (row(published="yesterday"), "is no date that we can read"),
        (row(rating=11), "rating is 11, not 1 to 5 stars"),
        (row(screen="radio"), "screen is 'radio'"),
        (row(negative=0.9), "belong together"),
        ('{"id": "bad", "text": "Halden\n', "malformed JSON"),
        ("[1, 2]\n", "no JSON object"),
        ("[" * 100_000 + "\n", "malformed JSON"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
async def test_a_bad_row_is_set_aside_with_its_reason_and_the_import_goes_on(
    app: Application, workshop, bad: str, reason: str
):
    path = workshop.write("posts.jsonl", good(1) + bad + good(2))
    intake = await app.import_file(path, {}, "UTC")
    assert (intake.added, intake.rejected) == (2, 1)
    (kept,) = await app.store.quarantined()
    assert reason in kept.reason
    assert (kept.source, kept.place, kept.seen) == ("posts", "line 2", 1)
    assert kept.raw
    await app.import_file(path, {}, "UTC")
    (again,) = await app.store.quarantined()
    assert again.seen == 2


async def test_a_file_that_is_not_utf_8_is_read_and_what_was_guessed_is_told(app: Application, workshop):
    line = good(1).replace("awful", "awful café")
    path = workshop.write("posts.jsonl", json.dumps(json.loads(line), ensure_ascii=False).encode("windows-1252"))
    intake = await app.import_file(path, {}, "UTC")
    assert (intake.added, intake.rejected) == (1, 1)
    assert (await mentions_of(app))[0].text == "Halden awful café"
    assert "not UTF-8" in (await app.store.quarantined())[0].reason


async def test_a_duplicate_id_is_one_mention_as_it_was_said_last(app: Application, workshop):
    path = workshop.write("posts.jsonl", row(text="Halden first") + row(text="Halden second"))
    intake = await app.import_file(path, {}, "UTC")
    (mention,) = await mentions_of(app)
    assert mention.text == "Halden second"
    assert intake.added == 1
    assert intake.known + intake.edited == 1


async def test_a_text_of_a_hundred_thousand_characters_is_kept_and_scored(app: Application, workshop):
    text = "Halden " + "awful " * 16_666
    await app.import_file(workshop.write("posts.jsonl", row(text=text)), {}, "UTC")
    assert await app.score() == 1
    (mention,) = await mentions_of(app)
    assert len(mention.text) == len(text.strip())
    assert mention.negative == 0.9


@pytest.mark.parametrize(
    ("name", "zone", "mapping", "said"),
    [
        ("posts.jsonl", "Europe/Atlantis", {}, "unknown time zone 'Europe/Atlantis'"),
        ("posts.jsonl", "Europe/", {}, "unknown time zone"),
        ("posts.jsonl", "UTC", {"words": "text"}, "no such field"),
        ("posts.txt", "UTC", {}, "an unknown kind of file"),
        ("posts.csv", "UTC", {"text": "body"}, "there is no column 'body' for text"),
    ],
)
async def test_what_cannot_be_imported_at_all_is_refused_with_what_was_expected(
    app: Application, workshop, *, name: str, zone: str, mapping: dict, said: str
):
    path = workshop.write(name, "a,b\n1,2\n" if name.endswith("csv") else good(1))
    with pytest.raises(SourceRefused, match=said):
        await app.import_file(path, mapping, zone)


# --- Collecting


async def test_collecting_again_adds_nothing_and_goes_on_from_the_cursor(app: Application, clock):
    feed = Feed(batch(post(1, "Halden awful", clock.at), state={"etag": "a"}))
    assert await app.pipeline.collect(FORUM, feed) == Intake(added=1)
    assert await app.pipeline.collect(FORUM, feed) == Intake(known=1)
    assert feed.asked == [{}, {"etag": "a"}]
    state = await app.store.source_state("forum")
    assert (state.polls, state.items, state.failures) == (2, 1, 0)


async def test_what_came_before_a_failure_is_kept_and_the_failure_told(app: Application, clock):
    feed = Feed(batch(post(1, "Halden awful", clock.at), state={"page": "1"}), error=SourceUnavailable("HTTP 503"))
    assert await app.pipeline.collect(FORUM, feed) == Intake(added=1, error="HTTP 503")
    state = await app.store.source_state("forum")
    assert (dict(state.state), state.failures, state.last_error) == ({"page": "1"}, 1, "HTTP 503")
    feed.error = None
    await app.pipeline.collect(FORUM, feed)
    assert (await app.store.source_state("forum")).failures == 0


async def test_an_undated_item_keeps_the_time_of_its_first_sight(app: Application, clock):
    feed = Feed(batch(post(1, "Halden awful", clock.at, published=None)))
    await app.pipeline.collect(FORUM, feed)
    seen = clock.at
    clock.move(hours=5)
    assert await app.pipeline.collect(FORUM, feed) == Intake(known=1)
    assert (await mentions_of(app))[0].published == seen


# --- Scoring


class CountingModels:
    """Those of an application, and which languages they were asked for."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.asked: list[str] = []

    async def model_for(self, language: str):
        self.asked.append(language)
        return await self.app.models.model_for(language)


async def test_only_what_is_unscored_is_scored_and_the_model_is_loaded_for_that_alone(app: Application, clock):
    models = CountingModels(app)
    assert await app.pipeline.score(models) == 0
    assert not models.asked
    await app.pipeline.collect(FORUM, Feed(batch(post(1, "Halden awful", clock.at))))
    assert await app.pipeline.score(models) == 1
    assert len(models.asked) == 1
    (mention,) = await mentions_of(app)
    assert (mention.score_method, mention.model, mention.negative) == (ScoreMethod.MODEL, "words@1", 0.9)


async def test_scores_that_were_given_are_kept_as_given(app: Application, word_scorer, clock):
    await app.pipeline.collect(FORUM, Feed(batch(post(1, "Halden lovely", clock.at, scores=(0.7, 0.2, 0.1)))))
    assert await app.score() == 0
    (mention,) = await mentions_of(app)
    assert (mention.score_method, mention.negative) == (ScoreMethod.GIVEN, 0.7)
    assert not word_scorer.texts


async def test_a_title_is_read_before_its_text(app: Application, word_scorer, clock):
    await app.pipeline.collect(FORUM, Feed(batch(post(1, "as ever", clock.at, title="Halden awful"))))
    await app.score()
    assert word_scorer.texts == ["Halden awful. as ever"]


async def test_an_edit_is_scored_and_counted_anew(app: Application, clock):
    await app.pipeline.collect(FORUM, Feed(batch(post(1, "Halden is lovely", clock.at))))
    await app.score()
    edited = post(1, "EDIT: Halden is awful", clock.at)
    assert await app.pipeline.collect(FORUM, Feed(batch(edited))) == Intake(edited=1)
    assert await app.score() == 1
    (counted,) = await app.store.rollups(["Halden"], *EVER)
    assert (counted.mentions, counted.negative_voices) == (1, pytest.approx(0.9))


async def test_the_language_is_found_once_and_kept(app: Application, clock):
    german = "Halden ist seit heute Morgen leider nicht mehr erreichbar"
    await app.pipeline.collect(FORUM, Feed(batch(post(1, german, clock.at), post(2, german, clock.at, language="fr"))))
    found, told = await mentions_of(app)
    assert (found.language, told.language) == ("de", "fr")
    assert found.language_confidence > 0.8
    assert told.language_confidence is None


async def test_what_its_author_took_back_is_counted_no_more(app: Application, clock):
    await app.pipeline.collect(FORUM, Feed(batch(post(1, "Halden is awful", clock.at))))
    await app.score()
    clock.move(hours=1)
    gone = Batch(state={"cursor": "2"}, deleted=("1", "never heard of"))
    assert await app.pipeline.collect(FORUM, Feed(gone)) == Intake(deleted=1)
    assert await app.score() == 0
    assert await app.store.rollups(["Halden"], *EVER) == []
    old_page = batch(post(1, "Halden is awful", clock.at))
    assert await app.pipeline.collect(FORUM, Feed(old_page)) == Intake(known=1)
    assert await app.pipeline.roll_up() == 0


# --- Rolling up


async def test_copies_are_one_story_and_many_mentions(app: Application, clock):
    wire = "Halden said on Monday that card payments had failed in two thousand shops since the morning, an awful day"
    outlets = [post(n, wire, clock.at + timedelta(minutes=n), author=f"outlet {n}") for n in range(5)]
    clock.move(hours=1)
    await app.pipeline.collect(FORUM, Feed(batch(*outlets)))
    await app.score()
    counted = await app.store.rollups(["Halden"], *EVER)
    assert sum(r.mentions for r in counted) == 5
    assert sum(r.voices for r in counted) == 1
    assert sum(r.negative_voices for r in counted) == pytest.approx(0.9)


def remarks(random: Random) -> list[NewMention]:
    """Remarks of forty people, each of whom speaks up to four times within a day, some of them in copies."""
    start = datetime(2026, 2, 20, 6, 30, tzinfo=UTC)
    said = []
    for person in range(40):
        first = start + timedelta(minutes=random.randrange(8 * 1440))
        for number in range(random.randrange(1, 5)):
            negative = random.choice((0.05, 0.4, 0.9))
            said.append(
                NewMention(
                    brand=random.choice(("Halden", "Marsk")),
                    screen=random.choice(("web", "mobile")),
                    source=random.choice(("forum", "news")),
                    item_id=f"{person}-{number}",
                    text=f"remark {person} {number}",
                    author=f"person {person}" if person % 5 else "",
                    published=first + timedelta(minutes=random.randrange(1440)),
                    fingerprint=random.choice(("", "", "", f"wire {random.randrange(6)}")),
                    failing=random.random() < 0.3,
                    scores=(negative, 0.95 - negative, 0.05),
                )
            )
    return said


async def brute_force(app: Application) -> dict[tuple, tuple]:
    """Every count from all mentions at once, as if nothing had been counted before."""
    counts = {}
    for brand in ("Halden", "Marsk"):
        for screen in ("web", "mobile"):
            for one in rollup(await app.store.voices(brand, screen, *EVER)):
                figures = (one.mentions, one.voices, one.negative_voices, one.failing_voices, one.valence)
                counts[brand, screen, one.source, one.bucket] = pytest.approx(figures)
    return counts


async def stored(app: Application) -> dict[tuple, tuple]:
    return {
        (r.brand, r.screen, r.source, r.bucket): (r.mentions, r.voices, r.negative_voices, r.failing_voices, r.valence)
        for r in await app.store.rollups(None, *EVER)
    }


def portions(random: Random, said: list[NewMention]) -> Iterator[list[NewMention]]:
    while said:
        size = random.randrange(1, 20)
        yield said[:size]
        del said[:size]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("in_order", [True, False], ids=["as it is said", "in any order"])
async def test_counts_are_those_of_counting_everything_at_once(app: Application, clock, seed: int, in_order: bool):
    random = Random(seed)
    said = remarks(random)
    said.sort(key=lambda m: m.published) if in_order else random.shuffle(said)
    for portion in portions(random, said):
        await app.store.add_mentions(portion, clock.move(seconds=1))
        clock.move(seconds=1)
        await app.pipeline.roll_up()
    assert await stored(app) == await brute_force(app)
    assert await app.pipeline.roll_up() == 0


async def test_edits_leave_counts_as_if_they_had_been_said_so_at_once(app: Application, clock):
    random = Random(7)
    said = remarks(random)
    await app.store.add_mentions(said, clock.at)
    await app.pipeline.roll_up()
    for mention in random.sample(said, 10):
        angrier = replace(mention, text=mention.text + " EDIT", scores=(0.95, 0.03, 0.02), fingerprint="")
        await app.store.add_mentions([angrier], clock.move(seconds=1))
        clock.move(seconds=1)
        await app.pipeline.roll_up()
    assert await stored(app) == await brute_force(app)
