"""Answers of geocoding services on disk, so that no question is asked twice.

One SQLite file for all services. Each answer is committed when it comes: who is killed goes on
where it was. What is asked of a service is its class, its host and the language; no key is kept.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from imgframe.caches import cache_folder
from imgframe.errors import SourceError
from imgframe.geo.answers import Address

__all__ = ["Question", "Remembered", "default_path", "known", "remembered"]

Question = tuple[str, str]
"""Latitude and longitude, rounded, as text."""

_COLUMNS: Final = ", ".join(Address._fields)
_TABLE: Final = f"""
create table if not exists answers (
    service text, latitude text, longitude text, {_COLUMNS},
    asked_at text default current_timestamp,
    primary key (service, latitude, longitude)
) without rowid
"""
_PATIENCE_S: Final = 60.0


def default_path() -> Path:
    """Give the file in the user's folder for caches."""
    return cache_folder() / "addresses.sqlite"


class Remembered:
    """The answers of one service.

    Parameters
    ----------
    connection
        To the file.
    service
        Which service, and in which language.
    """

    def __init__(self, connection: sqlite3.Connection, service: str) -> None:
        self._connection = connection
        self._service = service

    def answers(self) -> Iterator[tuple[Question, Address]]:
        """Give everything that is known; an address of nulls where the service knew none."""
        rows = self._connection.execute(
            f"select latitude, longitude, {_COLUMNS} from answers where service = ?",
            (self._service,),
        )
        for latitude, longitude, *parts in rows:
            yield (latitude, longitude), Address(*parts)

    def keep(self, question: Question, answer: Address) -> None:
        """Write an answer down."""
        marks = ", ".join("?" * (3 + len(answer)))
        self._connection.execute(
            f"insert or replace into answers (service, latitude, longitude, {_COLUMNS}) "
            f"values ({marks})",
            (self._service, *question, *answer),
        )
        self._connection.commit()


@contextlib.contextmanager
def remembered(path: Path, service: str) -> Iterator[Remembered]:
    """Open the file of answers, which is made if it is not there.

    Raises
    ------
    SourceError
        It cannot be opened, or is something else.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(f"answers cannot be kept in {path}: {error}") from error
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_PATIENCE_S)) as connection:
            connection.execute(_TABLE)
            yield Remembered(connection, service)
    except sqlite3.Error as error:
        raise SourceError(f"answers cannot be kept in {path}: {error}") from error


def known(store: Remembered, questions: Iterable[Question]) -> dict[Question, Address]:
    """Give the answers to those questions that have been asked before."""
    wanted = set(questions)
    return {question: answer for question, answer in store.answers() if question in wanted}
