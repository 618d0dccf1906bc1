"""How an input is spoilt: its bytes, its tokens, or its structure. The same chance spoils alike."""

import json
import random
import re
from collections.abc import Sequence
from typing import Any

LARGEST_INPUT_BYTES = 64_000
MOST_SPOILT = 4
DEEPER = 0.97
"""How likely a value within a value of JSON is spoilt rather than the whole."""

HOSTILE: Sequence[bytes] = (
    *(b"]]>", b"<![CDATA[", b"<!--", b"-->", b"&#x110000;", b"&#0;", b"&bogus;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"),
    *(b'"\\ud800"', b"1e999", b"-" + b"9" * 400, b"NaN", b"null", b"{}", b"[[]]", b'"\\u0000"', b"\xff\xfe", b"\x00"),
    *(b"99:99:99.999 --> -1:00", b"0000-00-00T00:00:00Z", b"9999-12-31T23:59:59-14:00", b"9" * 5000, b"//[::1"),
    *(b"\xef\xbb\xbf", b"\xe2\x80\xae", b"Mon, 02 Mar 99999999999 12:00:00 GMT", b"=?utf-8?b?/w?=", b"http://[/%zz"),
    *(b"&#" + b"9" * 5000 + b";", b"&#xd800;", b"{{{", b"\\ud83d", b"1e400", b"+" + b"9" * 400 + b"s"),
    *(b"<a b=", b"''", b"--> ", b"\r", b"\n\n", b"\t", b"\x1b", b"=", b";", b"\xf0\x9f\x92", b"<" * 300, b"(" * 300),
)
VALUES: Sequence[Any] = (
    *(None, True, [], {}, "", "x" * 3000, 10**400, -1, 1e308, float("nan"), "\ud800", "\x00", [[{}]]),
    *("9" * 5000, "http://[", 253402300799, 253402300799 * 10**6),
)

_TOKEN = re.compile(rb"<[^<>]*>|\"[^\"]*\"|\w+|\s+|.", re.DOTALL)
_ELEMENT = re.compile(rb"<(\w[\w:]*)[^<>]*>.*?</\1>", re.DOTALL)


def spoilt(body: bytes, corpus: Sequence[bytes], chance: random.Random) -> bytes:
    """The body, spoilt once or a few times; now and then with the end of another.

    Half of them are spoilt in their structure alone, so that they get past the parsers of JSON and XML.
    """
    ways = chance.choice(((spoil_bytes, spoil_tokens, spoil_structure), (spoil_structure,)))
    for _ in range(chance.randint(1, MOST_SPOILT)):
        body = chance.choice(ways)(body, chance)
    if chance.random() < 0.05:
        other = chance.choice(corpus)
        body = body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]
    return body[:LARGEST_INPUT_BYTES]


def spoil_bytes(body: bytes, chance: random.Random) -> bytes:
    """Flip, cut, double or replace some bytes."""
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((1, 1, 4, 64, 1000)))
    middle = chance.choice(
        (b"", chance.randbytes(end - start), body[start:end] * chance.choice((2, 50)), chance.choice(HOSTILE))
    )
    return body[:start] if chance.random() < 0.1 else body[:start] + middle + body[end:]


def spoil_tokens(body: bytes, chance: random.Random) -> bytes:
    """Swap, drop, double or replace words, strings and tags."""
    tokens = _TOKEN.findall(body)
    for _ in range(chance.randint(1, 8)):
        at, other = (chance.randrange(len(tokens) + 1) for _ in range(2))
        new = chance.choice(([], tokens[other : other + 1], tokens[at : at + 1] * 2, [chance.choice(HOSTILE)]))
        tokens[at : at + chance.randint(0, 2)] = new
    return b"".join(tokens)


def spoil_structure(body: bytes, chance: random.Random) -> bytes:
    """Spoil the tree of JSON, the elements of XML, or the order of lines."""
    try:
        return json.dumps(_spoil_tree(json.loads(body), chance)).encode()
    except (ValueError, RecursionError):
        pass
    element = _ELEMENT.search(body, chance.randrange(len(body) + 1)) if body.lstrip()[:1] == b"<" else None
    return _spoil_element(body, element.span(), chance) if element else _spoil_lines(body, chance)


def _spoil_tree(tree: Any, chance: random.Random) -> Any:
    """Replace one value of the tree by another, or by something of a wrong kind."""
    if isinstance(tree, dict) and tree and chance.random() < DEEPER:
        key = chance.choice(list(tree))
        return {**tree, key: _spoil_tree(tree[key], chance)}
    if isinstance(tree, list) and tree and chance.random() < DEEPER:
        at = chance.randrange(len(tree))
        return [*tree[:at], _spoil_tree(tree[at], chance), *tree[at + 1 :]]
    value = chance.choice((*VALUES, [tree], {"label": tree}))
    for _ in range(400 if chance.random() < 0.05 else 0):
        value = [value]
    return value


def _spoil_element(body: bytes, span: tuple[int, int], chance: random.Random) -> bytes:
    """Drop, double or bury an element."""
    start, end = span
    deep = chance.choice((1, 2, 200))
    inner = chance.choice((b"", body[start:end] * 2, b"<div>" * deep + body[start:end] + b"</div>" * deep))
    return body[:start] + inner + body[end:]


def _spoil_lines(body: bytes, chance: random.Random) -> bytes:
    lines = body.splitlines(keepends=True)
    chance.shuffle(lines) if chance.random() < 0.3 else lines.insert(chance.randrange(len(lines) + 1), b"\n")
    return b"".join(lines[: chance.randint(0, len(lines))] if chance.random() < 0.3 else lines)
