"""The folder of a store, its snapshots, backups and dumps: what store is made of."""
