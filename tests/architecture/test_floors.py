import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "core": {"core"},
    "projections": {"core", "projections"},
    "coordinator": {"core", "projections", "coordinator"},
    "workers": {"core", "workers"},
    "tallystick": {"coordinator", "tallystick"},
}
OUTSIDE_WORLD = {
    *("asyncio", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess"),
    *("tempfile", "threading", "time", "urllib", "uuid"),
}
CHILDREN = r"\b_?(preparation|children|child)\.run$"
MOST_LINES = 400
MOST_UNLISTED = 10
MOST_LINES_OF_A_FUNCTION = 49
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
VAGUE_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}


@cache
def modules():
    """Return the tree of every module on the floors; this file is read by processes, too, that run no test of it."""
    files = [path for floor in MAY_IMPORT for path in (ROOT / floor).rglob("*.py")]
    return {path.relative_to(ROOT): ast.parse(path.read_text()) for path in files}


@cache
def imports():
    """Return every import on the floors: the file and line where it stands, and the module that it names."""
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" if node.level == 0 else "" for alias in node.names]
            else:
                continue
            found += [(path, node.lineno, name) for name in names]
    return found


def test_no_import_points_upward():
    upward = [
        f"{path}:{line} imports {name}"
        for path, line, name in imports()
        if (floor := name.split(".")[0]) in MAY_IMPORT and floor not in MAY_IMPORT[path.parts[0]]
    ]
    assert upward == []


def listing(package):
    """Return the text in which a package lists what is in it; empty for one that doesn't."""
    said = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()), clean=False)
    return said if said and "from the bottom to the top" in said else ""


PACKAGES = sorted(path.parent.relative_to(ROOT) for floor in MAY_IMPORT for path in (ROOT / floor).rglob("__init__.py"))
LISTED = [package for package in PACKAGES if listing(package)]


def rooms(package):
    """Return the rooms of a package in the order in which it lists them."""
    return re.findall(r"^    (\w+)(?:/|\.py) ", listing(package), re.MULTILINE)


def room_in(package, parts):
    """Return the room of a package to which a module belongs, by the parts of its name; None for no room in it."""
    depth = len(package.parts)
    return parts[depth] if parts[:depth] == package.parts and len(parts) > depth else None


def rooms_found(package):
    """Return the rooms that there are in a package."""
    return {room_in(package, path.with_suffix("").parts) for path in modules()} - {None, "__init__"}


def test_who_opens_a_room_with_much_in_it_is_told_where_what_is():
    many = [package for package in PACKAGES if len(rooms_found(package)) > MOST_UNLISTED]
    assert len(many) > 10
    assert [str(package) for package in many if package not in LISTED] == []


@pytest.mark.parametrize("package", LISTED, ids=str)
def test_every_room_is_in_the_list(package):
    assert sorted(rooms_found(package)) == sorted(rooms(package))


@pytest.mark.parametrize("package", LISTED, ids=str)
def test_no_import_inside_points_upward(package):
    height = {room: index for index, room in enumerate(rooms(package))}
    inside = [
        (f"{path}:{line} imports {name}", room_in(package, tuple(name.split("."))), room)
        for path, line, name in imports()
        if (room := room_in(package, path.with_suffix("").parts)) is not None
    ]
    assert [said for said, imported, room in inside if imported and height[imported] > height[room]] == []


def file_of(name):
    """Return the file of the module that an import names, or a name of which it names; None for none of ours."""
    parts = name.split(".")
    likely = [Path(*parts[:end]).with_suffix(".py") for end in (len(parts), len(parts) - 1) if end > 0]
    return next((path for path in likely if path in modules()), None)


@cache
def imported():
    """Return which files of ours each of our modules imports."""
    found = {path: set() for path in modules()}
    for path, _, name in imports():
        found[path] |= {file_of(name)} - {None}
    return found


def needed_by(path):
    """Return a module's file, those that it imports, those that these import, and so on."""
    needed, waiting = set(), {path}
    while waiting:
        one = waiting.pop()
        needed.add(one)
        waiting |= imported()[one] - needed
    return needed


