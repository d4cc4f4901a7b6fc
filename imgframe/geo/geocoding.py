"""Asking a geocoding service for addresses, with manners.

Every place is asked once: positions are rounded and alike ones put together, answers are kept on
disk, and questions come no faster than they may. What fails for the moment (too many requests, a
server in trouble, no answer in time, an answer that makes no sense) is asked again, with longer
and longer pauses; a service that refuses the key, or fails at one place after the other, ends the
run. What a service says of an error never reaches the user, since it may repeat the key.
"""

from __future__ import annotations

import inspect
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import polars as pl

from imgframe.errors import MissingExtraError, SourceError, UsageError
from imgframe.geo.answers import Address, address_of
from imgframe.geo.nearest import Floats
from imgframe.geo.remembered import Question, Remembered, default_path, known, remembered

__all__ = ["ADDRESS_COLUMNS", "Asking", "asking"]

ADDRESS_COLUMNS: Final[dict[str, pl.DataType]] = {name: pl.String() for name in Address._fields}

FAILURES: Final = 3
"""So many places in a row without an answer end a run."""

_LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and how."""

    geocoder: Any
    """A geocoder of geopy."""
    cache: Path
    decimals: int
    per_second: float
    tries: int
    timeout: float
    language: str | None

    def addresses(
        self, latitude: Floats, longitude: Floats, countries: Mapping[str, str]
    ) -> pl.DataFrame:
        """Ask for the address of each point.

        Parameters
        ----------
        latitude, longitude
            Degrees, on earth, shape (n,).
        countries
            English names by ISO 3166 code.

        Returns
        -------
        polars.DataFrame
            `ADDRESS_COLUMNS`, a row a point; nulls where there was no answer.

        Raises
        ------
        SourceError
            The service refuses to answer, or the file of answers cannot be used. What was
            answered before is kept.
        """
        questions = list(zip(_rounded(latitude, self.decimals, 90),
                             _rounded(longitude, self.decimals, 180), strict=True))  # fmt: skip
        with remembered(self.cache, self._service()) as store:
            answers = known(store, questions)
            open_questions = [q for q in dict.fromkeys(questions) if q not in answers]
            answers |= dict(self._ask(open_questions, store, countries))
        if silent := len(set(questions) - set(answers)):
            warnings.warn(
                f"{silent} of {len(set(questions))} positions got no address from "
                f"{_name(self.geocoder)}; a second run asks for these again",
                stacklevel=2,
            )
        nothing = Address()
        rows = [answers.get(question, nothing) for question in questions]
        return pl.DataFrame(rows, schema=ADDRESS_COLUMNS, orient="row")

    def _service(self) -> str:
        """Name the service, without what may be secret in it."""
        kind = type(self.geocoder)
        url = urlsplit(str(getattr(self.geocoder, "reverse_api", "")))
        host = url.netloc or str(getattr(self.geocoder, "domain", ""))
        host = host.rsplit("@", 1)[-1].split("?")[0]
        return " ".join((kind.__module__, kind.__qualname__, host, self.language or "")).strip()

    def _ask(
        self, questions: list[Question], store: Remembered, countries: Mapping[str, str]
    ) -> Iterator[tuple[Question, Address]]:
        """Ask what is not known, one after the other, and write down what is answered."""
        if not questions:
            return
        reverse = _Reverse(self)
        failed = 0
        for question in questions:
            location = reverse(question)
            if location is _SILENCE:
                failed += 1
                if failed == FAILURES:
                    raise SourceError(
                        f"{_name(self.geocoder)} gave no answer for {FAILURES} positions in a "
                        f"row ({reverse.trouble}); what it answered before is kept"
                    )
                continue
            failed = 0
            answer = Address()
            if location is not None:
                answer = address_of(location.address, location.raw, countries)
            store.keep(question, answer)
            yield question, answer


_SILENCE: Final = object()


class _Reverse:
    """The questions to a service, one at a time and not too fast."""

    def __init__(self, how: Asking) -> None:
        self._how = how
        self._pause = 1.0 / how.per_second
        self._next = 0.0
        self.trouble = ""
        try:
            takes = inspect.signature(how.geocoder.reverse).parameters
        except (AttributeError, TypeError, ValueError):
            raise UsageError("geocoder must be one of geopy's, with a method reverse") from None
        given = {"exactly_one": True, "timeout": how.timeout, "language": how.language}
        anything = any(one.kind is one.VAR_KEYWORD for one in takes.values())
        self._options = {
            name: value
            for name, value in given.items()
            if value is not None and (anything or name in takes)
        }

    def __call__(self, question: Question) -> Any:
        """Give the location, None where there is none, and `_SILENCE` after all tries."""
        for attempt in range(self._how.tries):
            self._wait()
            try:
                found = self._how.geocoder.reverse(", ".join(question), **self._options)
            except Exception as error:
                pause = self._judged(error)
                if pause is None:
                    return _SILENCE
                self._next = time.monotonic() + max(pause, self._backoff(attempt))
                continue
            if inspect.isawaitable(found):
                getattr(found, "close", lambda: None)()
                raise UsageError("geocoder must not be an asynchronous one")
            location = found[0] if isinstance(found, list) and found else found or None
            if location is None or hasattr(location, "raw"):
                return location
            self.trouble = "an answer that makes no sense"
        return _SILENCE

    def _wait(self) -> None:
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._pause

    def _backoff(self, attempt: int) -> float:
        return min(self._pause * 2.0 ** (attempt + 1), _LONGEST_PAUSE)

    def _judged(self, error: Exception) -> float | None:
        """Say how long to wait before asking again; None if that is of no use here.

        Raises
        ------
        SourceError
            If it is of no use anywhere.
        """
        from geopy import exc

        refused = {
            exc.GeocoderAuthenticationFailure: "refuses the key",
            exc.GeocoderInsufficientPrivileges: "refuses access",
            exc.ConfigurationError: "is not set up",
        }
        for kind, what in refused.items():
            if isinstance(error, kind):
                raise SourceError(f"{_name(self._how.geocoder)} {what}") from None
        self.trouble = _trouble(error)
        if isinstance(error, exc.GeocoderRateLimited):
            asked = float(error.retry_after or 0)
            if asked > _LONGEST_PAUSE:
                raise SourceError(
                    f"{_name(self._how.geocoder)} wants no more questions for {asked:.0f} s; "
                    "what it answered is kept"
                ) from None
            return asked
        if isinstance(error, exc.GeocoderQuotaExceeded):
            raise SourceError(
                f"the quota of {_name(self._how.geocoder)} is used up; what it answered is kept"
            ) from None
        return None if isinstance(error, exc.GeocoderQueryError) else 0.0


def _trouble(error: Exception) -> str:
    """Say what is wrong in words of our own: an answer may hold the key."""
    from geopy import exc

    words = {
        exc.GeocoderRateLimited: "too many requests",
        exc.GeocoderTimedOut: "no answer in time",
        exc.GeocoderUnavailable: "cannot be reached",
        exc.GeocoderParseError: "an answer that makes no sense",
        exc.GeocoderQueryError: "a question that it does not take",
        exc.GeocoderServiceError: "a server in trouble, or none",
    }
    default = "an answer that makes no sense"
    return next((text for kind, text in words.items() if isinstance(error, kind)), default)


def _name(geocoder: Any) -> str:
    return type(geocoder).__name__


def _rounded(degrees: Floats, decimals: int, most: float) -> list[str]:
    """Give degrees as text of so many decimals; a zero has no sign, and +-180 is one meridian."""
    near = np.round(degrees, decimals) + 0.0
    if most == 180:
        near = np.where(near == -most, most, near)
    return [f"{value:.{decimals}f}" for value in near.tolist()]


def asking(
    geocoder: Any,
    *,
    cache: Path | str | None,
    decimals: int,
    per_second: float,
    tries: int,
    timeout: float,
    language: str | None,
) -> Asking:
    """Check how a service is to be asked.

    Raises
    ------
    UsageError
        An argument makes no sense.
    MissingExtraError
        geopy is not there.
    """
    try:
        import geopy  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "geocoders are those of geopy: pip install 'imgframe[geocode]'"
        ) from error
    if not callable(getattr(geocoder, "reverse", None)):
        raise UsageError("geocoder must be one of geopy's, with a method reverse")
    if not 0 <= decimals <= 9:
        raise UsageError(f"decimals must be 0 to 9, not {decimals!r}")
    for name, value in (("per_second", per_second), ("tries", tries), ("timeout", timeout)):
        if not 0 < value < float("inf"):
            raise UsageError(f"{name} must be above 0, not {value!r}")
    path = default_path() if cache is None else Path(cache)
    return Asking(geocoder, path, decimals, per_second, int(tries), timeout, language)
