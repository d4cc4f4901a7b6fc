"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imgframe.cli import GROUP_KEYS, main
from tests.writers import ASCII, Entry, Tiff, exif, jpeg


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def catalog(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "catalog"
    result = run("scan", photos, "--to", folder)
    assert result.exit_code == 3  # one photograph of the library is broken on purpose
    assert "73 added, 0 changed, 0 removed, 0 unchanged, 1 failed" in result.stdout
    assert result.stderr == ""  # progress is for terminals
    return folder


@pytest.fixture
def one_photo(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    data = jpeg(exif(Tiff(ifd0=[Entry(0x010F, ASCII, "Canon"), Entry(0x0110, ASCII, "EOS R5")])))
    (folder / "a.jpg").write_bytes(data)
    return folder


def test_scan_without_failures_exits_with_0(one_photo: Path, tmp_path: Path) -> None:
    result = run("scan", one_photo, "--to", tmp_path / "c")
    assert (result.exit_code, result.stderr) == (0, "")
    again = run("scan", one_photo, "--to", tmp_path / "c", "--json")
    report = json.loads(again.stdout)[str(one_photo)]
    assert (report["added"], report["unchanged"]) == (0, 1)


def test_show(catalog: Path) -> None:
    result = run("show", catalog)
    assert result.exit_code == 0
    lines = {line[:11].strip(): line[11:] for line in result.stdout.splitlines()}
    assert lines["files"].startswith("73 (2.3 MB)")
    assert lines["taken"] == "1967-08-12 to 2025-03-02"
    assert "JPEG 69" in lines["formats"]
    assert "Canon EOS 6D 10" in lines["cameras"]
    assert lines["failed"] == "1: JPEG: the file ends before its image data 1"


def test_show_takes_images_that_are_in_no_catalogue(catalog: Path, photos: Path) -> None:
    of_catalog = json.loads(run("show", catalog, "--json").stdout)
    of_photos = json.loads(run("show", photos, "--json").stdout)
    assert of_catalog == of_photos
    assert of_photos["with_gps"] > 50


def test_group_by_city(catalog: Path) -> None:
    result = run("group", catalog, "--by", "city", "--json")
    cities = {row["city"]: row["count"] for row in json.loads(result.stdout)}
    assert cities["Cape Town"] == 5
    assert cities["San Francisco"] == 4
    assert sum(cities.values()) <= 73
    assert sum(row["count"] for row in json.loads(result.stdout)) == 73
    printed = run("group", catalog, "--by", "city").stdout
    assert any(line.split()[:2] == ["Cape", "Town"] for line in printed.splitlines())


@pytest.mark.parametrize("key", GROUP_KEYS)
def test_every_key_keeps_every_file(catalog: Path, key: str) -> None:
    result = run("group", catalog, "--by", key, "--json")
    assert result.exit_code == 0
    assert sum(row["count"] for row in json.loads(result.stdout)) == 73


def test_limit(catalog: Path) -> None:
    printed = run("group", catalog, "--by", "camera", "--limit", "2").stdout.splitlines()
    assert len(printed) == 4
    assert printed[-1].endswith("more (--limit 0 for all)")


def test_a_limit_below_zero_drops_no_group(catalog: Path) -> None:
    result = run("group", catalog, "--by", "camera", "--limit", "-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "-1 is not in the range" in result.stderr


def test_several_keys(catalog: Path) -> None:
    result = run("group", catalog, "--by", "city", "--by", "month", "--json")
    groups = {(g["city"], g["month"]): g["count"] for g in json.loads(result.stdout)}
    assert groups["Kyoto", "2023-11-01"] == 6
    assert sum(groups.values()) == 73


def test_trips(catalog: Path) -> None:
    printed = run("trips", catalog)
    assert printed.exit_code == 0
    assert "Lisbon, May 2019" in printed.stdout
    names = [trip["trip"] for trip in json.loads(run("trips", catalog, "--json").stdout)]
    assert "Kyoto, Nov 2023" in names


def test_places(catalog: Path) -> None:
    shown = json.loads(run("places", catalog, "--level", "country", "--json").stdout)
    assert {p["country"]: p["count"] for p in shown}["Japan"] == 6


def test_near(catalog: Path) -> None:
    found = json.loads(run("near", catalog, "38.71,-9.13", "--km", "3", "--json").stdout)
    assert len(found) == 5
    assert all("lisbon" in image["path"] for image in found)
    assert run("near", catalog, "38.71,-9.13", "--km", "3").stdout.count("lisbon") == 5


def test_near_a_point_in_the_south(catalog: Path) -> None:
    printed = run("near", catalog, "-33.86,151.2", "--km", "3")
    assert (printed.exit_code, printed.stdout.count("sydney")) == (0, 3)
    misspelt = run("near", catalog, "-33.86,151.2", "--kms", "3")
    assert (misspelt.exit_code, "--kms" in misspelt.stderr) == (2, True)


def test_sql(catalog: Path) -> None:
    query = "select year, count(*) as n from images where year >= 2024 group by 1 order by 1"
    result = run("sql", catalog, query, "--json")
    assert json.loads(result.stdout) == [{"year": 2024, "n": 6}, {"year": 2025, "n": 3}]
    assert run("sql", catalog, "drop table images").exit_code == 2


def test_sql_prints_all_columns_as_they_are(catalog: Path) -> None:
    query = (
        "select latitude, country_code, acquired_at, cover from (select *, 'x' as cover, "
        "'pt' as country_code from images) where path like '%IMG_0431.JPG'"
    )
    header, row = (line.split() for line in run("sql", catalog, query).stdout.splitlines())
    assert header == ["latitude", "country_code", "acquired_at", "cover"]
    assert float(row[0]) == pytest.approx(38.7, abs=0.1)
    assert (row[1], row[2], row[-1]) == ("pt", "2019-05-11", "x")
    assert ":" in row[3]


@pytest.mark.parametrize(
    ("expression", "printed", "written"),
    [
        ("[1, 2]", "1, 2", [1, 2]),
        ("[[1, 2]]", "[[1, 2]]", [[1, 2]]),
        ("{'a': 1}", "{'a': 1}", {"a": 1}),
        ("'\\x01\\xFF'::blob", "01ff", "01ff"),
        ("null::integer", "-", None),
        ("1.23456789", "1.23456789", 1.23456789),
        ("sum(size) - sum(size) + 7", "7", 7),
        ("9223372036854775808", "9223372036854775808", 9223372036854775808.0),
        ("0.1::double", "0.1", 0.1),
        ("timestamp '2020-01-02 03:04:05'", "2020-01-02 03:04:05", "2020-01-02T03:04:05.000000"),
        ("date '2020-01-02'", "2020-01-02", "2020-01-02"),
    ],
)
def test_sql_prints_values_of_all_types(
    catalog: Path, expression: str, printed: str, written: object
) -> None:
    query = f"select {expression} as a from images{'' if 'sum' in expression else ' limit 1'}"
    assert run("sql", catalog, query).stdout.splitlines()[1].strip() == printed
    assert json.loads(run("sql", catalog, query, "--json").stdout) == [{"a": written}]


def test_sql_prints_whole_rows(catalog: Path) -> None:
    printed = run("sql", catalog, "select * from images").stdout.splitlines()
    assert len(printed) == 74
    images = json.loads(run("sql", catalog, "select * from images", "--json").stdout)
    assert any((image["geometry"] or "").startswith("0101000000") for image in images)


def test_what_strangers_wrote_does_not_move_the_cursor(catalog: Path) -> None:
    query = "select 'a' || chr(27) || '[31m' || chr(10) || 'b' || chr(8238) as name"
    assert run("sql", catalog, query).stdout.splitlines()[1].strip() == "a\ufffd[31m\ufffdb\ufffd"


def test_verify_and_compact(catalog: Path) -> None:
    verified = run("verify", catalog)
    assert (verified.exit_code, "73 rows" in verified.stdout) == (0, True)
    assert run("compact", catalog).exit_code == 0
    assert run("verify", catalog).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["show", "nowhere"], 1, "no such file"),
        (["scan", "nowhere", "--to", "c"], 1, "no such file"),
        (["scan", "."], 2, "Missing option '--to'"),
        (["group", ".", "--by", "planet"], 2, "'planet' is not one of"),
        (["scan", ".", "--to", "c", "--tag", "Nonsense"], 2, "no tag is named 'Nonsense'"),
        (["near", ".", "here"], 2, "'here' is no position"),
        (["verify", "nowhere"], 1, "nowhere"),
        (["scan", "https://example.com/a.jpg", "--to", "c"], 2, "https"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    arguments: list[str],
    status: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == status
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_reader_that_has_seen_enough_is_no_failure_to_report(
    one_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("imgframe.cli.imgframe.summary", closed)
    result = run("show", one_photo)
    assert (result.exit_code, result.stderr) == (1, "")


def test_a_damaged_catalogue_is_said_in_one_line(one_photo: Path, tmp_path: Path) -> None:
    run("scan", one_photo, "--to", tmp_path / "c")
    (part,) = (tmp_path / "c").rglob("*.parquet")
    data = part.read_bytes()
    footer = int.from_bytes(data[-8:-4], "little") + 8
    part.write_bytes(b"\xff" * (len(data) - footer) + data[-footer:])
    result = run("show", tmp_path / "c")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "verify tells" in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_an_interrupt_without_a_message_gets_one(
    one_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("imgframe.cli.imgframe.summary", stopped)
    result = run("show", one_photo)
    assert (result.exit_code, result.stderr) == (130, "imgframe: interrupted\n")


def test_every_verb_and_option_is_documented() -> None:
    for name, verb in main.commands.items():
        assert verb.help, name
        help_text = run(name, "--help").stdout
        for parameter in verb.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None), f"{name} {parameter.name}"
                assert parameter.opts[0] in help_text


def test_as_a_module_and_as_a_script(one_photo: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "imgframe", "show", str(one_photo)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Canon EOS R5 1" in done.stdout


def test_heavy_imports_are_deferred() -> None:
    """Importing the package and asking for help load none of the large libraries."""
    code = (
        "import sys, imgframe, imgframe.cli;"
        "heavy = {'numpy', 'polars', 'pyarrow', 'PIL', 'geopandas', 'scipy', 'joblib', 'tqdm'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
