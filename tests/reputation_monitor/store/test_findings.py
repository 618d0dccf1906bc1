from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reputation_monitor.linking.types import Control, Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.store import KnownLink, KnownShift, Store

HOUR = timedelta(hours=1)


@pytest.fixture
def shift(noon: datetime) -> Shift:
    return Shift(
        brand="Halden",
        screens=("web", "mobile"),
        onset=noon,
        onset_low=noon - HOUR,
        onset_high=noon + HOUR,
        end=noon + 5 * HOUR,
        ongoing=True,
        observed=42.5,
        expected=9.0,
        excess=33.5,
        excess_low=20.0,
        excess_high=float("inf"),
        verdict=ShiftVerdict.LINKED,
        incident="p31",
        reason="It began when payments failed.",
    )


@pytest.fixture
def link(noon: datetime) -> Link:
    return Link(
        id="p31",
        brand="Halden",
        service="Payments",
        title="Payments fail",
        verdict=Verdict.LINKED,
        reason="33 more than usual.",
        p_value=0.001,
        q_value=0.004,
        placebos=999,
        screens=("web",),
        onset=noon,
        controls=(Control(name="Rival", kind="rival", observed=3.0, expected=3.1),),
        evidence=("forum:1", "forum:\x002"),
        terms=("declined",),
    )


async def test_findings_come_back_as_they_were_made(store: Store, shift: Shift, link: Link, noon: datetime):
    await store.replace_findings([shift], [link], noon)
    assert await store.shifts() == [KnownShift(shift, noon)]
    assert await store.links() == [KnownLink(replace(link, evidence=("forum:1", "forum:2")), noon)]


async def test_a_new_look_replaces_the_last(store: Store, shift: Shift, link: Link, noon: datetime):
    await store.replace_findings([shift], [link], noon)
    await store.replace_findings([], [], noon + HOUR)
    assert await store.shifts() == []
    assert await store.links() == []


async def test_a_finding_made_again_keeps_its_first_time(store: Store, shift: Shift, link: Link, noon: datetime):
    await store.replace_findings([shift], [link], noon)
    moved = replace(shift, onset=noon + HOUR, end=noon + 9 * HOUR)
    apart = replace(shift, onset=noon + 20 * HOUR, end=noon + 21 * HOUR)
    rival = replace(moved, brand="Rival")
    judged = replace(link, verdict=Verdict.NO_EFFECT)
    await store.replace_findings([moved, apart, rival], [judged, replace(link, brand="Rival")], noon + HOUR)
    assert [(known.shift, known.first_seen) for known in await store.shifts()] == [
        (moved, noon),
        (apart, noon + HOUR),
        (rival, noon + HOUR),
    ]
    assert [(known.link.brand, known.first_seen) for known in await store.links()] == [
        ("Halden", noon),
        ("Rival", noon + HOUR),
    ]


async def test_findings_are_found_by_brand_and_incident(store: Store, shift: Shift, link: Link, noon: datetime):
    links = [link, replace(link, id="p32"), replace(link, brand="Rival")]
    await store.replace_findings([shift, replace(shift, brand="Rival")], links, noon)
    assert [known.shift.brand for known in await store.shifts("Rival")] == ["Rival"]
    assert [known.link.id for known in await store.links("Halden")] == ["p31", "p32"]
    assert [known.link.brand for known in await store.links(incident="p31")] == ["Halden", "Rival"]


async def test_findings_that_cannot_be_kept_leave_the_earlier_ones(
    store: Store, shift: Shift, link: Link, noon: datetime
):
    await store.replace_findings([shift], [link], noon)
    naive = replace(shift, onset=datetime(2026, 1, 1), end=datetime(2026, 1, 2), brand="Rival")
    with pytest.raises(Exception, match="no time zone"):
        await store.replace_findings([naive], [], noon)
    assert await store.shifts() == [KnownShift(shift, noon)]
