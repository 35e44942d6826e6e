"""The folders of ctick are those that platformdirs would choose."""

import os
import sys
from pathlib import Path

import platformdirs
import pytest

from ctick import paths
from ctick.errors import StoreError, UsageError

linux = pytest.mark.skipif(sys.platform != "linux", reason="on other systems platformdirs itself is used")

FOLDERS = [
    "/data",
    "/data/",
    "/data//",
    "/a b/ü",
    "/",
    "//",
    "/data/../x",
    "relative",
    "./relative",
    "~",
    " ",
    " /data",
    "",
    None,
]


def put(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, value)


def platformdirs_path(name: str) -> str | None:
    """The result of platformdirs; None if it is not an absolute path."""
    try:
        folder = str(getattr(platformdirs, name)("ctick", appauthor=False))
    except RuntimeError:
        return None
    return folder if os.path.isabs(folder) else None


def ours(name: str) -> str | None:
    try:
        return {"user_data_dir": paths.data_dir, "user_state_dir": paths.state_dir}.get(name, paths.config_dir)()
    except StoreError:
        return None


@linux
@pytest.mark.parametrize("home", FOLDERS)
@pytest.mark.parametrize("xdg", FOLDERS)
def test_on_linux_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, xdg: str | None, home: str | None
) -> None:
    """For all three folders, in any environment."""
    put(monkeypatch, "XDG_DATA_HOME", xdg)
    put(monkeypatch, "XDG_STATE_HOME", xdg)
    put(monkeypatch, "XDG_CONFIG_HOME", xdg)
    put(monkeypatch, "HOME", home)
    for name in ("user_data_dir", "user_state_dir", "user_config_dir"):
        assert ours(name) == platformdirs_path(name)


@linux
def test_default_folders(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Data in the data folder, bug reports in the state folder, settings in the config folder."""
    assert paths.config_file() == f"{home}/.config/ctick/config.toml"
    assert paths.data_dir() == f"{home}/.local/share/ctick"
    assert paths.state_dir() == f"{home}/.local/state/ctick"
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert (paths.data_dir(), paths.state_dir()) == ("/data/ctick", "/state/ctick")


@pytest.mark.parametrize("result", ["~/.local/share/ctick", RuntimeError("no home")])
def test_without_a_home_no_folder_is_guessed(monkeypatch: pytest.MonkeyPatch, result: object) -> None:
    """In particular not '~'; StoreError with any version of platformdirs."""

    def user_data_dir(name: str, *, appauthor: bool) -> object:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(platformdirs, "user_data_dir", user_data_dir)
    with pytest.raises(StoreError) as caught:
        paths.data_dir()
    assert str(caught.value) == ("no home folder to keep rates in: set HOME, or name a file with --db or CTICK_DB")
    assert paths.store_path("rates.db") == "rates.db"


def test_the_path_of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--db`, else CTICK_DB, else the data folder; an empty variable is ignored, an empty option is an error."""
    default = os.path.join(paths.data_dir(), "ctick.db")
    assert paths.store_path(None) == default
    monkeypatch.setenv("CTICK_DB", "")
    assert paths.store_path(None) == default
    monkeypatch.setenv("CTICK_DB", "from/environment.db")
    assert paths.store_path(None) == "from/environment.db"
    assert paths.store_path("option.db") == "option.db"
    with pytest.raises(UsageError) as caught:
        paths.store_path("")
    assert str(caught.value) == "--db needs a file name"
