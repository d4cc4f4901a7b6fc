import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# How long an example takes says nothing on a machine that does other work.
settings.register_profile("imgframe", deadline=None)
settings.load_profile("imgframe")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real camera files, which is not part of the project."""
    folder = Path(os.environ.get("IMGFRAME_CORPUS") or ROOT.parent / "shared" / "corpus")
    if not folder.is_dir():
        pytest.skip(f"no corpus of real camera files at {folder}; name one in IMGFRAME_CORPUS")
    return folder


@pytest.fixture(scope="session")
def photos() -> Path:
    """The sample library."""
    return ROOT / "data" / "photos"


@pytest.fixture(autouse=True)
def own_caches(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep away from the caches of whoever runs the tests."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path_factory.getbasetemp() / "caches"))