def given_to_children():
    """Return the files of functions that children run."""
    given = set()
    for path, tree in modules().items():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        run = [one for one in calls if one.func.attr == "run" and re.search(CHILDREN, ast.unparse(one.func))]
        for name in {one.args[0].id for one in run if isinstance(one.args[0], ast.Name)}:
            given |= {file_of(from_) for at, _, from_ in imports() if at == path and from_.endswith(f".{name}")}
            given |= {path for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name}
    return given


def test_no_child_imports_the_whole_coordinator_for_what_it_is_given():
    given = given_to_children()
    assert Path("core/factoring/mathematics/divisibility/common_factors.py") in given
    assert [str(path) for path in given if Path("coordinator/node.py") in needed_by(path)] == [], "25 MB for each child"


def routes():
    """Return the modules that make addresses, by their dotted names."""
    makers = {"litestar.get", "litestar.post", "litestar.put", "litestar.patch", "litestar.delete", "litestar.Router"}
    makers |= {"litestar.websocket", "litestar.websocket_stream", "litestar.route"}
    found = {path for path, _, name in imports() if name in makers}
    return {".".join(path.with_suffix("").parts) for path in found if path.parts[:2] == ("coordinator", "http")}


def test_pages_import_no_route():
    """They may import what lies beside the routes: who asks, tables, sentences; what is done is an operation."""
    made = routes()
    assert len(made) > 30
    assert [
        f"{path}:{line} imports {name}"
        for path, line, name in imports()
        if path.parts[:2] == ("coordinator", "pages") and made & {name, name.rpartition(".")[0]}
    ] == []


def test_imports_name_the_floor_that_they_come_from():
    assert [f"{path}:{line}" for path, line, name in imports() if not name] == []


def test_whatever_fails_is_logged_by_what_it_is():
    """Of a full disk no traceback: `logged` tells what lies outside, which a call of `exception` does not ask."""
    assert [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_log.exception"
    ] == []


def test_core_is_pure():
    """No input or output, no clock and no randomness of its own: what it needs of them comes in as arguments."""
    assert [
        f"{path}:{line} imports {name}"
        for path, line, name in imports()
        if path.parts[0] == "core" and name.split(".")[0] in OUTSIDE_WORLD and not name.startswith("urllib.parse.")
    ] == []


def test_a_module_is_one_room():
    assert [str(path) for path in modules() if len((ROOT / path).read_text().splitlines()) > MOST_LINES] == []


def test_a_function_is_seen_at_a_glance():
    assert [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ] == []


def test_a_name_says_what_lives_there():
    assert [str(path) for path in modules() if path.stem in VAGUE_NAMES] == []


QUESTIONS = {"What", "Who", "Whatever", "Whoever"}


def test_every_module_says_what_it_is():
    """The first word names the thing: who reads a list of them finds it by that."""
    said = {path: (ast.get_docstring(tree) or "").split(" ")[0] for path, tree in modules().items()}
    assert [str(path) for path, word in said.items() if not word or word in QUESTIONS] == []


def test_every_class_and_function_says_what_it_is():
    defined = ast.ClassDef | FUNCTIONS
    assert [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, defined) and (ast.get_docstring(node) or "").split(" ")[0] in QUESTIONS
    ] == []


def test_folders_of_tests_mirror_the_rooms():
    folders = [path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")]
    assert [str(one) for one in folders if one.parts[0] in MAY_IMPORT and not (ROOT / one).is_dir()] == []


def test_folders_of_templates_mirror_the_rooms():
    pages = ROOT / "coordinator/pages"
    folders = {path.parent.relative_to(pages / "templates") for path in (pages / "templates").rglob("*.html")}
    rooms_of_pages = {path.relative_to(pages).with_suffix("") for path in (*pages.rglob("*.py"), *pages.rglob("*/"))}
    assert folders - {Path(), Path("parts")} <= rooms_of_pages
