"""Few arguments: at most 8 for a function and 6 for a kernel that only kernels call.

The compiled entry of a mechanism or of the orders of a day, a kernel that no kernel calls, is exempt: it takes the flat
arrays of State and Ground, because a named tuple of arrays is slow to pass from Python. `self` and `cls` are not
counted.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import sim

MOST, MOST_OF_AN_INNER_KERNEL = 8, 6
DECORATORS = {"kernel", "allocating_kernel"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def package_sources() -> dict[str, str]:
    """Return the text of each module of the package by its name."""
    root = Path(sim.__file__).parent
    paths = {path.relative_to(root.parent).with_suffix(""): path for path in root.rglob("*.py")}
    return {".".join(name.parts).removesuffix(".__init__"): path.read_text("utf-8") for name, path in paths.items()}


def n_parameters(function: Function) -> int:
    """Count the parameters of a function, without self and cls."""
    a = function.args
    named = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    return len(named) - (named[:1] != [] and named[0].arg in {"self", "cls"})


def is_kernel(function: Function) -> bool:
    return any(isinstance(d, ast.Name) and d.id in DECORATORS for d in function.decorator_list)


def acts_on_arrays(module: str) -> bool:
    return module.startswith(("sim.mechanisms.", "sim.campaign."))


class Calls:
    """The kernels of some modules, and which of them are called from kernels."""

    def __init__(self, sources: dict[str, str]) -> None:
        trees = {name: ast.parse(text) for name, text in sources.items()}
        self.functions = [(m, f) for m, tree in trees.items() for f in ast.walk(tree) if isinstance(f, Function)]
        self.kernels = {(module, f.name): f for module, f in self.functions if is_kernel(f)}
        self._imports = {module: dict(imported_names(tree)) for module, tree in trees.items()}
        self.from_kernels: set[tuple[str, str]] = set()
        for module, tree in trees.items():
            of_kernels = {id(n) for (home, _), f in self.kernels.items() if home == module for n in ast.walk(f)}
            for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
                if id(call) in of_kernels:
                    self.from_kernels.add(self._defined(module, call.func.id))

    def _defined(self, module: str, name: str) -> tuple[str, str]:
        """Return where a name is defined: modules may hand on what they import."""
        while name in self._imports.get(module, {}) and (module, name) not in self.kernels:
            module, name = self._imports[module][name]
        return module, name


def imported_names(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the names that a module imports from others, each with its module and its name there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((alias.asname or alias.name, (node.module, alias.name)) for alias in node.names)


def faults(sources: dict[str, str]) -> list[str]:
    """Return each function of the modules that takes too many arguments, with their number."""
    calls, found = Calls(sources), []
    for module, function in calls.functions:
        n, name = n_parameters(function), (module, function.name)
        is_entry = is_kernel(function) and acts_on_arrays(module) and name not in calls.from_kernels
        is_inner = is_kernel(function) and name in calls.from_kernels
        if (n > MOST and not is_entry) or (n > MOST_OF_AN_INNER_KERNEL and is_inner):
            found.append(f"{module}.{function.name}: {n}")
    return sorted(found)


def test_no_function_takes_too_many_arguments():
    assert faults(package_sources()) == []


def some(n: int) -> str:
    return ", ".join(f"a{i}" for i in range(n))


def planted(text: str, module: str = "sim.mechanisms.planted", **others: str) -> list[str]:
    """Return the faults found in a module of this text, and in others."""
    return faults({module: text} | {f"sim.mechanisms.{name}": other for name, other in others.items()})


def test_a_function_with_one_argument_too_many_is_found():
    assert planted(f"def wide({some(9)}): pass") == ["sim.mechanisms.planted.wide: 9"]
    assert planted(f"def wide({some(4)}, *, {some(5).replace('a', 'b')}): pass") != []
    assert planted(f"class A:\n    def wide(self, {some(9)}): pass") != []
    assert planted(f"def narrow({some(8)}): pass\nclass A:\n    def narrow(self, {some(8)}): pass") == []


def test_a_compiled_entry_of_a_mechanism_may_take_more():
    entry = f"@kernel\ndef entry({some(40)}): pass\nclass A:\n    def __call__(self): entry({some(40)})\n"
    assert planted(entry) == []
    assert planted(entry, "sim.campaign.planted") == []
    assert planted(entry, "sim.results.planted") == ["sim.results.planted.entry: 40"]


def test_a_kernel_that_kernels_call_is_held_to_fewer():
    inner = f"@kernel\ndef inner({some(7)}): pass\n"
    caller = f"@kernel\ndef caller(): inner({some(7)})\n"
    assert planted(inner) == []
    assert planted(inner + caller) == ["sim.mechanisms.planted.inner: 7"]
    assert planted(inner + caller + f"def python(): inner({some(7)})\n") == ["sim.mechanisms.planted.inner: 7"]


def test_a_kernel_is_followed_through_imports():
    inner = f"@allocating_kernel\ndef inner({some(7)}): pass\n"
    handed_on = "from sim.mechanisms.first import inner\n"
    caller = f"from sim.mechanisms.second import inner as other\n@kernel\ndef caller(): other({some(7)})\n"
    assert planted(caller, first=inner, second=handed_on) == ["sim.mechanisms.first.inner: 7"]
