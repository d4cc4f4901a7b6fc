"""The command line: one function a verb, and no work of its own.

Results go to stdout, progress and messages to stderr. Exit status: 0 done, 1 failed, 2 wrong
usage, 3 done but some files could not be read, 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec

import click

import imgframe
from imgframe.errors import ImgframeError, UsageError

if TYPE_CHECKING:
    import polars as pl

P = ParamSpec("P")

NOT_PRINTED: Final = (
    "cover",
    "with_gps",
    "country_code",
    "latitude",
    "longitude",
    "west",
    "south",
    "east",
    "north",
)
"""Columns of groups that only JSON shows."""

UNPRINTABLE: Final = r"[\p{Cc}\x{202A}-\x{202E}\x{2066}-\x{2069}]"
"""What would break the lines of a table, or move the cursor: names and tags are of strangers."""

FAILED: Final = 1
WRONG_USAGE: Final = 2
SOME_UNREADABLE: Final = 3
INTERRUPTED: Final = 130

PLACE_KEYS: Final = ("city", "district", "region", "country")
"""The levels of `geo.group_by_place`."""

GROUP_KEYS: Final = (
    *PLACE_KEYS,
    "place",
    "time_zone",
    "trip",
    "date",
    "month",
    "year",
    "camera",
)


def reporting(verb: Callable[P, int]) -> Callable[P, None]:
    """Turn what a verb returns or raises into an exit status and, at most, one line on stderr."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = verb(*args, **kwargs)
        except UsageError as error:
            click.echo(f"imgframe: {error}", err=True)
            status = WRONG_USAGE
        except BrokenPipeError:
            raise  # the reader has seen enough, as `head` does: click ends without a word
        except (ImgframeError, OSError) as error:
            click.echo(f"imgframe: {error}", err=True)
            status = FAILED
        except KeyboardInterrupt as stop:
            click.echo(f"imgframe: {str(stop) or 'interrupted'}", err=True)
            status = INTERRUPTED
        except Exception as error:
            if not _is_of_polars(error):
                raise
            click.echo(f"imgframe: {error}; verify tells whether a catalogue is damaged", err=True)
            status = FAILED
        sys.exit(status)

    return run


