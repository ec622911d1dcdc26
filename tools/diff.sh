#!/usr/bin/env bash
# What a change to a claim does: diff.sh BASE CLAIM. BASE is a file, or a git
# revision of the repository that the claim is in. RENDER and DIFF are commands.
set -euo pipefail

base=$1 claim=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
: > "$tmp/before.yaml"
: > "$tmp/after.yaml"

dir=$(dirname "$claim")
if [[ -f $base ]]; then
	cp "$base" "$tmp/base.yaml"
elif git -C "$dir" cat-file -e "$base^{commit}" 2> /dev/null; then
	# A claim that is new has no base.
	git -C "$dir" show "$base:./$(basename "$claim")" > "$tmp/base.yaml" 2> /dev/null || rm "$tmp/base.yaml"
else
	echo "cannot compare with $base: it is neither a file nor a git revision; set BASE to one" >&2
	exit 2
fi

# The diff also shows the function's messages about the change.
said=$tmp/said
if [[ -f $tmp/base.yaml ]]; then
	$RENDER --living --claim "$tmp/base.yaml" > "$tmp/before.yaml"
	[[ ! -f $claim ]] || $RENDER --base "$tmp/base.yaml" --claim "$claim" > "$tmp/after.yaml" 2> "$said" || {
		cat "$said" >&2
		exit 2
	}
else
	$RENDER --claim "$claim" > "$tmp/after.yaml"
fi
$DIFF "$tmp/before.yaml" "$tmp/after.yaml"
