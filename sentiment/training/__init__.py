"""How the built-in model is made: ``python -m sentiment.training --data DIR --out DIR``.

One pass over tweets, film reviews, app reviews, airline tweets and news sentences, shuffled together
(``sentiment.training.corpus``), fine-tunes all-MiniLM-L6-v2, checked by its digest. It learns three things at once:
what a text thinks, what it thinks of a target whose name it can't see, and to keep the base's sense of what a text is
about. A second, shorter pass teaches it to tell two brands of one text apart; what it comes to is mixed with the
weights before it, so that little of the rest is lost.
"""
