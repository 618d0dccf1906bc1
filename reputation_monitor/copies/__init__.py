"""Who really spoke: copies of one text are one story, and one customer is one voice a day."""

from reputation_monitor.copies.near import is_copy, is_retold
from reputation_monitor.copies.sketches import meet, sketch
from reputation_monitor.copies.texts import fingerprint, told_words
from reputation_monitor.copies.voices import DAY, Said, Voice, day_of, shares_of_voices, voices

__all__ = [
    "DAY",
    "Said",
    "Voice",
    "day_of",
    "fingerprint",
    "is_copy",
    "is_retold",
    "meet",
    "shares_of_voices",
    "sketch",
    "told_words",
    "voices",
]
