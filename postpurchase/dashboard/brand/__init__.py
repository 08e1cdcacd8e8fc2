"""How a shop looks: the editor with its preview, the earlier looks, the domain of its own."""
