"""The demo clinic: made from a number, through the actions that people use. Never in production."""
