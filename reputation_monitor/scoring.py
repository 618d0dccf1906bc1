"""How mentions get their scores: by the model of their language, by their stars, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from reputation_monitor.settings import Stars
from reputation_monitor.store import Mention, ScoredMention, ScoreMethod, Spoken
from sentiment.scores import Score, from_stars
from sentiment.text import Target, names_any


class Scorer(Protocol):
    """What is needed of a model."""

    @property
    def identity(self) -> str:
        """Name and digest of the model, kept with each score."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """Languages it knows; empty where it does not say."""
        ...

    def score(self, texts: Sequence[str], targets: Sequence[Target] | None = None) -> list[Score]:
        """One score a text."""
        ...


class Models(Protocol):
    """The models at hand."""

    async def model_for(self, language: str) -> Scorer | None:
        """The model that reads a language (ISO 639-1), loaded when first asked for; None where no model knows it.

        A text whose language nobody could tell (``""``) is read by the usual model.
        """
        ...


def by_language(mentions: Sequence[Mention]) -> dict[str, list[Mention]]:
    """Mentions by their primary language: ``fr`` for ``fr-CA``."""
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        found.setdefault(primary(mention.language), []).append(mention)
    return found


def primary(language: str) -> str:
    """The first part of a language tag, in lower case."""
    return language.replace("_", "-").partition("-")[0].lower()


def reads(languages: Collection[str], language: str) -> bool:
    """Whether a model that knows these languages reads one. Who names none is believed to know all.

    A text of unknown language (``""``) is read.
    """
    return not language or not languages or language in languages


def score_mentions(
    mentions: Sequence[Mention], scorer: Scorer | None, stars: Stars, names: Mapping[str, Sequence[str]]
) -> list[ScoredMention]:
    """Scores of mentions of one language, in their order.

    The model is asked about the brand where ``targets_of`` says so. Stars serve in its place as the configuration says.
    Without either, nothing is guessed: the mention is marked as one whose language no model knows.
    """
    starred = [mention.rating is not None and _by_stars(mention, scorer, stars) for mention in mentions]
    read = [mention for mention, by_stars in zip(mentions, starred, strict=True) if not by_stars]
    words = [mention.words for mention in read]
    scores = iter(scorer.score(words, targets_of(read, names)) if scorer and read else ())
    found = []
    for mention, by_stars in zip(mentions, starred, strict=True):
        if by_stars and mention.rating is not None:
            given = from_stars(mention.rating).probabilities
            found.append(ScoredMention(mention.id, mention.revision, given, ScoreMethod.STARS))
        elif scorer is None:
            found.append(ScoredMention(mention.id, mention.revision, None, ScoreMethod.LANGUAGE))
        else:
            score = next(scores)
            method = ScoreMethod.TARGET if score.basis == "target" else ScoreMethod.MODEL
            found.append(ScoredMention(mention.id, mention.revision, score.probabilities, method, scorer.identity))
    return found


def targets_of(spoken: Sequence[Spoken], names: Mapping[str, Sequence[str]]) -> list[Target]:
    """Whom the model is asked about in each text: its brand, where the text names another brand of ``names`` too.

    Other texts it judges as a whole, which it does more surely (docs/model-card.md).
    """
    others = {brand: _names_but(brand, names) for brand in {one.brand for one in spoken}}
    return [names.get(one.brand) if names_any(one.words, others[one.brand]) else None for one in spoken]


def _names_but(brand: str, names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What all other brands are called."""
    return tuple(name for other, called in names.items() if other != brand for name in called)


def _by_stars(mention: Mention, scorer: Scorer | None, stars: Stars) -> bool:
    """Whether a rated mention goes by its stars. A model that names no language is believed to know them all."""
    if stars is not Stars.UNKNOWN_LANGUAGE:
        return stars is Stars.ALWAYS
    return scorer is None or bool(scorer.languages and primary(mention.language) not in scorer.languages)
