"""Amounts of money as a person reads and types them."""

import re
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_CODE = re.compile(r"\b[A-Za-z]{3}\b")
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def money(amount: Decimal, currency: str) -> str:
    """Returns an amount as a person reads it: "$0.53", "$1,240.00", "12.00 CHF".

    Rounded half up to the cent; what is less than one is "under $0.01", never "$0.00".
    """
    if 0 < amount < _CENT:
        return f"under {money(_CENT, currency)}"
    return _with_currency(f"{amount.quantize(_CENT, ROUND_HALF_UP):,}", currency)


def rate(amount: Decimal, currency: str) -> str:
    """Returns a price as it is published, not rounded: "$25.00", "$0.075"."""
    decimals = -int(amount.normalize().as_tuple().exponent)
    return _with_currency(f"{amount:,.{max(2, decimals)}f}", currency)


def typed_amount(text: str) -> Decimal | None:
    """Reads an amount as a person types it; None if it is none, or less than nothing.

    "4", "$4.00", "1,240.50", "1.240,50", "4,5" and "12 CHF" are amounts; "1,240" is over a
    thousand.
    """
    figure = "".join(c for c in text if c.isdecimal() or c in ".,-")
    if _GROUPED.fullmatch(figure):
        return Decimal(figure.replace(",", ""))
    if _GROUPED_BY_POINTS.fullmatch(figure):
        return Decimal(figure.replace(".", "").replace(",", "."))
    return Decimal(figure.replace(",", ".")) if _PLAIN.fullmatch(figure) else None


def typed_currency(text: str) -> str | None:
    """Returns the currency that a typed amount names: "$4" and "4 USD" are dollars; None for none.

    Where three letters stand, they are taken for a currency's code.
    """
    named = next((code for code, symbol in _SYMBOLS.items() if symbol in text), None)
    code = _CODE.search(text)
    return named or (code[0].upper() if code else None)


def _with_currency(figure: str, currency: str) -> str:
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {currency}"
