"""An auth manager whose users may read one Dag, the one of their name; a ``_viewer`` may change nothing."""

from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser


class PerDagAccess(SimpleAuthManager):
    """As in FAB, a request without a Dag is allowed if the user may read some Dag."""

    def token_of(self, name):
        return self.generate_jwt(SimpleAuthManagerUser(username=name, role="viewer"))

    def is_authorized_dag(self, *, method, user, details=None, **_):
        if user.username.endswith("_viewer") and method != "GET":
            return False
        return details is None or details.id in (None, _dag_of(user))

    def get_authorized_dag_ids(self, *, user, **_):
        return {_dag_of(user)}


def _dag_of(user):
    return user.username.removesuffix("_viewer")
