"""What in a text could say who somebody is: pure rules, without a model, that give kind and place, never the words."""
