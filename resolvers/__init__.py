"""What each GraphQL field returns: records of the graph and results of the KPIs, fetched in batches."""
