"""How the built-in model is made: ``python -m sentiment.training --data DIR --out DIR``.

First a teacher, an encoder of five times the size, is fine-tuned on tweets, film reviews, app reviews, airline tweets
and news sentences, shuffled together (``sentiment.training.corpus``). Then all-MiniLM-L6-v2, checked by its digest,
learns from people's labels and the teacher's answers, also to texts that nobody labelled, and from texts about two
brands that are put together by rule. It learns three things at once: what a text thinks, what it thinks of a target
whose name it can't see, and to keep the base's sense of what a text is about.
"""
