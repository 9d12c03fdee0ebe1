"""Did something move? The judges against frozen anchors, the clinicians against themselves, and what that leaves."""
