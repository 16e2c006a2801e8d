"""A mechanism with one fault in its source, in place of the sound one."""

import importlib.util
import inspect
import sys
from pathlib import Path

import numba
from numba.core.dispatcher import Dispatcher

from sim.campaign import phases
from sim.world import compiled_code

ROOT = Path(compiled_code.__file__).parents[1]


def mutate(monkeypatch, folder, module, old, new, names):
    """Replace `old`, which must occur once in a module's source, and let these mechanisms run on the result."""
    changed = {module: _load(monkeypatch, folder, module, old, new)}
    for name in names:
        path = f"mechanisms/{name}"
        if path not in changed:
            # A mechanism that imports the faulty module is loaded again, so that it imports the fault.
            monkeypatch.setitem(sys.modules, f"sim.{module.replace('/', '.')}", changed[module])
            changed[path] = _load(monkeypatch, folder, path)
        for what in _classes(sys.modules[f"sim.mechanisms.{name}"]):
            monkeypatch.setattr(phases, what, getattr(changed[path], what))


def _classes(module):
    """Return the names of a mechanism's classes by which `sim.campaign.phases` builds it."""
    return [name for name, value in vars(phases).items() if getattr(value, "__module__", None) == module.__name__]


def _load(monkeypatch, folder, module, old=None, new=None):
    text = (ROOT / f"{module}.py").read_text("utf-8")
    if old is not None:
        assert text.count(old) == 1, f"{module}: {text.count(old)} places with {old!r}"
        text = text.replace(old, new)
    name = module.replace("/", "_") + "_mutant"
    path = folder / f"{name}.py"
    path.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    mutant = importlib.util.module_from_spec(spec)
    # What is compiled here must not be found on disk by another process.
    for name in ("kernel", "allocating_kernel"):
        monkeypatch.setattr(compiled_code, name, numba.njit(error_model="numpy"))
    monkeypatch.setitem(sys.modules, name, mutant)
    spec.loader.exec_module(mutant)
    _keep_sound_kernels(mutant, sys.modules[f"sim.{module.replace('/', '.')}"])
    return mutant


def _keep_sound_kernels(mutant, sound):
    """Take over the compiled kernels that the fault does not reach: only the others have to be compiled."""
    own = {name: k for name, k in vars(mutant).items() if isinstance(k, Dispatcher)}
    faulty = {name for name, k in own.items() if not _is_same(k, getattr(sound, name, None), mutant)}
    while reached := {n for n, k in own.items() if n not in faulty and faulty & set(k.py_func.__code__.co_names)}:
        faulty |= reached
    for name in own.keys() - faulty:
        setattr(mutant, name, getattr(sound, name))
    # A sound kernel must meet no type of the mutant's: it would be compiled for it and cached on disk with it.
    for name, value in list(vars(mutant).items()):
        if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields"):
            setattr(mutant, name, getattr(sound, name))


def _is_same(kernel, sound, mutant):
    if kernel is sound:
        return True
    # A kernel that a mechanism imports from a faulty module, where the sound ones were taken over, calls the fault.
    is_own = kernel.py_func.__module__ == mutant.__name__
    return is_own and sound is not None and inspect.getsource(kernel.py_func) == inspect.getsource(sound.py_func)
