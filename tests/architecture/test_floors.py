import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "core": {"core"},
    "projections": {"core", "projections"},
    "coordinator": {"core", "projections", "coordinator"},
    "workers": {"core", "workers"},
}
OUTSIDE_WORLD = {
    *("asyncio", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess"),
    *("tempfile", "threading", "time", "urllib", "uuid"),
}
MOST_LINES = 400
VAGUE_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

MODULES = {
    path.relative_to(ROOT): ast.parse(path.read_text()) for floor in MAY_IMPORT for path in (ROOT / floor).rglob("*.py")
}


def imports():
    """Return every import on the floors: the file and line where it stands, and the first word of what it names."""
    for path, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module if node.level == 0 else "."]
            else:
                continue
            for name in names:
                yield path, node.lineno, name.split(".")[0]


def test_no_import_points_upward():
    upward = [
        f"{path}:{line} imports {name}"
        for path, line, name in imports()
        if name in MAY_IMPORT and name not in MAY_IMPORT[path.parts[0]]
    ]
    assert upward == []


def test_imports_name_the_floor_that_they_come_from():
    assert [f"{path}:{line}" for path, line, name in imports() if not name] == []


def test_core_is_pure():
    """No input or output, no clock and no randomness of its own: what it needs of them comes in as arguments."""
    assert [
        f"{path}:{line} imports {name}"
        for path, line, name in imports()
        if path.parts[0] == "core" and name in OUTSIDE_WORLD
    ] == []


def test_a_module_is_one_room():
    assert [str(path) for path in MODULES if len((ROOT / path).read_text().splitlines()) > MOST_LINES] == []


def test_a_name_says_what_lives_there():
    assert [str(path) for path in MODULES if path.stem in VAGUE_NAMES] == []


def test_every_module_says_what_it_is_for():
    assert [str(path) for path, tree in MODULES.items() if not ast.get_docstring(tree)] == []
