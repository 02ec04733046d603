"""Measurements that print ratios; nothing of Rapport imports them."""
