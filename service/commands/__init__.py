"""The commands of `kzop`, grouped by what they work on."""
