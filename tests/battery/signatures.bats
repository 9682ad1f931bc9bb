#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Signatures of every shape, changed in each byte and each field: none that is accepted says
# anything else than what was signed (tests/battery/signatures.c).

bats_require_minimum_version 1.5.0
load ../lib/battery

# There are no more changes than all of them.
[ "$PYVERN_BATTERY" -le 100 ] || PYVERN_BATTERY=100
program=$PYVERN_TEST_BUILD/tests/battery/signatures

# Its lines are "TRIED ACCEPTED": the accepted ones mean the same.
try_each() { # KIND PROMISED WHAT
	run "$program" "$1" "$PYVERN_BATTERY"
	echo "$output"
	[ "$status" -eq 0 ]
	read -r tried same <<<"$output"
	points "$tried" "$2" "$3, $same of them without a change of meaning"
}

@test "each bit of a bundle" {
	try_each bundle 700000 "one bit of a bundle changed"
}

@test "each bit of what is signed" {
	try_each artifact 4800 "one bit of an artifact changed"
}

@test "each byte of a trusted root" {
	try_each root 90000 "one byte of a trusted root changed"
}

@test "each field, of another kind or value, doubled, empty and gone" {
	try_each fields 13000 "one field of a bundle changed"
}

# Of those that others have published nothing is in the tree: PYVERN_REAL_BUNDLES names a
# folder with some (*.sigstore, *.sigstore.json) and the trusted_root.json that they lead to.
@test "each field, character and decoded byte of real bundles" {
	[ -n "${PYVERN_REAL_BUNDLES-}" ] || skip "PYVERN_REAL_BUNDLES names no folder"
	run "$PYVERN_TEST_BUILD/tests/battery/real_signatures" "$PYVERN_REAL_BUNDLES" "$PYVERN_BATTERY"
	echo "$output"
	[ "$status" -eq 0 ]
	read -r bundles fields characters bytes same <<<"${lines[0]}"
	[ "$bundles" -gt 0 ]
	# A bundle has some 600, 5000 and 3300 of them.
	points "$fields" $((bundles * 500)) "one field of $bundles real bundles changed"
	points "$characters" $((bundles * 3000)) "one character of them changed"
	points "$bytes" $((bundles * 2000)) \
		"one decoded byte of them changed; of all, $same without a change of meaning"
}
