"""The pages of the site itself: start, interface, health."""
