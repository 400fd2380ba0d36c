#!/usr/bin/env bash
# Fetches the schemas that DeploymentTest holds the files here against, with Go, from the modules that ship them.
# Without Go, or before this has run, that part of the test is skipped.
set -euo pipefail
into=${LLM_TWIN_SCHEMAS:-$HOME/.cache/llm-twin/schemas}

module() {
    go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p'
}

mkdir -p "$into"
cd "$into" # no go.mod here, so nothing is asked to agree with one
cp -f "$(module github.com/compose-spec/compose-go/v2@v2.16.2)/schema/compose-spec.json" compose-spec.json
cp -f "$(module github.com/kedacore/keda/v2@v2.21.0)/config/crd/bases/keda.sh_scaledobjects.yaml" keda-scaledobject.yaml
chmod u+w compose-spec.json keda-scaledobject.yaml
