"""The JSON that other programs rely on."""

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Control, Link, Shift, Verdict
from reputation_monitor.outputs import decimal, incident_json, instant, link_json, shift_json, significant

PARIS_NOON = datetime(2021, 11, 29, 12, 0, 30, 999, tzinfo=timezone(timedelta(hours=1)))

SHIFT_FIELDS = (
    "brand, screens, onset, onset_low, onset_high, end, observed, expected, excess, excess_low, excess_high, "
    "verdict, incident"
)
LINK_FIELDS = (
    "id, brand, service, title, verdict, p_value, q_value, observed, expected, excess, excess_low, excess_high, onset, "
    "customer_lead_minutes, recovery_minutes, peak, valence_drop, controls, evidence, reason, "
    "history, alternatives"
)

SHIFT = Shift(
    brand="Halden",
    screens=("web", "tv"),
    onset=PARIS_NOON,
    onset_low=PARIS_NOON,
    onset_high=PARIS_NOON,
    end=PARIS_NOON,
    ongoing=False,
    observed=10.123456,
    expected=2.5,
    excess=7.623456,
    excess_low=3,
    excess_high=12,
)
LINK = Link(
    id="i", brand="Halden", service="Payments", title="Down", verdict=Verdict.NOT_ENOUGH_DATA, reason="Too few."
)


def test_a_shift_has_the_promised_fields_in_their_order():
    assert ", ".join(shift_json(SHIFT)) == SHIFT_FIELDS


def test_a_link_has_the_promised_fields_in_their_order():
    assert ", ".join(link_json(LINK, [])) == LINK_FIELDS


def test_times_are_utc_with_z():
    assert shift_json(SHIFT)["onset"] == "2021-11-29T11:00:30Z"
    assert instant(None) is None


def test_counts_have_two_decimals_and_probabilities_four_digits():
    assert decimal(10.123456) == 10.12
    assert significant(0.000543217) == 0.0005432
    assert str(decimal(-0.001)) == "0.0"


def test_what_is_not_known_is_null():
    document = link_json(LINK, [])
    assert [document[name] for name in ("p_value", "excess", "onset", "recovery_minutes")] == [None] * 4


def test_a_control_tells_how_much_it_rose():
    link = Link(
        **{name: getattr(LINK, name) for name in ("id", "brand", "service", "title", "verdict", "reason")},
        controls=(Control(name="Marsk", kind="rival", observed=12, expected=9),),
    )
    assert link_json(link, ["a", "b"])["controls"] == [
        {"name": "Marsk", "kind": "rival", "observed": 12, "expected": 9, "ratio": 1.333}
    ]


def test_evidence_keeps_its_order():
    assert link_json(LINK, ["b", "a"])["evidence"] == ["b", "a"]


def test_everything_is_plain_json():
    incident = Incident(id="i", title="Down", services=("a", "b"), started=PARIS_NOON, raw={"secret": object()})
    documents = [shift_json(SHIFT), link_json(LINK, ["x"]), incident_json(incident)]
    assert json.loads(json.dumps(documents)) == documents
    assert documents[2]["service"] == "a, b"


def test_the_fields_are_those_that_are_documented():
    told = (Path(__file__).parents[2] / "docs" / "dashboard.md").read_text(encoding="utf-8")
    for fields in (SHIFT_FIELDS, LINK_FIELDS):
        assert all(re.search(rf"`{field}`", told) for field in fields.split(", "))
