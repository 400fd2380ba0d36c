#!/usr/bin/env bash
# Starts vLLM on one A10 (24 GB): the base model and the adapter on top of it, or one merged model.
# README.md explains the settings. Arguments are handed on to vLLM and win over those given here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}"

: "${BASE_MODEL:=mistralai/Mistral-7B-Instruct-v0.1}"
: "${ADAPTER_NAME:=llm-twin}"
: "${MAX_LORA_RANK:=64}"
: "${LLM_SERVER_ADDRESS:=127.0.0.1}"

# vLLM takes a key that is set to nothing for a key
[ -n "${VLLM_API_KEY:-}" ] || unset VLLM_API_KEY
case "$LLM_SERVER_ADDRESS" in
    127.* | ::1 | localhost) ;;
    *)
        if [ -z "${VLLM_API_KEY:-}" ]; then
            echo "start.sh: LLM_SERVER_ADDRESS=$LLM_SERVER_ADDRESS is not loopback, so VLLM_API_KEY must be set" >&2
            exit 1
        fi
        ;;
esac

# a base model that is gated is downloaded with the course's token
if [ -z "${HF_TOKEN:-}" ] && [ -n "${HUGGINGFACE_ACCESS_TOKEN:-}" ]; then
    export HF_TOKEN=$HUGGINGFACE_ACCESS_TOKEN
fi

arguments=(
    --host "$LLM_SERVER_ADDRESS"
    --port "${LLM_SERVER_PORT:-8000}"

    # the type that Mistral was trained in; its weights take 13.5 GiB of the card's 24 GB, in float32 they would not fit
    --dtype "${DTYPE:-bfloat16}"
    # the service asks for MAX_TOTAL_TOKENS, 2,048, at most; this leaves room for twice that, not for the 32,768 that the
    # model could do, which one single request could fill the cache with
    --max-model-len "${MAX_MODEL_LEN:-4096}"
    # weights, cache and working memory; the rest is the CUDA context's and CUDA graphs'
    --gpu-memory-utilization "${GPU_MEMORY_UTILIZATION:-0.90}"
    # about 40,000 tokens of cache are 20 requests of 2,048 or 32 of usual length; beyond that requests wait here,
    # visibly, in vllm:num_requests_waiting, rather than preempt each other
    --max-num-seqs "${MAX_NUM_SEQS:-32}"
    # without it SIGTERM leaves open streams with neither data nor an end
    --shutdown-timeout "${SHUTDOWN_TIMEOUT:-30}"
    # probes and scrapes would be most of the log
    --disable-access-log-for-endpoints "/health,/metrics"
    --disable-fastapi-docs
    # vLLM's own key guards /v1, and leaves open what generates text and loads adapters beside it
    --middleware key_guard.KeyGuard
)
# no --enforce-eager: on a GPU it gives up CUDA graphs, and with them much of the speed at small batches
# no --api-key: it would stand in the list of processes; vLLM reads VLLM_API_KEY itself

if [ -n "${MERGED_MODEL_PATH:-}" ]; then
    model=$MERGED_MODEL_PATH
    # clients name the adapter, whether or not it is merged
    arguments+=(--served-model-name "$ADAPTER_NAME")
else
    model=${BASE_MODEL_PATH:-$BASE_MODEL}
    if [ -z "${BASE_MODEL_PATH:-}" ] && [ -n "${BASE_MODEL_REVISION:-}" ]; then
        arguments+=(--revision "$BASE_MODEL_REVISION")
    fi
    adapter=$(python3 -m adapter pull)
    # opens /v1/load_lora_adapter, by which a new version is swapped in without a restart
    export VLLM_ALLOW_RUNTIME_LORA_UPDATING=true
    arguments+=(
        --served-model-name "$BASE_MODEL"
        --enable-lora
        # one adapter in a batch: memory is set aside for each, and a swap takes the place of the old one
        --max-loras 1
        # what an adapter may have; rank 64 over all of Mistral's linear layers sets 0.31 GiB aside
        --max-lora-rank "$MAX_LORA_RANK"
        --lora-modules "$ADAPTER_NAME=$adapter"
    )
fi

# what vLLM has no use for is not in its environment
unset COMET_API_KEY HUGGINGFACE_ACCESS_TOKEN
exec vllm serve "$model" "${arguments[@]}" "$@"
