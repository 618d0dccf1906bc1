"""Every mistake is told with its place, what was found and what was expected, and all of them at once."""

from collections.abc import Callable

import pytest

Problems = Callable[..., list[str]]

FEED = "{name: n, screen: web, collector: feed, url: 'https://x.example/f'%s}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brand: []", "line 1, brand: unknown key; did you mean brands?"),
        ("_env_file: x", "line 1, _env_file: unknown key"),
        ("3: x", "line 1, 3: unknown key"),
        (
            "brands: [{name: A, colour: red}]",
            "brands[0].colour: unknown key; expected one of name, match, names, rivals",
        ),
        ("\n\nbrands:\n  - match: a", "line 4, brands[0].name: is missing: The brand's name, as reports show it"),
        ("brands: [{name: 2015}]", "found 2015; expected text (put quotation marks around it)"),
        ("brands: {name: A}", "brands: found keys with values; expected a list"),
        ("brands: [A]", "brands[0]: found 'A'; expected keys with values"),
        ("brands: [{name: ' '}]", "brands[0].name: found ' '; expected"),
        ("brands: [{name: '!!!'}]", "expected letters or digits"),
        ("brands: [{name: A, match: 'a AND'}]", 'column 6: expected a word, a "phrase" or "(", found the end'),
        ("brands: [{name: A, match: 'NOT a'}]", "expected a query with something to look for"),
        ("brands: [{name: A, rivals: [A]}]", "a brand is no rival of its own"),
        ("brands: [{name: Larkair, rivals: [Larkiar]}]", "which is no name under brands:; did you mean Larkair?"),
        ("brands: [{name: A}, {name: a}]", "brands[1].name: found 'a' a second time; expected a name of its own"),
        ("services: [{name: S, brands: [A]}]", "found 'A', which is no name under brands:; brands: has none"),
        ("services: [{name: S, screens: [radio]}]", "services[0].screens[0]: found 'radio'; expected 'web', 'tv' or"),
        (f"sources: [{FEED % ', every: 15 minutes'}]", "sources[0].every: expected a duration like 90s, 15m"),
        (f"sources: [{FEED % ', evry: 15m'}]", "sources[0].evry: unknown key; did you mean every?"),
        (f"sources: [{FEED % ', lang: en'}]", "sources[0].lang: unknown key"),
        (f"sources: [{FEED % ''}, {FEED % ''}]", "sources[1].name: found 'n' a second time"),
        ("sources: [{name: n, screen: web, collector: fed}]", "'fed', which is no collector; did you mean feed?"),
        ("sources: [{name: n, screen: web, collector: feed}]", "sources[0].url: is missing: Address of the feed"),
        ("brands: [{name: Larkair}]\nsources: [%s]" % (FEED % ", brand: Larkiar"), "sources[0].brand: found 'Larkiar'"),
        ("sources: [3]", "sources[0]: found 3; expected keys with values"),
        ("incidents: [{name: i, kind: pager, url: 'https://x.example'}]", "expected one of file, statuspage"),
        ("incidents: [{name: i}]", "incidents[0].url: is missing: Address of the status page"),
        ("channels: [{name: c, url: nonsense}]", "channels[0].url: expected console://"),
        ("channels: [{name: c, url: 'console://', kind: pager}]", "expected one of the kinds"),
        ("alerts: [{name: a, send_to: [x]}]", "found 'x', which is no name under channels:; channels: has none"),
        ("alerts: [{name: a, send_to: []}]", "alerts[0].send_to"),
        ("alerts: [{name: a, send_to: [c], when: {brands: [X]}}]", "alerts[0].when.brands[0]: found 'X'"),
        ("report: {channel: x}", "report.channel: found 'x', which is no name under channels:"),
        ("report: {time: 8}", "report.time: found 8; expected text"),
        ("report: {time: '25:00'}", "report.time: found '25:00'"),
        ("report: {day: today}", "report.day: found 'today'; expected 'monday', 'tuesday'"),
        (
            "revenue: [{brand: A, currency: EUR, customer_value: 1, churn_share: 2}]",
            "churn_share: found 2; expected less",
        ),
        (
            "time_zone: Europe/Lodnon",
            "found 'Europe/Lodnon'; expected an IANA time zone such as Europe/London; did you mean",
        ),
        ("time_zone: 3", "time_zone: found 3; expected text"),
        ("database: mysql://h/x", "expected sqlite:///file.db or postgresql://user:password@host/name"),
        ("linking: {q: 1.5}", "linking.q: found 1.5; expected less than 1"),
        ("linking: {history_weeks: 1.5}", "linking.history_weeks: found 1.5; expected a whole number"),
        ("stars: sometimes", "stars: found 'sometimes'; expected 'unknown language', 'always' or 'never'"),
        ("web: {port: 99999}", "web.port: found 99999; expected less than or equal to 65535"),
        ("web: {url: ftp://x}", "web.url: found 'ftp://x'; expected"),
        ("a: [1", "line 1, column 6: is no YAML"),
        ("web: {}\nweb: {}", "line 1, web: the key is there again in line 2"),
        ("- brands", "expected keys with values, such as brands:, at the top of the file"),
        ("model: !!python/object:os.system x", "is no YAML"),
    ],
)
def test_a_mistake_is_told(problems: Problems, text: str, said: str):
    assert any(said in sentence for sentence in problems(text)), problems(text)


def test_all_mistakes_are_told_at_once_each_with_its_line(problems: Problems):
    text = (
        "time_zone: Mars\n"
        "brands:\n"
        "  - name: Larkair\n"
        "    match: (\n"
        "    rivals: [Nobody]\n"
        "sources:\n"
        f"  - {FEED % ', every: soon, colour: red'}\n"
        "report:\n"
        "  channel: nowhere\n"
    )
    keys = [sentence.partition(": ")[0] for sentence in problems(text)]
    assert sorted(keys) == [
        "line 1, time_zone",
        "line 4, brands[0].match",
        "line 5, brands[0].rivals[0]",
        "line 7, sources[0].colour",
        "line 7, sources[0].every",
        "line 9, report.channel",
    ]


def test_one_mistake_is_one_line_and_several_are_a_list(problems: Problems):
    assert len(problems("brand: []")) == 1
    assert len(problems("brand: []\nmodle: x")) == 2
