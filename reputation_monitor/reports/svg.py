"""A matplotlib figure as a small SVG that lives inside a page: its colours and font follow the page's style."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from threading import RLock
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

PALETTE: Final = {
    "ink": "#1f2933",
    "soft": "#5b6670",
    "line": "#c3c9cf",
    "grid": "#e8ebee",
    "band": "#d9dee3",
    "expected": "#78838d",
    "shift": "#e69f00",
    "incident": "#c2331f",
    "web": "#0072b2",
    "tv": "#8b5fbf",
    "mobile": "#00805f",
    "paper": "#fefefe",
}
"""Colours in charts by role, apart for colour-blind eyes too (after Okabe and Ito 2008); a page may override each."""

_SETTINGS: Final[dict[Any, object]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "reputation-monitor",
    "path.simplify": True,
    "axes.unicode_minus": True,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
}
_UNDATED: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_TAG = re.compile(r"<[^>]+>")
_COLOUR = {value: f"var(--c-{name}, {value})" for name, value in PALETTE.items()}
_lock = RLock()


@contextmanager
def settings() -> Iterator[None]:
    """Draw under the charts' own matplotlib settings, one thread at a time: they are the whole process's."""
    with _lock, mpl.rc_context(_SETTINGS):
        yield


def to_svg(figure: Figure, name: str, title: str, description: str, labels: Sequence[str] = ()) -> str:
    """Return the figure as one ``<svg>`` element.

    Args:
        figure: what to draw; its size in inches at 72 dots is the size in pixels.
        name: prefix of every id in it, unique in the page.
        title: short name, read first by a screen reader.
        description: what a reader of the picture would see, in words.
        labels: texts of unknown origin, shown where the figure says ``@0@``, ``@1@``, ... They bypass matplotlib, which
            would read ``$`` as mathematics and lacks the glyphs of most scripts.
    """
    with settings():
        stream = BytesIO()
        figure.savefig(stream, format="svg", metadata=_UNDATED, dpi=72)
    drawn = _lean(stream.getvalue().decode(), name)
    return _labelled(_accessible(drawn, figure, name, title, description), labels)


def _lean(drawn: str, name: str) -> str:
    """Drop what a page has no use for and tie ids, colours and font to the page."""
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<style.*?</style>|<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(|href=")#([\w.-]+)', body))
    body = _TAG.sub(lambda tag: _tag(tag.group(), name, used), body)
    body = re.sub(r">\s+<", "><", body)
    while body != (body := re.sub(r"<(g|defs)>\s*</\1>", "", body)):
        pass
    return body


def _tag(tag: str, name: str, used: set[str]) -> str:
    tag = re.sub(r' id="([\w.-]+)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", tag)
    tag = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", tag).replace("xlink:href", "href")
    tag = re.sub(r"font-family: [^;\"]+", "font-family: var(--font, system-ui, sans-serif)", tag)
    tag = re.sub(r"#[0-9a-f]{6}(?=[;\"])", lambda found: _COLOUR.get(found[0], found[0]), tag)
    tag = re.sub(r' transform="rotate\(-?0 [^"]*"', "", tag)
    tag = re.sub(r"-?\d+\.\d{2,}", lambda found: f"{float(found[0]) + 0.0:.1f}".removesuffix(".0"), tag)
    return re.sub(r"\s+", " ", tag)


def _accessible(drawn: str, figure: Figure, name: str, title: str, description: str) -> str:
    width, height = (round(72 * side) for side in figure.get_size_inches())
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" class="chart" '
        f'aria-labelledby="{name}-title {name}-text" stroke-linejoin="round">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>'
    )
    return head + drawn[drawn.index(">") + 1 :].rstrip()


def _labelled(drawn: str, labels: Sequence[str]) -> str:
    return re.sub(r">@(\d+)@<", lambda place: f">{escape(labels[int(place[1])])}<", drawn)
