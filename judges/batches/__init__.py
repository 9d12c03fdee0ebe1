"""The providers' batch APIs: many calls handed in together at half the price, and fetched when they are done."""
