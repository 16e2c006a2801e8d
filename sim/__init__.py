"""A teaching simulator of a contested city on a long front: hypothetical illustrations, never forecasts.

The public names stand in one table, `sim/__init__.pyi`, with the modules that they come from. `import sim` is light:
what a name needs is imported when the name is first used.
"""

import sys

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

if "IPython" in sys.modules:
    from sim.apps.notebook.displays import register

    register()
