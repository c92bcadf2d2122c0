"""Numbers in Spanish as Mexico writes them, 1,234.5; Django's are Spain's."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
