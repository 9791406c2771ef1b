"""Tests of the domain of workflows."""
