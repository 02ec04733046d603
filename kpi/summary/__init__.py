"""The summary: what is worth knowing about a record, as numbers; sentences are made of them elsewhere."""
