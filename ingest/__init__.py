"""From files to the graph: sources give lines of the interchange format, :mod:`ingest.load` writes them to a store."""
