"""What leads see beside a comparison: how judges are calibrated and certified, what nobody reads, what it costs."""
