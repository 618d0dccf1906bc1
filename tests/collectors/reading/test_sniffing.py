"""A body is what it looks like, whatever its server says."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading.sniffing import Kind, sniff


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", Kind.EMPTY),
        (b" \r\n\t", Kind.EMPTY),
        (b"<!DOCTYPE html><p>", Kind.HTML),
        (b"\xef\xbb\xbf\n<HTML lang=en>", Kind.HTML),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">', Kind.HTML),
        (b"<!-- made by hand -->\n<!-- twice --><head>", Kind.HTML),
        (b"<p>Not found</p>", Kind.HTML),
        ("\ufeff<!doctype html>".encode("utf-16-le"), Kind.HTML),
        (b"<?xml version='1.0'?><rss/>", Kind.XML),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><title>html</title>", Kind.XML),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'>", Kind.XML),
        (b"<article>", Kind.XML),
        ("<rss/>".encode("utf-16-le"), Kind.XML),
        ("\ufeff<rss/>".encode("utf-16-be"), Kind.XML),
        (b" \n{}", Kind.JSON),
        (b"[1]", Kind.JSON),
        ("\ufeff{}".encode(), Kind.JSON),
        (b"WEBVTT\n\n", Kind.CAPTIONS),
        (b"\xef\xbb\xbfWEBVTT - a title", Kind.CAPTIONS),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello", Kind.CAPTIONS),
        (b"WEBVTTX", Kind.TEXT),
        (b"id,text\n1,<b>", Kind.TEXT),
        (b" " * 2000 + b"<rss/>", Kind.TEXT),
        ("Grüße".encode("latin-1"), Kind.TEXT),
        (b"\x89PNG\r\n\x1a\n", Kind.BINARY),
        (b"%PDF-1.7", Kind.BINARY),
        (gzip.compress(b"<rss/>", mtime=0), Kind.BINARY),
        (b"a\0b", Kind.BINARY),
        (b"<!---->" * 200 + b"x", Kind.XML),
    ],
)
def test_a_body_is_told_by_its_first_bytes(body: bytes, kind: Kind):
    assert sniff(body) is kind


@given(st.binary(max_size=2000))
def test_every_body_is_of_some_kind(body: bytes):
    assert isinstance(sniff(body), Kind)
