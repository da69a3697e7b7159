"""Who may see colleagues beside each other. Pure."""

from sync.district.domain.people import Role


def compares_counters(role: Role) -> bool:
    """Whether people of this role see counters ordered by how they were rated: nobody who sits beside them."""
    return role is not Role.OFFICER


def compares_work(role: Role) -> bool:
    """Whether people of this role read what tells how somebody works: how long services took in a field or an hour that
    may have one counter alone, and where fewer services were ended than elsewhere, as if an officer had only some
    citizens invited. Neither colleagues nor technicians do."""
    return compares_counters(role) and role is not Role.TECHNICIAN
