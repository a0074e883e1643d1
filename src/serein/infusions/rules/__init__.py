"""What medicine and the manual say about one infusion visit. Pure: no clock, no tables."""
