"""The processes under the service: query workers, the zygote that forks them, and the writer."""
