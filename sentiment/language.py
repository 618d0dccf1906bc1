"""Which language a text is written in, so that a model is asked only about languages it knows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lingua import ConfidenceValue, LanguageDetector, LanguageDetectorBuilder
from lingua import Language as Known

from sentiment.text import normalise

KNOWN = frozenset({"en"})
"""ISO 639-1 codes of the languages of the built-in model."""

SURE = 0.8
"""Confidence from which a language is named. Below, too many short English texts pass for a neighbour's language."""

_LANGUAGES = (
    Known.ARABIC,
    Known.CHINESE,
    Known.CZECH,
    Known.DUTCH,
    Known.ENGLISH,
    Known.FRENCH,
    Known.GERMAN,
    Known.GREEK,
    Known.HEBREW,
    Known.HINDI,
    Known.INDONESIAN,
    Known.ITALIAN,
    Known.JAPANESE,
    Known.KOREAN,
    Known.POLISH,
    Known.PORTUGUESE,
    Known.ROMANIAN,
    Known.RUSSIAN,
    Known.SPANISH,
    Known.SWEDISH,
    Known.THAI,
    Known.TURKISH,
    Known.UKRAINIAN,
    Known.VIETNAMESE,
)
_MOST_CHARACTERS = 2_000
_NO_WORDS = re.compile(r"@user|\bhttp\b|[#@]\w+|<\w+>")


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its ISO 639-1 code, empty where the text does not tell, and how sure that is, in [0, 1]."""

    code: str
    confidence: float


def detect(texts: Sequence[str]) -> list[Language]:
    """The language of each text, in the order given.

    The code is empty, not a guess, below a confidence of ``SURE`` and where there are no words. Handles, links and
    hashtags are no words; of a long text the first 2,000 characters decide. The first call takes some 0.2 seconds
    and 30 MB for the word models; the detector's precise mode would take 460 MB and be five times slower.
    """
    words = [_NO_WORDS.sub(" ", normalise(text[:_MOST_CHARACTERS])) for text in texts]
    return [_likeliest(values) for values in _detector().compute_language_confidence_values_in_parallel(words)]


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_LANGUAGES).with_low_accuracy_mode().build()


def _likeliest(values: Sequence[ConfidenceValue]) -> Language:
    best = max(values, key=lambda found: found.value)
    code = best.language.iso_code_639_1.name.lower() if best.value >= SURE else ""
    return Language(code, best.value)
