#!/usr/bin/env bash
# Takes everything down but data and secrets, and says what remains: down.sh [--everything]
# With --everything, what remains is deleted too, for good.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kubectl=(kubectl --namespace llm-twin)

case "${1:-}" in
    '' | --everything) ;;
    *)
        echo "usage: down.sh [--everything]" >&2
        exit 2
        ;;
esac

echo "cluster: $(kubectl config current-context)"
kubectl delete -k "$here" --ignore-not-found
# the GPUs are free only once the pods are gone
if [ -n "$("${kubectl[@]}" get pods --output name)" ]; then
    "${kubectl[@]}" wait pod --all --for=delete --timeout=3m
fi

if [ "${1:-}" = --everything ]; then
    kubectl delete namespace llm-twin --ignore-not-found
    echo "down. Volumes whose class retains them are still there:"
    kubectl get persistentvolumes
else
    echo "down. No pod runs and no GPU is held; these volumes and secrets remain and may cost money:"
    "${kubectl[@]}" get persistentvolumeclaims,secrets
    echo "up.sh goes on with them; down.sh --everything deletes them for good."
    echo "Machines are not the namespace's: scale the GPU node pool down if nothing does it by itself."
fi
