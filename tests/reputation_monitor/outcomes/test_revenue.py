from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.outcomes.revenue import RevenueModel, revenue_at_risk

MODEL = RevenueModel(currency="EUR", customer_value=120.0, customers_per_voice=25.0, churn_share=0.02)


def test_it_multiplies_the_companys_own_figures():
    risk = revenue_at_risk(MODEL, excess=40, low=30, high=55)
    assert (risk.amount, risk.low, risk.high) == (2400.0, 1800.0, 3300.0)
    assert risk.currency == "EUR"


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_it_is_never_negative_and_keeps_its_interval(excess: float, below: float, above: float):
    risk = revenue_at_risk(MODEL, excess, excess - below, excess + above)
    assert 0 <= risk.low <= risk.amount <= risk.high
