"""What can be wrong with a workspace, in sentences a person reads."""


class WorkspaceError(Exception):
    """The workspace cannot be opened; the text says why and what to do."""


class NotFoundError(LookupError):
    """What was asked for is not in the workspace (any more)."""
