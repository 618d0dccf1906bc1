"""What the writer of an e-mail wrote, apart from what they quote or forward."""

import re
from dataclasses import dataclass

_FORWARDED = (
    "forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
    "message transféré|début du message transféré|mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|"
    "doorgestuurd bericht|mensagem encaminhada"
)
_ORIGINAL = (
    "original message|ursprüngliche nachricht|message d.origine|mensaje original|messaggio originale|"
    "oorspronkelijk bericht|mensagem original"
)
_FORWARD_MARK = re.compile(rf"^[- \t]*(?:{_FORWARDED})[-: \t]*$", re.IGNORECASE | re.MULTILINE)
_ORIGINAL_MARK = re.compile(rf"^-{{2,}}[ \t]*(?:{_ORIGINAL})[ \t]*-{{2,}}[ \t]*$", re.IGNORECASE | re.MULTILINE)
_HEADER_BLOCK = re.compile(
    r"^\*?(?:From|Von|De|Da|Van|От)\s?:\*?(?P<sender>[^\n]+)\n"
    r"(?:\*?[^\W\d_][\w’' -]{0,20}\s?:\*?[^\n]*\n(?:[ \t][^\n]*\n)?){2,8}",
    re.MULTILINE,
)
"""The first lines of a forwarded or quoted e-mail, as programs copy them into the text: From, Date, Subject, To."""
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|doorst)\s*:", re.IGNORECASE)
_ATTRIBUTION = re.compile(
    r"^(?:On|Am|Le|El|Il|Op|Em|Den)\b[^\n]{5,200}(?:\n[^\n]{1,200})?"
    r"\b(?:(?:wrote|a écrit|escribió|ha scritto|escreveu)\b|(?:schrieb|schreef|skrev)\b[^\n]{0,80})\s?:[ \t]*$",
    re.MULTILINE,
)
_OF_ONESELF = re.compile(r"\bI wrote\b|\bschrieb ich\b|\bschreef ik\b|\bskrev jag\b|\bskrev jeg\b", re.IGNORECASE)
_EVIDENCE = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\S@\S")
"""A clock time, or an address."""
_QUOTE = re.compile(r"\s*>")
_QUOTED_LINES = re.compile(r"^[ \t]*>[^\n]*(?:\n|\Z)", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- ?\n.*\Z", re.MULTILINE | re.DOTALL)
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A forwarded e-mail: who wrote it, as the program that forwarded it says, its text, and the words before it."""

    sender: str
    text: str
    comment: str


def forwarded(text: str, subject: str) -> Forwarded | None:
    """The e-mail that ``text`` forwards; None where it forwards none.

    A block of copied headers alone may as well stand over the quote of a reply, so a mark or the subject must say that
    something is forwarded.
    """
    mark, block = _FORWARD_MARK.search(text), _HEADER_BLOCK.search(text)
    if block is None or not (_FORWARD_SUBJECT.match(subject) or (mark and mark.start() < block.start())):
        return None
    comment = _ORIGINAL_MARK.sub("", _FORWARD_MARK.sub("", text[: block.start()]))
    return Forwarded(block["sender"].strip(), text[block.end() :].strip(), comment.strip(" _\n\t"))


def without_quotes(text: str) -> str:
    """The writer's own words: without quoted e-mails and signature; all of it where nothing would be left."""
    own = _SIGNATURE.sub("", _without_history(text.replace("\r\n", "\n")))
    return _EMPTY_LINES.sub("\n\n", own).strip() or text.strip()


def _without_history(text: str) -> str:
    """Marked lines go wherever they stand, for answers may stand between them; a quote without marks is the end."""
    if _QUOTED_LINES.search(text):
        return _QUOTED_LINES.sub("", _ATTRIBUTION.sub(lambda found: "" if _attributes(found) else found[0], text))
    told = (found for found in _ATTRIBUTION.finditer(text) if _attributes(found))
    first = (next(told, None), _ORIGINAL_MARK.search(text), _HEADER_BLOCK.search(text))
    return text[: min((found.start() for found in first if found), default=None)]


def _attributes(found: re.Match[str]) -> bool:
    """Whether a program wrote the line over a quotation, and not the writer: "On 3 March I wrote to your support:"."""
    return not _OF_ONESELF.search(found[0]) and bool(
        _EVIDENCE.search(found[0]) or _QUOTE.match(found.string, found.end())
    )
