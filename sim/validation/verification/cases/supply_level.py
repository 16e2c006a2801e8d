"""Cases of the supply level: an axis supplied from flow and stock, day by day."""

from __future__ import annotations

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import defenders_at_start, n_front, run_until
from sim.validation.verification.case import Case, Exact, Expectation, Trials
from sim.validation.verification.cases.supply_network import HALF_KG_T
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
from sim.world.integer_codes import DEFENDER

# Below this level the model may replace the formula's value by its own minimum.
COVERED_FROM = 0.1
# An axis can bring forward a third of its stock per day.
DAYS_TO_USE_STOCK = 3.0


def levels_and_stocks(s: Scenario, days: int) -> list[tuple[float, float]]:
    """Return the level of each of the first days, and the stock at its end in t.

    level = min(1, (flow + stock / 3) / demand), stock <- clip(stock + flow - level demand, 0, largest stock), where the
    only line to the only axis brings flow = min(throughput_factor throughput, refill_factor demand).
    """
    p = s.supply
    (line,) = s.ground.lines_of_communication
    demand = p.demand_t_per_soldier_day * defenders_at_start(s) * n_front(s)
    require(demand > 0.0, "defender.density_per_km", "above 0")
    flow = min(p.throughput_factor * line.throughput_t_per_day, p.refill_factor * demand)
    stock, found = p.stock_days * demand, []
    for _ in range(days):
        level = min(1.0, (flow + stock / DAYS_TO_USE_STOCK) / demand)
        require(level >= COVERED_FROM, "the supply level", f"at least {COVERED_FROM:g}: lower demand or raise flow")
        stock = min(max(0.0, stock + flow - level * demand), p.stock_days_max * demand)
        found.append((level, stock))
    return found


def first_level(s: Scenario) -> float:
    """Return the level of every day, which is constant without a stock; 1 where supply is off."""
    if "supply" in s.off:
        return 1.0
    require(s.supply.stock_days == 0.0, "supply.stock_days", "0, so that all days are the same")
    return levels_and_stocks(s, 1)[0][0]


def supplied_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the level on the day that ends at an hour, and the stock at that hour in days of demand."""
    day = round(hour / H_PER_DAY)
    level, stock_t = levels_and_stocks(s, day)[-1]
    demand_t = s.supply.demand_t_per_soldier_day * defenders_at_start(s) * n_front(s)
    rounding = 2.0 * HALF_KG_T * (day + 1) / demand_t
    return {"level": Exact(level, rounding), "stock_days": Exact(stock_t / demand_t, rounding)}


def supplied(model: Campaign, hour: float) -> Trials:
    """Return the level and the stock in days of demand at an hour."""
    s = model.inputs
    run_until(model, hour)
    demand_t = s.supply.demand_t_per_soldier_day * defenders_at_start(s) * n_front(s)
    return {"level": model.state.supply_level[DEFENDER].copy(), "stock_days": model.state.stock_t[DEFENDER] / demand_t}


INPUTS = (
    "defender.density_per_km", "supply.demand_t_per_soldier_day", "supply.refill_factor", "supply.throughput_factor",
)  # fmt: skip
STOCKS = ("supply.stock_days", "supply.stock_days_max")

CASES = (
    Case("supply-level", ("supply",), "supply", "an axis", "min(1, (flow + stock / 3) / demand)", "supply-level", None,
         (24, 48, 72, 120, 192, 288), ("level", "stock_days"), supplied_expected, supplied,
         (*INPUTS, *STOCKS), n_drawn=2, is_smooth=False),
    Case("refill", ("supply",), "refill", "an axis", "min(1, (flow + stock / 3) / demand)", "refill", None,
         (24, 48, 72, 96, 120, 192), ("level", "stock_days"), supplied_expected, supplied, (*INPUTS, *STOCKS),
         n_drawn=2, is_smooth=False),
)  # fmt: skip
