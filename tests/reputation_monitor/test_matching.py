"""What a brand's query finds, and what it refuses."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_monitor.matching import Matcher, Query, QueryError
from reputation_monitor.matching.syntax import Near, Node, Not, Term, all_of, any_of

UNHURRIED = settings(deadline=None)  # other processes share the machine


def found(query: str, text: str) -> bool:
    return Query.parse(query).matches(text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("united", "I flew UNITED today"),
        ("UNITED", "united"),
        ("united", "United's computers are down"),
        ("united", "thanks, @united!"),
        ("united", "#united again"),
        ("united", "_united_ is late"),
        ("@united", "hey .@United what now"),
        ("@united", "@United's app is down"),
        ("#fail", "an epic #FAIL"),
        ("$UAL", "$ual falls"),
        ('"united airlines"', "United Airlines"),
        ('"united airlines"', "united-airlines"),
        ("“united airlines”", "united airlines"),
        ("coca-cola", "Coca Cola"),
        ("coca-cola", "coca‑cola"),
        ("AT&T", "I left AT&T"),
        ("O'Neil", "Mr. O’Neil"),
        ("O'Neil", "Mr. ONeil"),
        ("McDonald's", "McDonalds"),
        ("mcdonalds", "McDonald's"),
        ("apetiz", "L'appli d'Apetiz ne marche pas"),
        ("apetiz", "jusqu’à présent l’Apetiz"),
        ("cafe", "Café"),
        ("café", "CAFE"),
        ("Škoda", "skoda"),
        ("straße", "STRASSE"),
        ("3.5", "version 3.5 crashes"),
        ("3M", "3m masks"),
        ("ユナイテッド", "今日ユナイテッド航空は遅い"),
        ("東京", "昨日東京駅で"),
        ("유나이티드", "유나이티드는 늦었다"),
        ("ธนาคาร", "แอปธนาคารล่ม"),
        ("हिन्दी", "यह हिन्दी है"),
        ("بنك", "البنكُ بَنْك"),
        ("United", "ＵＮＩＴＥＤ"),
        ("cancel*", "flights cancelled"),
        ("*jet", "flying EasyJet"),
        ("भारत*", "यह भारतीय है"),
        ("*बैंक", "हमारीबैंक"),
        ("un*ed", "united"),
        ('"us air*"', "US Airways"),
        ("a b", "b and a"),
        ("a AND b", "b a"),
        ("a OR b c", "a"),
        ("(a OR b) c", "b c"),
        ("a AND NOT b", "a c"),
        ("NOT (a b)", "a"),
        ("and", "this and that"),
        ("down NEAR/2 united", "united is down"),
        ("united NEAR/1 down", "down united"),
        ("(crash* OR down) NEAR/3 app", "the app has just crashed"),
        ('"log in" NEAR/2 error', "error at log in"),
        ("united NEAR/2 united", "united, my united"),
    ],
)
def test_it_finds(query: str, text: str):
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("united", "reunited"),
        ("@united", "united"),
        ("@united", "me@united.com"),
        ("@united", "@unitedway"),
        ("#fail", "fail"),
        ('"united airlines"', "airlines united"),
        ('"united airlines"', "united and airlines"),
        ("don", "I don't"),
        ("neil", "O'Neil"),
        ("東京", "東の京"),
        ("हिन्दी", "हिन्दु"),
        ("cancel*", "scancel"),
        ("*jet", "jetlag"),
        ("a b", "a"),
        ("a OR b c", "b"),
        ("a AND NOT b", "a b"),
        ("down NEAR/2 united", "united is totally down"),
        ("united NEAR/5 united", "united"),
        ('"a b" NEAR/3 b', "a b"),
        ("united", ""),
    ],
)
def test_it_does_not_find(query: str, text: str):
    assert not found(query, text)


@pytest.mark.parametrize(
    ("query", "column", "words"),
    [
        ("", 1, "expected a word"),
        ("   ", 4, "found the end"),
        ("a OR", 5, "found the end"),
        ("a OR OR b", 6, 'found "OR"'),
        ("AND a", 1, 'found "AND"'),
        ("(a OR b", 8, 'expected ")" for the "(" in column 1'),
        ("a )", 3, 'found ")"'),
        ('a "b c', 3, "no closing quotation mark"),
        ("a !!!", 3, "expected letters or digits"),
        ('""', 1, "expected letters or digits"),
        ("a*", 1, "two letters"),
        ("x OR *", 6, "two letters"),
        ("a NEAR b", 3, "NEAR/5"),
        ("a NEAR/0 b", 3, "NEAR/5"),
        ("a NEAR/x b", 3, "NEAR/5"),
        ("a NEAR/2 (b AND c)", 3, "OR group"),
        ("a NEAR/2 b NEAR/2 c", 12, "joins two terms"),
        ("NOT", 4, "found the end"),
        ("(" * 200 + "a", 51, "nested"),
        ("NOT " * 200 + "a", 201, "nested"),
    ],
)
def test_an_error_says_where_and_what_was_expected(query: str, column: int, words: str):
    with pytest.raises(QueryError) as caught:
        Query.parse(query)
    assert caught.value.column == column
    assert words in str(caught.value)


def test_terms_are_what_is_looked_for_without_what_is_excluded():
    query = Query.parse('@united OR "United Airlines" OR (ual NEAR/3 (flight OR plane) AND NOT basketball)')
    assert query.terms() == ("@united", "united airlines", "ual", "flight", "plane")


def test_a_query_is_shown_as_one_would_write_it():
    assert str(Query.parse('united  (down OR "Not Working") NOT soccer')) == (
        'united AND (down OR "not working") AND (NOT soccer)'
    )


LETTERS = st.text("abcdeö", min_size=2, max_size=4).map(lambda word: Term((word.replace("ö", "o"),)))
WORDS = st.sampled_from(["red", "blue", "sky", "@red", "#sky", "re*", "東", "o'neil", "café", "it's"])
TEXTS = st.lists(WORDS.filter(lambda word: "*" not in word), max_size=12).map(" ".join)
TERMS = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: Query.parse(f'"{" ".join(words)}"').root)
SIDES = st.lists(TERMS, min_size=1, max_size=2).map(lambda terms: tuple(t for t in terms if isinstance(t, Term)))
LEAVES = TERMS | st.builds(Near, SIDES, SIDES, st.integers(1, 20)) | LETTERS


def trees() -> st.SearchStrategy[Node]:
    def grow(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(children, min_size=2, max_size=3)
        return children.map(Not) | several.map(all_of) | several.map(any_of)

    return st.recursive(LEAVES, grow, max_leaves=8)


@UNHURRIED
@given(trees())
def test_what_is_written_out_is_read_back(tree: Node):
    assert Query.parse(str(Query(tree))).root == tree


@UNHURRIED
@given(trees(), TEXTS)
def test_not_turns_every_answer_round(tree: Node, text: str):
    assert Query(Not(tree)).matches(text) != Query(tree).matches(text)


@UNHURRIED
@given(SIDES, SIDES, st.integers(1, 6), TEXTS)
def test_near_does_not_care_which_comes_first(left: tuple[Term, ...], right: tuple[Term, ...], n: int, text: str):
    assert Query(Near(left, right, n)).matches(text) == Query(Near(right, left, n)).matches(text)


@UNHURRIED
@given(trees(), trees(), TEXTS)
def test_and_and_or_mean_what_they_say(one: Node, other: Node, text: str):
    answers = Query(one).matches(text), Query(other).matches(text)
    assert Query(all_of([one, other])).matches(text) == all(answers)
    assert Query(any_of([one, other])).matches(text) == any(answers)


@UNHURRIED
@given(st.lists(trees(), max_size=6), TEXTS)
def test_the_index_never_loses_a_brand(roots: list[Node], text: str):
    queries = {str(number): Query(root) for number, root in enumerate(roots)}
    expected = [name for name, query in queries.items() if query.matches(text)]
    assert Matcher(queries).brands_of(text) == expected


@UNHURRIED
@given(st.text(max_size=40), st.text(max_size=200))
def test_no_input_breaks_it(query: str, text: str):
    try:
        parsed = Query.parse(query)
    except QueryError:
        return
    parsed.matches(text)
    assert Query.parse(str(parsed)) == parsed


def test_brands_come_in_the_order_given_and_one_text_may_have_two():
    matcher = Matcher({"United": Query.parse("@united"), "Delta": Query.parse("@delta OR delta")})
    assert matcher.brands_of("@delta beats @united") == ["United", "Delta"]
    assert matcher.brands_of("river") == []


def test_a_text_of_a_hundred_thousand_characters_is_read():
    assert found("needle NEAR/2 hay", "straw " * 16_000 + "needle in hay")


def test_a_long_near_over_a_repetitive_text_takes_no_square_time():
    before = time.process_time()
    assert not found('(a1 OR a2) NEAR/3 "b c"', "a1 x y z w v b d c " * 5_000 + "b c")
    assert not found("xx NEAR/1 yy", "xx - ab " * 20_000 + "q yy")
    assert not found("xx NEAR/1 yy", "xx ab " * 10_000 + "yy ab " * 10_000)
    assert time.process_time() - before < 8.0


def test_five_hundred_brands_cost_little_more_than_five():
    texts = [f"a customer of brand{number % 700} writes that the airline lost bag {number}" for number in range(2_000)]

    def seconds(brands: int) -> float:
        matcher = Matcher({str(n): Query.parse(f'brand{n} OR "brand {n}" OR "b{n} airline"') for n in range(brands)})
        matcher.brands_of(texts[0])
        before = time.process_time()
        for text in texts:
            matcher.brands_of(text)
        return time.process_time() - before

    assert seconds(500) < 10 * seconds(5)
