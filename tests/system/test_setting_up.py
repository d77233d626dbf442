"""What `make` says when it can't set up .venv: one sentence, and an exit code that is not 0."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY_LISTENS = "http://127.0.0.1:9/simple"


@pytest.fixture
def make(tmp_path):
    """Run `make` for the demo's environment in a copy of what that takes, with pip set up by the test alone."""
    for name in ("Makefile", "venv.sh", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    own = ("PIP_", "MAKE", "MFLAGS")  # the suite is run by make itself
    machines_own = {name: value for name, value in os.environ.items() if not name.startswith(own)}

    def make(*words, **environment):
        return subprocess.run(
            ["make", "--silent", ".venv/ready-for-demo", *words],
            cwd=tmp_path,
            env={**machines_own, "PIP_CONFIG_FILE": os.devnull, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return make


def program(path, *lines):
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)
    return path


def said(ended):
    """Return the one sentence with which setting up failed."""
    assert ended.returncode == 2, "which is what make makes of any failure"
    sentence, of_make = ended.stderr.removeprefix(opening()).splitlines()
    assert of_make.startswith("make: ***")
    return sentence


def opening():
    return f"Setting up .venv with Python {sys.version.split()[0]}, once.\n"


def test_a_python_that_is_too_old_is_named_with_its_version(make, tmp_path):
    old = program(tmp_path / "an old python3", "case $2 in *version_info*) exit 1;; esac", "echo 3.9.2")
    sentence = said(make(f"PYTHON={old}"))
    assert sentence.startswith(f"Python 3.11 or later is needed, and {old} is Python 3.9.2; install one, or name it: ")


def test_a_python_that_is_not_there_is_named(make):
    assert "and python9 was not found; install one" in said(make("PYTHON=python9"))


def test_a_python_without_venv_is_told_the_package(make, tmp_path):
    bare = program(
        tmp_path / "python3", '[ "$1 $2" = "-m venv" ] && mkdir .venv && exit 1', f'exec {sys.executable} "$@"'
    )
    assert said(make(f"PYTHON={bare}")).endswith("on Debian and Ubuntu the package python3-venv is missing.")
    assert not (tmp_path / ".venv").exists(), "half an environment would be taken for a whole one"


@pytest.mark.drill
def test_a_registry_that_cannot_be_reached_is_told_from_a_wheel_that_is_missing(make, tmp_path):
    named = f"PYTHON={sys.executable}"
    unreachable = said(make(named, PIP_INDEX_URL=NOBODY_LISTENS, PIP_RETRIES="1"))
    assert unreachable.startswith(
        "What Tallystick needs could not be installed: the package registry can't be reached."
    )
    missing = said(make(named, PIP_NO_INDEX="1"))
    assert "there is no wheel of pip for Python " in missing
    assert "What pip said stands in .venv/pip.log" in missing
    assert "ERROR" in (tmp_path / ".venv/pip.log").read_text()
