"""Tests of the reports: values made of values."""
