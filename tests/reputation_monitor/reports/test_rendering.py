import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.opinion import Origin, Share
from reputation_monitor.reports.rendering import (
    Format,
    Report,
    charts,
    escape_markdown,
    render,
    review_from_json,
    to_html,
    to_json,
    to_markdown,
    weekly_from_json,
)
from reputation_monitor.reports.review import IncidentReview
from reputation_monitor.reports.types import Quote
from reputation_monitor.reports.weekly import BrandWeek, WeeklyReport
from reputation_monitor.reports.words import correction

ROOT = Path(__file__).parents[3]
VOID = frozenset(["meta", "br", "hr", "img", "link", "input", "wbr", "col"])
LOADS = frozenset(["src", "srcset", "data", "poster", "action", "background", "xlink:href"])


class Page(HTMLParser):
    """What a page holds; feeding it raises where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.tags, self.ids, self.links, self.loads, self.references = [], [], [], [], [], []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]):
        self.tags.append(tag)
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute of {tag} stands twice"
        self.ids += [given["id"]] if "id" in given else []
        self.loads += [value for name, value in attrs if name in LOADS or (name == "href" and tag != "a")]
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        self.references += re.findall(r"url\(([^)]*)\)", " ".join(value or "" for value in given.values()))
        self.references += [f"#{name}" for name in (given.get("aria-labelledby") or "").split()]
        assert not [name for name in given if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str):
        if "style" not in self.open:
            self.words += data


def spaced(text: str):
    return " ".join(text.replace("\u00a0", " ").split())


def test_every_page_is_well_formed_and_loads_nothing(page: str):
    read = Page(page)
    assert page.startswith("<!doctype html>")
    assert not {"script", "iframe", "object", "embed", "link", "form"} & set(read.tags)
    assert [target for target in read.loads if not target.startswith("#")] == []
    assert "@import" not in page
    page.encode()


def test_every_id_is_unique_and_every_reference_is_met(page: str):
    read = Page(page)
    assert len(read.ids) == len(set(read.ids))
    inside = {target.lstrip("#") for target in (*read.references, *read.loads)}
    assert inside <= set(read.ids)


def test_no_page_shows_a_long_fraction_or_a_python_value(page: str):
    said = Page(page).words
    assert not re.search(r"\d\.\d{4}", said)
    assert not re.search(r"\bNone\b|\bnan\b|\binf\b|datetime|Verdict\.", said)


def test_links_lead_only_to_http_addresses(page: str):
    links = Page(page).links
    assert [link for link in links if not link.startswith(("https://", "http://"))] == []


def test_hostile_text_is_shown_as_text(hostile_week: WeeklyReport, hostile_review: IncidentReview):
    for report in (hostile_week, hostile_review):
        text = to_html(report)
        assert "<script>alert(1)</script>" in Page(text).words
        assert "\u202e" not in text
        assert "\x00" not in text


def test_a_quote_of_a_hundred_thousand_characters_is_cut(hostile_week: WeeklyReport):
    assert len(to_html(hostile_week)) < 80_000


def test_raw_payloads_stay_out_of_every_format(hostile_week: WeeklyReport):
    assert all("s3cret" not in render(hostile_week, output) for output in Format)


def test_right_to_left_quotes_choose_their_own_direction(hostile_week: WeeklyReport):
    assert '<blockquote dir="auto">“الدفع' in to_html(hostile_week)


def test_pages_are_the_same_each_time(weekly: WeeklyReport):
    assert to_html(weekly) == to_html(weekly)


def test_pages_stay_small(page: str):
    assert len(page.encode()) < 120_000


def test_the_weekly_page_tells_the_week(weekly: WeeklyReport):
    said = spaced(Page(to_html(weekly)).words)
    for expected in (
        "The brands, incidents and quotes in this report are invented.",
        "Monday 9 to Sunday 15 November 2026, times in Europe/London",
        "A bad week: about 312 more negative voices than usual (95 % interval 262 to 359), on Thursday,",
        "associated in time with “Card payments declined at checkout”.",
        "+9.4 points on the week before, beyond noise",
        "6 h 18 min outside it; incidents open for 15 h 12 min",
        "Thu 12 Nov, 17:52 to Fri 13 Nov, 00:10 GMT",
        "GBP 18,000",
        "3 sources, 2 need a look.",
        "Associated, never caused",
        "Benjamini-Hochberg",
    ):
        assert expected in said


def test_the_review_page_tells_the_incident(review: IncidentReview):
    said = spaced(Page(to_html(review)).words)
    for expected in (
        "Linked: a rise in negative voices, associated in time with this incident",
        "Customers knew 25 min before IT did.",
        "objective (RTO) 4 h: met",
        "+37 min",
        "Of 999 placebo times (comparable hours without an incident), none reached a statistic as large",
        "over 9 tests made together (each of an incident and a brand; 11 were ever made), q = 0.004",
        "the controls saw 0.9 to 1.4 times their usual negative voices; the brand saw 5.7 times",
        "A q-value above 0.05, should more incidents be tested together (now 0.004).",
    ):
        assert expected in said


def test_empty_states_say_why_they_are_empty(degenerate_week: WeeklyReport, poor_review: IncidentReview):
    said = spaced(Page(to_html(degenerate_week)).words)
    assert "No mentions this week." in said
    assert "Nothing was said of this brand on any screen this week." in said
    assert "Too early to tell" in said
    assert "No baseline yet" in said
    assert "in two shifts: one not explained by any incident and one a suspected outage with no incident open" in said
    assert "Not tested yet" in said
    assert "No source is configured." in said
    poor = spaced(Page(to_html(poor_review)).words)
    assert "Not enough data to tell" in poor
    assert "Nothing was said of this brand around the incident." in poor
    assert "No rival and no untouched screen" in poor


def test_a_report_without_brands_says_so(weekly: WeeklyReport):
    assert "No brand is configured" in Page(to_html(replace(weekly, brands=()))).words


def test_markdown_tables_are_whole_and_have_equal_rows(any_report: Report):
    tables = re.findall(r"(?:^\|.*\n)+", to_markdown(any_report), re.MULTILINE)
    assert tables
    for table in tables:
        assert re.match(r".*\n[|:-]+\n", table), f"not the head of a table: {table}"
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table


def test_markdown_tells_the_week_without_escaping_its_figures(weekly: WeeklyReport):
    text = to_markdown(weekly)
    assert text.startswith("> **Note:** The brands")
    tile = "35 to 44 %, corrected by 120 labels; as classified +9.4 points on the week before, beyond noise"
    assert f"| Negative share | 39.0 % | {tile} |" in text
    assert "| Web | 1,084 | 40.2 %, 36 to 45 % (as classified: 34.2 %) |" in text
    assert "11 %, 7 to 16 % (as classified: 10.0 %) | 120 labels |" in text.replace("11.0", "11")
    assert "[Card payments declined at checkout](<https://monitor.example.com/reviews/pay-481>)" in text
    assert "— [town forum](<https://forum.example.com/t/9917?a=1&b=(2)>), web, Thu 12 Nov, 17:54 GMT" in text
    assert re.search(r"The peak of \d+ negative voices per hour came at Thu 12 Nov", text)
    assert "\n\n\n" not in text


def test_markdown_escapes_what_customers_write(hostile_week: WeeklyReport, hostile_review: IncidentReview):
    for report in (hostile_week, hostile_review):
        text = to_markdown(report)
        assert "<script" not in text
        assert re.findall(r"(?<!\\)\]\((?!<https?://)", text) == []
        assert r"\[x\](javascript:alert(1))" in text
        assert r"\`code\` \*bold\*" in text


def test_markdown_shows_charts_from_a_folder(review: IncidentReview):
    text = to_markdown(review, charts_folder="charts")
    for chart in charts(review):
        assert f"](<charts/{chart.name}.svg>)" in text


@given(st.text(max_size=60))
def test_escaped_markdown_has_no_bare_control_characters(text: str):
    escaped = escape_markdown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~$]", re.sub(r"\\[\\`*_\[\]|~$]", "", escaped))
    assert not re.search(r"[<>\n\r\x00]|^(?:#+\s|[-+]\s|\d+[.)]\s)", escaped)


def test_json_comes_back_as_the_same_report(any_report: Report):
    lean = to_json(any_report)
    read = weekly_from_json if isinstance(any_report, WeeklyReport) else review_from_json
    assert to_json(read(lean)) == lean


@pytest.mark.parametrize("name", ["weekly", "degenerate_week"])
def test_a_weekly_report_survives_json_whole(name: str, request: pytest.FixtureRequest):
    report = request.getfixturevalue(name)
    assert weekly_from_json(to_json(report)) == report


@pytest.mark.parametrize("name", ["review", "open_review", "poor_review", "harmless_review"])
def test_a_review_survives_json_whole(name: str, request: pytest.FixtureRequest):
    report = request.getfixturevalue(name)
    assert review_from_json(to_json(report)) == report


def test_dates_of_two_zones_in_a_week_each_carry_their_own(weekly: WeeklyReport):
    autumn = weekly.start.replace(month=10, day=24, hour=22)
    quote = Quote(text="before", source="forum", published=autumn)
    later = Quote(text="after", source="forum", published=autumn + timedelta(days=1))
    brand = replace(weekly.brands[0], quotes=(quote, later))
    said = Page(to_html(replace(weekly, brands=(brand,)))).words
    assert "Sat 24 Oct, 23:00 BST" in said
    assert "Sun 25 Oct, 22:00 GMT" in said


def test_an_open_incident_promises_nothing(open_review: IncidentReview):
    said = spaced(Page(to_html(open_review)).words)
    assert "open since Thu 12 Nov, 18:20 GMT" in said
    assert "The incident is still open: every figure here may change." in said
    assert "Customers spoke at least 20 min before the recorded start: the record may be late." in said
    assert "it was taken from the field “created_at”" in said
    assert "before the recorded start" in said


def test_the_example_in_the_documentation_runs():
    page = (ROOT / "docs" / "reports.md").read_text()
    example = page.partition("```python\n")[2].partition("```")[0]
    script = f"{example}\nprint(page[:15])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "<!doctype html>\n"


def test_corrected_shares_stand_first_and_what_was_classified_in_small(weekly: WeeklyReport):
    words = Page(to_html(weekly)).words.replace("\N{NO-BREAK SPACE}", " ")
    assert "39.0 %35 to 44 %as classified: 33.0 %" in words
    assert "120 labels" in words
    assert "drawn at random have labels" not in words


@pytest.mark.parametrize(
    ("origin", "interval", "told"),
    [
        (Origin.ELSEWHERE, (0.1, 0.6), "33.0 %10 to 60 %"),
        (Origin.UNKNOWN, (None, None), "33.0 %"),
    ],
)
def test_shares_that_are_not_corrected_say_so_and_stand_as_classified(
    weekly: WeeklyReport, bad_week: BrandWeek, origin: Origin, interval, told: str
):
    low, high = interval
    plain = [
        replace(o, origins=(origin,), labels=0, negative=Share(classified=o.negative.classified, low=low, high=high))
        for o in bad_week.opinions
    ]
    page = Page(to_html(replace(weekly, brands=(replace(bad_week, opinions=tuple(plain)),))))
    words = page.words.replace("\N{NO-BREAK SPACE}", " ")
    assert told in words
    assert "not corrected" in words
    assert "until 50 mentions of the screen that were drawn at random have labels" in words
    assert ("by what the model made of other kinds of texts" in words) == (origin is Origin.ELSEWHERE)
    assert "as classified; +9.4 points on the week before" in words


def test_shares_that_no_model_read_have_nothing_to_correct(bad_week: BrandWeek):
    assert correction(replace(bad_week.opinions[0], origins=(Origin.SAID,))) == "nothing to correct"
