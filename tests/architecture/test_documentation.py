import asyncio
import json
import re
from importlib.metadata import distribution
from pathlib import Path

import click
import pytest
from prometheus_client import generate_latest

from coordinator.cli.ending import Exit
from coordinator.cli.main import GROUP, contributed, tallystick
from coordinator.http.places import handler_at
from coordinator.observing.metrics import Metrics
from coordinator.server.application import build_app
from coordinator.setup.configuring import described as settings
from coordinator.setup.settings import OTHER_VARIABLES, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"


def links_of(page):
    """Return the files of ours that a page links to."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    return {(page.parent / link).resolve() for link in links}


def commands():
    """Return every command with all the words that call it."""

    def below(command, words):
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                yield from below(command.get_command(context, name), [*words, name])
        else:
            yield " ".join(words), command

    return dict(below(tallystick, ["tallystick"]))


def row_of(setting):
    """Return the row of the configuration table that describes a setting."""
    what = setting.what.replace("|", "\\|")
    names = ", ".join(f"`{name}`" for name in (setting.variable, *setting.legacy))
    return f"| `{setting.name}` | {names} | {f'`{setting.default}`' if setting.default else ''} | {what} |"


def test_the_commands_are_the_ones_that_the_distribution_contributes():
    assert {entry.name for entry in contributed()} == {
        entry.name for entry in distribution("tallystick").entry_points
    } - {"tallystick"}
    assert GROUP in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("words", tuple(commands()))
def test_every_command_is_documented_with_its_options(words):
    text = (REFERENCE / "cli.md").read_text()
    section = re.search(rf"^##+ `{words}[^`]*`$(.*?)(?=^## |^### |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"docs/reference/cli.md has no section headed `{words} ...`"
    options = [
        option
        for p in commands()[words].params
        if isinstance(p, click.Option)
        for option in p.opts
        if option[:2] == "--"
    ]
    assert not [option for option in options if option not in section[0]]


def test_every_exit_code_is_documented():
    text = (REFERENCE / "cli.md").read_text()
    assert [code for code in Exit if not re.search(rf"^\| {code.value} \|", text, re.MULTILINE)] == []


@pytest.mark.parametrize("setting", tuple(settings()), ids=lambda setting: setting.name)
def test_every_setting_stands_in_the_configuration_table(setting):
    assert row_of(setting) in (REFERENCE / "configuration.md").read_text().splitlines()


@pytest.mark.parametrize(("variable", "meaning"), tuple(OTHER_VARIABLES.items()))
def test_every_other_variable_is_documented(variable, meaning):
    assert f"| `{variable}` | {meaning} |" in (REFERENCE / "configuration.md").read_text().splitlines()


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *DOCS.rglob("*.md")], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_link_leads_somewhere(page):
    assert [link for link in links_of(page) if not link.exists()] == []


def test_contributing_names_no_file_that_is_not_there():
    """`NAME` stands for that of a context which somebody adds."""
    named = re.findall(r"`([\w.]+(?:/[\w.]+)+/?)`", (ROOT / "CONTRIBUTING.md").read_text())
    assert len(named) > 30
    assert [path for path in named if "NAME" not in path and not (ROOT / path).exists()] == []


def addresses_in(page):
    """Yield each address that a page names with its method: method, path and the names of parameters."""
    for code in re.findall(r"`([^`\n]+)`", page.read_text()):
        named = re.fullmatch(r"(GET|POST|PUT|DELETE|PATCH) (/[^\s?…]*)(?:\?(\S*))?", code)
        if named:
            yield named[1], named[2], {one.partition("=")[0] for one in (named[3] or "").split("&")} - {""}


def test_every_address_that_is_documented_is_served_with_its_parameters():
    """All but those of factoring are named whole; these begin with `/api/v1`."""
    app = build_app(Settings())
    described = json.loads(asyncio.run(app.dependencies["api_description"].dependency()))["paths"]
    served = [
        (method.upper(), re.compile(re.sub(r"\{[^}]+\}", ".+", path) + "/?"), operation.get("parameters", []))
        for path, item in described.items()
        for method, operation in item.items()
    ]
    named = [(page.name, *address) for page in DOCS.rglob("*.md") for address in addresses_in(page)]
    assert len(named) > 100
    for page, method, path, parameters in named:
        taken = [
            {one["name"] for one in takes}
            for called, pattern, takes in served
            if called == method and (pattern.fullmatch(path) or pattern.fullmatch(f"/api/v1{path}"))
        ]
        assert taken or handler_at(app, f"/api/v1{path}", method), (page, method, path)
        assert not parameters or any(parameters <= takes for takes in taken), (page, method, path, parameters)


def test_nobody_is_sent_to_a_registry_for_what_stands_only_in_a_checkout():
    tree = [
        ROOT / "README.md",
        *DOCS.rglob("*.md"),
        *(ROOT / "coordinator").rglob("*.py"),
        *(ROOT / "workers").rglob("*.py"),
    ]
    assert [path for path in tree if re.search(r"pip install [^`\n]*'?tallystick\b", path.read_text())] == []


def test_the_readme_leads_to_every_page_of_the_documentation():
    """By the list in docs/, and the list of decisions."""
    lists = [DOCS / "README.md", DOCS / "decisions" / "README.md"]
    assert lists[0] in links_of(ROOT / "README.md")
    assert set(DOCS.rglob("*.md")) <= links_of(lists[0]) | links_of(lists[1]) | {lists[0]}


def test_every_metric_is_documented():
    text = (REFERENCE / "observing.md").read_text()
    kinds = re.findall(r"^# TYPE (tallystick_\w+) (\w+)$", generate_latest(Metrics().registry).decode(), re.MULTILINE)
    assert len(kinds) > 10
    missing = [name for name, kind in kinds if f"| `{name}` | {kind} |" not in text and not name.endswith("_created")]
    assert missing == []


@pytest.mark.parametrize(
    ("floor", "page", "least"),
    [("coordinator", REFERENCE / "observing.md", 30), ("workers", DOCS / "how-to" / "workers.md", 20)],
)
def test_every_log_line_is_documented(floor, page, least):
    _, _, text = page.read_text().partition("## Log lines")
    rows = re.findall(r"^\| (`[a-z_`, ]+) \| [^|]+ \|$", text, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    logged = {
        event
        for path in (ROOT / floor).rglob("*.py")
        for event in re.findall(
            r'(?:\b_?log\.(?:info|warning|error|exception)\(|\bevery(?:\(|, )[^"(]+)\s*"(\w+)"', path.read_text()
        )
    }
    assert len(logged) > least
    assert logged == documented
