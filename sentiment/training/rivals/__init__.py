"""Texts about two brands, put together by a grammar of ``constructions`` and ``sayings``.

Both are files of plain text, a line each, and so are the ``words`` and names that fill them. Whatever a text says of a
brand is written here; nothing of it is drawn from a data set, and it was written without sight of the pairs that
measure (``sentiment.evaluate.pairs``).
"""
