"""Asks ExifTool what it makes of files that tests wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def ask(path: Path) -> dict[str, Any]:
    """Return what ExifTool reads in a file: tags by name, numbers as numbers."""
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("no exiftool to compare with")
    answer = subprocess.run([program, "-j", "-n", str(path)], capture_output=True, check=False)
    (tags,) = json.loads(answer.stdout)
    return dict(tags)
