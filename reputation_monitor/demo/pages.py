"""The plain web pages of the invented world: the front page, the list of caption files, one post, one incident."""

from collections.abc import Iterable, Sequence
from html import escape

from reputation_monitor.demo.broadcasts import PROGRAMMES, STATION, Airing
from reputation_monitor.demo.feeds import PARAGRAPH
from reputation_monitor.demo.reviews import review_page_url
from reputation_monitor.demo.scenario import BRANDS, NOTICE, STOREFRONTS, StatusIncident
from reputation_monitor.demo.utterances import FEEDS, Utterance

_STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}aside{color:#777}"


def front_page(base: str) -> str:
    """Everything that is served."""
    feeds = [(f"{base}/feeds/{feed.name}.{feed.format}", feed.title) for feed in FEEDS]
    apps = [
        (review_page_url(base, store, 1, brand), f"{brand.name} app, {store}")
        for brand in BRANDS
        for store in STOREFRONTS
    ]
    others = [
        (f"{base}/captions/", f"Captions of {STATION}, a file a day"),
        *((f"{base}/archive/{each.slug}", f"Captions of {each.title}, all in one file") for each in PROGRAMMES),
        (f"{base}/api/v2/incidents.json", "Incidents of Quarrowby"),
    ]
    return _page("What the demo serves", _list([*feeds, *others, *apps]))


def captions_page(airings: Iterable[Airing], base: str) -> str:
    """The caption files, newest first, as an archive lists them."""
    names = sorted((airing.file_name for airing in airings), key=lambda name: name.split("_")[1:3], reverse=True)
    return _page(f"Captions of {STATION}", _list([(f"{base}/captions/{name}", name) for name in names]))


def transcript_page(airings: Sequence[Airing]) -> str:
    """What was said in all editions of a programme; each half minute has its second as anchor (``#t=90``)."""
    first = airings[0]
    parts = []
    for airing in airings:
        shift = int((airing.start - first.start).total_seconds())
        said = "".join(f'<p id="t={shift + each.offset}">{escape(each.text)}</p>' for each in airing.passages)
        parts.append(f"<h2>{airing.start:%A %Y-%m-%d %H:%M} UTC</h2>{said}")
    return _page(f"{first.programme.title}, {STATION}", "".join(parts))


def utterance_page(said: Utterance) -> str:
    """One post or review alone."""
    body = said.text if said.text.startswith(PARAGRAPH) else f"<p>{escape(said.text)}</p>"
    stars = f"<p>{'★' * said.stars}</p>" if said.stars else ""
    by = escape(said.author or said.outlet)
    return _page(said.title or f"{by} wrote", f"{stars}{body}<p>{by}, {said.published:%Y-%m-%d %H:%M} UTC</p>")


def incident_page(incident: StatusIncident) -> str:
    """One incident of the status page."""
    updates = "".join(
        f"<p><b>{escape(update.status)}</b> {update.at:%Y-%m-%d %H:%M} UTC<br>{escape(update.body)}</p>"
        for update in reversed(incident.updates)
    )
    return _page(incident.title, f"<p>{escape(incident.component)}, {escape(incident.impact)}</p>{updates}")


def _list(links: Sequence[tuple[str, str]]) -> str:
    entries = "".join(f'<li><a href="{escape(address)}">{escape(text)}</a></li>' for address, text in links)
    return f"<ul>{entries}</ul>"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><aside>{NOTICE}</aside><h1>{escape(title)}</h1>{body}</body></html>\n"
    )