def _is_of_polars(error: Exception) -> bool:
    """Tell whether Polars raised it, as it does when it comes upon a damaged part."""
    from polars.exceptions import PolarsError

    return isinstance(error, PolarsError)


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def limited(rows: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Add the option that says how many rows to print."""
    return click.option(
        "--limit",
        type=click.IntRange(min=0),
        default=30,
        show_default=True,
        help=f"{rows} to print; 0 for all.",
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(imgframe.__version__, prog_name="imgframe")
def main() -> None:
    """Turn a folder of images into a typed table: one row per image, one column per tag.

    \b
    imgframe scan PHOTOS --to photos.catalog
    imgframe show photos.catalog
    imgframe group photos.catalog --by city

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some files could not be read, 130
    interrupted.
    """  # noqa: D301


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--to", "catalog", required=True, metavar="CATALOG", help="Folder of the catalogue.")
@click.option("--pattern", multiple=True, help="Names to take, such as '*.tif'; repeatable.")
@click.option("--tag", "tags", multiple=True, help="Tags to read, such as 'GPS*'; repeatable.")
@click.option("--sidecars", is_flag=True, help="Also read .xmp and .json files beside the images.")
@click.option("--makernotes", is_flag=True, help="Also read the makers' own notes; slow.")
@click.option("--partition-by", help="Column to partition by when the catalogue is made: year, ...")
@click.option("--full", is_flag=True, help="Read every file again.")
@click.option("--refresh", is_flag=True, help="Read again what an older imgframe has read.")
@click.option("--jobs", type=int, help="Processes to use; as many as pay if not given.")
@as_json
@reporting
def scan(
    sources: tuple[str, ...],
    catalog: str,
    pattern: tuple[str, ...],
    tags: tuple[str, ...],
    sidecars: bool,
    makernotes: bool,
    partition_by: str | None,
    full: bool,
    refresh: bool,
    jobs: int | None,
    as_json: bool,
) -> int:
    """Bring a catalogue up to date with folders, files or globs of images.

    The catalogue is a folder of Parquet files, made if it is not there. Only files that are new or
    changed are read.
    """
    table = imgframe.Catalog(catalog, partition_by=partition_by, places=_add_places)
    failed = 0
    reports = {}
    for source in sources:
        report = table.update(
            source,
            pattern=list(pattern) or None,
            tags=list(tags) or None,
            sidecars=sidecars,
            makernotes=makernotes,
            full=full,
            refresh=refresh,
            n_jobs=jobs,
        )
        failed += report.failed
        reports[source] = {name: getattr(report, name) for name in report.__slots__}
        if not as_json:
            click.echo(f"{source}: {report}")
    if as_json:
        click.echo(json.dumps(reports, indent=2))
    return SOME_UNREADABLE if failed else 0


@main.command()
@click.argument("table", metavar="CATALOG|SOURCE")
@as_json
@reporting
def show(table: str, as_json: bool) -> int:
    """Summarise a catalogue, or images that are in none: formats, cameras, dates, failures."""
    found = imgframe.summary(_open(table))
    click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False) if as_json else str(found))
    return 0


@main.command()
@click.argument("table", metavar="CATALOG|SOURCE")
@click.option(
    "--by",
    "keys",
    type=click.Choice(GROUP_KEYS),
    required=True,
    multiple=True,
    help="What to group by; repeatable.",
)
@limited("Groups")
@as_json
@reporting
def group(table: str, keys: tuple[str, ...], limit: int, as_json: bool) -> int:
    """Count images by place, date, camera, trip, or several of these."""
    frame = _open(table)
    if len(keys) == 1 and keys[0] in PLACE_KEYS:
        groups = imgframe.geo.group_by_place(frame, level=keys[0]).collect()
    else:
        groups = imgframe.group_by(frame, list(keys)).collect()
    return _show(groups, limit, as_json=as_json)


@main.command()
@click.argument("table", metavar="CATALOG|SOURCE")
@click.option(
    "--level", type=click.Choice(PLACE_KEYS), default="city", show_default=True, help="How far up."
)
@click.option("--geocoder", help="Ask this service too, by its name in geopy: nominatim, here, ...")
@click.option("--cache", help="SQLite file that keeps the service's answers.")
@limited("Places")
@as_json
@reporting
def places(
    table: str, level: str, geocoder: str | None, cache: str | None, limit: int, as_json: bool
) -> int:
    """Count images by place; a geocoder is asked only if one is named."""
    frame = _open(table).collect()
    if geocoder:
        frame = imgframe.geo.add_places(frame, geocoder=geocoder, cache=cache)
    return _show(imgframe.geo.group_by_place(frame, level=level), limit, as_json=as_json)


@main.command()
@click.argument("table", metavar="CATALOG|SOURCE")
@click.option("--distance-km", default=50.0, show_default=True, help="From home, to be away.")
@limited("Trips")
@as_json
@reporting
def trips(table: str, distance_km: float, limit: int, as_json: bool) -> int:
    """List the journeys away from home, named by where and when."""
    found = imgframe.geo.trips(_open(table).collect(), distance_km=distance_km)
    return _show(found, limit, as_json=as_json)


# a southern latitude begins with a minus sign and is no option
@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("table", metavar="CATALOG|SOURCE")
@click.argument("position", metavar="LAT,LON")
@click.option("--km", default=1.0, show_default=True, help="How far away, at most.")
@limited("Images")
@as_json
@reporting
def near(table: str, position: str, km: float, limit: int, as_json: bool) -> int:
    """List the images taken near a position, the nearest first."""
    try:
        latitude, longitude = (float(part) for part in position.split(","))
    except ValueError:
        raise UsageError(f"{position!r} is no position: give LAT,LON such as 38.71,-9.13") from None
    found = imgframe.geo.near(_open(table).collect(), latitude, longitude, km)
    shown = found.select("path", "acquired_at", "distance_km")
    return _show(found if as_json else shown, limit, as_json=as_json)


def _show(groups: pl.DataFrame, limit: int, *, as_json: bool) -> int:
    """Print a table of groups, whole as JSON or its first rows for a person."""
    import polars as pl
    import polars.selectors as cs

    if as_json:
        click.echo(_json(groups))
        return 0
    days = cs.by_name("first", "last", require_all=False).dt.date()
    rounded = cs.ends_with("_km").cast(pl.Float64).round(3)
    first = groups.head(limit) if limit else groups
    longest = 240 if "path" in groups.columns else 72  # what is cut short opens no file
    _print(first.drop(NOT_PRINTED, strict=False).with_columns(days, rounded), longest)
    if limit and groups.height > limit:
        click.echo(f"and {groups.height - limit:,} more (--limit 0 for all)")
    return 0


@main.command()
@click.argument("catalog", metavar="CATALOG")
@reporting
def verify(catalog: str) -> int:
    """Check every file of a catalogue: pages, counts, types, order, unique paths."""
    check = imgframe.Catalog(catalog).verify()
    click.echo(str(check))
    return 0 if check.is_sound else FAILED


@main.command()
@click.argument("catalog", metavar="CATALOG")
@reporting
def compact(catalog: str) -> int:
    """Put the small files of a catalogue together."""
    click.echo(str(imgframe.Catalog(catalog).compact()))
    return 0


@main.command()
@click.argument("catalog", metavar="CATALOG")
@click.argument("query")
@as_json
@reporting
def sql(catalog: str, query: str, as_json: bool) -> int:
    """Ask a catalogue in SQL; the table is named images.

    imgframe sql photos.catalog "select model, count(*) from images group by 1"
    """
    answer = imgframe.Catalog(catalog).sql(query)
    if as_json:
        click.echo(_json(answer))
    else:
        _print(answer)
    return 0


def _add_places(frame: pl.DataFrame) -> pl.DataFrame:
    return imgframe.geo.add_places(frame)


def _open(table: str) -> pl.LazyFrame:
    """Scan a catalogue; read anything else as images."""
    folder = Path(table)
    if folder.is_dir() and next(folder.glob("*=*/*.parquet"), None) is not None:
        return imgframe.Catalog(folder).scan()
    return imgframe.read_images(table).lazy()


def _json(table: pl.DataFrame) -> str:
    """Write a table as JSON: moments as ISO 8601 has them, bytes such as geometry in hex."""
    import polars.selectors as cs

    numbers = [_number(column) for column in table.select(cs.decimal()).iter_columns()]
    moments = cs.datetime().dt.to_string("iso:strict")
    return table.with_columns(moments, cs.binary().bin.encode("hex"), *numbers).write_json()


def _number(decimals: pl.Series) -> pl.Series:
    """Turn decimals, which DuckDB sums integers into and Polars writes as text, into numbers."""
    import polars as pl

    whole = decimals.cast(pl.Int64, strict=False)
    return whole if whole.eq_missing(decimals).all() else decimals.cast(pl.Float64)


def _print(table: pl.DataFrame, longest: int = 240) -> None:
    """Print a table as a person reads it, texts no longer than told, a row a line."""
    import polars as pl

    texts = [
        _text(column).str.replace_all(UNPRINTABLE, "\N{REPLACEMENT CHARACTER}").fill_null("-")
        for column in table.iter_columns()
    ]
    with pl.Config(
        tbl_formatting="NOTHING",
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=-1,
        fmt_str_lengths=longest,
    ):
        click.echo(str(pl.DataFrame(texts)))


def _text(column: pl.Series) -> pl.Series:
    """Turn a column into text."""
    import polars as pl

    dtype = column.dtype
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S%.f" + ("%:z" if dtype.time_zone else ""))
    if isinstance(dtype, pl.Binary):
        return column.bin.encode("hex")
    if isinstance(dtype, pl.List) and not dtype.inner.is_nested() and dtype.inner != pl.Binary:
        return column.cast(pl.List(pl.String)).list.join(", ")
    if dtype.is_nested() or dtype.is_object():
        return pl.Series(
            column.name, [None if v is None else str(v) for v in column.to_list()], pl.String
        )
    return column.cast(pl.String)
