"""Closed-form results from the literature, with which the model is compared; the model itself does not use them.

Each function states its equation, the meaning and unit of its symbols, its source, and the errors it raises.
"""

from sim.validation.theory.kill_chain import KillChain, kill_chain
from sim.validation.theory.lanchester import (
    break_even_ratio,
    deitchman_end,
    lanchester_end,
    lanchester_linear,
    lanchester_reinforced,
    lanchester_square,
)
from sim.validation.theory.queues import erlang_b, erlang_c
from sim.validation.theory.routes import bridge, m_routes, smallest_cut
from sim.validation.theory.salvo import salvo
from sim.validation.theory.search import koopman, koopman_bound
from sim.validation.theory.stochastic import (
    deitchman_ends,
    linear_ends,
    square_ends,
    stochastic_deitchman,
    stochastic_linear,
    stochastic_square,
)

__all__ = [
    "KillChain",
    "break_even_ratio",
    "bridge",
    "deitchman_end",
    "deitchman_ends",
    "erlang_b",
    "erlang_c",
    "kill_chain",
    "koopman",
    "koopman_bound",
    "lanchester_end",
    "lanchester_linear",
    "lanchester_reinforced",
    "lanchester_square",
    "linear_ends",
    "m_routes",
    "salvo",
    "smallest_cut",
    "square_ends",
    "stochastic_deitchman",
    "stochastic_linear",
    "stochastic_square",
]
