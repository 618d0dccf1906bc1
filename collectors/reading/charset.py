"""Which charset a text's bytes are in, as browsers find it (encoding.spec.whatwg.org, html.spec.whatwg.org 13.2.3).

In the order of trust: a byte order mark, the Content-Type, what the first 1,024 bytes declare, and what the bytes are:
UTF-8 where they are valid as such, else windows-1252. Names mean what they mean on the web: latin1 is windows-1252,
gb2312 is gb18030, shift_jis is cp932.
"""

import codecs
import re
from collections.abc import Iterator

SNIFFED_BYTES = 1024
LAST_RESORT = "windows-1252"

_LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8",
    "cp866": "866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-ir-101 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-ir-109 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-ir-110 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-ir-144 iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i "
    "iso-ir-127 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8-e iso-8859-8-i iso-ir-138 logical "
    "iso_8859-8:1988 visual",
    "iso8859-10": "csisolatin6 iso-ir-157 l6 latin6",
    "iso8859-13": "",
    "iso8859-14": "",
    "iso8859-15": "csisolatin9 l9",
    "iso8859-16": "",
    "koi8-r": "cskoi8r koi koi8 koi8_r",
    "koi8-u": "koi8-ru",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1254": "csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5",
    "cp1250": "",
    "cp1251": "",
    "cp1253": "",
    "cp1255": "",
    "cp1256": "",
    "cp1257": "",
    "cp1258": "",
    LAST_RESORT: "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
    "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
    "windows-949",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}
"""What the web calls Python's codecs, besides the regular names that :func:`_names` adds."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_WIDE_XML = ((b"<\0?\0x\0", "utf-16-le"), (b"\0<\0?\0x", "utf-16-be"))


def _names(codec: str) -> Iterator[str]:
    yield from (codec, *_LABELS[codec].split())
    if codec.startswith("iso8859-"):
        part = codec.removeprefix("iso8859-")
        yield from (f"iso-8859-{part}", f"iso8859{part}", f"iso_8859-{part}")
    if codec.startswith("cp125"):
        yield from (f"windows-{codec[2:]}", f"x-{codec}")


_BY_LABEL = {name: codec for codec in _LABELS for name in _names(codec)}


def codec_of(label: str) -> str:
    """Python's codec for a charset as the web names it; empty for a name that the web does not know."""
    return _BY_LABEL.get(label.strip().casefold(), "")


def decode(body: bytes, content_type: str = "") -> str:
    """The text as a browser reads it; bytes that mean nothing in its charset become U+FFFD."""
    codec = _marked(body) or next(_declared(body, content_type), "")
    codec = codec or ("utf-8" if _is(body, "utf-8") else LAST_RESORT)
    return _decoded(body, codec).removeprefix("\ufeff")


def decode_feed(body: bytes, content_type: str = "") -> tuple[str, bool]:
    """A feed's text, and whether it is more than a guess.

    Feeds are declared wrongly far more often than pages. So bytes beyond ASCII that are valid UTF-8 are UTF-8,
    whatever is declared, and what is declared counts only if every byte means something in it.
    """
    sure = (*_marked(body).split(), *(["utf-8"] if not body.isascii() else []))
    for codec in (*sure, *_declared(body, content_type), "utf-8"):
        if _is(body, codec):
            return _decoded(body, codec).removeprefix("\ufeff"), True
    return _decoded(body, LAST_RESORT), False


def _marked(body: bytes) -> str:
    return next((codec for mark, codec in _MARKS if body.startswith(mark)), "")


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """The charsets that header and text declare, as far as the web knows them."""
    if (named := _HEADER.search(content_type)) and (codec := codec_of(named[1])):
        yield codec
    yield from (codec for start, codec in _WIDE_XML if body.startswith(start))
    head = body[:SNIFFED_BYTES]
    said = _XML.match(head) or _META.search(_COMMENT.sub(b"", head))
    codec = codec_of(said[1].decode("ascii", "replace")) if said else ""
    if codec:
        yield "utf-8" if codec.startswith("utf-16") else codec  # or its declaration could not have been read


def _is(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except ValueError:
        return codec == LAST_RESORT  # there every byte means something on the web
    return True


def _decoded(body: bytes, codec: str) -> str:
    if codec != LAST_RESORT:
        return body.decode(codec, "replace")
    return codecs.charmap_decode(body, "strict", _WINDOWS_1252)[0]


_WINDOWS_1252 = "".join(
    byte.decode("windows-1252", "ignore") or chr(byte[0]) for byte in (bytes([number]) for number in range(256))
)
"""Python leaves five bytes undefined; on the web they are control characters."""
