"""The policy elements of APIM and their attributes, to measure our own against (apim.md 1 to 9).

Children are left out; every element also takes `id`.
"""

from __future__ import annotations

_RATE_NAMES = (
    "retry-after-header-name retry-after-variable-name remaining-calls-header-name "
    "remaining-calls-variable-name total-calls-header-name"
)
_TOKEN_LIMIT = (
    "counter-key tokens-per-minute token-quota token-quota-period estimate-prompt-tokens "
    "retry-after-header-name retry-after-variable-name remaining-quota-tokens-header-name "
    "remaining-quota-tokens-variable-name remaining-tokens-header-name "
    "remaining-tokens-variable-name tokens-consumed-header-name tokens-consumed-variable-name"
)
_SEMANTIC_LOOKUP = (
    "score-threshold embeddings-backend-id embeddings-backend-auth ignore-system-messages "
    "max-message-count"
)
_FAILED_VALIDATION = (
    "header-name query-parameter-name token-value failed-validation-httpcode "
    "failed-validation-error-message output-token-variable-name"
)
_DAPR = "ignore-error response-variable-name timeout template content-type"

_ATTRIBUTES = {
    "authentication-basic": "username password",
    "authentication-certificate": "thumbprint certificate-id body password",
    "authentication-managed-identity": "resource client-id output-token-variable-name ignore-error",
    "azure-openai-emit-token-metric": "namespace",
    "azure-openai-semantic-cache-lookup": _SEMANTIC_LOOKUP,
    "azure-openai-semantic-cache-store": "duration",
    "azure-openai-token-limit": _TOKEN_LIMIT,
    "base": "",
    "cache-lookup": "vary-by-developer vary-by-developer-groups allow-private-response-caching "
    "caching-type downstream-caching-type must-revalidate",
    "cache-lookup-value": "key variable-name default-value caching-type",
    "cache-remove-value": "key caching-type",
    "cache-store": "duration cache-response",
    "cache-store-value": "key value duration caching-type",
    "check-header": "name failed-check-httpcode failed-check-error-message ignore-case",
    "choose": "",
    "cors": "allow-credentials terminate-unmatched-request",
    "cosmosdb-data-source": "",
    "cross-domain": "",
    "emit-metric": "name namespace value",
    "find-and-replace": "from to",
    "forward-request": "timeout timeout-ms continue-timeout http-version follow-redirects "
    "buffer-request-body buffer-response fail-on-error-status-code",
    "get-authorization-context": "provider-id authorization-id context-variable-name identity-type "
    "identity ignore-error",
    "http-data-source": "",
    "include-fragment": "fragment-id",
    "invoke-dapr-binding": f"name operation {_DAPR}",
    "ip-filter": "action",
    "json-to-xml": "apply consider-accept-header parse-date namespace-separator namespace-prefix "
    "attribute-block-name",
    "jsonp": "callback-parameter-name",
    "limit-concurrency": "key max-count",
    "llm-content-safety": "backend-id shield-prompt enforce-on-completions window-size "
    "window-overlap-size",
    "llm-emit-token-metric": "namespace",
    "llm-semantic-cache-lookup": _SEMANTIC_LOOKUP,
    "llm-semantic-cache-store": "duration",
    "llm-token-limit": _TOKEN_LIMIT,
    "log-to-eventhub": "logger-id partition-id partition-key",
    "mock-response": "status-code content-type index",
    "proxy": "url username password",
    "publish-event": "",
    "publish-to-dapr": f"topic pubsub-name {_DAPR}",
    "quota": "calls bandwidth renewal-period",
    "quota-by-key": "calls bandwidth renewal-period counter-key increment-condition "
    "first-period-start",
    "rate-limit": f"calls renewal-period {_RATE_NAMES}",
    "rate-limit-by-key": "calls renewal-period counter-key increment-condition increment-count "
    + _RATE_NAMES,
    "redirect-content-urls": "",
    "retry": "condition count interval max-interval delta first-fast-retry",
    "return-response": "response-variable-name",
    "rewrite-uri": "template copy-unmatched-params",
    "send-one-way-request": "mode timeout",
    "send-request": "mode response-variable-name timeout ignore-error",
    "send-service-bus-message": "queue-name topic-name namespace client-id",
    "set-backend-service": "base-url backend-id sf-resolve-condition sf-service-instance-name "
    "sf-partition-key sf-listener-name sf-replica-type dapr-app-id dapr-method dapr-namespace",
    "set-body": "template xsi-nil parse-date",
    "set-graphql-resolver": "parent-type field",
    "set-header": "name exists-action",
    "set-method": "",
    "set-query-parameter": "name exists-action",
    "set-status": "code reason",
    "set-variable": "name value",
    "sql-data-source": "",
    "trace": "source severity",
    "validate-azure-ad-token": f"tenant-id authentication-endpoint {_FAILED_VALIDATION}",
    "validate-client-certificate": "validate-revocation validate-trust validate-not-before "
    "validate-not-after ignore-error",
    "validate-content": "unspecified-content-type-action max-size size-exceeded-action "
    "errors-variable-name",
    "validate-graphql-request": "error-variable-name max-size max-depth max-total-depth "
    "max-complexity",
    "validate-headers": "specified-header-action unspecified-header-action errors-variable-name",
    "validate-jwt": f"{_FAILED_VALIDATION} require-expiration-time require-scheme "
    "require-signed-tokens clock-skew",
    "validate-odata-request": "error-variable-name default-odata-version min-odata-version "
    "max-odata-version max-size",
    "validate-parameters": "specified-parameter-action unspecified-parameter-action "
    "errors-variable-name",
    "validate-status-code": "unspecified-status-code-action errors-variable-name",
    "wait": "for",
    "xml-to-json": "kind apply consider-accept-header always-array-child-elements",
    "xsl-transform": "",
}

APIM_ELEMENTS: dict[str, tuple[str, ...]] = {
    name: tuple(attributes.split()) for name, attributes in _ATTRIBUTES.items()
}
"""Attributes by element."""
