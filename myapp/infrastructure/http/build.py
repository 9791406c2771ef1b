"""Puts together what the action ``http`` is carried out by."""

from myapp.application.ports import Clock
from myapp.domain.expression import ExpressionCompiler
from myapp.infrastructure.http.address_guard import AddressGuard
from myapp.infrastructure.http.http_client import HttpClient, HttpTelemetry
from myapp.infrastructure.http.http_limits import HttpLimits
from myapp.infrastructure.http.http_performer import HttpPerformer
from myapp.infrastructure.http.response_judge import ResponseJudge
from myapp.infrastructure.kube.account_secrets import AccountSecrets
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.settings import Settings


def build_http_client(settings: Settings, agent: str, telemetry: HttpTelemetry) -> HttpClient:
    """The client, which is to be opened and closed with the operator."""
    guard = AddressGuard(
        allowed=settings.http_allowed_cidrs,
        denied=settings.http_denied_cidrs,
        private_networks=settings.http_private_networks,
    )
    limits = HttpLimits(
        requests=settings.http_max_requests,
        response_bytes=settings.http_max_response_bytes,
        header_bytes=settings.http_max_header_bytes,
        timeout=settings.http_max_timeout,
    )
    return HttpClient(guard, limits=limits, telemetry=telemetry, agent=agent)


def build_http_performer(
    kube: KubeClient, client: HttpClient, compiler: ExpressionCompiler, clock: Clock
) -> HttpPerformer:
    """The performer, over what it shares with others."""
    return HttpPerformer(
        bounds=AutomationBounds(kube),
        secrets=AccountSecrets(kube),
        client=client,
        judge=ResponseJudge(compiler, clock),
        clock=clock,
    )
