"""Counts of mentions in buckets of time, which is all that shifts, links, reports and pages read of history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reputation_monitor.copies import Said, Voice, voices

BUCKET_MINUTES = 5
BUCKET_SECONDS = 60 * BUCKET_MINUTES
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class BucketSums:
    """Sums over the mentions of one brand, screen and source that were published in one bucket.

    Attributes:
        bucket: the bucket's start, aware UTC.
        voices: distinct authors or stories (see ``copies.voices``).
        negative, positive: sums of probabilities over all mentions, copies included.
        negative_voices: sum of the weights of negative voices; ``negative_voices_squared`` of their squares.
        failing_voices: the same of the voices that talk of failing service.
        valence: sum of P(positive) - P(negative) over all mentions.
    """

    source: str
    bucket: datetime
    mentions: int = 0
    voices: float = 0.0
    negative: float = 0.0
    negative_voices: float = 0.0
    negative_voices_squared: float = 0.0
    failing_voices: float = 0.0
    failing_voices_squared: float = 0.0
    positive: float = 0.0
    valence: float = 0.0

    def add(self, row: Said, voice: Voice) -> None:
        """Count one mention."""
        self.mentions += 1
        self.voices += voice.voices
        self.negative += row.negative
        self.negative_voices += voice.negative
        self.negative_voices_squared += voice.negative**2
        self.failing_voices += voice.failing
        self.failing_voices_squared += voice.failing**2
        self.positive += row.positive
        self.valence += row.positive - row.negative


def bucket_of(moment: datetime, bucket_minutes: int = BUCKET_MINUTES) -> datetime:
    """Start of the bucket that holds the moment; buckets are counted from 1970, so all series share their edges."""
    width = timedelta(minutes=bucket_minutes)
    return _EPOCH + (moment - _EPOCH) // width * width


def rollup(rows: Sequence[Said], bucket_minutes: int = BUCKET_MINUTES) -> list[BucketSums]:
    """Sum the mentions of one brand and screen by source and bucket, ordered by bucket and source.

    Args:
        rows: in any order, all of whole UTC days, on which the weight of voices depends.
        bucket_minutes: width of a bucket.
    """
    sums: dict[tuple[datetime, str], BucketSums] = {}
    weighed = sorted(zip(rows, voices(rows), strict=True), key=lambda pair: pair[0].id)
    for row, voice in weighed:  # in order of id, so that the same rows give the same sums to the last bit
        bucket = bucket_of(row.published, bucket_minutes)
        key = (bucket, row.source)
        sums.setdefault(key, BucketSums(source=row.source, bucket=bucket)).add(row, voice)
    return [sums[key] for key in sorted(sums)]
