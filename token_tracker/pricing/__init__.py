"""Dated prices and what a usage event costs by them; no reading of logs, no currency exchange."""
