"""The contract with clients: types, descriptions and limits of the GraphQL API; no logic."""
