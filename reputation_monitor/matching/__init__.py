"""The boolean language by which a brand's mentions are found, and a matcher for many brands at once.

    @united OR "united airlines"
    (delta OR "delta air lines") AND NOT (river OR variant)
    apetiz AND (connexion NEAR/5 impossible OR plant*)

From the tightest binding to the loosest: ``NOT``, ``NEAR/n``, ``AND`` (also two terms side by side), ``OR``; round
brackets group. Operators are upper case; anything else is a term, and the case of terms does not matter.

* A term in quotation marks, or one that holds several words (``coca-cola``), is a phrase: its words follow each other.
* ``@name``, ``#tag`` and ``$TICKER`` are words of their own; the plain word finds them too (``united`` finds @united).
* ``*`` stands for any letters in a word: ``cancel*``, ``*jet``. What is left of the word makes it cheap; short
  pieces cost time.
* ``a NEAR/5 b``: at most five words apart, either first; neighbours are one apart. Each side is a term or an OR group.
* What a word is: see ``words``.
"""

from reputation_monitor.matching.matcher import Matcher
from reputation_monitor.matching.names import names_of
from reputation_monitor.matching.query import Query
from reputation_monitor.matching.syntax import QueryError

__all__ = ["Matcher", "Query", "QueryError", "names_of"]
