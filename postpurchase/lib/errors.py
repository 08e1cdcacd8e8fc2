"""What people may be told when a thing is not done."""

from django.utils.functional import Promise


class Refused(Exception):
    """An action will not do a thing.

    `reason` is a translated sentence for people, `code` a word for programs.
    Anything else that is raised is a bug.
    """

    code = "refused"

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(str(reason))
        self.reason = reason
