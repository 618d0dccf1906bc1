"""Does a text talk of a service that fails? Words, not a model: cheap, the same for every brand, and open to argument.

Such a text says one of these things, each as two kinds of words that stand near each other in one sentence:

- a thing of IT has a fault ("the site keeps crashing");
- somebody cannot do something in a place of IT ("can't change my seat online");
- what was entered is rejected ("won't accept my number");
- what was to be sent does not come ("never got the code").

Or a phrase says both at once ("can't log in", "error 500"). What is denied is no fault ("no bugs"). Talk of late
flights, rude staff or high prices is no talk of failing service. ``benchmarks/failing.py`` has the rule by which real
texts were read, and how often this agrees.
"""

import re
from itertools import product

_NEAR = 45
"""Characters that may stand between two words that belong together, about eight words."""
_READ_CHARACTERS = 2000

_THING = r"""
    apps? | (?:web)?sites? | (?:web\ ?|home\ ?)?pages? | servers? | systems? | computers? | software | network |
    internet | wi-?fi | online | log-?[io]n | sign[- ]?(?:in|up) | registration | checkout | payments? | cards? |
    terminal | browser | platform | portal | account | database | updates? | (?:new|latest)\ version | tabs? |
    firefox | chrome | bank(?:ing)? | kiosks? | check[- ]?in | booking | screen | button | modem | phone\ line |
    (?:the|this|that|your)\ link |
    applications? | applis? | serveurs? | syst[eè]mes? | connexion | mise\ [aà]\ jour | maj | comptes? | soldes? |
    identifiants? | cartes? | paiements? | navigateur | bouton | lien |
    anmeldung | (?:web)?seite | verbindung | konto |
    aplicaci[oó]n | p[aá]gina | servidor | sistema | cuenta | applicazione | sito | aplicativo
"""
_NOT = r"""
    (?:(?:is|are|was|were|does|do|did|has|have|could|would|wo|ca)n['\u2019]?t |
    (?:(?:is|are|was|were|does|do|did|has|have|could|would|will|can|still|keeps?)\ )?not | cannot | never | no\ longer)
    (?:\ (?:even|really|be|been))?
"""
_DENIED = "".join(rf"(?<!\b{word}\ )" for word in ("any", "fewer", "sans", "pas\\ de", "moins\\ de"))
_FAULT = rf"""
    (?:is|are|was|were|been|be|keeps?|has|have|went|goes|going|being|still|totally)\s
        (?:(?:all|completely|totally|now)\ )?(?:down|offline|out) |
    (?:{_NOT})\ (?:work|load|respond|open|connect|display|start|let|allow|recogni[sz]e|go\ through)(?:s|ing|ed)? |
    stop(?:s|ped)?\ (?:working|loading|responding) | ke(?:eps?|pt)\ (?:closing|stopping|failing|disconnecting) |
    fail(?:s|ed|ing|ures?)? | broken? | unavailable | unreachable | inaccessible | unusable | tim(?:es|ed|ing)[- ]out |
    time-?outs? | cut(?:s|ting)\ out | disconnects | disappeared | declined | blank | spinning |
    tech(?:nical)?\ (?:issues?|problems?|glitch(?:es)?) |
    {_DENIED}(?:crash(?:es|ed|ing)?|outt?ages?|errors?|errored|glitch(?:es|ed|y)?|bugg?[sy]?|frozen?|freez(?:es?|ing)|
        hangs?|hanging|plant(?:e|es|er|é|age)|bug(?:ue|u[ée]e?)s?|erreurs?) |
    en\ panne | impossible | inutilisable | bloqu[ée]e? | refus(?:e|é|ée) | hors\ ligne | ne\ (?:\w+\ )?\w+\ plus |
    ne\ (?:fonctionne|marche|charge|r[eé]pond|s['\u2019]ouvre|d[eé]marre|reconna[iî]t)\ (?:m[eê]me\ )?pas |
    (?:aucun|plus\ d['\u2019]|pas\ d['\u2019])\ ?acc[eè]s | (?:aucune|plus\ de|pas\ de)\ connexion |
    funktioniert\ nicht | geht\ nicht | abgest[uü]rzt | fehler |
    no\ funciona | ca[ií]do | non\ funziona | n[aã]o\ funciona
"""

_CANNOT = r"""
    (?:can['\u2019]?t | can\ ?not | couldn['\u2019]?t | could\ not | unable\ to | (?:not|never)\ able\ to |
    (?:wo|does|did|would)n['\u2019]?t\ (?:let|allow)\ (?:me|you|us) |
    impossib(?:le|ilit[eé])\ (?:de|[aà]) | n['\u2019\ ]?arrive\ (?:pas|plus)\ [aà] |
    (?:peux|peut|pouvons)\ (?:toujours\ )?(?:plus|pas) | pas\ r[eé]ussi\ [aà])
    (?:\ (?:even|to|i|we))*
"""
_MANNERS = r"\ (?:believe|wait|help|say|speak|talk|complain|recommend|thank|imagine|fault|beat|get\ enough)"
_PLACE = r"online | web | (?:web)?site | app | appli | application"
_ACT = r"""
    log\ ?-?[io]n | sign\ ?-?(?:in|up) | connect | access | load | register | check-?\ ?in | pay |
    install | download | (?:(?:me|se|ce|nous)\ )?(?:re)?connecter | acc[eé]der | s['\u2019]inscrire | ouvrir |
    (?:consulter|conna[iî]tre|voir)\ (?:mon|le|son)\ solde
"""

