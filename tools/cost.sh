#!/usr/bin/env bash
# What a claim costs: cost.sh BASE CLAIM. BASE is empty, a file, or a git revision of the
# repository that the claim is in. RENDER and COST are commands.
set -euo pipefail

base=$1 claim=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

before=()
if [[ -f $base ]]; then
	before=(--base "$base")
elif [[ -n $base ]]; then
	dir=$(dirname "$claim")
	if ! git -C "$dir" cat-file -e "$base^{commit}" 2> /dev/null; then
		echo "cannot compare with $base: it is neither a file nor a git revision; set BASE to one" >&2
		exit 2
	fi
	# A claim that is new has no base.
	if git -C "$dir" show "$base:./$(basename "$claim")" > "$tmp/base.yaml" 2> /dev/null; then
		before=(--base "$tmp/base.yaml")
	fi
fi
$RENDER --claim "$claim" "${before[@]}" > "$tmp/costs.json"
$COST "$tmp/costs.json"
