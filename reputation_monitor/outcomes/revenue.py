"""Revenue at risk, from the company's own figures: no market average pretends to know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueModel:
    """What an unhappy customer may cost.

    Attributes:
        currency: ISO 4217 code.
        customer_value: what a customer is worth in a year, in that currency.
        customers_per_voice: how many were hit for each that speaks up in public.
        churn_share: share of those hit that leaves within the year, in [0, 1].
    """

    currency: str
    customer_value: float
    customers_per_voice: float
    churn_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueAtRisk:
    """Amounts a year, with the interval that the excess itself has; the model's own factors are taken as given."""

    currency: str
    amount: float
    low: float
    high: float


def revenue_at_risk(model: RevenueModel, excess: float, low: float, high: float) -> RevenueAtRisk:
    """``excess negative voices x customers per voice x churn share x customer value``, never below zero."""
    factor = model.customers_per_voice * model.churn_share * model.customer_value
    return RevenueAtRisk(
        currency=model.currency,
        amount=max(excess, 0.0) * factor,
        low=max(low, 0.0) * factor,
        high=max(high, 0.0) * factor,
    )
