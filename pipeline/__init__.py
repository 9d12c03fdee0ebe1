"""One run, from configuration to queue; the store; reports and exports."""
