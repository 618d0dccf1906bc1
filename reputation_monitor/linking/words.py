"""Words that carry no subject of their own, in the languages whose reviews and posts we know best.

Articles, pronouns, forms of to be and to have, and words that join. Small words that make another one ("log in", "not
working", "marche pas") say nothing alone.
"""

_ENGLISH = """
a an the this that these those i i'm i've me my mine you your he him his she her it it's its we us our they them their
am is are was were be been being have has had do does did will would can could and or but so as of to at by for from
with than then there here if when what which who how just very too also about because
"""
_GERMAN = """
der die das den dem des ein eine einen einem einer eines ich mich mir mein meine du dich dir dein sie er es ihm ihn ihr
wir uns unser ihre bist ist sind waren sein habe haben hatte wird werden und oder aber als wie von vom zu zum zur bei
mit für dass wenn wer auch nur sehr da hier im
"""
_FRENCH = """
le la les l' un une du de d' ce cet cette ces je j'ai moi mon ma mes tu toi ton ta tes il elle nous vous ils elles notre
votre leur suis est c'est sont était être ai avez ont avoir et ou mais si que qui qu'il dans pour par avec au aux en y
très aussi
"""
_SPANISH = """
el los las unos unas del al yo mi mis tú te él ella nos nuestro su sus es son era ser está están estar ha han haber o
pero quien para con muy también lo se
"""
FUNCTION_WORDS = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split())


_PARTICLES = "in out up on off over not no never pas plus ne nicht kein keine ab an aus auf en sin"
PARTICLES = frozenset(_PARTICLES.split())


def tells_something(term: str) -> bool:
    """Whether a term, of one word or more, has a subject: apostrophes may be curly."""
    words = set(term.replace("\u2019", "'").split())
    return not words & FUNCTION_WORDS and not words <= PARTICLES
