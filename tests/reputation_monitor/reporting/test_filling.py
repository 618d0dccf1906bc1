"""What the store and the last look know, in the figures of the weekly report and of the review."""

import pytest

from reputation_monitor.application import Application
from reputation_monitor.linking.types import Verdict
from reputation_monitor.reporting.review import ReviewError
from reputation_monitor.reports.rendering import Format, render
from reputation_monitor.reports.review import Side, timeline
from reputation_monitor.store import NewMention


async def test_the_week_of_the_outage_is_told_with_all_that_belongs_to_it(reported: Application):
    report = await reported.weekly("2026-W09", "invented")
    (brand,) = report.brands
    assert (brand.brand, report.notice, report.time_zone) == ("Halden", "invented", "Europe/London")
    assert [screen.screen for screen in brand.screens] == ["web"]
    share = brand.total.negative_share
    assert (share.value, share.before) == (pytest.approx(0.9), pytest.approx(0.4))
    (outcome,) = brand.incidents
    assert (outcome.incident.id, outcome.link.verdict) == ("pay-1", Verdict.LINKED)
    assert outcome.review_url == "https://monitor.halden.example/reviews/pay-1?brand=Halden"
    assert outcome.revenue.amount == pytest.approx(outcome.link.excess * 20, rel=0.01)
    assert [shift.incident for shift in brand.shifts] == ["pay-1"]
    assert [rival.name for rival in brand.rivals] == ["Marsk"]
    assert len(brand.quotes) == 5
    assert all("declined" in quote.text for quote in brand.quotes)
    assert brand.negative.has_baseline
    (opinion,) = brand.opinions
    assert (opinion.screen, opinion.voices) == ("web", 30)
    assert opinion.negative.value == pytest.approx(share.value)
    assert len(brand.valence_days[0].valence) == 7


async def test_the_week_before_knows_nothing_of_it(reported: Application):
    (brand,) = (await reported.weekly("2026-W08")).brands
    assert (brand.shifts, brand.incidents) == ((), ())
    (opinion,) = brand.opinions
    assert opinion.voices == 10
    assert opinion.negative.classified == pytest.approx(brand.total.negative_share.value)


async def test_a_week_under_way_says_so_and_is_compared_with_as_much_of_the_week_before(reported: Application):
    report = await reported.weekly("2026-W10")
    mentions = report.brands[0].total.mentions
    assert 0.5 < mentions.value / mentions.before < 2
    for output in Format.HTML, Format.MARKDOWN:
        assert "So far, to Mon 2 Mar, 12:00 GMT" in render(report, output)
        assert "So far" not in render(await reported.weekly("2026-W09"), output)


async def test_without_configuration_a_week_without_mentions_is_of_the_brands_that_are_known(open_app, clock):
    application = await open_app("{}")
    said = NewMention(brand="Halden", screen="web", source="forum", item_id="1", text="Fine", published=clock.at)
    await application.store.add_mentions([said], clock.at)
    (brand,) = (await application.weekly("2020-W09")).brands
    assert (brand.brand, brand.total.mentions.value) == ("Halden", 0)


async def test_sources_are_told_as_they_stand(reported: Application):
    sources = {source.name: source for source in (await reported.weekly("2026-W09")).sources}
    assert (sources["forum"].state, sources["forum"].unheard) == ("never polled", ())
    assert sources["news"].state == "failing"
    assert sources["news"].reason.endswith("Last: HTTP 503")


async def test_the_report_says_when_the_sources_were_judged(reported: Application, clock):
    await reported.judge_sources(clock.move(hours=2))
    report = await reported.weekly("2026-W09")
    assert {source.judged_at for source in report.sources} == {report.sources_judged_at} == {clock.at}
    clock.move(hours=3)
    assert "as judged on Mon 2 Mar, 14:00" in render(report, Format.HTML)
    assert "As judged on Mon 2 Mar, 14:00" in render(await reported.weekly("2026-W09"), Format.MARKDOWN)


@pytest.mark.parametrize("output", list(Format))
async def test_both_reports_can_be_written_in_every_format(reported: Application, output: Format):
    assert "Halden" in render(await reported.weekly("2026-W09"), output)
    assert "Card payments fail" in render(await reported.review("pay-1"), output)


async def test_a_review_tells_incident_customers_and_how_sure_it_is(reported: Application):
    review = await reported.review("pay-1")
    assert (review.brand, review.link.verdict, review.tests) == ("Halden", Verdict.LINKED, 1)
    assert review.shift.incident == "pay-1"
    assert review.placebo.values
    assert review.placebo.as_large == 0
    assert review.history_days > 14
    assert review.mentions > 60
    assert review.revenue.currency == "EUR"
    assert [screen.screen for screen in review.screens] == ["web"]
    assert len(review.quotes) == 8
    assert review.series.times[0] < review.incident.started < review.series.times[-1]
    assert {event.side for event in timeline(review)} == {Side.IT, Side.CUSTOMERS}
    assert any("First telling complaint (forum)" in event.text for event in review.events)


async def test_a_review_of_what_is_unknown_names_what_is_known(reported: Application):
    with pytest.raises(ReviewError, match=r"known incidents: pay-1"):
        await reported.review("pay-2")
    with pytest.raises(ReviewError, match="was tested for: Halden"):
        await reported.review("pay-1", "Marsk")
