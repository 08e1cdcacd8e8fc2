"""What keeps the figures: catching up, forgetting what is gone, counting from scratch."""

from analytics.actions.keeping import behind, catch_up, forget_gone, rebuild

__all__ = ["behind", "catch_up", "forget_gone", "rebuild"]
