"""The data behind the answers: snapshots, jobs for the processes, what is counted and kept."""
