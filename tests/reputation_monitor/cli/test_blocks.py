"""Shifts and links as people read them."""

from datetime import UTC, datetime

import pytest
from rich.console import Console

from reputation_monitor.cli.findings import link_block, shift_block
from reputation_monitor.linking.types import ShiftVerdict, Verdict

ONSET = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)


def read(block) -> list[str]:
    console = Console(width=80, record=True, file=None, quiet=False, highlight=False)
    with console.capture() as shown:
        console.print(block)
    return shown.get().splitlines()


def test_a_link_says_what_became_of_it_how_much_when_and_why(sketch):
    lines = read(link_block(sketch.link(ONSET, recovery_minutes=45.0)))
    assert lines[0] == "pay-1  Halden  linked  Card payments fail"
    assert lines[1] == "    +31 negative voices (21 to 41): 41 where 10 are usual; q = 0.010"
    assert "onset 2026-03-01 10:05 UTC, customers knew 12 min before IT, back to usual 45 min" in " ".join(
        " ".join(lines).split()
    )
    assert lines[-2].endswith("More than at all comparable times.")


def test_it_knew_first_where_the_lead_is_below_zero(sketch):
    assert "IT knew 30 min before them" in "\n".join(read(link_block(sketch.link(ONSET, customer_lead_minutes=-30.0))))


def test_a_link_without_figures_has_its_reason_alone(sketch):
    blank = dict.fromkeys(["observed", "expected", "excess", "excess_low", "excess_high", "customer_lead_minutes"])
    lines = read(link_block(sketch.link(None, verdict=Verdict.NOT_ENOUGH_DATA, reason="Too few mentions.", **blank)))
    assert lines == ["pay-1  Halden  not enough data  Card payments fail", "    Too few mentions.", ""]


@pytest.mark.parametrize(("ongoing", "end"), [(True, "goes on UTC"), (False, "to 2026-03-01 12:05 UTC")])
def test_a_shift_says_when_what_how_much_and_why(sketch, ongoing: bool, end: str):
    shift = sketch.shift(ONSET, ongoing=ongoing, verdict=ShiftVerdict.SUSPECTED_OUTAGE, screens=("web", "tv"))
    assert read(shift_block(shift)) == [
        f"2026-03-01 10:05 {end}  Halden  suspected outage",
        "    +30 negative voices (20 to 40): 40 where 10 are usual, on web, tv",
        "    No incident explains it.",
        "",
    ]


def test_long_reasons_are_set_in_and_fit_the_page(sketch):
    lines = read(link_block(sketch.link(ONSET, reason="A reason [with brackets] that goes on and on. " * 8)))
    assert all(len(line) <= 80 for line in lines)
    assert all(line.startswith("    ") for line in lines[1:-1])
    assert "[with brackets]" in "\n".join(lines)
