"""What the pages of a visit say, in finished words."""
