"""`ctick snapshot -q` in cron and systemd: no terminal and no home."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Result
from feedserver import Server, days, rows

README = (Path(__file__).parents[2] / "README.md").read_text()
(CRONTAB,) = re.findall(r"```crontab\n(.*?)```", README, re.DOTALL)
UNITS = re.findall(r"```ini\n(.*?)```", README, re.DOTALL)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cron is of Unix")


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> dict[str, str]:
    """The environment of a minimal cron, with a store and sources."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C",
        "TZ": "Pacific/Kiritimati",
        "CTICK_DB": str(tmp_path / ".local/share/ctick/ctick.db"),
        **server.environment(),
    }


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A home with `.local/bin/ctick`, where pipx and uv put it."""
    program = Path(sys.executable).parent / "ctick"
    if not program.exists():
        pytest.skip("ctick is not installed beside this Python")
    (tmp_path / ".local/bin").mkdir(parents=True)
    (tmp_path / ".local/bin/ctick").symlink_to(program)
    return tmp_path


def start(environment: dict[str, str], *argv: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "ctick", *argv],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        umask=0o077,
        cwd="/",
    )


def run(environment: dict[str, str], *argv: str) -> Result:
    with start(environment, *argv) as process:
        out, err = process.communicate(timeout=60)
    return Result(process.returncode, out.decode("ascii"), err.decode("ascii"))


def test_silent_when_all_goes_well(environment: dict[str, str], tmp_path: Path) -> None:
    """The first time and the next; only its owner can read the store."""
    for _ in range(2):
        assert run(environment, "snapshot", "-q") == (0, "", "")
    assert [len(days(tmp_path, source)) for source in ("timesca", "cbr")] == [1, 1]
    assert Path(environment["CTICK_DB"]).stat().st_mode & 0o777 == 0o600
    assert run(environment, "doctor", "-q") == (0, "", "")


def test_one_line_per_error(environment: dict[str, str], server: Server) -> None:
    """And an exit code; in ASCII if the locale is C."""
    environment["CTICK_URL_CBR"] = url = server.address("cbr", "403")
    sentence = "answered 403 Forbidden: check the address, and that you have access to it"
    code, out, err = run(environment, "snapshot", "-q")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"ctick: cbr: {url.partition('?')[0]}?... answered ")
    assert err.endswith(f" {sentence}\n")
    environment["CTICK_URL_TIMESCA"] = server.address("timesca", "403")
    code, out, err = run(environment, "snapshot", "-q")
    assert (code, out, err.count("\n")) == (5, "", 2)


def test_another_time_zone(environment: dict[str, str], server: Server, tmp_path: Path) -> None:
    """A page without a date gets the local date; times are stored in UTC."""
    server.feeds.figures["timesca"]["KGS"] = (1, "0.01144")
    environment["CTICK_URL_CBR"] = server.address("cbr").partition("?")[0] + "?date={date}"
    before = _today("Pacific/Kiritimati")
    assert run(environment, "snapshot", "cbr", "-q").code == 0
    asked = server.feeds.paths[-1].partition("date=")[2]
    assert asked in {before, _today("Pacific/Kiritimati")}
    (row,) = [row for row in rows(tmp_path) if len(row) == 6]
    assert str(row[4]).endswith("Z")
    assert str(row[4])[:13] in {time.strftime("%Y-%m-%dT%H", time.gmtime(time.time() - ago)) for ago in (0, 60)}


def _today(zone: str) -> str:
    done = subprocess.run(["date", "+%d/%m/%Y"], env={"TZ": zone}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_two_jobs_at_once(environment: dict[str, str], server: Server, tmp_path: Path) -> None:
    """A snapshot is stored once, whichever is first; neither prints anything."""
    server.feeds.delay = 0.3
    jobs = [start(environment, "snapshot", "-q") for _ in range(2)]
    for job in jobs:
        with job:
            assert (*job.communicate(timeout=60), job.returncode) == (b"", b"", 0)
    assert [len(days(tmp_path, source)) for source in ("timesca", "cbr")] == [1, 1]
    assert server.feeds.most_in_flight >= 3


def test_without_a_home(environment: dict[str, str]) -> None:
    """An unknown user, no HOME, no CTICK_DB: exit 6 and a message."""
    del environment["CTICK_DB"]
    nobody = "import pwd, sys; pwd.getpwuid = {}.__getitem__; from ctick.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", nobody, "snapshot", "-q"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        6,
        "",
        "ctick: no home folder to keep rates in: set HOME, or name a file with --db or CTICK_DB\n",
    )


def test_the_readme_for_systemd(installed: Path) -> None:
    """systemd finds no error in the service and the timer as they stand, where pipx has installed ctick."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    assert len(UNITS) == 2
    names = []
    for text, name in zip(UNITS, ("ctick.service", "ctick.timer"), strict=True):
        (installed / name).write_text(text)
        names.append(str(installed / name))
    environment = {"PATH": os.environ["PATH"], "HOME": str(installed), "XDG_RUNTIME_DIR": str(installed)}
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *names], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    calendar = re.search(r"OnCalendar=(.*)", UNITS[1])
    assert calendar is not None
    subprocess.run(["systemd-analyze", "calendar", calendar[1]], capture_output=True, check=True)


