"""The README shows what is: its tables are made from the code's own, its output is real."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from imgframe import containers, schema
from imgframe.cli import main
from tests.conftest import ROOT
from tests.reading import table

README = (ROOT / "README.md").read_text()
FAMILIES = ("exif", "xmp", "iptc", "icc", "png", "comment", "jpeg")
HEADINGS = ("Exif", "XMP", "IPTC", "ICC", "PNG text", "comment", "JFIF, Adobe, MPF")
PREFIXES = {
    "IPTC": "iptc",
    "ICC": "icc",
    "PNG": "png",
    "JFIF": "jpeg",
    "Adobe": "jpeg",
    "MPF": "jpeg",
}


def formats_by_families() -> str:
    """Draw the table of formats, one line for those that hold the same."""
    same: dict[tuple[str, ...], list[str]] = {}
    for name, families in containers.FAMILIES.items():
        same.setdefault(families, []).append(name)
    known = set(containers.FINDERS) - set(containers.FAMILIES)
    lines = [f"| format | {' | '.join(HEADINGS)} |", "|---" * (len(HEADINGS) + 1) + "|"]
    for families, names in same.items():
        marks = ["✓" if family in families else "" for family in FAMILIES]
        lines.append(f"| {', '.join(names)} | {' | '.join(marks)} |")
    lines.append(f"| size only: {', '.join(sorted(known))} |{' |' * len(HEADINGS)}")
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def test_formats_by_families() -> None:
    assert set(FAMILIES) == set(schema.FAMILY_NAMES)
    assert formats_by_families() in README, f"the table should be\n\n{formats_by_families()}"


def test_the_table_of_formats_tells_the_truth(corpus: Path) -> None:
    frame = table(corpus)
    for name, group in frame.group_by("format"):
        held = containers.FAMILIES.get(str(name[0]), ())
        filled = [c for c in group.columns if ":" in c and group[c].null_count() < group.height]
        for column in filled:
            prefix = column.partition(":")[0]
            family = PREFIXES.get(prefix, "exif" if prefix in ("Thumbnail", "Exif") else "xmp")
            if column.endswith(":Comment") and prefix in ("JPEG", "GIF"):
                family = "comment"
            assert family in held, f"{name[0]} holds {column}"


def test_the_output_of_the_first_command_is_real(photos: Path, tmp_path: Path) -> None:
    catalog = str(tmp_path / "catalog")
    CliRunner().invoke(main, ["scan", str(photos), "--to", catalog])
    shown = CliRunner().invoke(main, ["group", catalog, "--by", "city"]).stdout
    block = re.search(r"The first prints.*?```\n(.*?)```", README, re.DOTALL)
    assert block
    printed = [line.split() for line in shown.splitlines()]
    for line in block[1].splitlines():
        assert line.startswith(("data:", " ...")) or line.split() in printed, line


def test_columns_named_in_the_readme_exist() -> None:
    from imgframe.derive import derived_schema

    known = {*schema.FILE_COLUMNS, *schema.TAG_COLUMNS, *derived_schema()}
    section = README.split("## The table")[1].split("## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = [name for cell in rows for name in re.findall(r"`([^`]+)`", cell)]
    assert len(named) > 15
    assert [n for n in named if n not in known and not n.startswith("PNG:")] == []


def test_two_commands() -> None:
    assert len(re.findall(r"^pip install ", README, re.MULTILINE)) == 2
