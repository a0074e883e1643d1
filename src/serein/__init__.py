"""Serein runs a clinic that treats PTSD with intravenous ketamine."""
