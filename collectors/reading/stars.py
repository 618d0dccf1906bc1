"""Star ratings of reviews."""

_LOWEST, _HIGHEST = 1.0, 5.0


def stars(given: object) -> float:
    """The rating, 1 to 5, from a number or from text that is one.

    Raises:
        ValueError: it is none.
    """
    try:
        rating = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else 0.0
    except ValueError:
        rating = 0.0
    if not _LOWEST <= rating <= _HIGHEST:
        raise ValueError(f"the review's rating is {given!r}, not 1 to 5 stars")
    return rating
