import pytest

from reputation_monitor.matching import Query, names_of


@pytest.mark.parametrize(
    ("name", "query", "more", "expected"),
    [
        ("Larkair", '@larkair OR "lark air" OR (lark NEAR/3 (flight* OR airline))', [], {"lark air", "lark"}),
        ("Southwest", "southwest OR swa", [], set()),
        ("Southwest", "southwest OR swa", ["SWA"], {"swa"}),
        ("BP", "bp AND (fuel OR oil)", [], set()),
        ("Acme Bank", '"acme bank" AND NOT acmeist', [], set()),
        ("American Airlines", "@americanair OR (american AND (airlines OR flight))", [], {"americanair", "american"}),
        ("Delta Air Lines", "(delta AND NOT river) OR (delta AND (airline OR flight))", [], {"delta"}),
    ],
)
def test_terms_written_like_the_name_are_names(name: str, query: str, more: list[str], expected: set[str]):
    found = names_of(name, Query.parse(query), more)
    assert found[0] == name
    plain = {one.casefold().lstrip("@") for one in found}
    assert expected <= plain
    assert not plain & {"flight", "airline", "airlines", "fuel", "oil", "acmeist", "river"}
