"""How alike two deals are: over the fields that told won deals from lost ones in the organisation's own record."""
