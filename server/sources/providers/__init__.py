"""A provider a protocol: each turns a film or episode into questions to its server, and the answer into releases."""
