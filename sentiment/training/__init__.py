"""How the built-in model is made: ``python -m sentiment.training --data DIR --out DIR``.

All-MiniLM-L6-v2, checked by its digest, reads tweets, film reviews, app reviews, airline tweets and news sentences,
shuffled together. It learns three things at once: what a text thinks, what it thinks of a target whose name it can't
see, and to keep the base's sense of what a text is about. A second, shorter phase at a lower rate is about targets, for
two of the sets that name one are mostly angry: it reads as much praise as blame (``sentiment.training.corpus``).
"""
