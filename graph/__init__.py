"""Storage and structure: the records, the columns of their interactions, and the stores that keep them."""
