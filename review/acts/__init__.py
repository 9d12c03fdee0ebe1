"""What people do, each as one transaction: read where the item stands, decide by a rule, write with the event."""
