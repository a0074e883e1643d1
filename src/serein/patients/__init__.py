"""The patient: who they are, how to reach them, and what is known of their health."""
