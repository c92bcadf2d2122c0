"""Why a file of records could not be read."""


class Malformed(ValueError):
    """A file can't be read: says where and why. Nothing of it is taken."""

    def __init__(self, where: str, reason: str, *, line: int = 0, column: str = "") -> None:
        self.line, self.column, self.reason = line, column, reason
        self.where = where or _place(line, column)
        super().__init__(f"{self.where}: {reason}" if self.where else reason)

    def within(self, name: str) -> "Malformed":
        """The same, with the file or the part of a package that it stands in."""
        where = f"{name}, {self.where}" if self.where else name
        return Malformed(where, self.reason, line=self.line, column=self.column)


def at(line: int, column: str, reason: str) -> Malformed:
    """A refusal by line, and by column where there is one."""
    return Malformed("", reason, line=line, column=column)


def by_element(line: int, element: str, reason: str) -> Malformed:
    """A refusal by line and element, or whatever else the format calls the parts of its records."""
    return Malformed(
        f"line {line}, {element}" if element else f"line {line}", reason, line=line, column=element
    )


def _place(line: int, column: str) -> str:
    parts = [f"line {line}" if line else "", f"column {column}" if column else ""]
    return ", ".join(filter(None, parts))
