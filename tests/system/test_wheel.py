"""The wheel, installed where there is no checkout: alone, and beside distributions that bring a package of a common name."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from coordinator.cli.ending import Exit
from tests.real.servers import HTTP, free_port

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build it from a copy of what it is made of, with what is installed here: nothing is fetched."""
    source = tmp_path_factory.mktemp("source")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for package in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__", "assets"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    directory = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", directory, source)
    (built,) = directory.iterdir()
    return built


@pytest.fixture
def installed(wheel, tmp_path):
    """Install it into an environment of its own; what it depends on is taken from where the tests have it."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    library = Path(sysconfig.get_path("purelib", "venv", {"base": environment}))
    # Directories that a .pth names are searched, but their own .pth files, of which one leads to the checkout, are not read.
    (library / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip("--python", environment, "install", "--no-deps", "--no-index", wheel)
    return environment


def pip(*words):
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *words], check=True)


def run(environment, *words, **variables):
    """Run a program of an environment, away from the checkout."""
    return subprocess.run(
        [environment / "bin" / words[0], *words[1:]],
        cwd=environment,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def other_distribution(directory):
    """Make the wheel of another distribution that brings a package `core`."""
    about = "toolbox-1.0.dist-info"
    path = directory / "toolbox-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("core/__init__.py", "'Somebody else\\'s.'\n")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: toolbox\nVersion: 1.0\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(
            f"{about}/RECORD", f"core/__init__.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n"
        )
    return path


def test_what_the_wheel_installs_is_whole(installed):
    assert run(installed, "python", "-c", "import coordinator; print(coordinator.__file__)").stdout.startswith(
        str(installed)
    )
    for program in (["tallystick"], ["python", "-m", "tallystick"]):
        assert run(installed, *program, "--version").stdout == run(installed, *program, "-V").stdout != ""
        assert run(installed, *program, "tlevel", "1@1e3").stdout == "t4.043\n"
    told = run(installed, "python", "-c", "import tallystick; print(tallystick.__version__)").stdout.strip()
    assert run(installed, "tallystick", "-V").stdout.startswith(
        f"tallystick {told} (Python {sys.version.split()[0]}, SQLite "
    )


def test_a_coordinator_from_the_wheel_serves_its_pages_and_what_they_need(installed):
    port = free_port()
    command = [installed / "bin/tallystick", "serve", "--data-dir", "ledger", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=installed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout.readline() == f"Tallystick is ready at http://127.0.0.1:{port}\n"
            for path in ("/", "/audit", "/docs/assets/swagger-ui-bundle.js", "/docs/assets/redoc.standalone.js"):
                assert HTTP.get(f"http://127.0.0.1:{port}{path}").status_code == 200, path
        finally:
            server.terminate()


def test_another_distribution_that_overwrites_a_package_is_named(installed, tmp_path):
    pip("--python", installed, "install", "--no-index", other_distribution(tmp_path))
    for program in (["tallystick"], ["python", "-m", "tallystick"]):
        ended = run(installed, *program, "-V")
        assert (ended.returncode, ended.stdout) == (Exit.REFUSED, "")
        (sentence,) = ended.stderr.splitlines()
        assert (
            "package core was overwritten by the distribution toolbox: install Tallystick into an environment"
            in sentence
        )
    pip("--python", installed, "uninstall", "--yes", "toolbox")
    (sentence,) = run(installed, "tallystick", "-V").stderr.splitlines()
    assert "package core is missing" in sentence


def test_a_package_that_hides_one_of_ours_is_named_with_its_place(installed, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    pip("install", "--no-deps", "--no-index", "--target", elsewhere, other_distribution(tmp_path))
    ended = run(installed, "tallystick", "-V", PYTHONPATH=str(elsewhere))
    assert ended.returncode == Exit.REFUSED
    assert ended.stderr.startswith(
        f"Instead of Tallystick's package core, Python finds {elsewhere / 'core/__init__.py'}"
    )
