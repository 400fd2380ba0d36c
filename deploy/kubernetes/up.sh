#!/usr/bin/env bash
# Deploys everything to the cluster that kubectl points to, and waits until it is up: up.sh [.env]
# The file has the secrets (.env.example); it is read only when the cluster doesn't have them yet.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
secrets=${1:-.env}
kubectl=(kubectl --namespace llm-twin)

fail() {
    echo "up.sh: $*" >&2
    exit 1
}

echo "cluster: $(kubectl config current-context)"
kubectl get crd scaledobjects.keda.sh >/dev/null 2>&1 ||
    fail "this cluster has no KEDA, which scales the replicas: install it first, into the namespace keda"
[ -n "$(kubectl get nodes -o jsonpath='{.items[*].status.allocatable.nvidia\.com/gpu}')" ] ||
    echo "up.sh: no node offers nvidia.com/gpu yet; the language model waits until one does" >&2

kubectl apply -f "$here/namespace.yaml"
if ! "${kubectl[@]}" get secret llm-twin >/dev/null 2>&1; then
    [ -r "$secrets" ] || fail "there is no secret llm-twin in the cluster and no file $secrets to make it from"
    for name in LLM_TWIN_API_KEYS VLLM_API_KEY QDRANT_APIKEY GRAFANA_ADMIN_PASSWORD; do
        grep -Eq "^$name=.+" "$secrets" || fail "$secrets does not set $name"
    done
    # only these: what else an .env has is no business of the cluster's; and without quotes, which kubectl would keep
    grep -E '^(LLM_TWIN_API_KEYS|VLLM_API_KEY|QDRANT_APIKEY|GRAFANA_ADMIN_PASSWORD|COMET_API_KEY|COMET_WORKSPACE|OPIK_API_KEY|OPIK_WORKSPACE|OTEL_EXPORTER_OTLP_ENDPOINT|OTEL_EXPORTER_OTLP_TRACES_ENDPOINT|OTEL_EXPORTER_OTLP_HEADERS|OTEL_TRACES_SAMPLER|OTEL_TRACES_SAMPLER_ARG|HUGGINGFACE_ACCESS_TOKEN)=.+' \
        "$secrets" | sed -E "s/^([A-Z_]+)=([\"'])(.*)\\2\$/\\1=\\3/" |
        "${kubectl[@]}" create secret generic llm-twin --from-env-file=/dev/stdin
fi
kubectl apply -k "$here"

for workload in statefulset/qdrant statefulset/prometheus deployment/grafana statefulset/llm-twin statefulset/llm; do
    "${kubectl[@]}" rollout status "$workload" --timeout=35m
done
echo "up. To use it: kubectl -n llm-twin port-forward service/llm-twin 8080"
echo "GPUs cost money while this runs; deploy/kubernetes/down.sh gives them back."
