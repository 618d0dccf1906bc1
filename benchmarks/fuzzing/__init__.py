"""Can a feed break a parser? Spoil feeds again and again, and see that each still gives items or reasons.

    python -m benchmarks.fuzzing --inputs 200000

Every parser of the collectors is given seeds (invented ones from ``seeds/``, and captured ones where ``--data`` names
a folder of them) that were spoilt by chance: bytes, tokens, or the structure of JSON, XML and lines. An input breaks a
promise if an exception comes out of the parser, if it takes over two seconds, if nothing comes out at all, or if an
item or a reject is not what ``collectors.base`` says. What broke is written to ``--keep``; exit status 1 if anything
did.

A parser is one line in :data:`benchmarks.fuzzing.targets.TARGETS` and a seed in the folder of the same name. The same
``--seed`` gives the same inputs.
"""
