from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reputation_monitor.linking.types import Control, Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.relinking.types import Basis, Counted, Judged, VerdictChange
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
        placebos_apart=120.0,
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


# --- Verdicts that others took the place of


@pytest.fixture
def basis(noon: datetime) -> Basis:
    return Basis(
        title="Payments fail",
        services=("Payments",),
        impact="major",
        started=noon,
        detected=None,
        resolved=noon + HOUR,
        settings="q=0.05",
        method="1",
        start=noon - HOUR,
        end=noon + HOUR,
        data_end=noon + HOUR,
        around=Counted(mentions=3, negative=1.5),
        before=Counted(),
        rivals=Counted(),
    )


def change_of(link: Link, at: datetime, after: Link | None = None) -> VerdictChange:
    judged = None if after is None else Judged.of(after)
    reasons = ("its end became known",)
    return VerdictChange(
        incident=link.id, brand=link.brand, at=at, before=Judged.of(link), after=judged, reasons=reasons
    )


async def test_what_a_link_rests_on_comes_back_as_it_was(store: Store, link: Link, basis: Basis, noon: datetime):
    await store.replace_findings([], [link, replace(link, id="p32")], noon, {("p31", "Halden"): basis})
    assert [known.basis for known in await store.links()] == [basis, None]


async def test_changes_of_verdicts_stay_when_looks_go_on(store: Store, link: Link, noon: datetime):
    harmless = replace(link, verdict=Verdict.NO_EFFECT, onset=None)
    await store.replace_findings([], [harmless], noon)
    linked = change_of(harmless, noon + HOUR, link)
    await store.replace_findings([], [link], noon + HOUR, changes=[linked])
    gone = change_of(link, noon + 2 * HOUR)
    await store.replace_findings([], [], noon + 2 * HOUR, changes=[gone])
    await store.replace_findings([], [link], noon + 3 * HOUR)
    assert await store.verdict_changes() == [linked, gone]
    assert await store.verdict_changes("p31", "Halden") == [linked, gone]
    assert await store.verdict_changes("p31", "Rival") == await store.verdict_changes("p32") == []


async def test_a_change_that_another_look_has_told_of_is_not_kept_twice(store: Store, link: Link, noon: datetime):
    harmless = replace(link, verdict=Verdict.NO_EFFECT, onset=None)
    await store.replace_findings([], [harmless], noon)
    linked = change_of(harmless, noon + HOUR, link)
    for _ in range(2):
        await store.replace_findings([], [link], noon + HOUR, changes=[linked])
    assert await store.verdict_changes() == [linked]
