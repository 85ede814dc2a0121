"""
An auth manager whose users may read one Dag, the one of their name.

A ``_viewer`` may change nothing, and a ``_blind`` user may not read XComs.
"""

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser


class PerDagAccess(SimpleAuthManager):
    """As in FAB, a request without a Dag is allowed if the user may read some Dag."""

    def token_of(self, name):
        return self.generate_jwt(SimpleAuthManagerUser(username=name, role="viewer"))

    def is_authorized_dag(self, *, method, user, details=None, access_entity=None, **_):
        if user.username.endswith("_viewer") and method != "GET":
            return False
        if user.username.endswith("_blind") and access_entity is DagAccessEntity.XCOM:
            return False
        return details is None or details.id in (None, _dag_of(user))

    def get_authorized_dag_ids(self, *, user, **_):
        return {_dag_of(user)}


def _dag_of(user):
    return user.username.removesuffix("_viewer").removesuffix("_blind")
