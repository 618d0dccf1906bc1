"""How good a model is: on labelled public texts, on texts that speak of two brands, and when texts change a little.

``python -m sentiment.evaluate --data DIR`` prints it all; docs/evaluation.md says what each figure means.
"""
