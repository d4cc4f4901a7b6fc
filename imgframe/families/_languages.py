"""One text in several languages: which column has which (XMP, ISO 16684-1, 8.2.2.4; PNG)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MAX_LANGUAGES: Final = 128
"""Languages of a text."""
DEFAULT_LANGUAGE: Final = "x-default"
LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


def by_language(
    name: str, languages: Sequence[str | None], texts: Sequence[str | None]
) -> dict[str, str]:
    """Name the alternatives of a text.

    Parameters
    ----------
    name : str
        Column of the text.
    languages : sequence of str or None
        Tags of languages (RFC 5646) in any case; None and "" stand for the default one.
    texts : sequence of str or None
        As many, at least one.

    Returns
    -------
    dict of str to str
        By column: under `name` the text of the default language, or the first where there is none;
        of every other language the first, which bears the language: ``dc:title-fr-FR``.
    """
    spoken = [(language or DEFAULT_LANGUAGE).lower() for language in languages]
    at = spoken.index(DEFAULT_LANGUAGE) if DEFAULT_LANGUAGE in spoken else 0
    named = {name: texts[at] or ""}
    for language, text in zip(spoken[:MAX_LANGUAGES], texts, strict=False):
        if language != DEFAULT_LANGUAGE and LANGUAGE.fullmatch(language):
            named.setdefault(f"{name}-{_spell(language)}", text or "")
    return named


def _spell(language: str) -> str:
    """Write a language tag with a country of two letters in capitals."""
    first, *rest = language.split("-")
    if rest and len(rest[0]) == 2:
        rest[0] = rest[0].upper()
    return "-".join([first, *rest])
