"""The stores: one module for each backend, chosen by :func:`graph.connect.open_store`."""
