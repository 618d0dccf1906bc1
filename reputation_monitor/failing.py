"""Does a text talk of a service that fails? Words, not a model: cheap, the same for every brand, and open to argument.

A thing of IT and a fault must stand near each other ("the site keeps crashing"), or a phrase says both at once
("error 500", "can't log in"). Talk of late flights, rude staff or high prices is no talk of failing service.
"""

import re

_THING = r"""(?:
    app|apps|site|website|webpage|page|pages|server|servers|system|systems|computer|computers|software|network|
    internet|online|login|logon|sign[- ]?in|checkout|payment|payments|card|cards|terminal|website|browser|service|
    platform|portal|account|database|update|connection|tabs?|firefox|chrome|bank(?:ing)?|kiosks?|check[- ]?in|
    booking|screen|button|
    application|appli|serveur|syst[eè]me|connexion|mise\ [aà]\ jour|compte|solde|identifiant|
    anmeldung|seite|webseite|verbindung|konto|
    aplicaci[oó]n|p[aá]gina|servidor|sistema|cuenta|applicazione|sito|aplicativo
)"""
_FAULT = r"""(?:
    (?:is|are|was|were|been|keeps?|has|have|went|goes|going|being|still)\s+
        (?:all\s+|completely\s+|totally\s+|now\s+)?(?:down|offline|out)|
    crash(?:es|ed|ing)?|outt?ages?|error|errors|errored|glitch(?:es|ed|y)?|bugs?|buggy|frozen?|freez(?:es|ing)|
    hangs?|hanging|
    not\ (?:be\ )?(?:work|load|respond|open|connect|display|start)(?:ing|ed)?|
    (?:isn|doesn|don|won|can|couldn|wouldn|aren|wasn|didn)['\u2019]?t\ (?:even\ )?
        (?:work|load|open|connect|respond|start|go\ through|display)(?:ing)?|
    cannot\ (?:load|open|connect|access|log|sign)|stop(?:s|ped)?\ (?:working|loading|responding)|
    no\ longer\ (?:work|load)s?|
    fail(?:s|ed|ing|ure|ures)?|broken?|unavailable|unreachable|inaccessible|tim(?:es|ed|ing)\ out|time-?outs?|
    declined|blank|spinning|
    plant(?:e|es|er|é|age)|bug(?:ue|ué)|en\ panne|ne\ (?:fonctionne|marche|charge|s['\u2019]ouvre)|impossible|erreur|
    inutilisable|
    funktioniert\ nicht|geht\ nicht|abgest[uü]rzt|fehler|
    no\ funciona|error|ca[ií]do|non\ funziona|n[aã]o\ funciona
)"""
_PHRASE = r"""
    (?:error|erreur|fehler|code)\s*(?:code\s*)?[45]\d\d | \b50[0234]\b\s*(?:error|erreur) |
    system[- ]?wide |
    (?:computer|system|server|network|site|it|service|technical|tech)s?\s+
        (?:outage|failure|glitch|crash|issues?|problems?|difficult(?:y|ies)|meltdown) |
    what(?:['\u2019]?s|\ is|\ the\ hell\ is)\s+(?:going\ on|the\ deal|up|wrong|happening)\s+with\s+
        (?:the|your)\s+(?:\w+\s+){0,2}(?:computer|system|network|website|site|app|server)s? |
    (?:
        can['\u2019]?t|cannot|can\ not|unable\ to|couldn['\u2019]?t|won['\u2019]?t\ let\ me|not\ able\ to|
        impossible\ (?:de|to)
    )\s+(?:even\s+)?
        (?:
            log\s?-?in|log\s?on|sign\s?in|connect|access|load|check\s?-?in|pay|book|(?:me\s+)?connecter|
            acc[eé]der|se\s+connecter|ouvrir
        ) |
    (?:plus|pas)\s+(?:d['\u2019])?acc[eè]s | ne\s+(?:fonctionne|marche)\s+(?:plus|pas) |
    (?:marche|fonctionne)\s+(?:plus|pas) | ça\s+(?:bug|plante) |
    (?:is|are|was)\s+(?:\w+\s+)?(?:it|he|she|anyone|everyone)?\s*(?:else['\u2019]?s)?\s*
        (?:site|app|website|server|system|internet|service)s?\s+down |
    (?:site|app|website|servers?|systems?|computers?|internet|service|network)\s+(?:\w+\s+)?
        (?:down|crashed|crashing) |
    down\s+(?:for\s+(?:anyone|everyone|maintenance)) | service\s+(?:indisponible|unavailable|interruption)
"""
_NEAR = 45
_FAILING = re.compile(
    rf"(?:\b{_THING}\b.{{0,{_NEAR}}}?\b{_FAULT}\b|\b{_FAULT}\b.{{0,{_NEAR}}}?\b{_THING}\b|{_PHRASE})",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_READ_CHARACTERS = 2000


def talks_of_failing_service(text: str) -> bool:
    """Whether a text complains that a service does not work; reads its first 2,000 characters."""
    return _FAILING.search(text[:_READ_CHARACTERS]) is not None
