"""Creates the tables, roles and users of the FAB auth manager, in a process with Airflow's settings."""

import sys

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.providers.fab.auth_manager.models.db import FABDBManager
from airflow.utils.session import create_session

READ, EDIT = "can_read", "can_edit"
QUESTIONS = "HITL Detail"


def main(dag_id, review_dag_id):
    """Each user has the role of its name; every password is the name."""
    with create_session() as session:
        FABDBManager(session).initdb()
    with get_application_builder() as builder:
        security = builder.sm
        security.sync_roles()
        # What the docs advise: the role Viewer, and the permission to read plugins.
        reader = security.add_role("Reader")
        for permission in security.find_role("Viewer").permissions:
            security.add_permission_to_role(reader, permission)
        security.add_permission_to_role(reader, security.create_permission(READ, "Plugins"))
        for name, dag in (("Owner", dag_id), ("Moderator", review_dag_id), ("Stranger", "another_dag")):
            role = security.add_role(name)
            for resource in (f"DAG:{dag}", "Website", "DAG Runs", "Task Instances", "XComs", "Plugins"):
                security.add_permission_to_role(role, security.create_permission(READ, resource))
        # Both may decide about reviews: one about those of a Dag, the other about those of another Dag.
        for name, dag in (("Owner", dag_id), ("Moderator", review_dag_id)):
            role = security.find_role(name)
            for resource in (f"DAG:{dag}", QUESTIONS):
                for action in (READ, EDIT):
                    security.add_permission_to_role(role, security.create_permission(action, resource))
        for name in ("admin", "op", "user", "viewer", "reader", "owner", "stranger", "moderator"):
            role = security.find_role(name.title())
            security.add_user(name, name, name, f"{name}@example.com", role, password=name)


main(*sys.argv[1:])