_ENTERED = r"(?:phone|mobile)(?:\ no)? | numbers? | pin | codes? | pass(?:word|code) | mot\ de\ passe | identifiants?"
_REJECTED = rf"invalid | incorrect | (?:{_NOT})\ (?:accept|recogni[sz]e|validate)(?:ed|ing)? | ne\ reconna[iî]t"
_SENT = r"pin | codes? | e-?mail | confirmation | sms | text | password | mot\ de\ passe | identifiants?"
_MISSING = rf"""
    (?:{_NOT})\ (?:arrives?|received?|receiving|got|sen[dt]|come)(?!\ (?:an?\ |any\ )?(?:reply|response|answer|back)) |
    (?:pas|jamais)\ re[çc]u
"""

_PHRASE = rf"""
    \b(?:{_CANNOT})\ (?:{_ACT})\b |
    (?:error|erreur|fehler|code)\ ?(?:code\ ?)?[45]\d\d | \b50[0234]\b\ ?(?:error|erreur) | \ba\ 404\b |
    system[- ]?wide | \berror\ (?:message|msg) | \bserver\ error | \bfull\ of\ bugs |
    (?:computer|system|server|network|site|website|it|app)s?\s
        (?:outage|failure|glitch|crash|issues?|problems?|difficult(?:y|ies)|meltdown) |
    \btechnical\ difficulties | \b(?:erreurs?|probl[eè]mes?)\ techniques? |
    \b(?:connection|login)\ (?:issues?|problems?|errors?) | \b(?:soucis?|probl[eè]mes?)\ de\ connexion\b |
    \b(?:keeps?|constantly|always|randomly)\ (?:crashing|freezing) | \bforce[- ]clos(?:es?|ing)\b |
    what(?:['\u2019]?s|\ is|\ the\ hell\ is)\ (?:going\ on|the\ deal|up|wrong|happening)\ with\s
        (?:the|your)\ (?:\w+\ ){{0,2}}(?:computer|system|network|website|site|app|server)s? |
    \b(?:marche|fonctionne)\ (?:plus|pas|que) | \bça\ (?:bug|plante) |
    (?:is|are|was)\ (?:\w+\ )?(?:it|he|she|anyone|everyone)?\ ?(?:else['\u2019]?s)?\ ?
        (?:site|app|website|server|system|internet|service)s?\ down |
    (?:site|app|website|servers?|systems?|computers?|internet|service|network)\ (?:\w+\ )?
        (?:down|crashed|crashing) |
    down\ (?:for\ (?:anyone|everyone|maintenance)) | service\ (?:indisponible|unavailable|interruption) |
    \A\W*(?:it\ )?(?:doesn['\u2019]?t|don['\u2019]?t|does\ not|not|won['\u2019]?t)\ work
"""


def _words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives})\b", re.VERBOSE)


_SINGLE = re.compile(_PHRASE, re.VERBOSE)
_PAIRS = [
    (_words(_THING), _words(_FAULT)),
    (_words(_PLACE), _words(rf"(?:{_CANNOT})(?!{_MANNERS})")),
    (_words(_ENTERED), _words(_REJECTED)),
    (_words(_SENT), _words(_MISSING)),
]
_SENTENCE_END = re.compile(r"[.!?] ")
_DENIES = re.compile(
    r"""\b(?:
        not\ | (?:no|zero|not\ (?:one|a\ single)|aucune?)\ (?:\w+\ )? |
        (?:never|jamais|without)\ (?:(?:had|have|has|been|once|ever|gets?|got|gives?|me|any|an?|eu|de)\ ){0,3} |
        (?:ha[sd]|have|is|are|was|were)(?:n['\u2019]?t|\ not)\ (?:(?:been|had|ever|even|once|any)\ ){0,2}
    )\Z""",
    re.VERBOSE,
)
"""What stands right before a fault that is denied."""
_BEFORE = 40


def talks_of_failing_service(text: str) -> bool:
    """Whether a text complains that a service does not work; reads its first 2,000 characters."""
    return bool(what_fails(text))


def what_fails(text: str) -> str:
    """The words by which a text says that a service does not work, in small letters; empty where it does not say so."""
    # One space between words: where the patterns let several things be left out, runs of white space would cost much.
    read = " ".join(text[:_READ_CHARACTERS].lower().split())
    if said := next((said for said in _SINGLE.finditer(read) if not _is_denied(read, said.start())), None):
        return said[0].strip()
    near = (_near(sentence, one, other) for sentence in _SENTENCE_END.split(read) for one, other in _PAIRS)
    return next(filter(None, near), "")


def _near(sentence: str, one: re.Pattern[str], other: re.Pattern[str]) -> str:
    """What stands from a word of one kind to a word of the other, where two stand apart and near."""
    ones = [found.span() for found in one.finditer(sentence)]
    faults = other.finditer(sentence) if ones else ()
    others = [found.span() for found in faults if not _is_denied(sentence, found.start())]
    spans = ((min(a, c), max(b, d)) for (a, b), (c, d) in product(ones, others) if 0 <= max(a - d, c - b) <= _NEAR)
    return next((sentence[start:end] for start, end in spans), "")


def _is_denied(text: str, at: int) -> bool:
    return bool(_DENIES.search(text, max(at - _BEFORE, 0), at))