def test_the_crontabs_of_the_other_pages(installed: Path, environment: dict[str, str]) -> None:
    """As they stand, after cron has turned each backslash and % into a %; old rates are an error."""
    docs = Path(__file__).parents[2] / "docs"
    check, backup = [
        block.split("  ", 1)[1].replace("\\%", "%")
        for page in ("reference.md", "store.md")
        for block in re.findall(r"```crontab\n(.*?)\n```", (docs / page).read_text(), re.DOTALL)
    ]

    def cron(command: str) -> tuple[str, str]:
        variables = {**environment, "HOME": str(installed)}
        done = subprocess.run(["sh", "-c", command], env=variables, capture_output=True, text=True, check=False)
        return done.stdout, done.stderr

    today = dt.datetime.now().astimezone().date()
    for rate, said in (("0.0020", ""), ("0.0019", "USD > 520 KZT\n")):
        text = f"KZT/USD = {rate} 0%\n{today:%d %B %Y}\n"
        page = installed / "page.txt"
        page.write_text(text)
        assert run(environment, "snapshot", "-q", str(page)).code == 0
        assert cron(check) == (said, "")
    assert cron(backup) == ("", "")
    assert len(list(installed.glob("ctick-20*.db"))) == 1
    assert "already exists" in cron(backup)[1]
    Path(environment["CTICK_DB"]).unlink()
    assert "ctick: no rate for KZT that is at most 3 days old" in cron(check)[1]


@pytest.mark.long
def test_debians_cron(server: Server, tmp_path: Path, installed: Path) -> None:
    """The README's first command as it stands, every minute for three minutes, in cron's own environment."""
    if os.getuid() != 0 or shutil.which("cron") is None:
        pytest.skip("needs root, and Debian's cron")
    if subprocess.run(["crontab", "-l"], capture_output=True, check=False).stdout:
        pytest.skip("root has a crontab of its own, which is left alone")
    times, command = CRONTAB.splitlines()[0].split("  ", 1)
    assert len(times.split()) == 5
    log, seen = tmp_path / "log", tmp_path / "environment"
    store = tmp_path / ".local/share/ctick/ctick.db"
    variables = {**server.environment(), "CTICK_DB": str(store), "HOME": str(installed)}
    lines = [f"{name}={value}" for name, value in variables.items()]
    lines.append(f"* * * * *  {command} >>{log} 2>&1; echo $? >>{log}; env >{seen}\n")
    subprocess.run(["crontab", "-"], input="\n".join(lines), text=True, check=True)
    try:
        with subprocess.Popen(["cron", "-f"]) as cron:
            try:
                moods = [["timesca", "cbr"], ["timesca"], ["timesca", "cbr"]]
                for minute, well in enumerate(moods, 1):
                    server.feeds.broken = {"timesca", "cbr"} - set(well)
                    _wait_for(log, minute)
            finally:
                cron.terminate()
    finally:
        subprocess.run(["crontab", "-r"], check=False)
    url = server.address("cbr").partition("?")[0]
    first, trouble, *rest = log.read_text().splitlines()
    assert (first, rest) == ("0", ["1", "0"])
    assert trouble == (f"ctick: cbr: {url}?... answered 404 Not Found: check the address, and the date if it has one")
    assert len(server.feeds.paths) == 6
    assert [len(days(tmp_path, source)) for source in ("timesca", "cbr")] == [1, 1]
    environment = dict(line.split("=", 1) for line in seen.read_text().splitlines())
    assert environment["PATH"] == "/usr/bin:/bin"
    assert not {"LANG", "TERM"} & set(environment)


def _wait_for(log: Path, runs: int) -> None:
    end = time.monotonic() + 75
    while time.monotonic() < end:
        codes = [line for line in log.read_text().splitlines() if line.isdigit()] if log.exists() else []
        if len(codes) >= runs:
            return
        time.sleep(0.2)
    raise AssertionError(f"cron did not run ctick a {runs}. time")


@pytest.mark.long
def test_real_data_from_npm(
    environment: dict[str, str], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real npm data of 16 December 2025, served as the CDN does, has the digits that the ticker lacks."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    package = "@fawazahmed0/currency-api@2025.12.16"
    done = subprocess.run(["npm", "pack", package, "--silent"], cwd=tmp_path, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("npm's registry is out of reach")
    shutil.unpack_archive(next(tmp_path.glob("*.tgz")), tmp_path, filter="data")
    server.feeds.files["@2025-12-16"] = tmp_path / "package"
    environment["CTICK_URL_FAWAZ"] = server.url + "/file/@{date}/v1/currencies/usd.min.json"
    ticker = tmp_path / "page.txt"
    ticker.write_text("UZS/USD = 0.00008 0%\n16 December 2025\n")
    assert run(environment, "snapshot", str(ticker), "-q").code == 0
    command = ["convert", "1000000", "UZS", "-q", "-o", "tsv", "--date", "2025-12-16"]
    assert run(environment, *command).out == (
        "1000000\tUZS\tUSD\t80.00\t75.00\t85.00\t0.00008\t2025-12-16\ttimesca\t0\t75.00\t85.00\n"
    )
    assert run(environment, "snapshot", "fawaz", "--date", "2025-12-16") == (
        0,
        "",
        "1 snapshot of 16 December 2025: 1 new, 0 known; 5 quotes\n"
        "newer rates exist (29 September 2026, bundled); 'ctick rates --date 2025-12-16' shows this day\n",
    )
    assert server.feeds.paths == ["/file/@2025-12-16/v1/currencies/usd.min.json"]
    assert run(environment, "convert", "1000000", "UZS", "-q", "--date", "2025-12-16").out == "82.54 USD\n"
    fields = run(environment, *command).out.split("\t")
    assert fields[3:6] == ["82.54", "82.53", "82.54"]
