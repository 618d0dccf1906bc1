from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.linking.channels import ALL_SCREENS, Voice
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

BUCKETS = 21 * 24 * 4


@pytest.fixture
def brands(make_series: Callable[..., Series]):
    def screen(rate: float, seed: int):
        return make_series(np.random.default_rng(seed).poisson(rate / 4, BUCKETS), 900)

    ours = {"web": screen(3, 1), "tv": screen(1, 2)}
    rival = {"web": screen(3, 3)}
    return {
        "Ours": BrandCounts(name="Ours", negative=ours, failing=ours, rivals=("Rival", "Unknown")),
        "Rival": BrandCounts(name="Rival", negative=rival, failing=rival, rivals=("Ours",)),
    }


@pytest.fixture
def models(brands: dict[str, BrandCounts], make_incident: Callable[..., Exposure]):
    return Models(brands, [make_incident("a", 100), make_incident("b", 200, brand="Rival")], Options())


def test_every_screen_and_their_sum_are_looked_at_for_both_kinds_of_voices(models: Models):
    ways = [(c.screen, c.voice) for voice in Voice for c in models.channels("Ours", ("web", "tv"), voice, 900)]
    screens = ["web", "tv", ALL_SCREENS]
    assert ways == [(s, v) for v in Voice for s in screens]


def test_a_channel_is_fitted_once(models: Models):
    first = models.channel("Ours", ("web",), Voice.NEGATIVE, 900)
    assert models.channel("Ours", ("web",), Voice.NEGATIVE, 900) is first


def test_only_the_wanted_screens_are_used(models: Models):
    assert models.screens("Ours", ("tv", "mobile")) == ("tv",)
    assert models.screens("Ours") == ("web", "tv")


def test_controls_are_rivals_outside_their_incidents_and_untouched_screens(models: Models):
    controls = models.comparisons("Ours", ("web",), Voice.NEGATIVE, 900)
    assert [(c.name, c.kind) for c in controls] == [("Rival", "rival"), ("tv", "screen")]
    in_its_incident = slice(200 * 4, 201 * 4)
    assert controls[0].observed[in_its_incident].sum() == 0
    assert controls[0].expected[in_its_incident].sum() == 0
    assert controls[1].expected[in_its_incident].sum() > 0


def test_harm_may_begin_three_hours_before_an_incident_and_until_three_after(
    models: Models, make_incident: Callable[..., Exposure], monday: datetime
):
    series = models.brands["Ours"].negative["web"]
    first, last = models.zone(make_incident("a", 100, hours=2), series)
    assert series.time(first) == monday + timedelta(hours=97)
    assert series.time(last - 1) <= monday + timedelta(hours=105) < series.time(last)


def test_harm_of_a_planned_incident_begins_no_earlier_than_it(
    models: Models, make_incident: Callable[..., Exposure], monday: datetime
):
    series = models.brands["Ours"].negative["web"]
    first, last = models.zone(replace(make_incident("a", 100, hours=2), planned=True), series)
    assert series.time(first) == monday + timedelta(hours=100)
    assert last == models.zone(make_incident("a", 100, hours=2), series)[1]


def test_an_open_incident_reaches_to_the_end_of_the_data(models: Models, make_incident: Callable[..., Exposure]):
    series = models.brands["Ours"].negative["web"]
    assert models.zone(make_incident("a", 400, hours=None), series)[1] >= len(series)


def test_incidents_mask_only_the_screens_that_they_may_show_on(
    brands: dict[str, BrandCounts], make_incident: Callable[..., Exposure]
):
    site, app = (replace(make_incident(name, 100), screens=(name,)) for name in ("web", "tv"))
    models = Models(brands, [site, app], Options())
    series = brands["Ours"].negative["web"]
    masks = {screen: models.incident_mask("Ours", (screen,), series) for screen in ("web", "tv", "mobile")}
    assert {screen: bool(mask.any()) for screen, mask in masks.items()} == {"web": True, "tv": True, "mobile": False}
    (other,) = [c for c in models.comparisons("Ours", ("web",), Voice.NEGATIVE, 900) if c.kind == "screen"]
    assert other.expected[masks["tv"]].sum() == 0 < other.expected[~masks["tv"]].sum()


def test_what_is_still_to_come_of_the_last_hour_is_not_told(brands: dict[str, BrandCounts], monday: datetime):
    until = monday + timedelta(days=20, minutes=20)
    told = Models({name: replace(counts, until=until) for name, counts in brands.items()}, [], Options())
    assert told.now() == until
    assert told.told("Ours") == 20 * 96 + 2
    assert Models(brands, [], Options()).told("Ours") == BUCKETS


def test_incidents_outside_the_data_mask_nothing(
    brands: dict[str, BrandCounts], make_incident: Callable[..., Exposure]
):
    models = Models(brands, [make_incident("early", -900), make_incident("late", 90_000)], Options())
    assert not models.incident_mask("Ours", ("web",), brands["Ours"].negative["web"]).any()


def test_quiet_brands_get_longer_buckets_but_never_shorter_ones_than_the_counts(
    brands: dict[str, BrandCounts], models: Models
):
    assert models.bucket_seconds("Ours") == 900
    quiet = {"web": replace(brands["Rival"].negative["web"], negative=np.zeros(BUCKETS))}
    assert (
        Models({"Q": BrandCounts(name="Q", negative=quiet, failing=quiet)}, [], Options()).bucket_seconds("Q") == 3600
    )


def test_coverage_begins_with_the_first_mention(brands: dict[str, BrandCounts]):
    series = brands["Rival"].negative["web"]
    late = np.where(np.arange(BUCKETS) < 500, 0.0, 1.0)
    counts = {"web": replace(series, negative=late, mentions=late)}
    models = Models({"Late": BrandCounts(name="Late", negative=counts, failing=counts)}, [], Options())
    assert models.coverage("Late", 900) == (500, BUCKETS)


def test_rises_before_an_incident_end_where_its_time_begins(models: Models):
    found = models.rise("Ours", ("web", "tv"), Voice.NEGATIVE)
    mask = models.incident_mask("Ours", ("web",), models.brands["Ours"].negative["web"])
    begin = int(mask.argmax())
    before = np.arange(begin - 48 * 4, begin)
    assert (before + found.length[before] <= begin).all()
    assert (begin + found.length[begin : begin + 4] > begin).all()
    assert models.end() == models.brands["Ours"].negative["web"].end
