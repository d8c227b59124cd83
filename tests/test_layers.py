"""The drawing of the rooms in `humanseg/__init__.py` is what the imports are."""

import ast
import re
from pathlib import Path

import pytest

import humanseg

ROOT = Path(__file__).parents[1]
DRAWN = re.compile(r"^    (\w+) {2,}(?:<- ([\w ]+(?:\n {20,}[\w ]+)*)|[a-z].*)$", re.MULTILINE)
HEAVY = {
    "gradio": r"humanseg\.demo(\.|$)",
    "tensorflow": r"humanseg\.(engines\.(compiling|tensorflow_engine)|demo\..*)$",
    "keras": r"humanseg\.(network\.(blocks|growth|model)|checkpoints\.archive)$",
    "h5py": r"humanseg\.checkpoints\.archive$",
}


def modules(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path):
    """All that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph(package):
    """Module -> the modules of its package that it imports."""
    paths = dict(modules(package))
    return {
        name: {
            imported if imported in paths else imported.rpartition(".")[0]
            for imported in imports(path)
            if imported.startswith(f"{package}.")
        }
        - {name, package}
        for name, path in paths.items()
    }


def test_rooms_import_what_is_drawn_and_only_that():
    drawn = {m[1]: set((m[2] or "").split()) for m in DRAWN.finditer(humanseg.__doc__)}
    found = {}
    for module, imported in graph("humanseg").items():
        room = module.split(".")[1] if "." in module else None
        if room not in (None, "__main__"):
            others = {name.split(".")[1] for name in imported} - {room}
            found.setdefault(room, set()).update(others)
    assert found.keys() == drawn.keys()
    for room, others in found.items():
        assert (room, others) == (room, drawn[room])


def test_nothing_points_down():
    rooms = [m[1] for m in DRAWN.finditer(humanseg.__doc__)]
    for match in DRAWN.finditer(humanseg.__doc__):
        above = rooms[: rooms.index(match[1])]
        assert set((match[2] or "").split()) <= set(above)


@pytest.mark.parametrize("package", ["humanseg", "training"])
def test_no_module_comes_back_to_itself(package):
    edges = graph(package)

    def visit(module, way):
        assert module not in way, " -> ".join([*way, module])
        if module not in done:
            for imported in edges[module]:
                visit(imported, [*way, module])
            done.add(module)

    done = set()
    for module in edges:
        visit(module, [])


@pytest.mark.parametrize("library", HEAVY)
def test_heavy_libraries_stay_where_they_belong(library):
    found = {
        module
        for module, path in modules("humanseg")
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert found
    assert [module for module in found if not re.match(HEAVY[library], module)] == []


@pytest.mark.parametrize("package", ["humanseg", "training"])
def test_modules_stay_short(package):
    files = [path for path in (ROOT / package).rglob("*") if path.suffix in (".py", ".js", ".css")]
    long = {path.name: lines for path in files if (lines := count_lines(path)) > 200}
    assert long == {}


def count_lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())
