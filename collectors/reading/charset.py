"""Which charset a text's bytes are in: of pages as browsers find it, of feeds and e-mails as they are really written.

Names mean what they mean on the web (encoding.spec.whatwg.org): latin1 is windows-1252, gb2312 is gb18030, shift_jis is
cp932. What nobody names is UTF-8 where the bytes are valid as such, else windows-1252.
"""

import codecs
import re
from collections.abc import Iterator
from functools import cache

from collectors.reading.prescan import SNIFFED_BYTES, labels_in_meta

LAST_RESORT = "cp1252"

_REPLACEMENT = "replacement"
"""The web's name for charsets in which nothing is read, since they hide mark-up."""
_USER_DEFINED = "x-user-defined"

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
    LAST_RESORT: "ansi_x3.4-1968 ascii cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
    "iso_8859-1:1987 l1 latin1 us-ascii",
    "cp1250": "",
    "cp1251": "",
    "cp1253": "",
    "cp1255": "",
    "cp1256": "",
    "cp1257": "",
    "cp1258": "",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp_ext": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
    "windows-949",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    _REPLACEMENT: "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr",
    _USER_DEFINED: "",
}
"""What the web calls Python's codecs, besides the regular names that :func:`_names` adds."""


def _names(codec: str) -> Iterator[str]:
    yield from (codec, *_LABELS[codec].split())
    if codec.startswith("iso8859-"):
        part = codec.removeprefix("iso8859-")
        yield from (f"iso-8859-{part}", f"iso8859{part}", f"iso_8859-{part}")
    if codec.startswith("cp125"):
        yield from (f"windows-{codec[2:]}", f"x-{codec}")


_BY_LABEL = {name: codec for codec in _LABELS for name in _names(codec)}
_UNSAID = ("iso-2022-cn", "iso-2022-cn-ext", _REPLACEMENT, "ascii", "us-ascii", "ansi_x3.4-1968")
_IN_MAIL = (
    _BY_LABEL
    | {"utf-7": "utf-7", "unicode-1-1-utf-7": "utf-7", "hz-gb-2312": "hz"}
    | {"iso-2022-kr": "iso2022_kr", "csiso2022kr": "iso2022_kr"}
    | dict.fromkeys(_UNSAID, "")
)
"""In e-mails, charsets that hide mark-up are read, where Python can; and ASCII says nothing of bytes beyond it."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE_XML = ((b"<\0?\0x\0", "utf-16-le"), (b"\0<\0?\0x", "utf-16-be"))
_HEADER = re.compile(r";\s*charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]+)", re.IGNORECASE)
_TABLED = re.compile(rf"cp125\d|cp874|{_REPLACEMENT}|{_USER_DEFINED}")


def codec_of(label: str) -> str:
    """Our name of a charset as the web names it, mostly Python's; empty for a name that the web does not know."""
    return _BY_LABEL.get(label.strip().casefold(), "")


def decode(body: bytes, content_type: str = "") -> str:
    """A page's text as a browser reads it; bytes that mean nothing in its charset become U+FFFD.

    In the order of trust (html.spec.whatwg.org, 13.2.3): a byte order mark, the Content-Type, what the first 1,024
    bytes declare. Browsers then ask the reader's language; we ask the bytes whether they are UTF-8.
    """
    codec = _marked(body) or _in_header(content_type) or _in_page(body)
    return _read(body, codec or ("utf-8" if _is(body, "utf-8") else LAST_RESORT))


def decode_feed(body: bytes, content_type: str = "") -> tuple[str, bool]:
    """A feed's text, and whether it is more than a guess.

    Feeds are declared wrongly far more often than pages. So bytes beyond ASCII that are valid UTF-8 are UTF-8,
    whatever is declared, and what is declared counts only if every byte means something in it.
    """
    beyond_ascii = "" if body.isascii() else "utf-8"
    for codec in (_marked(body), beyond_ascii, _in_header(content_type), _in_xml(body), "utf-8"):
        if codec and _is(body, codec):
            return _read(body, codec), True
    return _read(body, LAST_RESORT), False


def decode_letter(body: bytes, declared: str = "") -> str:
    """The text of an e-mail's part, of which the end may be missing, by the charset that its header declares (MIME).

    Where none is declared, or one that nobody knows or the bytes contradict, they are UTF-8 if they are valid as such,
    else what an HTML part says of itself, else windows-1252. ``us-ascii`` with bytes beyond ASCII declares nothing.
    """
    told = _IN_MAIL.get(declared.strip().casefold(), "")
    body = _without_cut_character(body)
    certain = next((codec for codec in (_marked(body), told) if codec and _is(body, codec)), "")
    if certain or (told and body.isascii()):  # then it is a charset of seven bits, and some character is damaged
        return _read(body, certain or told)
    codec = next((codec for codec in ("utf-8", _in_page(body)) if codec and _is(body, codec)), "")
    return _read(body, codec or (LAST_RESORT if told == "utf-8" else told or LAST_RESORT))


def _marked(body: bytes) -> str:
    return next((codec for mark, codec in _MARKS if body.startswith(mark)), "")


def _in_header(content_type: str) -> str:
    named = _HEADER.search(content_type)
    return codec_of(named[1]) if named else ""


def _in_xml(body: bytes) -> str:
    """What an XML declaration names, or is written in."""
    wide = next((codec for start, codec in _WIDE_XML if body.startswith(start)), "")
    named = _XML.match(body[:SNIFFED_BYTES])
    return wide or (_as_ascii(codec_of(named[1].decode("ascii", "replace"))) if named else "")


def _in_page(body: bytes) -> str:
    """What the head of a page declares; the first name that the web knows."""
    named = (_as_ascii(codec_of(label)) for label in labels_in_meta(body[:SNIFFED_BYTES]))
    return next(filter(None, named), "") or _in_xml(body)


def _as_ascii(codec: str) -> str:
    """A declaration that can be read as ASCII is not in UTF-16; and x-user-defined is said of fonts, not of letters."""
    if codec.startswith("utf-16"):
        return "utf-8"
    return LAST_RESORT if codec == _USER_DEFINED else codec


def _is(body: bytes, codec: str) -> bool:
    """Whether every byte means something in it."""
    try:
        _read(body, codec, "strict")
    except ValueError:
        return False
    return True


def _read(body: bytes, codec: str, errors: str = "replace") -> str:
    if _TABLED.fullmatch(codec):
        return codecs.charmap_decode(body, errors, _characters(codec))[0]
    return body.decode(codec, errors).removeprefix("\ufeff")


@cache
def _characters(codec: str) -> str:
    """What the web reads in each byte: control characters too, where Python's tables of Windows charsets have gaps."""
    if codec == _REPLACEMENT:
        return "\ufffe" * 256  # which stands for nothing
    if codec == _USER_DEFINED:
        return "".join(chr(byte if byte < 0x80 else 0xF700 + byte) for byte in range(256))
    known = (bytes([byte]).decode(codec, "ignore") for byte in range(256))
    return "".join(it or (chr(byte) if byte < 0xA0 else "\ufffe") for byte, it in enumerate(known))


def _without_cut_character(body: bytes) -> bytes:
    """Without the bytes of a last UTF-8 character that is not whole, if that is what cut-off text ends with."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        beyond_ascii = not decoder.decode(body).isascii()
    except ValueError:
        return body
    pending, _ = decoder.getstate()
    return body[: len(body) - len(pending)] if beyond_ascii else body
