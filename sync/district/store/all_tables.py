"""The district's whole schema: every module that declares tables, and their common metadata."""

from sqlalchemy import MetaData

from sync.district.store import (
    action_tables,
    alert_tables,
    apology_tables,
    audit_tables,
    closing_tables,
    complaint_tables,
    content_tables,
    device_tables,
    display_tables,
    doubt_tables,
    inquiry_tables,
    log_tables,
    objection_tables,
    people_tables,
    plan_tables,
    privacy_tables,
    queue_tables,
    reference_tables,
    release_tables,
    remark_tables,
    rollup_tables,
    roster_tables,
    software_tables,
    tables,
    template_tables,
)
from sync.district.store.metadata import metadata

#: Each of these adds its tables to the metadata when it is imported.
DECLARED_IN = (
    action_tables,
    alert_tables,
    apology_tables,
    audit_tables,
    closing_tables,
    complaint_tables,
    content_tables,
    device_tables,
    display_tables,
    doubt_tables,
    inquiry_tables,
    log_tables,
    objection_tables,
    people_tables,
    plan_tables,
    privacy_tables,
    queue_tables,
    reference_tables,
    release_tables,
    remark_tables,
    rollup_tables,
    roster_tables,
    software_tables,
    tables,
    template_tables,
)

full_metadata: MetaData = metadata
