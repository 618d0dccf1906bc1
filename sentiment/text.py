"""What a text looks like to the model: handles and links masked as in its training data."""

import re

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@./])@\w{1,30}")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Mask handles as ``@user`` and links as ``http``, and fold white space. The result is valid Unicode.

    The masks are those of TweetEval (Barbieri et al. 2020), on whose tweets the built-in model is trained.
    """
    masked = _HANDLE.sub("@user", _LINK.sub("http", _mended(text).replace("\x00", " ")))
    return _SPACE.sub(" ", masked).strip()


def _mended(text: str) -> str:
    """Join halves of surrogate pairs, as careless decoders leave them, and replace those without a partner."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
